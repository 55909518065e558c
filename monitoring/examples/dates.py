"""Examples of deadlines and age limits. Which rule is asked follows from the fields of the input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from claims.benefits import (
    death_benefit_due,
    final_report_due,
    first_report_due,
    last_day_to_claim,
    last_day_to_claim_disease,
)
from enrollment.rules import NATIONAL, contribution_due_on, may_settle_arrears
from monitoring.breach import breach_notice_due
from monitoring.examples.reading import (
    Unreadable,
    Verdict,
    day_of,
    expected_of,
    first_of,
    input_of,
    moment_of,
    month_of,
)
from workers.models import Worker
from workers.rules import check_age

MINIMUM_AGE = 17  # rule E6: the policy's row decides; this is its usual value
WAGE_EARNER = "PU"
CLAIMED = ("claimed_on", "filed_on", "reported_on", "today")


def check_date(example: dict[str, Any], document: dict[str, Any]) -> Verdict:
    asked, expected = input_of(example), expected_of(example, "expected")
    for needed, optional, answer in RULES:
        if needed <= asked.keys():
            unread = frozenset(asked.keys() - needed - optional)
            return _compared(answer(asked), expected, unread)
    fields = ", ".join(sorted(asked)) or "nothing"
    raise Unreadable(f"no rule of the portal answers {example.get('rule', 'it')!r}, given {fields}")


def _compared(answer: Any, expected: Any, unread: frozenset[str]) -> Verdict:
    match answer:
        case (bool() as holds, words):
            # The form words one side of a question; any other word is the other side.
            return Verdict(holds == (expected in words), expected, words[0] if holds else f"not {words[0]}", unread)
        case datetime():
            return Verdict(moment_of(expected) == answer, expected, answer.isoformat(timespec="minutes"), unread)
        case date():
            return Verdict(date.fromisoformat(expected) == answer, expected, answer.isoformat(), unread)
    return Verdict(expected is None or expected in LAPSED, expected, "lapsed", unread)


def _contribution_due(asked):
    holidays = frozenset(map(day_of, asked["holidays"])) if "holidays" in asked else NATIONAL
    wage_earner = str(asked.get("segment", "")).upper() == WAGE_EARNER
    return contribution_due_on(month_of(asked["contribution_month"]), wage_earner=wage_earner, holidays=holidays)


def _may_register(asked):
    return _is_of_age(asked, "registered_on"), ("eligible", "allowed", "ok")


def _may_continue(asked):
    """The day of enrolment decides, whatever the age is now (rule E3)."""
    return _is_of_age(asked, "enrolled_on"), ("may_continue", "eligible", "allowed", "ok")


def _is_of_age(asked, day: str) -> bool:
    worker = Worker(birth_on=day_of(asked["birth"]))
    return bool(check_age(worker, minimum_age=asked.get("minimum_age", MINIMUM_AGE), on=day_of(asked[day])))


def _has_ended(asked):
    return not may_settle_arrears([month_of(month) for month in asked["unpaid_months"]]), ("ended", "keluar")


def _accident_claim(asked):
    return _or_lapsed(last_day_to_claim(day_of(asked["accident_on"])), asked)


def _disease_claim(asked):
    ended = first_of(asked, "work_ended_on")
    diagnosed = day_of(first_of(asked, "diagnosed_on", "diagnosis_on"))
    return _or_lapsed(last_day_to_claim_disease(diagnosed, work_ended_on=ended and day_of(ended)), asked)


def _or_lapsed(last: date | None, asked):
    """The last day; with the day of a claim, whether that came too late."""
    claimed = first_of(asked, *CLAIMED)
    return last if claimed is None or last is None else (day_of(claimed) > last, LAPSED)


def _moment(field: str, due: Callable[[datetime], datetime]):
    return {field}, set(), lambda asked: due(moment_of(asked[field]))


LAPSED = ("lapsed", "expired", "refused")
RULES: tuple[tuple[set[str], set[str], Callable], ...] = (
    ({"contribution_month"}, {"segment", "holidays"}, _contribution_due),
    _moment("accident_at", first_report_due),
    _moment("diagnosis_at", first_report_due),
    _moment("doctor_statement_at", final_report_due),
    _moment("breach_known_at", breach_notice_due),
    ({"birth", "registered_on"}, {"minimum_age"}, _may_register),
    ({"birth", "enrolled_on"}, {"minimum_age", "today"}, _may_continue),
    ({"unpaid_months"}, {"protected_until"}, _has_ended),
    ({"accident_on"}, set(CLAIMED), _accident_claim),
    ({"diagnosed_on"}, {"work_ended_on", *CLAIMED}, _disease_claim),
    ({"diagnosis_on"}, {"work_ended_on", *CLAIMED}, _disease_claim),
    ({"complete_on"}, set(), lambda asked: death_benefit_due(day_of(asked["complete_on"]))),
)
