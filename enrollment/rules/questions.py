"""Whom a hospital asks about: by number, by name with the full birth date, or by both, which then must fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from enrollment.enums import NIK_LENGTH, PARTICIPANT_NUMBER
from workers.nik import clean

BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Question:
    number: str = ""  # a NIK or participant number
    name: str = ""
    birth_on: date | None = None

    @classmethod
    def typed(cls, number: str, name: str = "", birth_on: date | None = None) -> Question:
        return cls(clean(number), " ".join(name.replace(BETWEEN, " ").split()), birth_on)

    @classmethod
    def read(cls, text: str) -> Question:
        """The twin of str()."""
        number, name, born = [*text.split(BETWEEN), "", ""][:3]
        return cls(number, name, date.fromisoformat(born) if born else None)

    def __str__(self) -> str:
        """As an answer keeps it: a number alone is only that number."""
        if not self.name and self.birth_on is None:
            return self.number
        return BETWEEN.join([self.number, self.name, self.birth_on.isoformat() if self.birth_on else ""])


def against(question: Question) -> Iterator[tuple[bool, str, str, str]]:
    """What makes a question unanswerable. A NIK has 16 digits; anything far from that is a participant number (N9)."""
    number = question.number
    remedy = "Lihat bagian atas KTP, atau pakai nomor peserta di kartu."
    nothing = str(question) == ""
    yield (
        nothing,
        "no_key",
        "Isi NIK atau nomor peserta.",
        "Lihat bagian atas KTP atau kartu peserta. Tanpa nomor, isi nama dan tanggal lahir.",
    )  # AC-P26
    digits = number.isascii() and number.isdecimal()
    yield number != "" and not digits, "not_digits", "Isi NIK atau nomor peserta dengan angka saja.", remedy
    known = len(number) == NIK_LENGTH or PARTICIPANT_NUMBER.fullmatch(number) is not None
    yield digits and not known, "nik_length", f"NIK harus 16 angka. Yang diisi {len(number)} angka.", remedy
    by_name = number == "" and not nothing
    yield (
        by_name and question.birth_on is None,
        "birth_missing",
        "Nama saja tidak cukup untuk mencari orang.",
        "Isi juga tanggal lahirnya, lengkap.",
    )
    yield (
        by_name and question.name == "",
        "name_missing",
        "Tanggal lahir saja tidak cukup untuk mencari orang.",
        "Isi juga namanya, seperti di KTP.",
    )
