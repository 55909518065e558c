"""The database reads cells as Python does: random text is put to both."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from workers import nik
from workers.registry_file import read_phone
from workers.registry_file.dates import read_date


def asked(function, *values):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(values))})", values)
        return cursor.fetchone()[0]


def of(read, text):
    """What Python reads; None for what it refuses."""
    try:
        return read(text)
    except ValueError:
        return None


DIGITS = st.text("0123456789", min_size=16, max_size=16)
DAY = st.integers(0, 99).map(lambda n: f"{n:02d}")
NIK = st.builds("737109{}{}{}0001".format, DAY, DAY, DAY)
CELL = st.text("0123456789 .-'/,eE+x\u00a0’`", max_size=20)
DATES = st.builds(
    "{}{}{}{}{}".format,
    st.integers(0, 2100),
    st.sampled_from("-/. "),
    st.integers(0, 40),
    st.sampled_from("-/. "),
    st.integers(0, 2100),
)


class Twins(TestCase):
    @given(CELL)
    def test_a_nik_without_separators(self, text):
        assert asked("workers_clean_nik", text) == nik.clean(text)

    @given(st.one_of(CELL, DIGITS).map(str.strip))
    def test_what_is_wrong_with_a_nik(self, text):
        digits = nik.clean(text)
        flaw = asked("workers_nik_flaw", text, digits)
        told = [finding.code for finding in nik.check_nik(text, birth_on=None, sex="") if finding.severity == "reject"]
        assert ([flaw.removeprefix("nik_")] if flaw else []) == told

    @given(NIK)
    def test_the_birth_date_in_a_nik(self, digits):
        codes = [finding.code for finding in nik.check_nik(digits, birth_on=None, sex="")]
        assert asked("workers_nik_has_birth", digits) == ("invalid_date" not in codes)

    @given(NIK, st.dates(date(1950, 1, 1), date(2010, 1, 1)))
    def test_the_birth_date_beside_a_nik(self, digits, birth_on):
        codes = [finding.code for finding in nik.check_nik(digits, birth_on=birth_on, sex="")]
        differs = asked("workers_nik_birth", digits) != f"{birth_on:%d%m%y}"
        assert (differs and asked("workers_nik_has_birth", digits)) == ("birth_mismatch" in codes)

    @given(st.one_of(DATES, CELL))
    def test_dates(self, text):
        text = " ".join(text.split())
        assert asked("workers_read_date", text) == of(read_date, text)

    @given(st.one_of(st.from_regex(r"(\+?62|0)?8[0-9 .-]{6,14}", fullmatch=True), CELL))
    def test_phones(self, text):
        text = " ".join(text.split())
        assert asked("workers_read_phone", text) == of(read_phone, text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("function", "text", "read"),
    [
        *[("workers_read_desil", text, 2) for text in ("2", "02", "D2", "d 2", "desil 2", "Desil: 2", "II", "ii")],
        *[("workers_read_desil", text, None) for text in ("", "0", "11", "dua", "2,0")],
        ("workers_read_desil", "X", 10),
        ("workers_read_rupiah", "1300000", 1_300_000),
        ("workers_read_rupiah", "Rp 1.300.000", 1_300_000),
        ("workers_read_rupiah", "12,242", None),  # AC-I13
        ("workers_without_titles", "H. ANDI AMBO", "ANDI AMBO"),
        ("workers_without_titles", "Drs. H. Muh. Yusuf, M.Si", "Muh. Yusuf"),
        ("workers_without_titles", "Hasnah", "Hasnah"),
        ("workers_without_titles", "Dr.", "Dr."),
        ("workers_tidy", " ANDI \u00a0 AMBO\t", "ANDI AMBO"),
    ],
)
def test_words_of_cells(function, text, read):
    assert asked(function, text) == read
