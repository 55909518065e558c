"""What the sixteen digits of a NIK say (rules N1 to N5). No database.

A NIK is never reissued (N4a): what disagrees with the declared birth date or sex is a question, not a refusal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from regions.codes import place_of
from workers.enums import Sex

LENGTH = 16
FEMALE_DAY = 40  # rule N2: a woman's day is 41 to 71
SEPARATORS = str.maketrans("", "", " .-'’`\u00a0\t")
EXCEL_ROUNDED = re.compile(r"[0-9]([.,][0-9]+)?[eE]\+?[0-9]{1,2}")


class State(StrEnum):
    EMPTY = "empty"
    PARTIAL = "partial"
    OK = "ok"
    BAD = "bad"


class Severity(StrEnum):
    """`reject`: no NIK at all. `block_overridable`: stops until an officer has seen evidence. `warn`: a question."""

    REJECT = "reject"
    BLOCK = "block_overridable"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class NikReading:
    """For comparing with the card, never for filling in fields."""

    digits: str
    state: State
    message: str = ""
    birth_on: date | None = None
    sex: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class NikFinding:
    severity: Severity
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.severity}:{self.code}"


def clean(raw: str) -> str:
    """Without the spaces, dots, dashes and apostrophes that people and spreadsheets put between the digits."""
    return raw.translate(SEPARATORS)


def mask(nik: str) -> str:
    """7371 09•• •••• 0001: birth date and sex stay hidden."""
    return f"{nik[:4]} {nik[4:6]}•• •••• {nik[-4:]}"


def read_nik(raw: str, *, today: date) -> NikReading:
    """What the digits alone tell. The century is a guess: the youngest person who is born by today."""
    digits = clean(raw)
    if not digits:
        return NikReading(digits, State.EMPTY)
    flaw = _flaw(raw, digits)
    if flaw is not None:
        partial = flaw.code == "length" and len(digits) < LENGTH
        return NikReading(digits, State.PARTIAL if partial else State.BAD, flaw.message)
    births = [day for day in _births(digits) if day <= today]
    if not births:
        return NikReading(digits, State.BAD, _invalid_date(digits).message)
    return NikReading(
        digits,
        State.OK,
        birth_on=max(births),
        sex=_sex(digits),
        place=place_of(digits[:6]) or "Kode wilayah tidak dikenal",
    )


def check_nik(raw: str, *, birth_on: date | None, sex: str) -> tuple[NikFinding, ...]:
    """Every finding about a NIK beside what the person declares; empty when all agrees.

    The century comes from the declared birth date (rule N5). `birth_on` None or `sex` "": not compared.
    """
    digits = clean(raw)
    flaw = _flaw(raw, digits)
    if flaw is not None:
        return (flaw,)
    findings = []
    if not place_of(digits[:6]):
        findings.append(
            _warn("unknown_region", f"Kode wilayah {digits[:6]} pada NIK tidak dikenal. Cocokkan dengan KTP.")
        )
    if not _births(digits):
        findings.append(_invalid_date(digits))
    else:
        if birth_on is not None and f"{birth_on:%d%m%y}" != _birth_digits(digits):
            findings.append(_warn("birth_mismatch", "Tanggal lahir berbeda dari NIK. Cocokkan dengan KTP."))
        if sex and sex != _sex(digits):
            findings.append(_warn("sex_mismatch", "Jenis kelamin berbeda dari NIK. Cocokkan dengan KTP."))
    if digits.endswith("0000"):
        findings.append(
            _warn("sequence_0000", "Empat angka terakhir NIK 0000, biasanya bukan NIK asli. Cocokkan dengan KTP.")
        )
    return tuple(findings)


def _flaw(raw: str, digits: str) -> NikFinding | None:
    if not digits:
        return _reject("empty", "NIK belum diisi. Lihat 16 angka di bagian atas KTP.")
    if EXCEL_ROUNDED.fullmatch(raw.strip()):
        return _reject(
            "excel_rounded",
            "NIK sudah dibulatkan oleh Excel. Atur kolom NIK menjadi Teks, lalu isi lagi dari sumber aslinya.",
        )
    if not re.fullmatch("[0-9]+", digits):
        return _reject("not_digits", "NIK hanya berisi angka. Hapus huruf atau tanda lain.")
    if len(digits) < LENGTH:
        return _reject("length", f"NIK baru {len(digits)} angka, kurang {LENGTH - len(digits)} lagi.")
    if len(digits) > LENGTH:
        return _reject("length", f"NIK yang diisi {len(digits)} angka. NIK selalu {LENGTH} angka.")
    return None


def _reject(code: str, message: str) -> NikFinding:
    return NikFinding(Severity.REJECT, code, message)


def _warn(code: str, message: str) -> NikFinding:
    return NikFinding(Severity.WARN, code, message)


def _invalid_date(digits: str) -> NikFinding:
    return NikFinding(
        Severity.BLOCK,
        "invalid_date",
        f"Angka ke-7 sampai ke-12 pada NIK ({digits[6:12]}) bukan tanggal lahir yang benar. Cocokkan lagi dengan KTP.",
    )


def _sex(digits: str) -> str:
    return Sex.FEMALE if int(digits[6:8]) > FEMALE_DAY else Sex.MALE


def _birth_digits(digits: str) -> str:
    return f"{int(digits[6:8]) % FEMALE_DAY:02d}{digits[8:12]}"


def _births(digits: str) -> list[date]:
    """The birth dates that these digits can mean, one for each century; none for a day such as 38, 72 or 85."""
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    if day > FEMALE_DAY:
        day -= FEMALE_DAY
    births = []
    for century in (1900, 2000):
        try:
            births.append(date(century + year, month, day))
        except ValueError:
            continue
    return births
