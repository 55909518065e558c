"""Whom a hospital asks about: by number, by name with the full birth date, or by both, which then must fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from enrollment.enums import CARD_NUMBER, NIK_LENGTH, PARTICIPANT_NUMBER
from workers.nik import clean

BETWEEN = "|"
YEAR_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Question:
    number: str = ""  # a NIK, participant number or card number
    name: str = ""
    birth_on: date | None = None
    birth_year: int | None = None  # at the emergency door, where the day is not known

    @classmethod
    def typed(
        cls, number: str, name: str = "", birth_on: date | None = None, birth_year: int | None = None
    ) -> Question:
        return cls(
            card_number(number) or clean(number), " ".join(name.replace(BETWEEN, " ").split()), birth_on, birth_year
        )

    @property
    def is_card(self) -> bool:
        return CARD_NUMBER.fullmatch(self.number) is not None

    @property
    def kind(self) -> str:
        """By what the person is meant without a number, for the trail: it keeps no name and no date."""
        return "name and birth year" if self.birth_year is not None else "name and birth date"

    @classmethod
    def read(cls, text: str) -> Question:
        """The twin of str()."""
        number, name, born = [*text.split(BETWEEN), "", ""][:3]
        if len(born) == YEAR_LENGTH:
            return cls(number, name, birth_year=int(born))
        return cls(number, name, date.fromisoformat(born) if born else None)

    def __str__(self) -> str:
        """As an answer keeps it: a number alone is only that number."""
        born = self.birth_on.isoformat() if self.birth_on else str(self.birth_year or "")
        if not self.name and not born:
            return self.number
        return BETWEEN.join([self.number, self.name, born])


TAKEN_FOR_ANOTHER = str.maketrans("OIL", "011")


def card_number(text: str) -> str:
    """A card's number as it is kept, "" when it is none: without spaces, in capitals, O read as 0, I and L as 1."""
    number = clean(text.strip()).upper().translate(TAKEN_FOR_ANOTHER)
    return number if CARD_NUMBER.fullmatch(number) else ""


def number_on_card(text: str) -> str:
    """The number that a card's QR code holds, "" when it is not a card's: ours, or the digits of a participant number.

    The one place that knows the form; a hand scanner and the camera type the same text into the same field.
    """
    number = clean(text.strip())
    return card_number(text) or (number if PARTICIPANT_NUMBER.fullmatch(number) else "")


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
    yield (
        number != "" and not digits and not question.is_card,
        "not_digits",
        "Isi NIK atau nomor peserta dengan angka saja.",
        remedy,
    )
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
