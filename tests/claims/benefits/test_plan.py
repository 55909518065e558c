from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import benefits
from claims.benefits import Child, Facts
from claims.enums import Cause, Outcome, SchoolLevel

DAY = date(2026, 11, 30)
SCHEDULE = benefits.schedule_on(DAY)


def plan(**facts) -> list[tuple]:
    asked = Facts(**{"event_on": DAY, "base": 1_000_000} | facts)
    return [(part.on, part.amount, part.until) for part in benefits.payment_plan(asked, SCHEDULE)]


def test_rest_is_asked_for_when_each_month_is_over():
    assert plan(rest_months=4, rest_days=15) == [
        (date(2026, 12, 30), 1_000_000, None),
        (date(2027, 1, 30), 1_000_000, None),
        (date(2027, 2, 28), 1_000_000, None),  # a shorter month
        (date(2027, 3, 30), 1_000_000, None),
        (date(2027, 4, 14), 500_000, None),
    ]


def test_from_the_13th_month_half():
    assert [amount for _, amount, _ in plan(rest_months=13)] == [1_000_000] * 12 + [500_000]


def test_nothing_is_paid_for_rest_after_another_cause():
    assert plan(rest_months=2, cause=Cause.OTHER) == []


def test_each_school_year_is_asked_for_anew():  # rule 7.4
    children = (Child(((SchoolLevel.SMA, 1), (SchoolLevel.PT, 5)), birth_on=date(2008, 1, 1)),)

    assert plan(outcome=Outcome.DECEASED, children=children) == [
        (date(2026, 7, 1), 3_000_000, date(2030, 6, 30)),  # can be made up for in the three years after it
        (date(2027, 7, 1), 12_000_000, date(2031, 6, 30)),
        (date(2028, 7, 1), 12_000_000, date(2032, 6, 30)),
        (date(2029, 7, 1), 12_000_000, date(2033, 6, 30)),
        (date(2030, 7, 1), 12_000_000, date(2034, 6, 30)),  # 23 before the next begins
    ]


def test_only_two_children_have_school_years():
    children = tuple(Child(((level, 1),)) for level in (SchoolLevel.SD, SchoolLevel.PT, SchoolLevel.SMA))

    assert [amount for _, amount, _ in plan(outcome=Outcome.DECEASED, children=children)] == [12_000_000, 3_000_000]


@pytest.mark.parametrize("facts", [{"outcome": Outcome.RECOVERED}, {"outcome": Outcome.DECEASED, "cause": Cause.OTHER}])
def test_without_a_right_to_scholarships_there_are_no_school_years(facts):
    assert plan(children=(Child(((SchoolLevel.SD, 1),)),), **facts) == []


def test_a_version_without_figures_has_no_plan():
    facts = Facts(event_on=date(2019, 7, 5), outcome=Outcome.DECEASED, children=(Child(((SchoolLevel.SD, 1),)),))

    assert benefits.payment_plan(facts, benefits.schedule_on(facts.event_on)) == ()


def test_each_part_has_a_key_of_its_own_that_other_facts_leave():
    children = (Child(((SchoolLevel.SMA, 1),)), Child(((SchoolLevel.PT, 1),)))
    asked = Facts(event_on=DAY, base=1_000_000, rest_months=2, rest_days=3, outcome=Outcome.DECEASED, children=children)

    parts = [(part.key, part.kind, part.what) for part in benefits.payment_plan(asked, SCHEDULE)]
    assert parts == [
        ("school-1-2026", "school", "Beasiswa SMA, anak ke-1, tahun ajaran 2026/2027"),
        ("school-2-2026", "school", "Beasiswa Perguruan tinggi atau pelatihan, anak ke-2, tahun ajaran 2026/2027"),
        ("rest-1", "rest", "STMB bulan ke-1"),
        ("rest-2", "rest", "STMB bulan ke-2"),
        ("rest-3-days", "rest", "STMB 3 hari terakhir"),
    ]


@given(
    months=st.integers(0, 30),
    days=st.integers(0, 60),
    base=st.sampled_from([1_000_000, 1_600_000, 2_950_000]),
    children=st.lists(
        st.builds(
            Child,
            st.sets(st.sampled_from(SchoolLevel)).map(lambda levels: tuple((lv, 2) for lv in levels)),
            birth_on=st.dates(date(2003, 11, 1), date(2026, 11, 1)),
        ),
        max_size=3,
    ).map(tuple),
)
def test_the_plan_adds_up_to_the_lines(months, days, base, children):
    facts = Facts(
        event_on=DAY, base=base, rest_months=months, rest_days=days, outcome=Outcome.TOTAL_PERMANENT, children=children
    )
    lines = benefits.estimate_benefits(facts, SCHEDULE).lines
    periodic = sum(line.amount for line in lines if line.rule in ("B2", "B3", "7.4"))

    assert sum(part.amount for part in benefits.payment_plan(facts, SCHEDULE)) == periodic


@pytest.mark.parametrize(
    ("level", "years", "remaining"),
    [
        (SchoolLevel.SMA, 2, ((SchoolLevel.SMA, 2), (SchoolLevel.PT, 5))),
        (SchoolLevel.SMP, None, ((SchoolLevel.SMP, 3), (SchoolLevel.SMA, 3), (SchoolLevel.PT, 5))),
        (SchoolLevel.PT, 1, ((SchoolLevel.PT, 1),)),
    ],
)
def test_later_levels_follow_in_full(level, years, remaining):
    assert benefits.levels_from(level, years, SCHEDULE) == remaining
