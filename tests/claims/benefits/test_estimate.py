import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import benefits
from claims.benefits import Child, Disability, Facts, HomeCare, Prosthesis, Trip
from claims.benefits.schedule import FILE
from claims.enums import Cause, Hand, Heir, Outcome, SchoolLevel, TransportMode

DAY = date(2026, 11, 22)
LAND, SEA, AIR = TransportMode.LAND, TransportMode.SEA, TransportMode.AIR


def estimate(**facts) -> benefits.Estimate:
    asked = Facts(**{"event_on": DAY, "base": 1_000_000} | facts)
    return benefits.estimate_benefits(asked, benefits.schedule_on(asked.event_on))


def amounts(**facts) -> list[tuple[str, int]]:
    return [(line.rule, line.amount) for line in estimate(**facts).lines]


def died(**facts) -> list[tuple[str, int]]:
    return amounts(**{"cause": Cause.OTHER, "outcome": Outcome.DECEASED} | facts)


# JKK


def test_a_line_carries_its_whole_origin():
    assert estimate(disabilities=(Disability("INDEX_L", loss_of_function=Decimal(50)),)).lines == (
        benefits.Line(
            program="JKK",
            item="Santunan cacat sebagian fungsi",
            rule="B5",
            formula="50% × 7% × 80 × Rp1.000.000",
            amount=2_800_000,
            article="PP 44/2015 Pasal 25 jo. PP 82/2019, Lampiran III",
            version="PP82_2019",
            confirmed=False,
            row="Telunjuk tangan kiri (INDEX_L)",
        ),
    )


def test_one_mode_has_one_cap_for_all_its_trips():  # AC-W20
    found = estimate(transport=(Trip(LAND, 3_000_000), Trip(LAND, 4_000_000)))

    assert [line.amount for line in found.lines] == [3_000_000, 4_000_000, -2_000_000]
    assert found.total == 5_000_000
    assert found.lines[2].item == "Di atas batas biaya pengangkutan darat/sungai/danau"


def test_a_lower_first_bill_leaves_more_of_the_cap():  # AC-W22
    assert amounts(transport=(Trip(LAND, 1_000_000), Trip(LAND, 4_000_000))) == [("B1", 1_000_000), ("B1", 4_000_000)]


def test_each_mode_is_capped_for_itself():  # rule B1
    found = estimate(transport=(Trip(SEA, 2_500_000), Trip(AIR, 9_000_000), Trip(LAND, 6_000_000)))

    assert [line.amount for line in found.lines] == [6_000_000, -1_000_000, 2_500_000, -500_000, 9_000_000]


def test_before_pp_82_2019_the_caps_were_lower():  # rule 7.2
    found = estimate(
        event_on=date(2019, 12, 1),
        transport=(Trip(LAND, 9_000_000), Trip(SEA, 9_000_000), Trip(AIR, 9_000_000)),
    )

    assert found.total == 1_000_000 + 1_500_000 + 2_500_000


def test_what_a_version_does_not_hold_is_told_not_guessed():
    found = estimate(event_on=date(2019, 12, 1), outcome=Outcome.DECEASED)

    assert [(line.rule, line.amount) for line in found.lines] == [("B7", 3_000_000)]  # only the funeral is known
    assert [note.is_gap for note in found.notes] == [True, True, False]
    assert not found.is_complete


@pytest.mark.parametrize(
    ("months", "days", "lines"),
    [
        (0, 10, [("B3", 333_333)]),
        (0, 20, [("B3", 666_667)]),  # a half and more is rounded up
        (2, 15, [("B2", 2_000_000), ("B3", 500_000)]),
        (12, 0, [("B2", 12_000_000)]),
        (13, 0, [("B2", 12_000_000), ("B2", 500_000)]),  # the 13th month at half
        (12, 15, [("B2", 12_000_000), ("B3", 250_000)]),
        (11, 45, [("B2", 11_000_000), ("B3", 1_000_000), ("B3", 250_000)]),  # 30 days of month 12, 15 of month 13
    ],
)
def test_rest(months, days, lines):  # rules B2, B3
    assert amounts(rest_months=months, rest_days=days) == lines


def test_part_months_are_unconfirmed_whole_ones_are_not():
    assert [line.confirmed for line in estimate(rest_months=1, rest_days=1).lines] == [True, False]


