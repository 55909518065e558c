"""The bytes of a month's bill to its lines. No database.

The column names of the bill of BPJS Ketenagakerjaan are not public, so COLUMNS are ours and unconfirmed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from casework import uploads
from casework.decisions import Reason, Refused
from casework.exports import csv_file
from workers.nik import clean

NIK, NAME, PROGRAMS, AMOUNT = COLUMNS = ("nik", "nama", "program", "iuran")
NEEDED = (NIK, AMOUNT)
EXAMPLE = (
    ("7371090000000000", "Contoh Satu", "JKK+JKM", "16800"),
    ("7371090000000001", "Contoh Dua", "JKK+JKM+JHT", "36800"),
)
WORKBOOK = b"PK\x03\x04"
MOST_ROWS = 500_000
LONGEST = {NIK: 30, NAME: 150, PROGRAMS: 40}


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it stands in the file. `row` counts as a spreadsheet does, the header being row 1."""

    row: int
    nik: str
    name: str
    programs: str
    amount: str


def write_example() -> Iterator[str]:
    """What a bill looks like, for whoever has to make one."""
    return csv_file(COLUMNS, EXAMPLE)


def read_rows(content: bytes) -> list[Row]:
    """Every line of the bill, blank ones left out. Raises Refused where the file as a whole cannot be read."""
    table = _workbook(content) if content.startswith(WORKBOOK) else _text(content)
    header: list[str] | None = None
    rows: list[Row] = []
    for number, cells in table:
        if header is None:
            header = [cell.strip().lower() for cell in cells]
            _check(header)
        elif any(cell.strip() for cell in cells):
            rows.append(_row(number, dict(zip(header, cells, strict=False))))
        if len(rows) > MOST_ROWS:
            raise Refused(Reason("too_many_rows", "Tagihan ini terlalu panjang.", "Bagi menurut pembayar dan bulan."))
    if not rows:
        raise Refused(Reason("no_rows", "Berkas ini tidak memuat baris tagihan.", "Unggah berkas yang berisi."))
    return rows


def _row(number: int, cells: dict[str, str]) -> Row:
    said = {column: cells.get(column, "").strip().removeprefix("'") for column in COLUMNS}
    kept = {column: said[column][:longest] for column, longest in LONGEST.items()}
    return Row(number, clean(kept[NIK]), kept[NAME], kept[PROGRAMS], said[AMOUNT])


def _check(header: list[str]) -> None:
    wrong = [column for column in COLUMNS if header.count(column) > 1]
    wrong += [column for column in NEEDED if column not in header]
    if wrong:
        raise Refused(
            Reason(
                "wrong_header",
                f"Baris pertama harus memuat satu kali kolom: {', '.join(wrong)}.",
                "Pakai contoh berkas tagihan di halaman ini.",
            )
        )


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    rows = uploads.sheet_rows(io.BytesIO(content))
    next(rows, None)  # the names of the sheets
    for number, *cells in rows:
        yield int(number), cells


def _text(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1)
    except csv.Error as problem:
        raise Refused(
            Reason("not_csv", "Berkas ini tidak terbaca sebagai CSV.", "Simpan lagi sebagai CSV, lalu unggah.")
        ) from problem
