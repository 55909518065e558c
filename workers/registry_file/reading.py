"""Bytes to rows of named cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from workers import nik

COLUMNS = (
    "nik",
    "no_kk",
    "nama",
    "jenis_kelamin",
    "tempat_lahir",
    "tanggal_lahir",
    "alamat",
    "rt",
    "rw",
    "kode_kelurahan",
    "kelurahan",
    "kecamatan",
    "pekerjaan",
    "pendapatan",
    "desil",
    "no_hp",
)
REQUIRED = ("nik", "nama", "jenis_kelamin", "tanggal_lahir", "pekerjaan")
DELIMITERS = ",;\t"
BLOCK = 1 << 20
SIGNATURES = {
    b"PK\x03\x04": "Ini berkas Excel (.xlsx). Buka di Excel, pilih Simpan Sebagai, lalu pilih CSV UTF-8.",
    b"\xd0\xcf\x11\xe0": "Ini berkas Excel lama (.xls). Buka di Excel, pilih Simpan Sebagai, lalu pilih CSV UTF-8.",
    b"%PDF": "Ini berkas PDF. Minta daftarnya dalam bentuk CSV.",
}
NOT_TEXT = "Isi berkas ini bukan teks CSV. Simpan ulang daftarnya sebagai CSV UTF-8."


class Unreadable(Exception):
    """The file as a whole cannot be read. Its text is one Indonesian sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the bytes are to be read. `columns` stands for the cells in order; unknown columns are ""."""

    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file. `number` is the spreadsheet's, the header being row 1."""

    number: int
    cells: dict[str, str]
    width: int


@dataclass(slots=True)
class Survey:
    """What only the whole file can tell: how many rows, which NIKs come twice, which families have two desils."""

    rows: int = 0
    niks: dict[str, list[int]] = field(default_factory=dict)  # only those that come more than once
    desils: dict[str, set[str]] = field(default_factory=dict)  # only families with more than one


def open_registry(stream: BinaryIO) -> Layout:
    """Finds out encoding, delimiter and columns. Raises Unreadable for what is no registry file."""
    encoding = _encoding(stream)
    with _text(stream, encoding) as text:
        first = text.readline(BLOCK)
        delimiter = max(DELIMITERS, key=first.count)
        text.seek(0)
        try:
            header = next(csv.reader(text, delimiter=delimiter), [])
        except csv.Error as error:
            raise Unreadable("Baris pertama tidak terbaca. Periksa tanda kutip yang tidak ditutup.") from error
    names = [re.sub(r"[\s\-]+", "_", name.strip().lower()) for name in header]
    known = [name for name in names if name in COLUMNS]
    if not known:
        raise Unreadable(f"Baris pertama bukan judul kolom. Judul yang dikenal: {', '.join(COLUMNS)}.")
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        raise Unreadable(f"Judul kolom ini ada dua kali: {', '.join(twice)}. Hapus salah satunya.")
    missing = [name for name in REQUIRED if name not in known]
    if not {"kode_kelurahan", "kelurahan"} & set(known):
        missing.append("kode_kelurahan atau kelurahan")
    if missing:
        raise Unreadable(f"Kolom ini belum ada: {', '.join(missing)}. Tambahkan judulnya di baris pertama.")
    layout = Layout(
        encoding=encoding,
        delimiter=delimiter,
        columns=tuple(name if name in COLUMNS else "" for name in names),
        unknown=tuple(name for name in names if name and name not in COLUMNS),
    )
    if next(read_rows(stream, layout), None) is None:
        raise Unreadable("Berkas ini hanya berisi judul kolom, belum ada baris pekerja.")
    return layout


def read_rows(stream: BinaryIO, layout: Layout) -> Iterator[RawRow]:
    """Every row that is not blank. Raises Unreadable where the quotes of the file never end."""
    with _text(stream, layout.encoding) as text:
        reader = csv.reader(text, delimiter=layout.delimiter)
        next(reader)
        number = 1
        try:
            for number, cells in enumerate(reader, start=2):
                if any(cell.strip() for cell in cells):
                    named = {name: _tidy(cell) for name, cell in zip(layout.columns, cells, strict=False) if name}
                    yield RawRow(number, named, len(cells))
        except csv.Error as error:
            raise Unreadable(
                f"Setelah baris {number} berkas tidak terbaca. Periksa tanda kutip yang tidak ditutup."
            ) from error


def survey(stream: BinaryIO, layout: Layout) -> Survey:
    """One reading of the whole file."""
    result = Survey()
    first_row: dict[int, int] = {}
    first_desil: dict[str, str] = {}
    for row in read_rows(stream, layout):
        result.rows += 1
        digits = nik.clean(row.cells.get("nik", ""))
        if re.fullmatch("[0-9]{16}", digits) and first_row.setdefault(int(digits), row.number) != row.number:
            result.niks.setdefault(digits, [first_row[int(digits)]]).append(row.number)
        family, desil = nik.clean(row.cells.get("no_kk", "")), row.cells.get("desil", "")
        if family and desil and first_desil.setdefault(family, desil) != desil:
            result.desils.setdefault(family, {first_desil[family]}).add(desil)
    return result


class _text:
    """The stream from its start as text; leaves the stream open."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        stream.seek(0)
        self.wrapper = io.TextIOWrapper(stream, encoding=encoding, newline="")

    def __enter__(self) -> io.TextIOWrapper:
        return self.wrapper

    def __exit__(self, *error: object) -> None:
        self.wrapper.detach()


def _tidy(cell: str) -> str:
    return " ".join(cell.split())


def _encoding(stream: BinaryIO) -> str:
    """UTF-8 where every byte agrees with it, else Windows-1252."""
    stream.seek(0)
    start = stream.read(4)
    if not start:
        raise Unreadable("Berkas ini kosong.")
    for signature, message in SIGNATURES.items():
        if start.startswith(signature):
            raise Unreadable(message)
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
