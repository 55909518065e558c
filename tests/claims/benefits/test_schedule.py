import json
from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest

from claims import benefits
from claims.benefits.schedule import FILE, TIME_LIMITS
from claims.enums import Cause, Outcome, SchoolLevel, TransportMode

# A figure of the law changes by a new version with a digest of its own. These never change (issue: "never an edit").
DIGESTS = {
    "PP44_2015": "333147b9adb6af8e6bf37bfdc2fb13e769e5b0e38939033aa0ff2c0bdb32a943",
    "PP82_2019": "5ce1b7b982e17f216cab9a6ea9dc60d799203a47b6bfc7959dc0557b11083648",
}


def test_a_released_version_is_never_edited():
    assert {version.code: version.digest for version in benefits.read_schedules(FILE.read_text())} == DIGESTS


def test_versions_are_read_oldest_first_with_all_they_hold():
    old, new = benefits.read_schedules(FILE.read_text())

    assert (old.code, old.legal, old.starts, old.ends) == (
        "PP44_2015",
        "PP 44/2015 (sebelum PP 82/2019)",
        date(2015, 7, 1),
        date(2019, 12, 1),
    )
    assert (new.starts, new.ends, len(old.items), len(new.items)) == (date(2019, 12, 2), None, 6, 23)
    assert (new.table.months, new.table.maximum_percent) == (80, 70)
    assert (new.table.maximum_confirmed, new.table.handedness_confirmed) == (False, True)  # rules B12, B13
    assert type(new.table.row("INDEX_R_PHALANX1")["percent"]) is Decimal


def test_what_no_table_holds_is_named_in_words():
    with pytest.raises(benefits.NotInSchedule, match=r"tidak memuat JKK_UNHEARD_OF\."):
        benefits.SCHEDULES[1].item("JKK_UNHEARD_OF")


def test_a_version_on_its_first_and_last_day_and_around():
    old = benefits.SCHEDULES[0]

    assert [old.holds(date(*day)) for day in ((2015, 6, 30), (2015, 7, 1), (2019, 12, 1), (2019, 12, 2))] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2015, 7, 1), "PP44_2015"),
        (date(2019, 12, 1), "PP44_2015"),
        (date(2019, 12, 2), "PP82_2019"),  # rule 7.2
        (date(2026, 11, 22), "PP82_2019"),
    ],
)
def test_the_day_of_the_event_decides_the_version(day, code):
    assert benefits.schedule_on(day).code == code


def test_before_the_first_version_there_is_none():
    with pytest.raises(benefits.NoSchedule, match="30-06-2015"):
        benefits.schedule_on(date(2015, 6, 30))


def test_a_version_of_next_month_is_not_used_today():  # AC-W28
    file = json.loads(FILE.read_text())
    coming = deepcopy(file["versions"][0]) | {"code": "COMING", "effective_from": "2026-12-01"}
    file["versions"][0]["effective_to"] = "2026-11-30"
    file["versions"].append(coming)
    schedules = benefits.read_schedules(json.dumps(file))

    assert benefits.schedule_on(date(2026, 11, 30), schedules=schedules).code == "PP82_2019"
    assert benefits.schedule_on(date(2026, 12, 1), schedules=schedules).code == "COMING"


def test_versions_follow_one_another_without_gap_or_overlap():
    earlier, later = benefits.SCHEDULES

    assert (later.starts - earlier.ends).days == 1
    assert later.ends is None


def test_every_item_and_row_names_its_article():
    for version in benefits.SCHEDULES:
        assert [code for code, item in version.items.items() if not item["legal"]] == []
    assert json.loads(FILE.read_text())["disability_table"]["legal"] != ""
    assert len(benefits.SCHEDULES[1].table.rows) == 46  # rule B11


