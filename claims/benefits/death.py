"""What the heirs receive: JKK after an accident (rule B7), else JKM (rules M1 to M4); and JHT (rule 7.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from claims.benefits.accident import periodic, share_of_base
from claims.benefits.facts import Facts
from claims.benefits.lines import Line, Note, limit, rupiah
from claims.benefits.schedule import Schedule
from enrollment.enums import Package, Payer
from enrollment.rules import monthly_contribution
from workers.enums import Sector


def by_accident(facts: Facts, schedule: Schedule) -> Iterator[Line]:
    """Rule B7: a share of the base, and what is missing to the least amount as a line of its own."""
    item = schedule.item("JKK_DEATH")
    line = _line("JKK", item, "B7", *share_of_base(item, facts.base), schedule)
    yield line
    if line.amount < item["minimum"]:
        yield limit(
            line,
            item="Sampai jumlah paling sedikit",
            formula=f"paling sedikit {rupiah(item['minimum'])}",
            amount=item["minimum"] - line.amount,
        )


def by_accident_periodic(facts: Facts, schedule: Schedule) -> Iterator[Line]:
    item = schedule.item("JKK_DEATH_PERIODIC")
    yield _line("JKK", item, "B7", *periodic(item), schedule)


def accident_funeral(facts: Facts, schedule: Schedule) -> Iterator[Line]:
    """Once, however many participations there are (rule M4, AC-W19)."""
    item = schedule.item("JKK_FUNERAL")
    yield _line("JKK", item, "B7", "satu kali", item["amount"], schedule)


def otherwise(facts: Facts, schedule: Schedule) -> Iterator[Line | Note]:
    """Rules M1 to M4. That each participation pays anew, all but the funeral, is unconfirmed."""
    if "JKM_TOTAL" in schedule.items:
        yield from _in_one_sum(facts, schedule)
        return
    held, enough = facts.segments, True
    for code in ("JKM_DEATH", "JKM_PERIODIC"):
        item = schedule.item(code)
        needed = item["minimum_paid_months_in_a_row"]
        enough = facts.paid_in_a_row >= needed
        if enough:
            formula, amount = periodic(item) if "months" in item else (rupiah(item["amount"]), item["amount"])
            formula = f"{held} kepesertaan × {formula}" if held > 1 else formula
            confirmed = item["confirmed"] and held == 1
            yield _line("JKM", item, "M1", formula, held * amount, schedule, confirmed=confirmed)
    funeral = schedule.item("JKM_FUNERAL")
    yield _line("JKM", funeral, "M1" if enough else "M2", "satu kali", funeral["amount"], schedule)
    if not enough:
        yield Note(
            "M2",
            f"Iuran baru lunas {facts.paid_in_a_row} bulan berturut-turut, syaratnya {needed} bulan. "
            "Yang dibayarkan hanya biaya pemakaman.",
        )
    if facts.paid_with_gap:
        yield Note(
            "M3",
            "Ada bulan tanpa iuran. Yang dihitung hanya bulan lunas berturut-turut sampai bulan meninggal. "
            "Tinjau bersama BPJS Ketenagakerjaan.",
            confirmed=False,
        )


def old_age_balance(facts: Facts, schedule: Schedule) -> Iterator[Line | Note]:
    """Rule 7.5: what was paid in. BPJS Ketenagakerjaan adds the return, which the portal does not know."""
    item = schedule.item("JHT_BALANCE")
    contribution = monthly_contribution(
        Package.JKK_JKM_JHT, payer=Payer.APBD, sector=Sector.OTHER, month=facts.event_on, base=facts.base
    )
    paid = next(line for line in contribution.lines if line.program == "JHT")
    formula = f"{facts.old_age_months} bulan × {rupiah(paid.amount)} ({paid.formula})"
    confirmed = item["confirmed"] and paid.confirmed
    yield _line("JHT", item, "7.5", formula, facts.old_age_months * paid.amount, schedule, confirmed=confirmed)
    yield Note("7.5", "Hasil pengembangan JHT ditambahkan BPJS Ketenagakerjaan dan tidak dihitung di sini.")


def _in_one_sum(facts: Facts, schedule: Schedule) -> Iterator[Line | Note]:
    """Before PP 82/2019 (rule 7.2): one sum is known, its parts are not."""
    item = schedule.item("JKM_TOTAL")
    yield _line("JKM", item, "7.2", rupiah(item["amount"]), item["amount"], schedule)
    if facts.segments > 1:
        yield Note("M4", "Tambahan untuk kepesertaan lain menurut aturan lama tidak diketahui portal.", confirmed=False)


def _line(
    program: str,
    item: dict[str, Any],
    rule: str,
    formula: str,
    amount: int,
    schedule: Schedule,
    *,
    confirmed: bool | None = None,
) -> Line:
    known = item["confirmed"] if confirmed is None else confirmed
    return Line(program, item["name"], rule, formula, amount, item["legal"], schedule.code, known)
