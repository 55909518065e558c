"""Batch lines to the bytes BPJS Ketenagakerjaan takes, and the bytes it returns to answers. No database.

The column names of its collective file are not public (rules.md section 5), so COLUMNS and REPLY_COLUMNS are ours
and unconfirmed. COLUMNS are version 1 of the file that leaves; the city's versions are rows (models.ExportTemplate).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.exports import csv_file, workbook_file
from casework.tables import read_table
from enrollment.enums import PARTICIPANT_NUMBER, USUAL_PARTICIPANT_NUMBER_LENGTH, ColumnFormat, ExportFormat
from workers.nik import clean, mask

# heading of the file that leaves, key of the line's frozen facts
COLUMNS = (
    ("nomor_kelompok", "batch"),
    ("baris", "line"),
    ("nik", "nik"),
    ("nama", "name"),
    ("tempat_lahir", "birth_place"),
    ("tanggal_lahir", "birth_on"),
    ("jenis_kelamin", "sex"),
    ("nama_ibu_kandung", "mother_name"),
    ("alamat", "address"),
    ("rt", "rt"),
    ("rw", "rw"),
    ("kelurahan", "kelurahan"),
    ("nomor_hp", "phone"),
    ("pekerjaan", "occupation"),
    ("tempat_kerja", "workplace"),
    ("jam_kerja", "work_hours"),
    ("pendapatan", "income"),
    ("program", "programs"),
    ("pembayar", "payer"),
    ("bulan_pertama", "start_month"),
    ("iuran_per_bulan", "monthly_amount"),
    ("jenis", "kind"),
    ("alasan_keluar", "reason"),
    ("nomor_peserta", "participant_number"),
)
FIELD_OF = dict(COLUMNS)  # what a column may hold: the word that pages show and take, and the key
WORD_OF = {key: word for word, key in COLUMNS}
NIK, NUMBER, START, ANSWERED, REJECTION = REPLY_COLUMNS = (
    "nik",
    "nomor_peserta",
    "mulai_perlindungan",
    "tanggal_jawaban",
    "alasan_penolakan",
)
REPLY_EXAMPLE = (
    ("7371090000000000", "26110000001", "01-12-2026", "25-11-2026", ""),
    ("7371090000000001", "", "", "25-11-2026", "Sudah peserta penerima upah"),
    ("7371090000000002", "26030000001", "", "25-11-2026", ""),
)
LARGEST_REPLY = 5 * 1024 * 1024  # bytes
LONGEST_REJECTION = 200  # characters
LONGEST_VALUE = 60  # characters of a finding's value


@dataclass(frozen=True, slots=True)
class Finding:
    """One line that could not be taken as it stands. `row` counts as a spreadsheet does, the header being row 1."""

    row: int
    code: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """One answer: a participant number with the start of cover (none of who leaves), or a reason for rejection."""

    row: int
    nik: str
    answered_on: date
    participant_number: str = ""
    cover_start: date | None = None
    rejection: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    lines: tuple[ReplyLine, ...]
    findings: tuple[Finding, ...]


def write_batch(
    lines: Iterable[Mapping[str, Any]], columns: list[dict[str, str]], how: ExportFormat
) -> Iterator[bytes]:
    """The file as a version of its template has it, from the facts frozen at the lock (AC-B19).

    No cell is a formula (AC-I26). A CSV is written row by row, a workbook at once.
    """
    header = [column["header"] for column in columns]
    rows = ([_written(line[column["field"]], column["format"]) for column in columns] for line in lines)
    if how == ExportFormat.CSV:
        return (row.encode() for row in csv_file(header, rows))
    return iter(workbook_file(header, rows, sheet="Kelompok"))


def _written(value: Any, how: str) -> Any:
    if value is None:
        return ""
    if how == ColumnFormat.UPPER:
        return str(value).upper()
    if how and (day := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", str(value))):
        return "-".join(day.groups()[::-1]) if how == ColumnFormat.DAY_FIRST else "".join(day.groups())
    return value


def write_reply_example() -> Iterator[str]:
    """What a reply looks like, for whoever has to make one."""
    return csv_file(REPLY_COLUMNS, REPLY_EXAMPLE)


def read_reply(content: bytes) -> Reply:
    """Every line that can be read, and one finding for each that cannot; a bad line never stops the file.

    Lines that share a NIK are all findings, since no one can tell which is meant (AC-R10). Raises Refused when the
    whole file cannot be read.
    """
    table = read_table(content, columns=REPLY_COLUMNS, needed=REPLY_COLUMNS, example="berkas jawaban")
    rows = list(table)
    lines: list[ReplyLine] = []
    findings: list[Finding] = []
    niks = Counter(_nik(cells) for _, cells in rows)
    for row, cells in rows:
        trouble = _trouble(row, cells, niks)
        if trouble:
            findings.append(trouble)
        else:
            lines.append(
                ReplyLine(
                    row,
                    _nik(cells),
                    _date(cells[ANSWERED]),
                    cells[NUMBER],
                    _date(cells[START]) if cells[START] else None,
                    cells[REJECTION],
                )
            )
    return Reply(tuple(lines), tuple(findings))


def second_look(line: ReplyLine) -> list[Finding]:
    """What is taken over all the same, but should be compared with the card (rule N9)."""
    if len(line.participant_number) == USUAL_PARTICIPANT_NUMBER_LENGTH:
        return []
    message = f"Diterima. Nomor peserta {len(line.participant_number)} angka, biasanya 11. Cocokkan dengan kartu."
    return [Finding(line.row, "participant_number_length", line.participant_number, message)]


def _trouble(row: int, cells: dict[str, str], niks: Counter[str]) -> Finding | None:
    nik, number, start, rejection = _nik(cells), cells[NUMBER], cells[START], cells[REJECTION]
    checks = (
        (
            not re.fullmatch(r"[0-9]{16}", nik),
            "nik_form",
            nik,
            "NIK harus 16 angka. Atur kolomnya sebagai teks, lalu isi lagi.",
        ),
        (
            niks[nik] > 1,
            "nik_twice",
            mask(nik),
            f"NIK ini ada di {niks[nik]} baris. Sisakan satu baris, lalu kirim lagi.",
        ),  # AC-R10
        (
            _date(cells[ANSWERED]) is None,
            "answer_date_form",
            cells[ANSWERED],
            "Isi tanggal jawaban seperti 25-11-2026.",
        ),
        (
            not number and not rejection,
            "no_answer",
            "",
            "Isi nomor peserta dan mulai perlindungan, atau alasan penolakan.",
        ),
        (
            bool(number or start) and bool(rejection),
            "both_answers",
            rejection,
            "Baris ini diterima sekaligus ditolak. Isi salah satu saja.",
        ),
        (
            bool(number) and not PARTICIPANT_NUMBER.fullmatch(number),
            "participant_number_form",
            number,
            "Nomor peserta berisi angka saja, biasanya 11 angka.",
        ),
        (
            bool(start) and _date(start) is None,
            "cover_start_form",
            start,
            "Isi mulai perlindungan seperti 01-12-2026.",
        ),
        (
            len(rejection) > LONGEST_REJECTION,
            "rejection_too_long",
            rejection,
            f"Ringkas alasan penolakan sampai {LONGEST_REJECTION} huruf.",
        ),
    )
    for against, code, value, message in checks:
        if against:
            return Finding(row, code, value[:LONGEST_VALUE], message)
    return None


def _nik(cells: dict[str, str]) -> str:
    return clean(cells[NIK])


def _date(text: str) -> date | None:
    """Day, month and year in this order, or ISO; None when it is neither or no day of the calendar."""
    day_first = re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", text)
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    try:
        if day_first:
            return date(int(day_first[3]), int(day_first[2]), int(day_first[1]))
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError:
        return None
    return None
