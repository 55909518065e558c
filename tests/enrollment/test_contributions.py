import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import rules
from enrollment.enums import Package, Payer
from enrollment.rules.contributions import BRACKETS
from workers.enums import Sector

EXAMPLES = json.loads((Path(__file__).parents[1] / "data" / "worked_examples.json").read_text())["examples"]
ARREARS_WINDOW = "C21"  # rule T4: not a contribution of one month
CONTRIBUTIONS = [
    example
    for example in EXAMPLES
    if example["kind"] == "contribution" and example["use_as_test"] and example["id"] != ARREARS_WINDOW
]
months = st.dates(date(2025, 1, 1), date(2028, 12, 1)).map(lambda day: day.replace(day=1))


def expected_by_the_portal(example: dict) -> int:
    asked = example["input"]
    base = rules.income_base(asked["declared_income"]) if "declared_income" in asked else asked.get("base", 1_000_000)
    contribution = rules.monthly_contribution(
        Package.JKK_JKM_JHT,
        payer=asked["payer"],
        sector=asked.get("sector", Sector.OTHER),
        month=date.fromisoformat(f"{asked.get('month', '2026-06')}-01"),
        base=base,
    )
    programs = asked.get("programs") or asked["package"].split("_")
    each = sum(line.amount for line in contribution.lines if line.program in programs)
    return each * asked.get("workers", 1) * asked.get("months", asked.get("arrears_months", 1))


@pytest.mark.parametrize("example", CONTRIBUTIONS, ids=lambda example: example["id"])
def test_worked_examples(example):
    assert expected_by_the_portal(example) == example["expected_rupiah"]


def test_all_contribution_examples_are_asked():
    assert [example["id"] for example in CONTRIBUTIONS] == [
        *("C01", "C02", "C03", "C04", "C06", "C08", "C09", "C11"),
        *("C13", "C14", "C15", "C16", "C17", "C18", "C20"),
    ]


def test_each_line_says_where_it_comes_from():
    contribution = rules.monthly_contribution(
        Package.JKK_JKM_JHT, payer=Payer.SELF, sector=Sector.TRANSPORT, month=date(2026, 1, 1)
    )

    assert [asdict(line) for line in contribution.lines] == [
        {
            "program": "JKK",
            "name": "Jaminan Kecelakaan Kerja",
            "amount": 5_000,
            "formula": "1% × Rp1.000.000 × 50%",
            "article": "PP 44/2015 (jo. PP 82/2019, PP 49/2023) Lampiran II; PP 50/2025 Pasal 4 ayat (1)",
            "confirmed": True,
        },
        {
            "program": "JKM",
            "name": "Jaminan Kematian",
            "amount": 3_400,
            "formula": "tetap Rp6.800 × 50%",
            "article": "PP 44/2015 (jo. PP 82/2019, PP 49/2023); PP 50/2025 Pasal 4 ayat (1)",
            "confirmed": True,
        },
        {
            "program": "JHT",
            "name": "Jaminan Hari Tua",
            "amount": 20_000,
            "formula": "2% × Rp1.000.000",
            "article": "PP 46/2015 jo. PP 60/2015, Lampiran",
            "confirmed": True,
        },
    ]
    assert contribution.total == 28_400


@pytest.mark.parametrize(
    ("sector", "first", "last"),
    [
        (Sector.TRANSPORT, date(2026, 1, 1), date(2027, 3, 1)),  # rule D2
        (Sector.OTHER, date(2026, 4, 1), date(2026, 12, 1)),  # rule D3
    ],
)
@given(month=months)
def test_the_discount_has_a_first_and_a_last_month(sector, first, last, month):
    total = rules.monthly_contribution(Package.JKK_JKM, payer=Payer.SELF, sector=sector, month=month).total

    assert total == (8_400 if first <= month <= last else 16_800)


@given(
    package=st.sampled_from(Package),
    payer=st.sampled_from([Payer.APBD, Payer.APBN]),
    sector=st.sampled_from(Sector),
    month=months,
)
def test_city_and_state_never_get_the_discount(package, payer, sector, month):  # rule D4
    contribution = rules.monthly_contribution(package, payer=payer, sector=sector, month=month)

    assert contribution.total == {"JKK_JKM": 16_800, "JKK_JKM_JHT": 36_800}[package]  # rule P8
    assert contribution.confirmed


def test_an_unconfirmed_bracket_makes_its_amounts_unconfirmed():  # rule P7
    contribution = rules.monthly_contribution(
        Package.JKK_JKM_JHT, payer=Payer.APBD, sector=Sector.OTHER, month=date(2026, 6, 1), base=1_600_000
    )

    assert [line.confirmed for line in contribution.lines] == [False, True, False]
    assert not contribution.confirmed


def test_the_formula_meets_every_printed_row():
    for row in BRACKETS:
        jkk, _, jht = rules.monthly_contribution(
            Package.JKK_JKM_JHT, payer=Payer.APBD, sector=Sector.OTHER, month=date(2026, 6, 1), base=row["base"]
        ).lines
        assert (jkk.amount, jht.amount) == (row["jkk"], row["jht"])


def test_an_income_is_no_base():
    with pytest.raises(ValueError, match="1500000 is not a base"):
        rules.monthly_contribution(
            Package.JKK_JKM, payer=Payer.APBD, sector=Sector.OTHER, month=date(2026, 6, 1), base=1_500_000
        )


@pytest.mark.parametrize(
    ("income", "base"),
    [
        (0, 1_000_000),
        (1_099_500, 1_000_000),
        (1_100_000, 1_200_000),
        (20_199_999, 19_700_000),
        (20_200_000, 20_700_000),
    ],
)
def test_an_income_falls_into_one_bracket(income, base):
    assert rules.income_base(income) == base