@pytest.mark.parametrize(
    ("code", "hand", "percent"),
    [
        ("ARM_R_SHOULDER", Hand.RIGHT, 40),
        ("ARM_L_SHOULDER", Hand.RIGHT, 35),
        ("ARM_R_SHOULDER", Hand.LEFT, 35),
        ("ARM_L_SHOULDER", Hand.LEFT, 40),
        ("INDEX_L_PHALANX1", Hand.LEFT, Decimal("4.5")),
        ("LEG_ONE_HIP", Hand.LEFT, 35),
        ("LEG_SHORT_LT5", Hand.LEFT, 10),
        ("HEARING_LOSS_BOTH_PER_10DB", Hand.LEFT, 6),
    ],
)
def test_a_left_handed_persons_sides_are_swapped(code, hand, percent):  # rule B12
    found = estimate(disabilities=(Disability(code),), dominant_hand=hand)

    assert found.total == percent * 80 * 10_000


def test_several_disabilities_end_at_70_percent():  # AC-W26, rule B13
    rows = ("ARM_R_SHOULDER", "LEG_SHORT_5_7_5", "FOOT_ONE_ANKLE")  # 40 + 20 + 25
    found = estimate(disabilities=tuple(Disability(row) for row in rows))

    assert [line.amount for line in found.lines] == [32_000_000, 16_000_000, 20_000_000, -12_000_000]
    assert found.total == 56_000_000
    assert (found.lines[3].rule, found.lines[3].confirmed) == ("B13", False)


def test_exactly_70_percent_is_no_excess():
    assert amounts(disabilities=(Disability("EYE_ONE"), Disability("EYE_ONE"))) == [("B4", 28_000_000)] * 2


@pytest.mark.parametrize(("percent", "total"), [(10, 8_000_000), (Decimal("12.5"), 10_000_000), (30, 24_000_000)])
def test_a_range_is_filled_by_the_doctor(percent, total):
    assert estimate(disabilities=(Disability("SCALP", percent=Decimal(percent)),)).total == total


@pytest.mark.parametrize("percent", [None, Decimal("9.9"), Decimal("30.1")])
def test_a_percentage_outside_the_range_gives_no_figure(percent):
    found = estimate(disabilities=(Disability("SCALP", percent=percent), Disability("SMELL")))

    assert [line.amount for line in found.lines] == [8_000_000]
    assert [(note.rule, note.is_gap) for note in found.notes] == [("B11", True)]


def test_a_row_that_the_table_does_not_hold_gives_no_figure():
    notes = estimate(disabilities=(Disability("TAIL"),)).notes

    assert [(note.rule, note.text) for note in notes] == [("B11", "Baris TAIL tidak ada pada tabel cacat.")]


def test_who_lives_on_after_another_cause_gets_nothing():
    assert amounts(cause=Cause.OTHER, outcome=Outcome.RECOVERED, transport=(Trip(LAND, 1),)) == []


def test_total_disability_pays_no_single_rows_beside_it():  # rule B6
    found = estimate(outcome=Outcome.TOTAL_PERMANENT, disabilities=(Disability("EYES_BOTH"),))

    assert [(line.amount, line.confirmed) for line in found.lines] == [(56_000_000, True), (12_000_000, False)]


def test_death_by_accident():  # rule B7
    assert amounts(outcome=Outcome.DECEASED, disabilities=(Disability("EYES_BOTH"),)) == [
        ("B7", 48_000_000),
        ("B7", 12_000_000),
        ("B7", 10_000_000),
    ]


@pytest.mark.parametrize(
    ("base", "lines"),
    [
        (400_000, [19_200_000, 800_000, 12_000_000, 10_000_000]),
        (416_666, [19_999_968, 32, 12_000_000, 10_000_000]),
        (416_667, [20_000_016, 12_000_000, 10_000_000]),
    ],
)
def test_the_least_death_benefit_is_a_line_of_its_own(base, lines):
    assert [line.amount for line in estimate(outcome=Outcome.DECEASED, base=base).lines] == lines


def test_two_participations_bury_once():  # AC-W19, rule M4
    lines = estimate(outcome=Outcome.DECEASED, segments=2).lines

    assert [line.amount for line in lines if line.item == "Biaya pemakaman"] == [10_000_000]
    assert sum(line.amount for line in lines) == 70_000_000


