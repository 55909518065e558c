"""Findings to the rows of a report."""

from collections.abc import Iterable, Iterator

from casework.exports import plain
from workers.registry_file.checks import Finding

REPORT_COLUMNS = ("row", "column", "code", "value", "message")


def report_rows(findings: Iterable[Finding]) -> Iterator[list]:
    """One row for each finding; no cell is a formula (AC-I26)."""
    for finding in findings:
        yield [finding.row, *map(plain, (finding.column, finding.code, finding.value, finding.message))]
