"""How well the finder of double registrations finds: precision and recall on invented people with planted doubles."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import connection, transaction
from psycopg2.extras import execute_values
from psycopg2.sql import SQL, Composable

from monitoring.demo.people import name_parts
from workers import finder

GROUPS = ("makassar", "bugis", "muslim")
KECAMATAN = tuple(f"7371{number:02d}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
SPELLINGS = (
    ("Muhammad", "Muh."),
    ("Abdul ", "Abd. "),
    ("Siti", "Sitti"),
    ("dd", "d"),
    ("u", "oe"),
    ("j", "dj"),
    ("s", "sy"),
    ("z", "s"),
    ("i", "y"),
)


@dataclass(frozen=True, slots=True)
class Person:
    nik: str
    family: str
    name: str
    birth_on: date
    sex: str
    phone: str


@dataclass(frozen=True, slots=True)
class Quality:
    """`found` and `planted` by kind of noise; `pairs` are all that the finder gave, also of strangers."""

    people: int
    pairs: int
    planted: dict[str, int]
    found: dict[str, int]

    @property
    def recall(self) -> float:
        return sum(self.found.values()) / sum(self.planted.values())

    @property
    def precision(self) -> float:
        return sum(self.found.values()) / self.pairs


class Planter:
    """The same seed makes the same people: families with serial numbers as they are given out, some born as twins."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 (nothing here is secret)
        self.parts = name_parts()
        self.serials: Counter[str] = Counter()
        self.families = 0

    def people(self, count: int) -> list[Person]:
        people: list[Person] = []
        while len(people) < count:
            people += self._family()
        return people[:count]

    def _family(self) -> Iterator[Person]:
        self.families += 1
        kecamatan = self.rng.choice(KECAMATAN)
        card = f"{kecamatan}0101{self.families // 10_000:02d}{self.families % 10_000:04d}"
        twin_of = None
        for _ in range(self.rng.choice((1, 1, 2, 3))):
            person = self._person(kecamatan, card)
            if twin_of is not None and self.rng.random() < 0.02:
                nik = self._nik(kecamatan, twin_of.birth_on, person.sex)
                person = replace(person, birth_on=twin_of.birth_on, nik=nik)
            yield person
            twin_of = person

    def _person(self, kecamatan: str, card: str) -> Person:
        sex = self.rng.choice("LP")
        born = date(2009, 1, 1) - timedelta(days=int(self.rng.triangular(0, 48 * 365, 20 * 365)))
        phone = f"0812{self.rng.randrange(10**8):08d}" if self.rng.random() < 0.7 else ""
        return Person(self._nik(kecamatan, born, sex), card, self._name(sex), born, sex, phone)

    def _nik(self, kecamatan: str, born: date, sex: str) -> str:
        start = f"{kecamatan}{born.day + 40 * (sex == 'P'):02d}{born:%m%y}"
        self.serials[start] += 1
        return f"{start}{self.serials[start]:04d}"

    def _name(self, sex: str) -> str:
        letter, group = "M" if sex == "L" else "F", self.rng.choice(GROUPS)
        second = "bugis" if group == "bugis" else "muslim"
        words = [self._part("first", letter, group), self._part("second", letter, second)]
        if group == "makassar" and self.rng.random() < 0.3:
            words += ["Dg.", self._part("daeng", letter, "makassar")]
        return " ".join(dict.fromkeys(words))

    def _part(self, *kind: str) -> str:
        weights = self.parts[kind]
        return self.rng.choices(list(weights), list(weights.values()))[0]

    # what happens to a person who is registered a second time

    def digit(self, person: Person) -> Person:
        place = self.rng.randrange(16)
        other = str((int(person.nik[place]) + self.rng.randint(1, 9)) % 10)
        return replace(person, nik=person.nik[:place] + other + person.nik[place + 1 :], family="", phone="")

    def neighbours(self, person: Person) -> Person:
        places = [place for place in range(15) if person.nik[place] != person.nik[place + 1]]
        place = self.rng.choice(places)
        nik = person.nik[:place] + person.nik[place + 1] + person.nik[place] + person.nik[place + 2 :]
        return replace(person, nik=nik, family="", phone="")

    def spelling(self, person: Person) -> Person:
        fits = [(old, new) for old, new in SPELLINGS if old in person.name] or [("a", "ah")]
        name = person.name
        for old, new in self.rng.sample(fits, min(len(fits), 2)):
            name = name.replace(old, new, 1)
        return replace(self._elsewhere(person), name=name, family="", phone="")

    def typing(self, person: Person) -> Person:
        """A letter left out, and half of the time a word as well."""
        words = person.name.split()
        if len(words) > 1 and self.rng.random() < 0.5:
            words.pop(self.rng.randrange(len(words)))
        name = " ".join(words)
        place = self.rng.randrange(len(name))
        return replace(self._elsewhere(person), name=name[:place] + name[place + 1 :], family="", phone="")

    def day_and_month(self, person: Person) -> Person:
        born = person.birth_on.replace(day=self.rng.randint(1, 12))
        swapped = date(born.year, born.day, born.month)
        return replace(self.spelling(person), birth_on=swapped)

    def family(self, person: Person) -> Person:
        born = person.birth_on + timedelta(days=self.rng.randint(200, 1500))
        return replace(self.spelling(person), birth_on=born, family=person.family)

    def phone(self, person: Person) -> Person:
        born = person.birth_on.replace(day=1, month=1)
        return replace(self.spelling(person), birth_on=born, phone=person.phone or "081200000000")

    def nothing_left(self, person: Person) -> Person:
        """Another number, another birth date, no family card, no phone: only the name."""
        return replace(self.spelling(person), birth_on=person.birth_on + timedelta(days=self.rng.randint(200, 1500)))

    def _elsewhere(self, person: Person) -> Person:
        return replace(person, nik=f"7306{person.nik[4:12]}{self.rng.randrange(5000, 9999):04d}")


