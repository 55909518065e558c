"""Invented people, shaped like the city: regions by population, names by custom, desil by family.

Nobody real can be among them. Every NIK ends in serial 0000, which no register gives out (rule N4), so each demo
person is the only one of a kecamatan code, birth date and sex. Every family card number has the date 00-00, and
phone numbers start with 0810, which no operator has.
"""

import csv
import random
import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from accounts.models import User
from regions import codes
from regions.models import Region, RegionLevel
from workers.enums import AGE_LIMIT, Employment, OccupationCategory, Sex
from workers.models import DesilRecord, Occupation, Worker

DATA = Path(__file__).parents[1] / "data"
ISLANDS = "73.71.15"
BEFORE_THE_SPLIT = "737108"  # rule N8: islanders' numbers are older than their kecamatan
SERIAL = "0000"
NEVER_ALONE = {"Abdul": "Rahman", "Abd.": "Rahim", "Muh.": "Yusuf", "St.": "Aminah"}  # half names, with the other half
FISHER = "NLP"

# What a register has to cope with, and how many families in a thousand have it.
ODDITIES = {
    "desil_unknown": 50,
    "desil_6": 45,
    "no_family_card": 15,
    "nik_elsewhere": 180,  # rule N3
    "birth_differs": 12,  # rule N4a
    "sex_differs": 6,
    "ktp_elsewhere": 30,  # rule E8
    "aged_64": 12,  # rule E2
    "aged_65": 12,
    "aged_16": 8,  # rule E6
    "wage_earner": 20,  # rule E9
    "civil_servant": 6,
    "no_kelurahan": 6,  # AC-P5
}
PLAIN = 1000 - sum(ODDITIES.values())
DESIL = {1: 22, 2: 28, 3: 26, 4: 16, 5: 5, 7: 2, 9: 1}
NAMES_OF = {"makassar": 34, "bugis": 32, "muslim": 17, "toraja": 9, "jawa": 5, "tionghoa": 3}
CATEGORIES = {OccupationCategory.INFORMAL: 84, OccupationCategory.RELIGIOUS: 9, OccupationCategory.COMMUNITY: 7}
OFFICES_OF = {"toraja": {"PDT", "GSM", "KST"}, "tionghoa": {"PKH", "PDB"}}  # kinds of religious work by names
MUSLIM_OFFICES = {"IMM", "MRB", "GNG", "MBG", "HFZ", "PMJ", "PSY"}
MENS_WORK = {"OJK", "BNT", "BCK", "PTE", "TRK", "NLP", "NLD", "BBG", "TBT", "BBM", "TPK", "TMB", "IMM", "MRB"}
WOMENS_WORK = {"KPS", "ART", "PGA", "CCI"}


@dataclass
class Family:
    """Workers of one family card, with what the DTSEN releases say of the family (rule S1)."""

    workers: list[Worker]
    desil: list[DesilRecord]
    oddity: str