@pytest.mark.parametrize(
    ("care", "lines"),
    [
        ([(24_000_000, 8, None)], [24_000_000, -4_000_000]),
        ([(15_000_000, 6, DAY), (15_000_000, 6, date(2027, 5, 22))], [15_000_000, 15_000_000, -10_000_000]),
        ([(15_000_000, 6, DAY), (15_000_000, 6, date(2027, 11, 22))], [15_000_000, 15_000_000]),
        ([(15_000_000, 6, DAY), (15_000_000, 6, date(2027, 11, 21))], [15_000_000, 15_000_000, -10_000_000]),
        ([(26_000_000, 13, None)], [26_000_000, -2_000_000, -4_000_000]),
    ],
)
def test_home_care_counts_by_the_year(care, lines):  # AC-W25, rule B8
    assert [line.amount for line in estimate(home_care=tuple(HomeCare(*one) for one in care)).lines] == lines


@pytest.mark.parametrize(("bill", "lines"), [(1_400_000, [1_400_000]), (1_400_001, [1_400_001, -1])])
def test_a_prosthesis_costs_up_to_40_percent_more_than_in_a_government_hospital(bill, lines):  # rule B9
    assert [line.amount for line in estimate(prostheses=(Prosthesis(bill, 1_000_000),)).lines] == lines


def test_aids_have_their_own_caps():  # rule B10
    found = estimate(denture=5_000_001, hearing_aid=2_500_001, glasses=1_000_001)

    assert [line.amount for line in found.lines] == [5_000_001, -1, 2_500_001, -1, 1_000_001, -1]


# JKM, scholarships, JHT


@pytest.mark.parametrize(
    ("paid", "lines"),
    [
        (2, [("M2", 10_000_000)]),  # AC-W13
        (3, [("M1", 20_000_000), ("M1", 12_000_000), ("M1", 10_000_000)]),  # AC-W14
    ],
)
def test_three_paid_months_open_the_death_benefit(paid, lines):
    assert died(paid_in_a_row=paid) == lines


def test_the_waiting_time_is_told_though_nothing_was_claimed_before():  # AC-W16
    notes = estimate(cause=Cause.OTHER, outcome=Outcome.DECEASED, paid_in_a_row=1).notes

    assert [note.rule for note in notes] == ["M2", "M5"]
    assert notes[0].text.startswith("Iuran baru lunas 1 bulan berturut-turut, syaratnya 3 bulan.")


def test_a_gap_is_flagged_for_review():  # rule M3
    notes = estimate(cause=Cause.OTHER, outcome=Outcome.DECEASED, paid_in_a_row=4, paid_with_gap=True).notes

    assert [(note.rule, note.confirmed) for note in notes] == [("M3", False), ("M5", False)]


def test_two_participations_pay_twice_but_bury_once():  # rule M4
    lines = estimate(cause=Cause.OTHER, outcome=Outcome.DECEASED, paid_in_a_row=12, segments=2).lines

    assert [(line.amount, line.confirmed) for line in lines] == [
        (40_000_000, False),
        (24_000_000, False),
        (10_000_000, True),
    ]


def test_jkm_before_pp_82_2019_is_one_sum():
    assert died(event_on=date(2019, 7, 5), paid_in_a_row=0) == [("7.2", 24_000_000)]
    notes = estimate(event_on=date(2019, 7, 5), cause=Cause.OTHER, outcome=Outcome.DECEASED, segments=2).notes
    assert [note.rule for note in notes] == ["M4", "M5"]


MONTHS = [date(2026, month, 1) for month in range(1, 13)]
DUE = date(2026, 4, 15)


@pytest.mark.parametrize(
    ("paid", "died_on", "run"),
    [
        ([1, 2, 4], 25, (1, True)),
        ([1, 2, 3], 25, (0, True)),  # April is late and unpaid
        ([1, 2, 3], 15, (3, False)),  # April may still be paid on the 15th
        ([1, 2, 3], 16, (0, True)),
        ([2, 3, 4], 1, (3, False)),
        ([2, 3, 4, 5], 30, (3, False)),  # what was paid ahead does not count
        ([], 10, (0, False)),
    ],
)
def test_the_run_of_paid_months_ends_in_the_month_of_death(paid, died_on, run):  # rule M3
    found = benefits.paid_run(frozenset(MONTHS[m - 1] for m in paid), died_on=date(2026, 4, died_on), due_on=DUE)

    assert (found.months, found.with_gap) == run


