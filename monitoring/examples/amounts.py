"""Examples of rupiah: contributions, and the benefits of JKK, JKM, JHT and the scholarships."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from claims import benefits
from claims.enums import Cause, Hand, Outcome, SchoolLevel, TransportMode
from enrollment import rules as enrollment
from enrollment.enums import Package, Payer
from monitoring.examples.reading import (
    Unreadable,
    Verdict,
    day_of,
    expected_of,
    first_of,
    input_of,
    many,
    month_of,
)
from workers.enums import Sector

PLAIN_MONTH = "2025-06"  # of an example that names no month: before any discount
OUTCOMES = {"death": Outcome.DECEASED, **{outcome.value.lower(): outcome for outcome in Outcome}}
CAUSES = {"work": Cause.WORK, "accident": Cause.WORK, "work_accident": Cause.WORK, "other": Cause.OTHER}
MODES = {"river": TransportMode.LAND, "lake": TransportMode.LAND, **{mode.value: mode for mode in TransportMode}}
DAY_FIELDS = ("date_of_death", "event_on", "event_date", "accident_on", "date_of_accident", "date")
NO_BILL = 10**12  # an example without a bill asks for the most that is paid
NOT_ASKED = 10**3  # months and years that an example does not mention are not what it tests
CONTRIBUTION_FIELDS = {"base", "declared_income", "programs", "package", "payer", "sector", "month", "months"}
CONTRIBUTION_FIELDS |= {"workers", "arrears_months", "unpaid_months"}
BENEFIT_FIELDS = {"cause", "base", "outcome", "dominant_hand", "disability", "stmb_months", "stmb_days", "transport"}
BENEFIT_FIELDS |= {"homecare", "prosthesis", "orthosis", "denture", "hearing_aid", "glasses", "children", "segments"}
BENEFIT_FIELDS |= {"consecutive_paid_months", "paid_months", "contribution_years", "months", *DAY_FIELDS}


def check_amount(example: dict[str, Any], document: dict[str, Any]) -> Verdict:
    asked, expected = input_of(example), expected_of(example, "expected_rupiah")
    kind = example.get("kind")
    if kind == "contribution":
        return _compared(_contribution(asked), expected, asked, CONTRIBUTION_FIELDS)
    if kind not in KINDS:
        raise Unreadable(f"the portal knows no kind {kind!r}: {', '.join(['contribution', *KINDS])}")
    facts = KINDS[kind](asked, _day(asked, document))
    estimate = benefits.estimate_benefits(facts, benefits.schedule_on(facts.event_on))
    if not estimate.is_complete:
        raise Unreadable(" ".join(note.text for note in estimate.notes if note.is_gap))
    answer = estimate.of_program(PROGRAMS[kind]) if kind in PROGRAMS else estimate.total
    return _compared(answer, expected, asked, BENEFIT_FIELDS)


def _compared(answer, expected, asked, read) -> Verdict:
    return Verdict(answer == expected, expected, answer, frozenset(asked.keys() - read))


def _contribution(asked: dict[str, Any]) -> int | None:
    """Rupiah for everybody and all months together; None when the payment is refused."""
    months = _months(asked)
    if first_of(asked, "arrears_months", "unpaid_months") and not enrollment.may_settle_arrears(months):
        return None
    base = asked.get("base", enrollment.CITY_BASE)
    if "declared_income" in asked:
        base = enrollment.income_base(asked["declared_income"])
    programs = asked.get("programs") or enrollment.PROGRAMS[asked.get("package", Package.JKK_JKM)]
    each = 0
    for month in months:
        contribution = enrollment.monthly_contribution(
            Package.JKK_JKM_JHT,
            payer=Payer(asked.get("payer", Payer.APBD)),
            sector=Sector(asked.get("sector", Sector.OTHER)),
            month=month,
            base=base,
        )
        amounts = {line.program: line.amount for line in contribution.lines}
        if unknown := set(programs) - amounts.keys():
            raise Unreadable(f"the programme {', '.join(sorted(unknown))} is not open to BPU (rule P2)")
        each += sum(amounts[program] for program in programs)
    return each * asked.get("workers", 1)


def _months(asked: dict[str, Any]) -> list[date]:
    """The contribution months: named one by one, or counted from the first."""
    named = first_of(asked, "unpaid_months", "months", default=1)
    if isinstance(named, list):
        return [month_of(month) for month in named]
    months = [month_of(first_of(asked, "month", default=PLAIN_MONTH))]
    while len(months) < first_of(asked, "arrears_months", "months", default=1):
        months.append(enrollment.month_after(months[-1]))
    return months


def _accident(asked: dict[str, Any], day: date) -> benefits.Facts:
    outcome = asked.get("outcome", "").lower()
    if outcome and outcome not in OUTCOMES:
        raise Unreadable(f"the portal knows no outcome {outcome!r}: {', '.join(OUTCOMES)}")
    return benefits.Facts(
        event_on=day,
        cause=CAUSES[asked.get("cause", Cause.WORK)],
        base=asked.get("base", enrollment.CITY_BASE),
        outcome=OUTCOMES.get(outcome, ""),
        dominant_hand=Hand(asked.get("dominant_hand", Hand.RIGHT)),
        disabilities=tuple(_disability(row) for row in many(asked.get("disability"))),
        rest_months=asked.get("stmb_months", 0),
        rest_days=asked.get("stmb_days", 0),
        transport=tuple(benefits.Trip(MODES[trip["mode"]], trip["bill"]) for trip in many(asked.get("transport"))),
        home_care=tuple(_home_care(care) for care in many(asked.get("homecare"))),
        prostheses=tuple(_prosthesis(one) for name in ("prosthesis", "orthosis") for one in many(asked.get(name))),
        denture=_bill(asked.get("denture")),
        hearing_aid=_bill(asked.get("hearing_aid")),
        glasses=_bill(asked.get("glasses")),
        children=_children(asked, day),
        contribution_years=asked.get("contribution_years", 0),
        segments=asked.get("segments", 1),
    )


def _death(asked: dict[str, Any], day: date) -> benefits.Facts:
    run = benefits.PaidRun(asked.get("consecutive_paid_months", NOT_ASKED), with_gap=False)
    if "paid_months" in asked:
        paid = frozenset(month_of(month) for month in asked["paid_months"])
        run = benefits.paid_run(paid, died_on=day, due_on=enrollment.contribution_due_on(day.replace(day=1)))
    return benefits.Facts(
        event_on=day,
        cause=CAUSES[asked.get("cause", Cause.OTHER)],
        base=asked.get("base", enrollment.CITY_BASE),
        outcome=Outcome.DECEASED,
        children=_children(asked, day),
        paid_in_a_row=run.months,
        paid_with_gap=run.with_gap,
        contribution_years=asked.get("contribution_years", 0),
        segments=asked.get("segments", 1),
    )


def _scholarship(asked: dict[str, Any], day: date) -> benefits.Facts:
    return benefits.Facts(
        event_on=day,
        cause=CAUSES[asked.get("cause", Cause.WORK)],
        outcome=OUTCOMES[asked.get("outcome", "death")],
        children=_children(asked, day),
        contribution_years=asked.get("contribution_years", NOT_ASKED),
    )


def _old_age(asked: dict[str, Any], day: date) -> benefits.Facts:
    return benefits.Facts(
        event_on=day, base=asked.get("base", enrollment.CITY_BASE), old_age_months=len(_months(asked))
    )


KINDS = {"JKK": _accident, "JKM": _death, "scholarship": _scholarship, "JHT": _old_age}
PROGRAMS = {"scholarship": "BEASISWA", "JHT": "JHT"}


def _day(asked: dict[str, Any], document: dict[str, Any]) -> date:
    """Of the event; that of the file when the example names none."""
    return day_of(first_of(asked, *DAY_FIELDS, default=document.get("as_of", "2026-11-22")))


def _disability(row: dict[str, Any]) -> benefits.Disability:
    """The table gives the percentage; the example's is read only where the table leaves it to the doctor."""
    loss = row.get("loss_of_function_percent")
    percent = row.get("percent")
    return benefits.Disability(
        row["code"],
        units=row.get("units", 1),
        percent=None if percent is None else Decimal(str(percent)),
        loss_of_function=None if loss is None else Decimal(str(loss)),
    )


