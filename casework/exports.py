"""CSV files that leave the portal: no cell is ever a formula, and a file says who took it and what for.

Use it for every CSV a page or command hands out: `StreamingHttpResponse(csv_file(HEADER, rows), …)`. `defusedcsv`
was judged and left out: it alters cells that hold a bar and lets tab, CR and full-width signs through.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

BOM = "\ufeff"  # or a spreadsheet reads UTF-8 as Windows-1252
STARTS_A_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


class _Line:
    """What csv.writer writes to: hands each line straight back."""

    def write(self, line: str) -> str:
        return line


def plain(value: Any) -> Any:
    """The value as a cell that no spreadsheet computes (AC-I26): text that would start a formula gets an apostrophe.

    Numbers and dates stay as they are; a registry file is read with or without the apostrophe (AC-I20).
    """
    if isinstance(value, str) and value.lstrip(" \xa0").startswith(STARTS_A_FORMULA):
        return f"'{value}"
    return value


def csv_file(header: Iterable[str], rows: Iterable[Iterable[Any]], *, delimiter: str = ",") -> Iterator[str]:
    """The lines of a CSV file, one row of `rows` at a time, so that a million rows need no memory."""
    writer = csv.writer(_Line(), delimiter=delimiter)
    yield BOM + writer.writerow(header)
    for row in rows:
        yield writer.writerow([plain(cell) for cell in row])


def provenance(*, by: Any, why: str) -> list[str]:
    """A last row for files that people read: who took the file, when, and what for."""
    when = f"{timezone.localtime():%d-%m-%Y %H.%M} WITA"
    return [f"Diunduh {when} oleh {by.name}, {by.get_role_display()}, {by.place_label}. Keperluan: {why}."]