def test_a_run_goes_back_over_new_year():
    paid = frozenset([date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)])

    assert benefits.paid_run(paid, died_on=date(2026, 1, 20), due_on=date(2026, 1, 15)).months == 3


FULL = ((SchoolLevel.TK, 2), (SchoolLevel.SD, 6), (SchoolLevel.SMP, 3), (SchoolLevel.SMA, 3), (SchoolLevel.PT, 5))


def scholarship(*children: Child, **facts) -> benefits.Estimate:
    return estimate(**{"outcome": Outcome.TOTAL_PERMANENT, "children": children} | facts)


@pytest.mark.parametrize(("years", "total"), [(2, 0), (3, 9_000_000)])
def test_after_another_death_three_years_are_needed(years, total):  # rule 7.4
    found = scholarship(
        Child(((SchoolLevel.SMA, 3),)), cause=Cause.OTHER, outcome=Outcome.DECEASED, contribution_years=years
    )

    assert found.of_program("BEASISWA") == total


def test_after_an_accident_scholarships_begin_at_once():
    assert scholarship(Child(FULL), Child(FULL)).of_program("BEASISWA") == 174_000_000


def test_the_third_child_is_taken_away_by_a_line_the_two_dearest_stay():
    lines = scholarship(
        Child(((SchoolLevel.SMA, 1),)), Child(((SchoolLevel.PT, 1),)), Child(((SchoolLevel.SD, 1),))
    ).lines

    assert [line.amount for line in lines if line.program == "BEASISWA"] == [
        3_000_000,
        12_000_000,
        1_500_000,
        -1_500_000,
    ]


def test_years_beyond_a_level_are_taken_away():
    lines = scholarship(Child(((SchoolLevel.SMA, 4),))).lines

    assert [line.amount for line in lines if line.program == "BEASISWA"] == [12_000_000, -3_000_000]


@pytest.mark.parametrize(
    ("child", "reason"),
    [
        ({"birth_on": date(2003, 11, 22)}, "sudah berusia 23 tahun"),
        ({"is_married": True}, "sudah menikah"),
        ({"is_working": True}, "sudah bekerja"),
    ],
)
def test_who_gets_no_scholarship(child, reason):
    found = scholarship(Child(((SchoolLevel.PT, 2),), **child))

    assert found.of_program("BEASISWA") == 0
    assert found.notes[0].text == f"Anak ke-1 tidak mendapat beasiswa: {reason}."


@pytest.mark.parametrize(
    ("birth_on", "years"),
    [
        (date(2003, 11, 23), 1),  # 23 tomorrow: the running year only
        (date(2004, 7, 1), 1),  # 23 on the first day of 2027/2028
        (date(2004, 7, 2), 2),
        (None, 5),
    ],
)
def test_school_years_end_at_23(birth_on, years):
    found = scholarship(Child(((SchoolLevel.PT, 5),), birth_on=birth_on))

    assert found.of_program("BEASISWA") == years * 12_000_000


def test_school_years_follow_one_another_from_the_running_one():
    child = Child(((SchoolLevel.PT, 1), (SchoolLevel.SMA, 1)))
    years = benefits.school_years(child, benefits.schedule_on(DAY), since=date(2026, 6, 30))

    assert [(year.level, year.begins_on, year.amount) for year in years] == [
        (SchoolLevel.SMA, date(2025, 7, 1), 3_000_000),
        (SchoolLevel.PT, date(2026, 7, 1), 12_000_000),
    ]


def test_children_without_a_school_level_give_nothing():
    assert scholarship(Child(()), Child(()), Child(())).of_program("BEASISWA") == 0


def test_old_age_savings_are_what_was_paid_in():  # rule 7.5
    found = estimate(old_age_months=12)

    assert [(line.program, line.rule, line.amount) for line in found.lines] == [("JHT", "7.5", 240_000)]
    assert [note.rule for note in found.notes] == ["7.5"]


