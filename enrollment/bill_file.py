"""The bytes of a month's bill to its lines. No database.

The column names of the bill of BPJS Ketenagakerjaan are not public, so COLUMNS are ours and unconfirmed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from casework.decisions import Reason, Refused
from casework.exports import csv_file
from casework.tables import read_table
from workers.nik import clean

NIK, NAME, PROGRAMS, AMOUNT = COLUMNS = ("nik", "nama", "program", "iuran")
NEEDED = (NIK, AMOUNT)
EXAMPLE = (
    ("7371090000000000", "Contoh Satu", "JKK+JKM", "16800"),
    ("7371090000000001", "Contoh Dua", "JKK+JKM+JHT", "36800"),
)
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
    rows: list[Row] = []
    for number, cells in read_table(content, columns=COLUMNS, needed=NEEDED, example="berkas tagihan"):
        kept = {column: cells[column][:longest] for column, longest in LONGEST.items()}
        rows.append(Row(number, clean(kept[NIK]), kept[NAME], kept[PROGRAMS], cells[AMOUNT]))
        if len(rows) > MOST_ROWS:
            raise Refused(Reason("too_many_rows", "Tagihan ini terlalu panjang.", "Bagi menurut pembayar dan bulan."))
    if not rows:
        raise Refused(Reason("no_rows", "Berkas ini tidak memuat baris tagihan.", "Unggah berkas yang berisi."))
    return rows
