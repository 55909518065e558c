"""Bytes to rows of cells, in the order of COLUMNS. What a cell says is nothing of this module's."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from operator import itemgetter
from typing import Any, BinaryIO

from casework import uploads
from casework.decisions import Refused
from workers.registry_file.headers import (
    COLUMNS,
    FAMILY_COLUMNS,
    columns_twice,
    fold,
    guess_columns,
    missing_columns,
    tell_families,
)

DELIMITERS = ",;\t"
BLOCK = 1 << 20
HEAD = 30  # rows in which the header is looked for: lists begin with titles and empty rows
EXAMPLES = 3
WORKBOOK = b"PK\x03\x04"
SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "Ini berkas Excel lama (.xls). Gunakan .xlsx atau .csv.",
    b"%PDF": "Ini berkas PDF. Gunakan .xlsx atau .csv.",
}
NOT_TEXT = "Isi berkas ini bukan teks CSV. Simpan ulang daftarnya sebagai CSV UTF-8."


class Unreadable(Exception):
    """The file as a whole cannot be read. Its text is one Indonesian sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the bytes are to be read. `columns` says what each cell of a row is, "" for what is not read."""

    header: tuple[str, ...]
    columns: tuple[str, ...]
    header_row: int = 1
    encoding: str = ""  # neither has a meaning in a workbook
    delimiter: str = ""
    sheets: tuple[str, ...] = ()  # of a workbook; only the first is read
    examples: tuple[tuple[str, ...], ...] = ()  # the first rows as they stand in the file

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Layout:
        """The layout that `stored` was made from."""
        lists = {name: tuple(stored[name]) for name in ("header", "columns", "sheets")}
        return cls(**(stored | lists | {"examples": tuple(map(tuple, stored["examples"]))}))

    @property
    def stored(self) -> dict[str, Any]:
        """The layout as JSON can hold it."""
        return asdict(self)

    @property
    def is_workbook(self) -> bool:
        return bool(self.sheets)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The titles whose columns are not read."""
        return tuple(name for name, column in zip(self.header, self.columns, strict=True) if name and not column)

    @property
    def missing(self) -> list[str]:
        return missing_columns(self.columns)

    @property
    def tells_families(self) -> bool:
        """Whether the file is a DTSEN snapshot by its columns."""
        return tell_families(self.columns)

    def of_families(self) -> Layout:
        """The layout with the columns of a snapshot alone."""
        return self.mapped([column if column in FAMILY_COLUMNS else "" for column in self.columns])

    @property
    def fingerprint(self) -> str:
        """The same for files with the same titles in the same order."""
        return hashlib.sha256("\n".join(map(fold, self.header)).encode()).hexdigest()

    def mapped(self, columns: Sequence[str]) -> Layout:
        """The layout with the columns that a person confirmed."""
        return replace(self, columns=tuple(columns))

    def complete(self) -> Layout:
        """The layout itself. Raises Unreadable for one that tells no families and lacks columns to register people."""
        if self.missing and not self.tells_families:
            raise Unreadable(f"Kolom ini belum ada: {', '.join(self.missing)}. Tambahkan judulnya di atas daftar.")
        return self


def open_registry(stream: BinaryIO) -> Layout:
    """Finds out kind, encoding, delimiter and columns. Raises Unreadable for what is no registry file.

    Columns may still be missing: a person may find them under names that are not known here.
    """
    stream.seek(0)
    start = stream.read(4)
    if not start:
        raise Unreadable("Berkas ini kosong.")
    for signature, message in SIGNATURES.items():
        if start.startswith(signature):
            raise Unreadable(message)
    layout = _workbook_layout(stream) if start == WORKBOOK else _text_layout(stream)
    twice = columns_twice(layout.header)
    if twice:
        raise Unreadable(f"Judul kolom ini ada dua kali: {', '.join(twice)}. Hapus salah satunya.")
    if not layout.examples and not any(any(cells) for _, _, cells in read_rows(stream, layout)):
        raise Unreadable("Berkas ini hanya berisi judul kolom, belum ada baris pekerja.")
    return layout


def read_rows(stream: BinaryIO, layout: Layout) -> Iterator[tuple[int, int, list[str] | tuple[str, ...]]]:
    """(number, width, cells) of every row below the header.

    `number` is the spreadsheet's. `cells` are the sixteen of COLUMNS as they stand in the file, "" for a column that it
    does not have; all "" in a blank row. `width` differs from the header's in a row with too few or too many cells,
    whose cells may have slipped. Raises Unreadable where the file breaks off.
    """
    width = len(layout.header)
    places = {column: place for place, column in enumerate(layout.columns) if column}
    pick = itemgetter(*(places.get(column, width) for column in COLUMNS))
    for number, cells in raw_rows(stream, layout):
        found = len(cells)
        if found != width:
            if found < width:
                cells.extend([""] * (width - found))
                found = width if layout.is_workbook or not any(cells) else found
            else:
                found = width if layout.is_workbook or not any(cells[width:]) else found
                del cells[width:]
        cells.append("")
        yield number, found, pick(cells)