@pytest.mark.parametrize(
    ("heirs", "entitled"),
    [
        ((Heir.PARENT, Heir.CHILD, Heir.SPOUSE), (Heir.CHILD, Heir.SPOUSE)),
        ((Heir.SIBLING, Heir.GRANDCHILD), (Heir.GRANDCHILD,)),
        ((Heir.PARENT_IN_LAW, Heir.SIBLING), (Heir.SIBLING,)),
        ((Heir.BY_WILL, Heir.PARENT_IN_LAW), (Heir.PARENT_IN_LAW,)),
        ((Heir.BY_WILL,), (Heir.BY_WILL,)),
        ((), ()),
    ],
)
def test_the_order_of_heirs(heirs, entitled):  # rule M5
    assert benefits.entitled_heirs(heirs) == entitled


def test_the_estimate_names_who_receives():
    notes = estimate(outcome=Outcome.DECEASED, heirs=(Heir.SPOUSE,)).notes

    assert [note.text for note in notes] == ["Dibayarkan kepada ahli waris: janda atau duda."]


# For all facts

ROWS = [code for code, row in benefits.SCHEDULES[1].table.rows.items() if "percent" in row]
rupiah = st.integers(0, 60_000_000)
accidents = st.builds(
    Facts,
    event_on=st.dates(date(2019, 12, 2), date(2027, 12, 31)),
    base=st.sampled_from([1_000_000, 1_600_000, 2_950_000]),
    outcome=st.sampled_from(Outcome),
    dominant_hand=st.sampled_from(Hand),
    disabilities=st.lists(
        st.builds(
            Disability,
            code=st.sampled_from(ROWS),
            units=st.integers(1, 4),
            loss_of_function=st.none() | st.integers(1, 100).map(Decimal),
        ),
        max_size=4,
    ).map(tuple),
    rest_months=st.integers(0, 20),
    rest_days=st.integers(0, 60),
    transport=st.lists(st.builds(Trip, st.sampled_from(TransportMode), rupiah), max_size=4).map(tuple),
    home_care=st.lists(st.builds(HomeCare, rupiah, st.integers(1, 12)), max_size=2).map(tuple),
    prostheses=st.lists(st.builds(Prosthesis, rupiah, rupiah), max_size=2).map(tuple),
    denture=rupiah,
    hearing_aid=rupiah,
    glasses=rupiah,
    children=st.lists(
        st.builds(Child, st.sets(st.sampled_from(SchoolLevel)).map(lambda levels: tuple((lv, 9) for lv in levels))),
        max_size=3,
    ).map(tuple),
    heirs=st.sets(st.sampled_from(Heir)).map(tuple),
)


def rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def most_by_law(facts: Facts) -> int:
    """The rules once more, each limit taken at the end instead of line by line."""
    caps = {LAND: 5_000_000, SEA: 2_000_000, AIR: 10_000_000}
    total = sum(min(cap, sum(t.bill for t in facts.transport if t.mode == mode)) for mode, cap in caps.items())
    total += min(facts.rest_months, 12) * facts.base
    total += rounded(Decimal(max(0, facts.rest_months - 12) * facts.base) / 2)
    full_days = max(0, min(facts.rest_days, 30 * (12 - facts.rest_months)))
    total += rounded(Decimal(full_days * facts.base) / 30)
    total += rounded(Decimal((facts.rest_days - full_days) * facts.base) / 60)
    total += min(20_000_000, sum(care.bill for care in facts.home_care))
    total += sum(min(p.bill, rounded(p.reference_price * Decimal("1.4"))) for p in facts.prostheses)
    total += min(facts.denture, 5_000_000) + min(facts.hearing_aid, 2_500_000) + min(facts.glasses, 1_000_000)
    levels = {"TK": 3_000_000, "SD": 9_000_000, "SMP": 6_000_000, "SMA": 9_000_000, "PT": 60_000_000}
    by_child = sorted((sum(levels[lv] for lv, _ in child.remaining) for child in facts.children), reverse=True)
    match facts.outcome:
        case Outcome.TOTAL_PERMANENT:
            return total + 56 * facts.base + 12_000_000 + sum(by_child[:2])
        case Outcome.DECEASED:
            return total + 48 * facts.base + 22_000_000 + sum(by_child[:2])
    percents = [percent_of(disability, facts.dominant_hand) for disability in facts.disabilities]
    if sum(percents) > 70:
        return total + 56 * facts.base
    return total + sum(rounded(percent * 80 * facts.base / 100) for percent in percents)


