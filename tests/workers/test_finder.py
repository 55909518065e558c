"""The candidate rules of docs/cases.md ("Normaliser and blocking"), over one relation and between two."""

from datetime import date

import pytest
from django.db import connection
from psycopg2.sql import SQL, Literal

from tests.workers.test_names import DIFFERENT, SAME
from workers import finder

pytestmark = pytest.mark.django_db

SET_H = {
    "h1": ("Test Testowski", "L", "1955-09-04", "123123123"),
    "h2": ("Tesa Testowski", "P", "1957-10-10", "123123123"),
    "h3": ("Tescik Testowski", "L", "1996-12-12", "123123123"),
    "h4": ("Tessta Testowski", "P", "1997-07-07", "123123123"),
    "h5": ("Tessta Testowski", "P", "1997-07-07", "123123123"),
    "h6": ("Test Testowski", "L", "1955-09-04", "123123123"),
    "h7": ("Test Example", "L", "1997-08-08", "432125765"),
}
NIK, FAMILY, PHONE = "7371091708900001", "7371090101150001", "081242424242"


def relation(people):
    """Each of (key, nik, family card, name, birth date, sex, phone)."""
    rows = [
        SQL("SELECT {}::text, {}::text, {}::text, workers_normal_name({}), {}::date, {}::text, {}::text").format(
            *map(Literal, person)
        )
        for person in people
    ]
    columns = SQL("key, nik, family_card_number, normal_name, birth_on, sex, phone")
    return SQL("(SELECT * FROM ({}) people ({}))").format(SQL(" UNION ALL ").join(rows), columns)


def found(query):
    with connection.cursor() as cursor:
        cursor.execute(query.as_string(cursor.cursor))
        return {(row[0], row[1]): sorted(row[2]) for row in cursor.fetchall()}


def rules_between(one, other):
    """The rules that find this pair, the same in a file with itself, and in a file with the registry either way."""
    one, other = ("a", *one), ("b", *other)
    inside = found(finder.pairs_within(relation([one, other])))
    across = found(finder.pairs_between(relation([one]), relation([other])))
    back = found(finder.pairs_between(relation([other]), relation([one])))
    assert inside.get(("a", "b"), []) == across.get(("a", "b"), []) == back.get(("b", "a"), [])
    return across.get(("a", "b"), [])


def person(*, nik=NIK, family="", name="Muhammad Syamsuddin", born="1990-08-17", sex="L", phone=""):
    return (nik, family, name, date.fromisoformat(born), sex, phone)


def file(people):
    return relation(
        (key, f"73710917{number}{number}0001", "", name, date.fromisoformat(born), sex, phone)
        for number, (key, (name, sex, born, phone)) in enumerate(people.items(), start=11)
    )


def test_set_h_has_two_pairs_inside_the_file():  # AC-D1
    assert set(found(finder.pairs_within(file(SET_H)))) == {("h1", "h6"), ("h4", "h5")}


@pytest.mark.parametrize(
    "family",
    [
        {key: SET_H[key] for key in ("h1", "h2", "h3", "h4")},
        {
            "husband": ("Test Testowski", "L", "1955-09-07", "123123123"),
            "wife": ("Tesa Testowski", "P", "1955-09-05", "123123123"),
        },
    ],
)
def test_a_family_phone_or_a_near_birth_date_is_no_pair(family):  # AC-D2
    assert found(finder.pairs_within(file(family))) == {}


def test_set_h_against_the_registry():
    registered = {
        "r1": ("Test Testowski", "L", "1955-09-04", "123123123"),
        "r2": ("Test Example", "L", "1997-08-08", "432125765"),
        "r3": ("Tessta Testowski", "P", "1997-07-07", "123123123"),
        "r4": ("Tescik Testowski", "L", "1996-12-12", "666777888"),
    }
    known = relation(
        (key, f"73711117{number}{number}0003", "", name, date.fromisoformat(born), sex, phone)
        for number, (key, (name, sex, born, phone)) in enumerate(registered.items(), start=61)
    )

    assert set(found(finder.pairs_between(file(SET_H), known))) == {
        ("h1", "r1"),
        ("h3", "r4"),
        ("h4", "r3"),
        ("h5", "r3"),
        ("h6", "r1"),
        ("h7", "r2"),
    }


def test_nobody_is_compared_with_themselves():  # AC-D4
    people = relation([("a", *person()), ("b", *person(nik="7371091708900009", name="Fatimah", sex="P"))])

    assert found(finder.pairs_between(people, people)) == {}
    assert found(finder.pairs_within(people)) == {}


@pytest.mark.parametrize(
    ("nik", "expected"),
    [
        ("7371091708900002", ["nik"]),  # one digit
        ("8371091708900001", ["nik"]),
        ("7371091708900010", ["nik"]),  # two neighbours swapped
        ("3771091708900001", ["nik"]),
        ("7371091780900001", ["nik"]),
        ("7371091708900012", []),  # two digits
        ("7371091708909100", []),  # swapped, but no neighbours
    ],
)
def test_rule_1_near_nik(nik, expected):
    assert rules_between(person(), person(nik=nik, born="1985-03-02", name="Muh. Samsudin")) == expected