def test_time_limits_are_those_of_the_rules():  # A7, A8, A12, M6
    figures = {
        code: {name: value for name, value in limit.items() if isinstance(value, int) and not isinstance(value, bool)}
        for code, limit in TIME_LIMITS.items()
    }
    assert figures == {
        "REPORT_STAGE_1": {"hours": 48},
        "REPORT_STAGE_2": {"hours": 48},
        "CLAIM_EXPIRY_ACCIDENT": {"years": 5},
        "CLAIM_EXPIRY_PAK": {"years": 5, "diagnosis_within_years": 3},
        "JKM_PAYMENT": {"working_days": 3},
    }


ALL_LEVELS = tuple((level, 9) for level in SchoolLevel)
NEW, OLD = date(2026, 11, 22), date(2019, 7, 5)
ROWS = benefits.SCHEDULES[1].table.rows


def battery() -> list[benefits.Facts]:
    """Facts that between them ask for every figure."""
    accidents = [
        {"transport": tuple(benefits.Trip(mode, 99_000_000) for mode in TransportMode)},
        *({"rest_months": months, "rest_days": days} for months in range(15) for days in (0, 31)),
        {"outcome": Outcome.DECEASED},
        {"outcome": Outcome.DECEASED, "base": 100_000},
        {"outcome": Outcome.TOTAL_PERMANENT},
        {"home_care": (benefits.HomeCare(99_000_000, 8),)},
        {"home_care": (benefits.HomeCare(13_000_000, 13),)},
        {"prostheses": (benefits.Prosthesis(99_000_000, 1_000_000),)},
        {"denture": 99_000_000, "hearing_aid": 99_000_000, "glasses": 99_000_000},
        {"disabilities": (benefits.Disability("EYES_BOTH"), benefits.Disability("EYES_BOTH"))},
        *({"disabilities": (benefits.Disability(code),)} for code in ROWS),
        *({"disabilities": (benefits.Disability("SCALP", percent=Decimal(percent)),)} for percent in (9, 10, 30, 31)),
    ]
    deaths = [
        {"paid_in_a_row": 3},
        {"paid_in_a_row": 2},
        *(
            {"contribution_years": years, "children": (benefits.Child(ALL_LEVELS),) * 3, "paid_in_a_row": 99}
            for years in (2, 3)
        ),
        *(
            {
                "event_on": date(2026, month, 15),
                "contribution_years": 3,
                "children": (benefits.Child(ALL_LEVELS, birth_on=date(2003, 8, 1)),),
            }
            for month in (6, 7)
        ),
        {"contribution_years": 3, "children": (benefits.Child(ALL_LEVELS, birth_on=date(2003, 11, 22)),)},
    ]
    return [
        *(
            benefits.Facts(**{"event_on": day, "base": 1_000_000, "cause": Cause.WORK} | facts)
            for day in (NEW, OLD)
            for facts in accidents
        ),
        *(
            benefits.Facts(**{"event_on": day, "cause": Cause.OTHER, "outcome": Outcome.DECEASED} | facts)
            for day in (NEW, OLD)
            for facts in deaths
        ),
    ]


def answers(schedules) -> list:
    return [
        (estimate.lines, estimate.notes)
        for facts in battery()
        for estimate in [benefits.estimate_benefits(facts, benefits.schedule_on(facts.event_on, schedules=schedules))]
    ]


def figures(node, path=()):
    """The path of every number in the file that a benefit can rest on."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from figures(value, (*path, key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from figures(value, (*path, number))
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield path


def changed(path, step: int) -> list:
    file = json.loads(FILE.read_text())
    holder = file
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] += step
    return answers(benefits.read_schedules(json.dumps(file)))


FIGURES = [
    path
    for path in figures(json.loads(FILE.read_text()))
    if path[0] in ("versions", "disability_table") and "split" not in path
]


@pytest.fixture(scope="module")
def today():
    return answers(benefits.SCHEDULES)


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: "-".join(map(str, path)))
def test_no_figure_of_the_schedule_is_idle(path, today):
    """Each figure, one more or one less, changes what some facts give: none is a constant in the code instead."""
    assert [changed(path, step) for step in (1, -1)] != [today, today]
