"""Rows of named cells to people, or to every fault of a row in words that say how to mend it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from workers import nik
from workers.enums import AGE_LIMIT, MAXIMUM_DESIL, Sex
from workers.registry_file.headers import COLUMNS, fold
from workers.registry_file.reading import Layout

SEXES = {
    **dict.fromkeys(("l", "lk", "laki", "lakilaki", "laki2", "pria", "m"), Sex.MALE),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita", "w", "f"), Sex.FEMALE),
}
YEAR_LAST = re.compile(r"([0-9]+)[-/. ]([0-9]+)[-/. ]([0-9]+)")
YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[ T]00:00(?::00)?)?")
RUPIAH = re.compile(r"(?:rp\.?\s*)?([0-9]{1,9}|[0-9]{1,3}(?:\.[0-9]{3}){1,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """A kelurahan. `code` is the official dotted one; spellings are other ways to write the two names."""

    code: str
    name: str
    kecamatan: str
    spellings: tuple[str, ...] = ()
    kecamatan_spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work with its everyday names."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file. `number` is the spreadsheet's."""

    number: int
    cells: dict[str, str]
    width: int


@dataclass(slots=True)
class Survey:
    """What only the whole file can tell: how many rows, which NIKs come twice, which families have two desils."""

    rows: int = 0
    niks: dict[str, list[int]] = field(default_factory=dict)  # only those that come more than once
    desils: dict[str, set[str]] = field(default_factory=dict)  # only families with more than one


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one row. `refuses` is False for a question to a row that is accepted."""

    row: int
    column: str
    code: str
    value: str
    message: str
    refuses: bool = True


@dataclass(frozen=True, slots=True)
class RegistryRow:
    """One person, ready for the registry; codes are those of Place and Kind."""

    number: int
    nik: str
    family_card_number: str
    name: str
    sex: str
    birth_place: str
    birth_on: date
    address: str
    rt: str
    rw: str
    kelurahan: str
    occupation: str
    income: int | None
    desil: int | None
    phone: str


class Vocabulary:
    """The places and kinds of work that a file may name."""

    def __init__(self, places: Iterable[Place], kinds: Iterable[Kind]) -> None:
        self.by_code: dict[str, Place] = {}
        self.by_name: dict[str, list[Place]] = defaultdict(list)
        self.kecamatan_of: dict[str, frozenset[str]] = {}
        self.names_of: dict[str, frozenset[str]] = {}
        for place in places:
            self.by_code[place.code.replace(".", "")] = place
            self.names_of[place.code] = frozenset(map(fold, (place.name, *place.spellings)))
            self.kecamatan_of[place.code] = frozenset(map(fold, (place.kecamatan, *place.kecamatan_spellings)))
            for name in self.names_of[place.code]:
                self.by_name[name].append(place)
        kinds = list(kinds)
        self.kind_names = {fold(kind.name): kind for kind in kinds}
        self.kind_aliases: dict[str, list[Kind]] = defaultdict(list)
        for kind in kinds:
            for alias in {fold(alias) for alias in kind.aliases} - {fold(kind.name)}:
                self.kind_aliases[alias].append(kind)


def name_cells(rows: Iterable[tuple[int, int, Sequence[str]]]) -> Iterator[RawRow]:
    """The rows that are not blank."""
    for number, width, cells in rows:
        if any(cells):
            yield RawRow(number, {name: " ".join(c.split()) for name, c in zip(COLUMNS, cells, strict=True)}, width)


def survey(rows: Iterable[RawRow]) -> Survey:
    """One reading of the whole file."""
    result = Survey()
    first_row: dict[int, int] = {}
    first_desil: dict[str, str] = {}
    for row in rows:
        result.rows += 1
        digits = nik.clean(row.cells.get("nik", ""))
        if re.fullmatch("[0-9]{16}", digits) and first_row.setdefault(int(digits), row.number) != row.number:
            result.niks.setdefault(digits, [first_row[int(digits)]]).append(row.number)
        family, desil = nik.clean(row.cells.get("no_kk", "")), row.cells.get("desil", "")
        if family and desil and first_desil.setdefault(family, desil) != desil:
            result.desils.setdefault(family, {first_desil[family]}).add(desil)
    return result


def check_row(
    row: RawRow,
    *,
    layout: Layout,
    vocabulary: Vocabulary,
    whole: Survey,
    posting: str,
    on: date,
    born_after: date,
) -> tuple[RegistryRow | None, list[Finding]]:
    """The person of one row, or None with every fault of it (AC-I25).

    `posting` is the region code the file was uploaded for; `born_after` the last birth date that is too old (E2).
    """
    return _Check(row, vocabulary).run(layout=layout, whole=whole, posting=posting, on=on, born_after=born_after)


def read_date(text: str) -> date:
    """Day, month, year, or a year of four digits first. Raises ValueError with what is wrong, in Indonesian."""
    example = "Tulis seperti 17-08-1990."
    if year_first := YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, year_first.groups())
    elif year_last := YEAR_LAST.fullmatch(text):
        if len(year_last[3]) != 4:
            raise ValueError(f"Tahun “{year_last[3]}” bukan empat angka. {example}")
        day, month, year = map(int, year_last.groups())
    elif re.fullmatch(r"[-+]?[0-9]+([.,][0-9]+)?", text):
        raise ValueError(f"“{text}” hanya angka, bukan tanggal. {example}")
    else:
        raise ValueError(f"“{text[:40]}” bukan tanggal. {example}")
    if not 1 <= day <= 31:
        raise ValueError(f"Tanggal {day} tidak ada dalam satu bulan pun. {example}")
    if not 1 <= month <= 12:
        raise ValueError(f"Bulan {month} tidak ada. Tulis tanggal dulu, lalu bulan, lalu tahun.")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{day:02d}-{month:02d}-{year} tidak ada di kalender. Cocokkan dengan KTP.") from None


def read_phone(text: str) -> str:
    """One stored form, 08…. Raises ValueError."""
    digits = re.sub(r"[\s.\-()]", "", text)
    digits = re.sub(r"^(\+?62|0)?8", "08", digits)
    if not re.fullmatch("08[0-9]{8,11}", digits):
        raise ValueError("Nomor HP harus diawali 08 dan berisi 10 sampai 13 angka. Contoh: 0812 3456 7890.")
    return digits


class _Check:
    """One row under check. Faults are collected, never raised, so that all of them are told at once."""

    def __init__(self, row: RawRow, vocabulary: Vocabulary) -> None:
        self.row = row
        self.vocabulary = vocabulary
        self.findings: list[Finding] = []

    def cell(self, column: str) -> str:
        return self.row.cells.get(column, "")

    def find(self, column: str, code: str, message: str, *, refuses: bool = True) -> None:
        self.findings.append(Finding(self.row.number, column, code, self.cell(column)[:200], message[:300], refuses))

    def run(
        self, *, layout: Layout, whole: Survey, posting: str, on: date, born_after: date
    ) -> tuple[RegistryRow | None, list[Finding]]:
        if self.row.width != len(layout.header):
            self.find(
                "",
                "wrong_width",
                f"Baris ini {self.row.width} kolom, judulnya {len(layout.header)}. Periksa tanda pemisah dan kutip.",
            )
        birth_on = self.birth_on(on, born_after)
        sex = self.sex()
        person = RegistryRow(
            number=self.row.number,
            nik=self.nik(whole, birth_on, sex),
            family_card_number=self.family_card_number(),
            name=self.text("nama", 150, required="Nama belum diisi. Tulis nama lengkap seperti di KTP."),
            sex=sex,
            birth_place=self.text("tempat_lahir", 80),
            birth_on=birth_on or date.min,
            address=self.text("alamat", 200),
            rt=self.neighbourhood("rt"),
            rw=self.neighbourhood("rw"),
            kelurahan=self.kelurahan(posting),
            occupation=self.occupation(),
            income=self.income(),
            desil=self.desil(whole),
            phone=self.phone(),
        )
        refused = any(finding.refuses for finding in self.findings)
        return (None if refused else person), self.findings

    def text(self, column: str, size: int, *, required: str = "") -> str:
        value = self.cell(column)
        if not value and required:
            self.find(column, "required", required)
        if len(value) > size:
            self.find(column, "too_long", f"Isian ini {len(value)} huruf, paling panjang {size}. Singkatkan.")
        return value

    def nik(self, whole: Survey, birth_on: date | None, sex: str) -> str:
        for finding in nik.check_nik(self.cell("nik"), birth_on=birth_on, sex=sex):
            match finding.severity:
                case nik.Severity.WARN:
                    message = f"{finding.message} Baris ini tetap diterima."
                    self.find("nik", f"nik_{finding.code}", message, refuses=False)
                case nik.Severity.BLOCK:
                    message = f"{finding.message} Bila KTP memang begitu, daftarkan lewat halaman dengan bukti."
                    self.find("nik", f"nik_{finding.code}", message)
                case nik.Severity.REJECT:
                    self.find("nik", f"nik_{finding.code}", finding.message)
        digits = nik.clean(self.cell("nik"))
        others = [str(number) for number in whole.niks.get(digits, []) if number != self.row.number]
        if others:
            listed = ", ".join(others[:5])
            self.find("nik", "nik_twice", f"NIK ini juga ada di baris {listed}. Sisakan satu baris yang benar.")
        return digits

    def family_card_number(self) -> str:
        value = self.cell("no_kk")
        digits = nik.clean(value)
        if nik.EXCEL_ROUNDED.fullmatch(value):
            message = "Nomor KK sudah dibulatkan oleh Excel. Atur kolomnya menjadi Teks, lalu isi lagi dari sumbernya."
            self.find("no_kk", "family_card_excel_rounded", message)
        elif digits and not re.fullmatch("[0-9]{16}", digits):
            message = "Nomor KK harus 16 angka. Cocokkan dengan Kartu Keluarga, atau kosongkan."
            self.find("no_kk", "family_card_number", message)
        return digits

    def sex(self) -> str:
        value = self.cell("jenis_kelamin")
        sex = SEXES.get(fold(value), "")
        if not sex:
            said = f"“{value[:20]}” tidak dikenal." if value else "Jenis kelamin belum diisi."
            self.find("jenis_kelamin", "sex", f"{said} Tulis L atau P.")
        return sex

    def birth_on(self, on: date, born_after: date) -> date | None:
        value = self.cell("tanggal_lahir")
        if not value:
            self.find("tanggal_lahir", "birth_missing", "Tanggal lahir belum diisi. Tulis seperti 17-08-1990.")
            return None
        try:
            birth_on = read_date(value)
        except ValueError as error:
            self.find("tanggal_lahir", "birth_date", str(error))
            return None
        if birth_on > on:
            self.find("tanggal_lahir", "born_in_future", "Tanggal lahir belum terjadi. Cocokkan dengan KTP.")
        elif birth_on.year < 1900:
            self.find("tanggal_lahir", "birth_date", f"Tahun {birth_on.year} terlalu lama. Cocokkan dengan KTP.")
        elif birth_on <= born_after:
            message = (
                f"Usia sudah {AGE_LIMIT} tahun, tidak dapat lagi didaftarkan menjadi peserta. "
                "Bila sudah peserta sejak sebelumnya, daftarkan lewat halaman."
            )
            self.find("tanggal_lahir", "too_old", message)
        return birth_on

    def neighbourhood(self, column: str) -> str:
        value = self.cell(column)
        digits = re.sub(rf"^{column}\s*\.?\s*", "", value, flags=re.IGNORECASE)
        if value and not re.fullmatch("[0-9]{1,3}", digits):
            self.find(
                column, column, f"{column.upper()} paling banyak tiga angka, seperti 004. Perbaiki atau kosongkan."
            )
        return digits.zfill(3) if digits else ""

    def kelurahan(self, posting: str) -> str:
        place = self.place_by_code() if self.cell("kode_kelurahan") else self.place_by_name()
        if place is None:
            return ""
        if not place.code.startswith(posting):
            column = "kode_kelurahan" if self.cell("kode_kelurahan") else "kelurahan"
            self.find(
                column,
                "out_of_scope",
                f"{place.name}, {place.kecamatan} di luar wilayah berkas ini. Kirim baris ini ke petugas wilayah itu.",
            )
        return place.code

    def place_by_code(self) -> Place | None:
        """The code decides; names beside it must be those of the code, for one of the two is wrong (AC-I17)."""
        place = self.vocabulary.by_code.get(self.cell("kode_kelurahan").replace(".", ""))
        if place is None:
            message = "Kode kelurahan ini tidak ada di Kota Makassar. Lihat kode Kemendagri, seperti 7371141002."
            self.find("kode_kelurahan", "place_unknown", message)
            return None
        names, kecamatan = self.vocabulary.names_of[place.code], self.vocabulary.kecamatan_of[place.code]
        for column, fitting in (("kelurahan", names), ("kecamatan", kecamatan)):
            if self.cell(column) and fold(self.cell(column)) not in fitting:
                message = (
                    f"Kode kelurahan di baris ini milik {place.name}, Kecamatan {place.kecamatan}. Perbaiki salah satu."
                )
                self.find(column, "place_mismatch", message)
        return place

    def place_by_name(self) -> Place | None:
        name, kecamatan = self.cell("kelurahan"), self.cell("kecamatan")
        if not name:
            self.find("kode_kelurahan", "place_missing", "Kelurahan belum diisi. Isi kode kelurahan atau namanya.")
            return None
        named = self.vocabulary.by_name.get(fold(name), [])
        if not named:
            near = get_close_matches(fold(name), self.vocabulary.by_name, n=1, cutoff=0.8)
            hint = f"Apakah maksudnya {self.vocabulary.by_name[near[0]][0].name}?" if near else "Periksa ejaannya."
            self.find("kelurahan", "place_unknown", f"Kelurahan ini tidak ada di Kota Makassar. {hint}")
            return None
        fitting = [p for p in named if not kecamatan or fold(kecamatan) in self.vocabulary.kecamatan_of[p.code]]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            where = " dan ".join(place.kecamatan for place in fitting)
            message = f"Kelurahan dengan nama ini ada di {where}. Isi kode kelurahan."
            self.find("kelurahan", "place_ambiguous", message)
        else:
            where = " dan ".join(place.kecamatan for place in named)
            message = (
                f"{named[0].name} ada di Kecamatan {where}, bukan di kecamatan yang tertulis. Perbaiki salah satu."
            )
            self.find("kecamatan", "place_mismatch", message)
        return None

    def occupation(self) -> str:
        value = self.cell("pekerjaan")
        if not value:
            self.find("pekerjaan", "required", "Pekerjaan belum diisi. Tulis nama pekerjaannya.")
            return ""
        known = self.vocabulary.kind_names.get(fold(value))
        kinds = [known] if known else self.vocabulary.kind_aliases.get(fold(value), [])
        if len(kinds) == 1:
            return kinds[0].code
        if kinds:
            names = " atau ".join(kind.name for kind in kinds)
            self.find("pekerjaan", "occupation_ambiguous", f"Pekerjaan ini bisa berarti {names}. Tulis yang mana.")
        else:
            near = get_close_matches(fold(value), self.vocabulary.kind_names, n=1, cutoff=0.7)
            hint = f"Apakah maksudnya {self.vocabulary.kind_names[near[0]].name}?" if near else "Periksa ejaannya."
            self.find("pekerjaan", "occupation_unknown", f"Pekerjaan ini tidak ada dalam daftar. {hint}")
        return ""

    def income(self) -> int | None:
        value = self.cell("pendapatan")
        if not value:
            return None
        amount = RUPIAH.fullmatch(value)
        if amount is None:
            self.find("pendapatan", "income", "Tulis pendapatan sebulan dalam rupiah tanpa sen, seperti 1300000.")
            return None
        return int(amount[1].replace(".", ""))

    def desil(self, whole: Survey) -> int | None:
        value = self.cell("desil")
        if not value:
            return None
        if not re.fullmatch("[0-9]{1,2}", value) or not 1 <= int(value) <= MAXIMUM_DESIL:
            self.find("desil", "desil", f"Desil adalah angka 1 sampai {MAXIMUM_DESIL}. Perbaiki atau kosongkan.")
            return None
        family = nik.clean(self.cell("no_kk"))
        if not family:
            message = "Desil dicatat per keluarga, tetapi nomor KK belum diisi. Isi nomor KK, atau kosongkan desil."
            self.find("desil", "family_card_missing", message)
        if family in whole.desils:
            told = ", ".join(sorted(whole.desils[family]))
            message = f"Keluarga ini tertulis dengan desil {told} dalam berkas yang sama. Samakan menurut DTSEN."
            self.find("desil", "desil_differs_in_file", message)
        return int(value)

    def phone(self) -> str:
        value = self.cell("no_hp")
        if not value:
            return ""
        try:
            return read_phone(value)
        except ValueError as error:
            self.find("no_hp", "phone", str(error))
            return ""
