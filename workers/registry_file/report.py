"""Findings to the bytes of a report."""

import csv
from collections.abc import Iterable
from typing import TextIO

from workers.registry_file.checks import Finding

REPORT_COLUMNS = ("row", "column", "code", "value", "message")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_report(findings: Iterable[Finding], out: TextIO) -> None:
    """The findings as a CSV for the officer, one line each."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(REPORT_COLUMNS)
    for finding in findings:
        writer.writerow([finding.row, *map(safe, (finding.column, finding.code, finding.value, finding.message))])


def safe(text: str) -> str:
    """A spreadsheet shows such a cell as text instead of calculating it (AC-I26)."""
    return f"'{text}" if text.startswith(FORMULA) else text
