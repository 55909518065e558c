"""Scholarships (rule 7.4), and the school years in which they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from claims.benefits.deadlines import years_after
from claims.benefits.facts import Child, Facts
from claims.benefits.lines import Line, Note, limit, rupiah
from claims.benefits.schedule import Schedule
from claims.enums import Cause, Outcome, SchoolLevel

PROGRAM = "BEASISWA"


@dataclass(frozen=True, slots=True)
class SchoolYear:
    level: SchoolLevel
    begins_on: date
    amount: int  # rupiah


def scholarships(facts: Facts, schedule: Schedule) -> Iterator[Line | Note]:
    """The most over time: it is paid year by year. Which children take part is the family's choice; here those
    with the largest sums.
    """
    item = schedule.item("SCHOLARSHIP")
    needed = item["minimum_contribution_years_jkm"]
    if not _is_open(facts, item):
        yield Note(
            "7.4",
            f"Beasiswa JKM mensyaratkan {needed} tahun iuran; yang tercatat {facts.contribution_years} tahun.",
        )
        return
    granted = {number for number, _ in granted_children(facts, schedule)}
    paid = []
    for number, child in enumerate(facts.children, start=1):
        if reason := _against(child, item, on=facts.event_on):
            yield Note("7.4", f"Anak ke-{number} tidak mendapat beasiswa: {reason}.")
            continue
        lines = tuple(_of_child(number, child, facts, schedule))
        yield from lines
        if number in granted:
            paid += lines
        elif lines:
            yield limit(
                lines[0],
                item=f"Anak ke-{number}: di luar batas anak",
                formula=f"paling banyak {item['max_children']} anak",
                amount=-sum(line.amount for line in lines),
            )
    yield Note(
        "7.4",
        "Beasiswa diajukan setiap tahun ajaran. Yang terlewat dapat diminta paling banyak "
        f"{item['claimable_past_years']} tahun ajaran ke belakang.",
    )
    total = sum(line.amount for line in paid)
    if total > item["total_cap"]:
        yield limit(
            paid[0],
            item="Di atas batas beasiswa seluruhnya",
            formula=f"paling banyak {rupiah(item['total_cap'])}",
            amount=item["total_cap"] - total,
        )


def granted_children(facts: Facts, schedule: Schedule) -> tuple[tuple[int, Child], ...]:
    """Those who get a scholarship, each with its place among the children: of too many the ones with the most."""
    if not (facts.children and facts.outcome in (Outcome.DECEASED, Outcome.TOTAL_PERMANENT)):
        return ()
    item = schedule.item("SCHOLARSHIP")
    children = [
        (number, child)
        for number, child in enumerate(facts.children, start=1)
        if not _against(child, item, on=facts.event_on)
    ]
    children.sort(key=lambda numbered: -_sum_of(numbered[1], facts, schedule))
    return tuple(sorted(children[: item["max_children"]], key=_number)) if _is_open(facts, item) else ()


def levels_from(level: SchoolLevel, years: int | None, schedule: Schedule) -> tuple[tuple[SchoolLevel, int], ...]:
    """What a child still has before it with so many years to go at its level, None for all of them: the levels after
    it in full.
    """
    levels = [(SchoolLevel(row["level"]), row["max_years"]) for row in schedule.item("SCHOLARSHIP")["levels"]]
    here = next(at for at, (name, _) in enumerate(levels) if name == level)
    first = levels[here] if years is None else (level, years)
    return (first, *levels[here + 1 :])


def school_years(child: Child, schedule: Schedule, *, since: date) -> tuple[SchoolYear, ...]:
    """The child's years with a scholarship, the one that runs on that day first, until the limits of level and age.

    Each is asked for anew; years not asked for can be made up for only so many back.
    """
    item = schedule.item("SCHOLARSHIP")
    begins_on = _school_year_of(since, item["school_year_begins_in_month"])
    years = []
    for level in _levels(child, item):
        for _ in range(min(level["remaining"], level["max_years"])):
            if _is_young_enough(child, item, on=max(begins_on, since)):
                years.append(SchoolYear(SchoolLevel(level["level"]), begins_on, level["amount_per_year"]))
            begins_on = years_after(begins_on, 1)
    return tuple(years)


def _of_child(number: int, child: Child, facts: Facts, schedule: Schedule) -> Iterator[Line]:
    item = schedule.item("SCHOLARSHIP")
    full = 0
    line = None
    for level in _levels(child, item):
        name, each, remaining, most = (level[key] for key in ("level", "amount_per_year", "remaining", "max_years"))
        line = Line(
            PROGRAM,
            f"{item['name']}, anak ke-{number}",
            "7.4",
            f"{name} {remaining} tahun × {rupiah(each)}",
            remaining * each,
            item["legal"],
            schedule.code,
            item["confirmed"],
            row=name,
        )
        yield line
        full += min(remaining, most) * each
        if remaining > most:
            yield limit(
                line,
                item=f"Anak ke-{number}: di atas batas {name}",
                formula=f"paling banyak {most} tahun {name}",
                amount=-(remaining - most) * each,
            )
    reached = _sum_of(child, facts, schedule)
    if reached < full:
        yield limit(
            line,
            item=f"Anak ke-{number}: setelah usia {item['below_age']} tahun",
            formula=f"tahun ajaran yang mulai setelah usia {item['below_age']} tahun",
            amount=reached - full,
        )


def _is_open(facts: Facts, item: Mapping[str, Any]) -> bool:
    """After another death than one by accident only so many years of contributions open it."""
    return facts.cause == Cause.WORK or facts.contribution_years >= item["minimum_contribution_years_jkm"]


def _sum_of(child: Child, facts: Facts, schedule: Schedule) -> int:
    return sum(year.amount for year in school_years(child, schedule, since=facts.event_on))


def _number(numbered: tuple[int, Child]) -> int:
    return numbered[0]


def _against(child: Child, item: Mapping[str, Any], *, on: date) -> str:
    """Why this child gets none; empty when it does."""
    if not _is_young_enough(child, item, on=on):
        return f"sudah berusia {item['below_age']} tahun"
    if child.is_married:
        return "sudah menikah"
    return "sudah bekerja" if child.is_working else ""


def _is_young_enough(child: Child, item: Mapping[str, Any], *, on: date) -> bool:
    return child.birth_on is None or on < years_after(child.birth_on, item["below_age"])


def _levels(child: Child, item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The levels of the table, in order, that the child still has to go through."""
    remaining = dict(child.remaining)
    for level in item["levels"]:
        if years := remaining.get(level["level"], 0):
            yield {**level, "remaining": years}


def _school_year_of(day: date, month: int) -> date:
    return date(day.year - (day.month < month), month, 1)
