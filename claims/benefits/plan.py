"""When periodic benefits fall due: rest month by month (rules B2, B3), scholarships by school year (rule 7.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from claims.benefits.accident import temporary_incapacity
from claims.benefits.deadlines import years_after
from claims.benefits.facts import Facts
from claims.benefits.schedule import NotInSchedule, Schedule
from claims.benefits.school import granted_children, school_years
from claims.enums import Cause, InstalmentKind


@dataclass(frozen=True, slots=True)
class Instalment:
    """`on` is the first day to ask for it, `until` the last; None where the law names none.

    `key` names the part within its claim: the same part has the same key after other facts.
    """

    key: str
    kind: InstalmentKind
    what: str
    rule: str
    on: date
    amount: int  # rupiah
    until: date | None = None


def payment_plan(facts: Facts, schedule: Schedule) -> tuple[Instalment, ...]:
    """Everything that is paid bit by bit, in the order of its days. Empty where the version holds no figures."""
    try:
        parts = (*_rest(facts, schedule), *_school(facts, schedule))
    except NotInSchedule:
        return ()
    return tuple(sorted(parts, key=lambda part: part.on))


def _rest(facts: Facts, schedule: Schedule) -> Iterator[Instalment]:
    """Each month is asked for when it is over."""
    if facts.cause != Cause.WORK:
        return
    before = 0
    for month in range(1, facts.rest_months + 1):
        so_far = _sum_of_rest(replace(facts, rest_months=month, rest_days=0), schedule)
        on = _months_after(facts.event_on, month)
        yield Instalment(f"rest-{month}", InstalmentKind.REST, f"STMB bulan ke-{month}", "B2", on, so_far - before)
        before = so_far
    if facts.rest_days:
        on = _months_after(facts.event_on, facts.rest_months) + timedelta(days=facts.rest_days)
        amount = _sum_of_rest(facts, schedule) - before
        key = f"rest-{facts.rest_months + 1}-days"
        yield Instalment(key, InstalmentKind.REST, f"STMB {facts.rest_days} hari terakhir", "B3", on, amount)


def _sum_of_rest(facts: Facts, schedule: Schedule) -> int:
    return sum(line.amount for line in temporary_incapacity(facts, schedule))


def _school(facts: Facts, schedule: Schedule) -> Iterator[Instalment]:
    """Each school year is asked for anew, at the latest with the last year in which it can be made up for."""
    for number, child in granted_children(facts, schedule):
        back = schedule.item("SCHOLARSHIP")["claimable_past_years"]
        for year in school_years(child, schedule, since=facts.event_on):
            yield Instalment(
                f"school-{number}-{year.begins_on.year}",
                InstalmentKind.SCHOOL,
                f"Beasiswa {year.level.label}, anak ke-{number}, "
                f"tahun ajaran {year.begins_on.year}/{year.begins_on.year + 1}",
                "7.4",
                year.begins_on,
                year.amount,
                years_after(year.begins_on, back + 1) - timedelta(days=1),
            )


def _months_after(day: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))