def raw_rows(stream: BinaryIO, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """The number and all cells of every row below the header. Raises Unreadable where the file breaks off."""
    if layout.is_workbook:
        rows = _workbook_rows(stream)
        next(rows)
    else:
        rows = _text_rows(stream, layout.encoding, layout.delimiter)
    try:
        for row in rows:
            if row[0] > layout.header_row:
                yield row
    finally:
        rows.close()


def picked_rows(stream: BinaryIO, layout: Layout, numbers: Iterator[int]) -> Iterator[list[str]]:
    """All cells of the rows with these numbers, which rise. Raises Unreadable where the file breaks off before them."""
    wanted = next(numbers, None)
    for number, cells in raw_rows(stream, layout):
        if number == wanted:
            yield cells
            wanted = next(numbers, None)


def _text_layout(stream: BinaryIO) -> Layout:
    encoding = _encoding(stream)
    heads = [(_head(_text_rows(stream, encoding, delimiter)), delimiter) for delimiter in DELIMITERS]
    found = [(_with_header(head), delimiter) for head, delimiter in heads]
    layout, delimiter = max(found, key=lambda pair: sum(map(bool, pair[0].columns)))
    return _known(replace(layout, encoding=encoding, delimiter=delimiter))


def _workbook_layout(stream: BinaryIO) -> Layout:
    rows = _workbook_rows(stream)
    _, sheets = next(rows)
    head = _head(rows)
    return _known(replace(_with_header(head), sheets=tuple(sheets)))


def _head(rows: Iterator[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The first rows that are not blank, fewer where the file breaks off after them."""
    head = []
    filled = (row for row in rows if any(cell.strip() for cell in row[1]))
    try:
        head.extend(islice(filled, HEAD))
    except Unreadable:
        if not head:
            raise
    finally:
        rows.close()
    return head


def _with_header(head: list[tuple[int, list[str]]]) -> Layout:
    """The row with the most titles that are known is the header; what stands above it is a heading."""
    best = Layout(header=(), columns=())
    for place, (number, cells) in enumerate(head):
        header = tuple(" ".join(cell.split()) for cell in cells)
        columns = guess_columns(header)
        if sum(map(bool, columns)) > sum(map(bool, best.columns)):
            examples = tuple(tuple(row) for _, row in head[place + 1 : place + 1 + EXAMPLES])
            best = Layout(header=header, columns=columns, header_row=number, examples=examples)
    return best


def _known(layout: Layout) -> Layout:
    if not layout.header:
        raise Unreadable(f"Baris pertama bukan judul kolom. Judul yang dikenal: {', '.join(COLUMNS)}.")
    return layout


def _text_rows(stream: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    with _Text(stream, encoding) as text:
        number = 0
        try:
            for number, cells in enumerate(csv.reader(text, delimiter=delimiter), start=1):
                yield number, cells
        except csv.Error as error:
            after = f"Setelah baris {number} berkas" if number else "Baris pertama"
            raise Unreadable(f"{after} tidak terbaca. Periksa tanda kutip yang tidak ditutup.") from error


def _workbook_rows(stream: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """First 0 and the names of the sheets."""
    rows = uploads.sheet_rows(stream)
    try:
        yield 0, next(rows, [])
        for number, *cells in rows:
            yield int(number), cells
    except Refused as refused:
        raise Unreadable(" ".join(refused.messages)) from refused
    finally:
        rows.close()


class _Text:
    """The stream from its start as text; leaves the stream open."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        stream.seek(0)
        self.wrapper = io.TextIOWrapper(stream, encoding=encoding, newline="")

    def __enter__(self) -> io.TextIOWrapper:
        return self.wrapper

    def __exit__(self, *error: object) -> None:
        self.wrapper.detach()


def _encoding(stream: BinaryIO) -> str:
    """UTF-8 where every byte agrees with it, else Windows-1252."""
    for encoding in ("utf-8-sig", "cp1252"):
        if _decodes(stream, encoding):
            return encoding
    raise Unreadable(NOT_TEXT)


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    try:
        while block := stream.read(BLOCK):
            if b"\0" in block:
                raise Unreadable(NOT_TEXT)
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