def test_an_equal_nik_is_the_same_row():
    assert rules_between(person(family=FAMILY, phone=PHONE), person(family=FAMILY, phone=PHONE)) == []


def test_rule_1_asks_for_an_alike_name_too():  # numbers of one day and kecamatan run on
    assert rules_between(person(), person(nik="7371091708900002", name="Baharuddin", born="1985-03-02")) == []


@pytest.mark.parametrize(
    ("born", "other_born", "expected"),
    [
        ("1990-03-04", "1990-03-04", ["birth"]),
        ("1990-03-04", "1990-04-03", ["birth"]),  # day and month taken for each other
        ("1990-03-03", "1990-03-03", ["birth"]),
        ("1990-03-17", "1990-03-17", ["birth"]),
        ("1990-03-04", "1990-03-05", []),
        ("1990-03-04", "1991-03-04", []),
    ],
)
def test_rule_2_birth_date_with_an_alike_name(born, other_born, expected):
    one = person(born=born, name="Sitti Aisyah")
    other = person(nik="7401010000000099", born=other_born, name="St. Aisah")

    assert rules_between(one, other) == expected


@pytest.mark.parametrize(("one", "other", "likeness"), SAME + DIFFERENT)
def test_set_k_by_rule_2_and_never_five_years_apart(one, other, likeness):  # AC-D34
    first, second = person(name=one), person(nik="7401010000000099", name=other)

    assert rules_between(first, second) == (["birth"] if likeness >= 0.45 else [])
    assert rules_between(first, (*second[:3], date(1995, 8, 17), *second[4:])) == []


@pytest.mark.parametrize(
    ("born", "crowd", "expected"),
    [
        ("1990-07-01", 3, {("a", "b"), ("a", "c"), ("b", "c")}),
        ("1990-07-01", 2, {("a", "b")}),
        ("1990-01-07", 2, {("a", "b"), ("a", "c"), ("b", "c")}),
        ("1990-01-07", 1, {("a", "b")}),  # day and month taken for each other
    ],
)
def test_in_a_crowd_with_one_birth_date_names_must_begin_alike(monkeypatch, born, crowd, expected):
    people = {
        "a": ("Kamarudin", "L", born, ""),
        "b": ("Kamaruddin", "L", "1990-07-01", ""),
        "c": ("Samaruddin", "L", "1990-07-01", ""),
    }
    monkeypatch.setattr(finder, "CROWD", crowd)

    assert set(found(finder.pairs_within(file(people)))) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("Smith", "2011-11-11", "L"), ("Smiht", "2011-11-01", "L"), ["family"]),  # AC-D13
        (("John Smith", "2011-11-11", "L"), ("John Smith", "2014-11-01", "L"), ["family"]),  # AC-D11, o9
        (("John Smith", "2011-11-11", "L"), ("Janet Smith", "2011-12-01", "P"), []),  # AC-D14
        (("Ramli", "1990-03-20", "L"), ("Hasan", "1990-04-20", "L"), ["family"]),  # 31 days
        (("Ramli", "1990-03-20", "L"), ("Hasan", "1990-04-21", "L"), []),
        (("Hasan", "1990-03-20", "L"), ("Husain", "1990-03-20", "L"), ["family"]),  # AC-D35
    ],
)
def test_rule_3_family_card(one, other, expected):
    rows = [
        person(nik=nik, family=family, name=name, born=born, sex=sex)
        for nik, family, (name, born, sex) in (
            (NIK, "7371090101150001", one),
            ("7401010000000099", "7371090101150001", other),
        )
    ]
    without = [(row[0], "", *row[2:]) for row in rows]

    assert rules_between(*rows) == expected
    assert rules_between(*without) == []  # what a file without family cards misses (AC-D11, AC-D13)


@pytest.mark.parametrize(
    ("name", "born", "sex", "phone", "expected"),
    [
        ("Muh. Samsudin", "1991-12-31", "L", "081242424242", ["phone"]),
        ("Muh. Samsudin", "1989-01-01", "L", "081242424242", ["phone"]),
        ("Muh. Samsudin", "1992-01-01", "L", "081242424242", []),
        ("Muh. Samsudin", "1991-12-31", "P", "081242424242", []),
        ("Baharuddin", "1991-12-31", "L", "081242424242", []),
        ("Muh. Samsudin", "1991-12-31", "L", "", []),
    ],
)
def test_rule_4_phone(name, born, sex, phone, expected):
    other = person(nik="7401010000000099", name=name, born=born, sex=sex, phone=phone)

    assert rules_between(person(phone="081242424242"), other) == expected


def test_what_agrees_is_told_with_the_pair():
    one = ("a", *person(family="7371090101150001", phone="081242424242"))
    other = ("b", *person(nik="7401010000000099", family="7371090101150001", phone="081242424242"))
    with connection.cursor() as cursor:
        cursor.execute(finder.pairs_within(relation([one, other])).as_string(cursor.cursor))
        rows = cursor.fetchall()

    assert rows == [("a", "b", ["birth", "family", "phone"], 1.0, ["birth_on", "sex", "family_card_number", "phone"])]
