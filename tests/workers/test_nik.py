import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.enums import Sex
from workers.nik import Severity, State, check_nik, mask, read_nik

EXAMPLES = json.loads((Path(__file__).parents[1] / "data" / "worked_examples.json").read_text())["identity_examples"]
SEX = {"M": Sex.MALE, "F": Sex.FEMALE}
TODAY = date(2026, 11, 24)


def nik_of(birth_on: date, sex: str, *, region: str = "737109", serial: int = 1) -> str:
    return f"{region}{birth_on.day + (40 if sex == Sex.FEMALE else 0):02d}{birth_on:%m%y}{serial:04d}"


births = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)
sexes = st.sampled_from(Sex.values)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_identity_examples(example):
    findings = check_nik(example["nik"], birth_on=date.fromisoformat(example["birth"]), sex=SEX[example["sex"]])

    assert ([str(finding) for finding in findings] or ["ok"]) == [example["expected"]]


@pytest.mark.parametrize(
    ("raw", "state", "message"),
    [
        ("", State.EMPTY, ""),
        (" - ", State.EMPTY, ""),
        ("73710917089", State.PARTIAL, "NIK baru 11 angka, kurang 5 lagi."),
        ("73710917089000011", State.BAD, "NIK yang diisi 17 angka. NIK selalu 16 angka."),
        ("737109170890OOO1", State.BAD, "NIK hanya berisi angka. Hapus huruf atau tanda lain."),
        ("٧٣٧١٠٩١٧٠٨٩٠٠٠٠١", State.BAD, "NIK hanya berisi angka. Hapus huruf atau tanda lain."),
        (
            "7371093802900001",
            State.BAD,
            "Angka ke-7 sampai ke-12 pada NIK (380290) bukan tanggal lahir yang benar. Cocokkan lagi dengan KTP.",
        ),
    ],
)
def test_what_cannot_be_read_says_why(raw, state, message):
    reading = read_nik(raw, today=TODAY)

    assert (reading.state, reading.message, reading.birth_on, reading.sex) == (state, message, None, "")


@pytest.mark.parametrize(
    "raw", ["7371.0917.0890.0001", "'7371091708900001", "7371 0917 0890 0001", "7371091708900001\t"]
)
def test_separators_and_apostrophes_are_read_over(raw):  # AC-I20
    reading = read_nik(raw, today=TODAY)

    assert (reading.digits, reading.birth_on, reading.sex, reading.place) == (
        "7371091708900001",
        date(1990, 8, 17),
        Sex.MALE,
        "Panakkukang, Kota Makassar",
    )


@pytest.mark.parametrize("raw", ["7.37101E+15", "7,37109E+15", "7E15", "7.37109170890001e+15"])
def test_a_nik_that_excel_rounded_is_named_as_such(raw):  # AC-I19
    (finding,) = check_nik(raw, birth_on=None, sex="")

    assert str(finding) == "reject:excel_rounded"
    assert read_nik(raw, today=TODAY).state == State.BAD


def test_05_is_not_always_1905():
    assert read_nik("7371091708050001", today=TODAY).birth_on == date(2005, 8, 17)
    assert check_nik("7371091708050001", birth_on=date(1905, 8, 17), sex=Sex.MALE) == ()
    assert check_nik("7371091708050001", birth_on=date(2005, 8, 17), sex=Sex.MALE) == ()  # rule N5


def test_a_birth_later_this_year_was_a_hundred_years_ago():
    assert read_nik("7371092411260001", today=TODAY).birth_on == TODAY
    assert read_nik("7371092511260001", today=TODAY).birth_on == date(1926, 11, 25)


def test_29_february_exists_in_leap_years_only():
    assert read_nik("7371092902000001", today=TODAY).birth_on == date(2000, 2, 29)
    assert read_nik("7371092902010001", today=TODAY).state == State.BAD


@pytest.mark.parametrize("day", [0, *range(32, 41), *range(72, 100)])
def test_other_days_than_1_to_31_and_41_to_71_are_no_dates(day):
    nik = f"737109{day:02d}01900001"

    assert [str(finding) for finding in check_nik(nik, birth_on=None, sex="")] == ["block_overridable:invalid_date"]
    assert read_nik(nik, today=TODAY).state == State.BAD


def test_an_unknown_region_is_a_warning():  # rule N3
    findings = check_nik("9999991708900001", birth_on=date(1990, 8, 17), sex=Sex.MALE)

    assert [str(finding) for finding in findings] == ["warn:unknown_region"]
    assert read_nik("9999991708900001", today=TODAY).place == "Kode wilayah tidak dikenal"


def test_all_that_disagrees_is_listed():  # AC-I22
    findings = check_nik("9999994101810000", birth_on=date(1981, 5, 3), sex=Sex.MALE)

    assert [finding.code for finding in findings] == [
        "unknown_region",
        "birth_mismatch",
        "sex_mismatch",
        "sequence_0000",
    ]


def test_mask_hides_birth_date_and_sex():
    assert mask("7371091708900001") == "7371 09•• •••• 0001"


@given(births, sexes)
def test_a_nik_made_from_a_birth_date_and_sex_agrees_with_them(birth_on, sex):
    nik = nik_of(birth_on, sex)
    reading = read_nik(nik, today=TODAY)

    assert check_nik(nik, birth_on=birth_on, sex=sex) == ()
    assert reading.sex == sex
    assert f"{reading.birth_on:%d%m%y}" == f"{birth_on:%d%m%y}"
    assert TODAY - timedelta(days=36_525) < reading.birth_on <= TODAY


@given(births, births, sexes)
def test_another_birth_date_is_asked_about_exactly_when_its_digits_differ(birth_on, declared, sex):
    codes = [finding.code for finding in check_nik(nik_of(birth_on, sex), birth_on=declared, sex=sex)]

    assert codes == ["birth_mismatch"] * (f"{birth_on:%d%m%y}" != f"{declared:%d%m%y}")


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(raw):
    reading = read_nik(raw, today=TODAY)
    findings = check_nik(raw, birth_on=None, sex="")

    assert (reading.state == State.OK) == (reading.birth_on is not None)
    assert (reading.state == State.OK) == ({finding.severity for finding in findings} <= {Severity.WARN})