def _home_care(care: dict[str, Any]) -> benefits.HomeCare:
    began = first_of(care, "began_on", "from", "start")
    return benefits.HomeCare(_bill(care), care.get("months", 1), began and day_of(began))


def _prosthesis(one: dict[str, Any]) -> benefits.Prosthesis:
    price = next((value for name, value in one.items() if "price" in name or "reference" in name), None)
    if price is None:
        raise Unreadable("a prosthesis needs the price of a government hospital")
    return benefits.Prosthesis(one.get("bill", NO_BILL), price)


def _bill(value: Any) -> int:
    """A bill stands alone or under that name."""
    return value["bill"] if isinstance(value, dict) else value or 0


def _children(asked: dict[str, Any], day: date) -> tuple[benefits.Child, ...]:
    """A bare number of children says nothing of their schools, so nothing follows from it."""
    children = asked.get("children") or []
    return tuple(_child(child, day) for child in children) if isinstance(children, list) else ()


def _child(child: dict[str, Any], day: date) -> benefits.Child:
    birth = first_of(child, "birth", "birth_on")
    born = birth and day_of(birth)
    if born is None and "age" in child:
        born = day.replace(year=day.year - child["age"], day=1)
    return benefits.Child(
        tuple((SchoolLevel(level), years) for level, years in child.get("remaining", {}).items()),
        born,
        is_married=child.get("married", False),
        is_working=child.get("working", False),
    )