def percent_of(disability: Disability, hand: Hand) -> Decimal:
    code = disability.code
    if hand == Hand.LEFT:
        parts = [{"R": "L", "L": "R"}.get(part, part) for part in code.split("_")]
        code = "_".join(parts)
    loss = 100 if disability.loss_of_function is None else disability.loss_of_function
    return Decimal(benefits.SCHEDULES[1].table.rows[code]["percent"]) * disability.units * loss / 100


@given(facts=accidents)
def test_the_lines_add_up_to_what_the_limits_leave(facts):
    found = benefits.estimate_benefits(facts, benefits.schedule_on(facts.event_on))

    assert sum(line.amount for line in found.lines) == found.total == most_by_law(facts)


@given(facts=accidents)
def test_every_line_names_rule_article_and_version(facts):
    found = benefits.estimate_benefits(facts, benefits.schedule_on(facts.event_on))

    assert [line for line in found.lines if not (line.rule and line.article and line.formula and line.item)] == []
    assert {line.version for line in found.lines} <= {"PP82_2019"}


@given(facts=accidents)
def test_facts_come_back_from_json_as_they_were(facts):
    assert benefits.facts_from_json(json.loads(json.dumps(facts.as_json()))) == facts


def test_all_facts_come_back_from_json():
    facts = Facts(
        event_on=DAY,
        cause=Cause.OTHER,
        disabilities=(Disability("SCALP", percent=Decimal("12.5")),),
        home_care=(HomeCare(1, 2, DAY),),
        children=(Child(((SchoolLevel.SD, 1),), birth_on=DAY, is_married=True),),
    )

    assert benefits.facts_from_json(json.loads(json.dumps(facts.as_json()))) == facts


def test_every_rule_that_a_line_names_has_its_text():
    named = {"B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11", "B12", "B13"}
    named |= {"M1", "M2", "M3", "M4", "M5", "7.2", "7.4", "7.5"}

    assert set(benefits.RULE_TEXTS) == named
    assert [text.code for text in benefits.RULE_TEXTS.values() if not (text.article and text.text)] == []


def test_the_cap_of_all_scholarships_is_a_line_of_its_own():
    """The limits of level and children never reach beyond it today; another version may."""
    file = json.loads(FILE.read_text())
    next(item for item in file["versions"][0]["items"] if item["code"] == "SCHOLARSHIP")["total_cap"] = 100_000_000
    _, lower = benefits.read_schedules(json.dumps(file))
    facts = Facts(event_on=DAY, base=1_000_000, outcome=Outcome.TOTAL_PERMANENT, children=(Child(FULL), Child(FULL)))
    found = benefits.estimate_benefits(facts, lower)

    assert found.of_program("BEASISWA") == 100_000_000
    assert found.lines[-1] == benefits.Line(
        program="BEASISWA",
        item="Di atas batas beasiswa seluruhnya",
        rule="7.4",
        formula="paling banyak Rp100.000.000",
        amount=-74_000_000,
        article="PP 44/2015 jo. PP 82/2019; Permenaker 5/2021 jo. 1/2025",
        version="PP82_2019",
        confirmed=True,
    )


def test_two_full_scholarships_are_the_cap_and_nothing_is_taken_away():
    lines = scholarship(Child(FULL), Child(FULL)).lines

    assert [line.amount for line in lines if line.amount <= 0] == []


def test_half_a_rupiah_is_rounded_up():
    assert amounts(base=30, rest_months=12, rest_days=1)[-1] == ("B3", 1)  # 50% of one thirtieth of Rp30


def test_twelve_months_of_home_care_are_within_the_limit():
    assert [line.amount for line in estimate(home_care=(HomeCare(1_200, 12),)).lines] == [1_200]


def test_a_school_year_begins_in_july():
    child = Child(((SchoolLevel.SD, 1),))
    years = [
        benefits.school_years(child, benefits.schedule_on(DAY), since=date(2026, *day))[0].begins_on
        for day in ((6, 30), (7, 1), (12, 31))
    ]

    assert years == [date(2025, 7, 1), date(2026, 7, 1), date(2026, 7, 1)]


def test_one_participation_under_the_old_sum_needs_no_note():
    notes = estimate(event_on=date(2019, 7, 5), cause=Cause.OTHER, outcome=Outcome.DECEASED).notes

    assert [note.rule for note in notes] == ["M5"]


def test_the_estimate_names_its_version():
    assert estimate(event_on=date(2019, 7, 5)).schedule.code == "PP44_2015"
