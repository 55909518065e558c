"""JKK while the worker lives: transport, rest, disability, care and aids (rules B1 to B6, B8 to B13)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from claims.benefits.deadlines import years_after
from claims.benefits.facts import Disability, Facts, HomeCare
from claims.benefits.lines import Line, Note, in_percent, limit, rupiah, whole
from claims.benefits.schedule import NotInSchedule, Schedule
from claims.enums import Hand, TransportMode

MODES = {
    TransportMode.LAND: "JKK_TRANSPORT_LAND",
    TransportMode.SEA: "JKK_TRANSPORT_SEA",
    TransportMode.AIR: "JKK_TRANSPORT_AIR",
}
SIDE = re.compile(r"_([RL])(?=_|$)")
OTHER_SIDE = {"R": "L", "L": "R"}


def transport(facts: Facts, schedule: Schedule) -> Iterator[Line]:
    """Rule B1: each mode has its own cap, over all its trips for one accident (AC-W20)."""
    for mode, code in MODES.items():
        bills = [trip.bill for trip in facts.transport if trip.mode == mode]
        if bills:
            item = schedule.item(code)
            lines = [_line(item, "B1", f"kuitansi {rupiah(bill)}", bill, schedule) for bill in bills]
            yield from lines
            yield from _cap(lines, item["cap"], f"Di atas batas {item['name'].lower()}")


def temporary_incapacity(facts: Facts, schedule: Schedule) -> Iterator[Line]:
    """Rules B2, B3: whole months first, then days of the month that follows; a month of rest has 30 days."""
    item = schedule.item("JKK_STMB")
    base, length = facts.base, item["days_per_month"]
    for tier in item["tiers"]:
        first, last = tier["months_from"], tier["months_to"] or float("inf")
        months = max(0, int(min(facts.rest_months, last)) - first + 1)
        if months:
            formula = f"{months} bulan × {in_percent(tier['percent'])} × {rupiah(base)}"
            yield _line(item, "B2", formula, whole(Decimal(months * tier["percent"] * base) / 100), schedule)
        days = sum(first <= facts.rest_months + 1 + day // length <= last for day in range(facts.rest_days))
        if days:
            formula = f"{days} hari × {in_percent(tier['percent'])} × {rupiah(base)} ÷ {length}"
            amount = whole(Decimal(days * tier["percent"] * base) / (100 * length))
            confirmed = item["confirmed"] and item["daily_proration_confirmed"]
            yield _line(item, "B3", formula, amount, schedule, confirmed=confirmed)


def partial_disability(facts: Facts, schedule: Schedule) -> Iterator[Line | Note]:
    """Rules B4, B5, B11 to B13: one line for each row of the table, then what goes beyond 70% together (AC-W26)."""
    table = schedule.table
    lines, together = [], Decimal(0)
    for disability in facts.disabilities:
        try:
            line, percent = _disability(disability, facts, schedule)
        except NotInSchedule as missing:
            yield Note("B11", str(missing), is_gap=True)
        else:
            lines.append(line)
            together += percent
    yield from lines
    if together > table.maximum_percent:
        most = whole(table.maximum_percent * table.months * facts.base / 100)
        at_most = in_percent(table.maximum_percent)
        yield limit(
            lines[0],
            rule="B13",
            item=f"Di atas batas {at_most} untuk semua cacat bersama",
            formula=f"{in_percent(together)} menjadi {at_most}: paling banyak "
            f"{at_most} × {table.months} × {rupiah(facts.base)} = {rupiah(most)}",
            amount=most - sum(line.amount for line in lines),
            confirmed=table.maximum_confirmed,
        )


def total_permanent(facts: Facts, schedule: Schedule) -> Iterator[Line]:
    """Rule B6."""
    item = schedule.item("JKK_TOTAL_PERMANENT")
    yield _line(item, "B6", *share_of_base(item, facts.base), schedule)


def total_permanent_periodic(facts: Facts, schedule: Schedule) -> Iterator[Line]:
    """Rule B6: that it is added is unconfirmed."""
    item = schedule.item("JKK_TOTAL_PERMANENT_PERIODIC")
    yield _line(item, "B6", *periodic(item), schedule)


def home_care(facts: Facts, schedule: Schedule) -> Iterator[Line | Note]:
    """Rule B8: on a doctor's advice, each case of care at most 12 months; one cap for each year (AC-W25).

    A year begins with the first care. Later care counts in the year in which it began.
    """
    item = schedule.item("JKK_HOMECARE")
    cares = sorted(facts.home_care, key=lambda care: care.began_on or facts.event_on)
    first = cares[0].began_on or facts.event_on
    windows: dict[int, list[HomeCare]] = {}
    for care in cares:
        windows.setdefault(_years_between(first, care.began_on or facts.event_on), []).append(care)
    for window, held in windows.items():
        lines = []
        for care in held:
            lines.append(_line(item, "B8", f"kuitansi {rupiah(care.bill)}, {care.months} bulan", care.bill, schedule))
            if care.months > item["max_months"]:
                beyond = care.bill - whole(Decimal(care.bill * item["max_months"]) / care.months)
                formula = f"{care.months - item['max_months']} dari {care.months} bulan"
                named = f"Setelah {item['max_months']} bulan pertama"
                lines.append(limit(lines[-1], item=named, formula=formula, amount=-beyond, confirmed=False))
        yield from lines
        yield from _cap(lines, item["cap"], f"Di atas batas homecare tahun ke-{window + 1}")
    yield Note("B8", "Homecare hanya dengan saran dokter.")


def prostheses(facts: Facts, schedule: Schedule) -> Iterator[Line]:
    """Rule B9: the price of a government hospital and 40% more."""
    item = schedule.item("JKK_PROSTHESIS")
    for prosthesis in facts.prostheses:
        line = _line(item, "B9", f"kuitansi {rupiah(prosthesis.bill)}", prosthesis.bill, schedule)
        yield line
        cap = whole(Decimal(prosthesis.reference_price * item["cap_percent"]) / 100)
        named = f"Di atas {in_percent(item['cap_percent'])} harga rumah sakit pemerintah"
        yield from _cap([line], cap, named, f"{in_percent(item['cap_percent'])} × {rupiah(prosthesis.reference_price)}")


def aids(facts: Facts) -> Iterator[Callable]:
    """One part for each bill of rule B10."""
    for code, bill in (
        ("JKK_DENTURE", facts.denture),
        ("JKK_HEARING_AID", facts.hearing_aid),
        ("JKK_GLASSES", facts.glasses),
    ):
        if bill:
            yield partial(_aid, code=code, bill=bill)


def share_of_base(item: dict[str, Any], base: int) -> tuple[str, int]:
    """Formula and rupiah of a share of so many months of the base."""
    share, months = item["share_percent"], item["months"]
    return f"{in_percent(share)} × {months} × {rupiah(base)}", whole(Decimal(share * months * base) / 100)


def periodic(item: dict[str, Any]) -> tuple[str, int]:
    """Formula and rupiah of a monthly benefit that is paid at once."""
    months, amount = item["months"], item["amount_per_month"]
    return f"{months} bulan × {rupiah(amount)}, dibayar sekaligus", months * amount


def _aid(facts: Facts, schedule: Schedule, *, code: str, bill: int) -> Iterator[Line]:
    item = schedule.item(code)
    line = _line(item, "B10", f"kuitansi {rupiah(bill)}", bill, schedule)
    yield line
    yield from _cap([line], item["cap"], f"Di atas batas {item['name'].lower()}")


def _disability(disability: Disability, facts: Facts, schedule: Schedule) -> tuple[Line, Decimal]:
    """The line of one disability and its percentage. Raises NotInSchedule when the table gives no figure."""
    table = schedule.table
    functional = disability.loss_of_function is not None
    item = schedule.item("JKK_DISABILITY_FUNCTIONAL" if functional else "JKK_DISABILITY_ANATOMICAL")
    swapped = facts.dominant_hand == Hand.LEFT and SIDE.search(disability.code) is not None  # rule B12
    row = table.row(_other_side(disability.code) if swapped else disability.code)
    percent, words = _percent(disability, row)
    line = _line(
        item,
        "B5" if functional else "B4",
        f"{words} × {table.months} × {rupiah(facts.base)}",
        whole(percent * table.months * facts.base / 100),
        schedule,
        confirmed=item["confirmed"] and row["confirmed"] and (table.handedness_confirmed or not swapped),
        row=f"{row['label']} ({row['code']}){', kidal: kanan dan kiri ditukar' if swapped else ''}",
    )
    return line, percent


def _percent(disability: Disability, row: dict[str, Any]) -> tuple[Decimal, str]:
    percent, words = _of_row(disability, row)
    if disability.units != 1:
        percent, words = percent * disability.units, f"{disability.units} × {words}"
    if disability.loss_of_function is not None:
        words = f"{in_percent(disability.loss_of_function)} × {words}"
        percent = percent * disability.loss_of_function / 100
    return percent, words


def _of_row(disability: Disability, row: dict[str, Any]) -> tuple[Decimal, str]:
    if "percent" in row:
        return Decimal(row["percent"]), in_percent(row["percent"])
    lowest, highest = row["percent_min"], row["percent_max"]
    if disability.percent is None or not lowest <= disability.percent <= highest:
        raise NotInSchedule(f"{row['label']} dinilai dokter {lowest}% sampai {highest}%, dan nilainya belum diisi.")
    return disability.percent, in_percent(disability.percent)


def _other_side(code: str) -> str:
    return SIDE.sub(lambda side: f"_{OTHER_SIDE[side[1]]}", code)


def _years_between(first: date, day: date) -> int:
    years = day.year - first.year
    return years - (day < years_after(first, years))


def _cap(lines: list[Line], cap: int, named: str, formula: str = "") -> Iterator[Line]:
    billed = sum(line.amount for line in lines)
    if billed > cap:
        words = f"paling banyak {formula + ' = ' if formula else ''}{rupiah(cap)}"
        yield limit(lines[0], item=named, formula=words, amount=cap - billed)


def _line(
    item: dict[str, Any],
    rule: str,
    formula: str,
    amount: int,
    schedule: Schedule,
    *,
    confirmed: bool | None = None,
    row: str = "",
) -> Line:
    return Line(
        "JKK",
        item["name"],
        rule,
        formula,
        amount,
        item["legal"],
        schedule.code,
        item["confirmed"] if confirmed is None else confirmed,
        row,
    )