class Population:
    """Makes families from one seed. The same seed on the same day makes the same rows."""

    def __init__(self, *, seed: int, today: date, release: str, earlier_release: str) -> None:
        self.rng = random.Random(seed)  # noqa: S311 (nothing here is secret)
        self.today = today
        self.releases = (earlier_release, release)
        self.received = (today - timedelta(days=150), today - timedelta(days=52))
        self.numbers: set[str] = set()
        self.cards = 0
        self.phones = 0
        self.kelurahan = defaultdict(list)
        for region in Region.objects.filter(level=RegionLevel.KELURAHAN):
            self.kelurahan[region.parent_id].append(region)
        self.residents = {code: count for code, count in _residents().items() if code in self.kelurahan}
        self.elsewhere = sorted(code for code in codes.names() if len(code) == 6 and not code.startswith("7371"))
        self.nearby = [code for code in self.elsewhere if code.startswith("73")]
        self.occupations = list(Occupation.objects.order_by("code"))
        self.parts = name_parts()

    def families(self, workers: int, *, registered_by: dict[str, User]) -> list[Family]:
        """So many workers. `registered_by` names the officer by kecamatan code, and "" the officer of the rest."""
        families, made = [], 0
        due = list(ODDITIES)  # each kind once, however few the families
        while made < workers:
            oddity = due.pop() if due else self._pick({**ODDITIES, "": PLAIN})
            family = self._family(oddity, most=workers - made, registered_by=registered_by)
            made += len(family.workers)
            families.append(family)
        return families

    def _family(self, oddity: str, *, most: int, registered_by: dict[str, User]) -> Family:
        kecamatan = self._pick(self.residents)
        home = self.rng.choice(self.kelurahan[kecamatan])
        by = registered_by.get(kecamatan, registered_by[""])
        shared = {
            "family_card_number": "" if oddity == "no_family_card" else self._card(kecamatan),
            "address": f"Lr. {self.rng.randint(1, 12)} No. {self.rng.randint(1, 180)}",
            "rt": f"{self.rng.randint(1, 9):03d}",
            "rw": f"{self.rng.randint(1, 12):03d}",
            "kelurahan": None if oddity == "no_kelurahan" else home,
            "registered_by": by,
            "registered_at": self._moment(),
        }
        group = self._pick(NAMES_OF)
        surname = self._part("family", "U", group) if group in ("toraja", "tionghoa") else ""
        sex = self._pick({Sex.MALE: 62, Sex.FEMALE: 38})
        head = self._worker(oddity, group, surname, sex=sex, kecamatan=kecamatan, shared=shared)
        workers = [head]
        if most > 1 and self.rng.random() < 0.38:
            other = Sex.FEMALE if sex == Sex.MALE else Sex.MALE
            workers.append(self._worker("", group, "", sex=other, kecamatan=kecamatan, shared=shared))
        if most > 2 and head.age_on(self.today) > 41 and self.rng.random() < 0.3:
            child = self._pick({Sex.MALE: 1, Sex.FEMALE: 1})
            workers.append(self._worker("child", group, surname, sex=child, kecamatan=kecamatan, shared=shared))
        return Family(workers, self._desil(oddity, shared, by), oddity)

    def _worker(self, oddity: str, group: str, surname: str, *, sex: str, kecamatan: str, shared: dict) -> Worker:
        nik, birth_on, place = self._identity(oddity, sex, kecamatan)
        employment = {"wage_earner": Employment.WAGE_EARNER, "civil_servant": Employment.CIVIL_SERVANT}
        return Worker(
            id=uuid.UUID(int=self.rng.getrandbits(128), version=4),
            nik=nik,
            name=self._name(group, surname, sex),
            birth_place=place,
            birth_on=birth_on,
            sex=sex,
            is_resident=oddity != "ktp_elsewhere",
            occupation=self._occupation(group, sex, kecamatan),
            employment=employment.get(oddity, Employment.INFORMAL),
            income=self.rng.choice([None, *range(500_000, 2_500_000, 50_000)]),
            phone=self._phone(),
            **shared,
        )

    def _identity(self, oddity: str, sex: str, kecamatan: str) -> tuple[str, date, str]:
        """A number that no other demo person has, the birth date, and the birth place."""
        prefix = BEFORE_THE_SPLIT if kecamatan == ISLANDS else kecamatan.replace(".", "")
        abroad = oddity in ("nik_elsewhere", "ktp_elsewhere")
        tries = 0
        while True:
            if abroad or tries > 40:  # the kecamatan is full: someone who came from elsewhere
                prefix = self.rng.choice(self.nearby if self.rng.random() < 0.8 else self.elsewhere)
            tries += 1
            birth_on = self._birth(oddity)
            said = birth_on + timedelta(days=self.rng.randint(1, 300)) if oddity == "birth_differs" else birth_on
            woman = (sex == Sex.FEMALE) != (oddity == "sex_differs")
            nik = f"{prefix}{said.day + 40 * woman:02d}{said:%m%y}{SERIAL}"
            if nik not in self.numbers:
                self.numbers.add(nik)
                return nik, birth_on, codes.names()[prefix[:4]].removeprefix("Kota ").removeprefix("Kabupaten ")

    def _birth(self, oddity: str) -> date:
        match oddity:
            case "aged_64":
                return _years_before(self.today, AGE_LIMIT) + timedelta(days=self.rng.randint(1, 300))
            case "aged_65":
                return _years_before(self.today, AGE_LIMIT) - timedelta(days=self.rng.randint(0, 1500))
            case "aged_16":
                return _years_before(self.today, 17) + timedelta(days=self.rng.randint(1, 300))
            case "child":
                return _years_before(self.today, 18) - timedelta(days=self.rng.randint(0, 6 * 365))
        return self.today - timedelta(days=round(self.rng.triangular(18.1, 63.5, 41) * 365.25))

    def _desil(self, oddity: str, shared: dict, by: User) -> list[DesilRecord]:
        """Two releases; in the newer one some families have moved (rule S3)."""
        card = shared["family_card_number"]
        if not card or oddity == "desil_unknown":
            return []
        earlier = self._pick(DESIL)
        moved = min(max(earlier + self._pick({-1: 8, 0: 84, 1: 8}), 1), 10)
        newest = 6 if oddity == "desil_6" else moved  # rule S6: some rise above the limit
        return [
            DesilRecord(
                family_card_number=card,
                release=release,
                desil=desil,
                received_on=on,
                source=f"Contoh DTSEN {release}",
                recorded_by=by,
                recorded_at=_midday(on),
            )
            for release, desil, on in zip(self.releases, (earlier, newest), self.received, strict=True)
        ]

    def _occupation(self, group: str, sex: str, kecamatan: str) -> Occupation:
        category = self._pick(CATEGORIES)
        offices = OFFICES_OF.get(group, MUSLIM_OFFICES)
        not_theirs = MENS_WORK if sex == Sex.FEMALE else WOMENS_WORK
        fits = [
            work
            for work in self.occupations
            if work.category == category
            and work.code not in not_theirs
            and (category != OccupationCategory.RELIGIOUS or work.code in offices)
        ]
        weights = [40 if kecamatan == ISLANDS and work.code == FISHER else 1 for work in fits]
        return self.rng.choices(fits, weights)[0]

    def _name(self, group: str, surname: str, sex: str) -> str:
        letter = "M" if sex == Sex.MALE else "F"
        words = [self._part("first", letter, group)]
        if group == "bugis" and self.rng.random() < 0.15:
            words.insert(0, "Andi")
        if surname:
            words.append(surname)
        elif self.rng.random() < 0.6:
            words.append(self._part("second", letter, group if group in ("bugis", "jawa") else "muslim"))
        elif words[-1] in NEVER_ALONE:
            words.append(NEVER_ALONE[words[-1]])
        if group == "makassar" and self.rng.random() < 0.2:
            words += ["Dg.", self._part("daeng", letter, "makassar")]
        return " ".join(dict.fromkeys(words))

    def _part(self, kind: str, letter: str, group: str) -> str:
        return self._pick(self.parts[kind, letter, group])

    def _card(self, kecamatan: str) -> str:
        self.cards += 1
        year, serial = divmod(self.cards, 10_000)
        return f"{kecamatan.replace('.', '')}0000{year:02d}{serial:04d}"

    def _phone(self) -> str:
        if self.rng.random() < 0.25:
            return ""
        self.phones += 1
        return f"0810{self.phones:08d}"

    def _moment(self) -> datetime:
        """Some working hour of the last eleven months; every third person came with the first lists."""
        first = 315 if self.rng.random() < 0.33 else 1
        day = self.today - timedelta(days=self.rng.randint(first, 345))
        return _midday(day) + timedelta(minutes=self.rng.randint(-210, 240))

    def _pick(self, weights: dict):
        return self.rng.choices(list(weights), list(weights.values()))[0]


def _midday(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)  # 12.00 WITA


def _years_before(day: date, years: int) -> date:
    """The birth date of someone who turns that old today; for 29 February the day after."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def _residents() -> dict[str, int]:
    """People by kecamatan in 2019, the only year that has all fifteen: good as proportions."""
    with (DATA / "population.csv").open(newline="") as file:
        return {row["code"]: int(row["population"]) for row in csv.DictReader(file) if row["year"] == "2019"}


def name_parts() -> dict[tuple[str, str, str], dict[str, int]]:
    parts = defaultdict(dict)
    with (DATA / "name_parts.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            parts[row["kind"], row["sex"], row["group"]][row["part"]] = int(row["weight"])
    return parts
