"""Small uploaded tables, CSV or XLSX, to the cells of the columns asked for. No database.

For files of which every row fits in memory; what is larger has a reader of its own (workers/registry_file).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator

from casework import uploads
from casework.decisions import Reason, Refused

WORKBOOK = b"PK\x03\x04"
NOT_CSV = Reason("not_csv", "Berkas ini tidak terbaca sebagai CSV.", "Simpan lagi sebagai CSV, lalu unggah.")


def read_table(
    content: bytes, *, columns: Collection[str], needed: Collection[str], example: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of each row, as a spreadsheet counts, and its cells by column; blank rows are left out.

    A column that is not `needed` and not there is empty. An apostrophe before a value is one that keeps it text.
    Raises Refused where the file as a whole cannot be read; the sentence then points to `example`.
    """
    table = _workbook(content) if content.startswith(WORKBOOK) else _text(content)
    header = [cell.strip().lower() for cell in next(table, (1, []))[1]]
    wrong = [column for column in columns if header.count(column) > 1]
    wrong += [column for column in needed if column not in header]
    if wrong:
        raise Refused(
            Reason(
                "wrong_header",
                f"Baris pertama harus memuat satu kali kolom: {', '.join(wrong)}.",
                f"Pakai contoh {example} di halaman ini.",
            )
        )
    for number, cells in table:
        if any(cell.strip() for cell in cells):
            said = dict(zip(header, cells, strict=False))
            yield number, {column: said.get(column, "").strip().removeprefix("'") for column in columns}


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    rows = uploads.sheet_rows(io.BytesIO(content))
    next(rows, None)  # the names of the sheets
    for number, *cells in rows:
        yield int(number), cells


def _text(content: bytes) -> Iterator[tuple[int, list[str]]]:
    if b"\0" in content:
        raise Refused(NOT_CSV)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1)
    except csv.Error as problem:
        raise Refused(NOT_CSV) from problem