KINDS: dict[str, tuple[int, Callable[[Planter, Person], Person]]] = {  # with their share of a hundred
    "nik_digit": (20, Planter.digit),
    "nik_neighbours": (10, Planter.neighbours),
    "spelling": (20, Planter.spelling),
    "typing": (10, Planter.typing),
    "day_and_month": (15, Planter.day_and_month),
    "family_card": (12, Planter.family),
    "phone": (10, Planter.phone),
    "name_only": (3, Planter.nothing_left),
}


def measure(*, people: int, doubles: int, seed: int = 1) -> Quality:
    """Plants so many doubles among so many people and looks for pairs inside the whole. Leaves nothing behind."""
    planter = Planter(seed)
    rows = planter.people(people)
    kinds = planter.rng.choices(list(KINDS), [share for share, _ in KINDS.values()], k=doubles)
    chosen = planter.rng.sample(range(people), doubles)
    truth: dict[tuple[int, int], str] = {}
    for kind, original in zip(kinds, chosen, strict=True):
        double = KINDS[kind][1](planter, rows[original])
        if kind == "phone":
            rows[original] = replace(rows[original], phone=double.phone)
        if kind == "day_and_month":
            born = double.birth_on
            rows[original] = replace(rows[original], birth_on=date(born.year, born.day, born.month))
        truth[original, len(rows)] = kind
        rows.append(double)
    pairs = _pairs_of(rows)
    found = Counter(truth[pair] for pair in pairs if pair in truth)
    return Quality(people, len(pairs), dict(Counter(kinds)), {kind: found[kind] for kind in KINDS})


def _pairs_of(rows: list[Person]) -> list[tuple[int, int]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "CREATE TEMPORARY TABLE planted (key int, nik text, family_card_number text, name text, birth_on date,"
            " sex text, phone text, normal_name text GENERATED ALWAYS AS (workers_normal_name(name)) STORED)"
            " ON COMMIT DROP"
        )
        people = [
            (key, row.nik, row.family, row.name, row.birth_on, row.sex, row.phone) for key, row in enumerate(rows)
        ]
        execute_values(cursor.cursor, "INSERT INTO planted VALUES %s", people)
        cursor.execute("ANALYZE planted")
        cursor.execute(_ONE_AND_OTHER.format(finder.pairs_within(SQL("planted"))).as_string(cursor.cursor))
        pairs = cursor.fetchall()
        cursor.execute("DROP TABLE planted")
    return pairs


_ONE_AND_OTHER: Composable = SQL("SELECT one, other FROM ({}) pairs")
