"""Files that leave the portal: no cell is ever a formula, and a file says who took it and what for.

Use it for every file a page or command hands out: `StreamingHttpResponse(csv_file(HEADER, rows), …)`; what is long is
written by a background worker (monitoring/exports.py). `defusedcsv` was judged and left out: it alters cells that hold
a bar and lets tab, CR and full-width signs through.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO

import xlsxwriter
from django.utils import timezone
from msoffcrypto.format.ooxml import OOXMLFile

BOM = "\ufeff"  # or a spreadsheet reads UTF-8 as Windows-1252
MOST_ROWS = 1_048_576 - 2  # of a worksheet, without header and provenance
MOST_ROWS_AT_ONCE = 50_000  # of a workbook that is written while somebody waits; more leave as CSV
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 20  # of a column, in digits
TEXT = 49  # the number format of that name
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
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


def write_csv(stream: BinaryIO, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    for line in csv_file(header, rows):
        stream.write(line.encode())


def write_workbook(
    stream: BinaryIO, header: Iterable[str], rows: Iterable[Iterable[Any]], *, made_at: datetime, sheet: str = "Daftar"
) -> None:
    """The same as an XLSX of one sheet. Every cell is text and stays what it is: nothing is computed or linked.

    Its columns are set to Text too, so that a NIK typed into the file keeps its sixteen digits. Memory does not grow
    with the rows, of which there are MOST_ROWS at most. `made_at` is naive, in the file only.
    """
    with tempfile.TemporaryDirectory() as folder:  # of this user alone
        book = xlsxwriter.Workbook(stream, {"constant_memory": True, "tmpdir": folder})
        book.set_properties({"created": made_at})
        text, title = book.add_format({"num_format": TEXT}), book.add_format({"num_format": TEXT, "bold": True})
        page, labels = book.add_worksheet(sheet), list(header)
        page.set_column(0, len(labels) - 1, WIDTH, text)
        page.freeze_panes(1, 0)
        for number, row in enumerate(chain([labels], rows)):
            for column, cell in enumerate(row):
                page.write_string(number, column, NOT_XML.sub(" ", str(cell)), text if number else title)
        book.close()


def workbook_file(header: Iterable[str], rows: Iterable[Iterable[Any]], *, sheet: str) -> BinaryIO:
    """A workbook that a page hands out while somebody waits: of MOST_ROWS_AT_ONCE at most, some four seconds' work."""
    file = BytesIO()
    write_workbook(file, header, rows, made_at=timezone.make_naive(timezone.now()), sheet=sheet)
    file.seek(0)
    return file


def protect(workbook: BinaryIO, protected: BinaryIO, *, password: str) -> None:
    """The workbook encrypted (AES-256, ECMA-376 agile), as spreadsheet programs open it after asking for the password.

    Takes about three times the workbook's size in memory.
    """
    OOXMLFile(workbook).encrypt(password, protected)


def provenance(*, by: Any, why: str) -> list[str]:
    """A last row for files that people read: who took the file, when, and what for."""
    when = f"{timezone.localtime():%d-%m-%Y %H.%M} WITA"
    return [f"Diunduh {when} oleh {by.name}, {by.get_role_display()}, {by.place_label}. Keperluan: {why}."]
