"""Findings to the rows of a report."""

from collections.abc import Iterable, Iterator
from typing import Any

from casework.exports import plain
from workers.registry_file.findings import message_of

REPORT_COLUMNS = ("row", "outcome", "column", "code", "value", "message")


def report_rows(findings: Iterable[tuple[int, str, str, str, str, list[str]]]) -> Iterator[list[Any]]:
    """One row for each (row, outcome, column, code, value, details); no cell is a formula (AC-I26)."""
    for row, outcome, column, code, value, details in findings:
        yield [row, outcome, *map(plain, (column, code, value, message_of(code, value, details)))]
