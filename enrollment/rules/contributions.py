"""What one worker's cover costs in one month, each line with where it comes from (rules P1 to P9, D1 to D5)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from enrollment.enums import Package, Payer
from workers.enums import Sector

SCHEDULE = json.loads((Path(__file__).resolve().parent.parent / "data" / "contribution_schedule.json").read_text())
BRACKETS = SCHEDULE["bracket_table"]["rows"]
PROGRAMS = {package["code"]: package["programs"] for package in SCHEDULE["packages"]}
INCOME_BASES = tuple(row["base"] for row in BRACKETS)
CITY_BASE = 1_000_000  # rule P9, unconfirmed: the base of the city's packages


@dataclass(frozen=True, slots=True)
class ContributionLine:
    """One program's part. `formula` and `article` say where the amount comes from."""

    program: str  # JKK, JKM or JHT
    name: str
    amount: int  # rupiah
    formula: str
    article: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class MonthlyContribution:
    lines: tuple[ContributionLine, ...]

    @property
    def total(self) -> int:
        """Rupiah for one worker and month."""
        return sum(line.amount for line in self.lines)

    @property
    def confirmed(self) -> bool:
        return all(line.confirmed for line in self.lines)


def monthly_contribution(
    package: Package | str, *, payer: Payer | str, sector: Sector | str, month: date, base: int = CITY_BASE
) -> MonthlyContribution:
    """The contribution of one worker for the month that begins on `month`.

    `base` is a base of the bracket table, never the income itself (rule P7); ValueError otherwise.
    """
    bracket = next((row for row in BRACKETS if row["base"] == base), None)
    if bracket is None:
        raise ValueError(f"{base} is not a base of the bracket table")
    discount = _discount(payer, sector, month)
    return MonthlyContribution(tuple(_line(program, bracket, discount) for program in PROGRAMS[package]))


def program_name(code: str) -> str:
    return SCHEDULE["programs"][code]["name"]


def income_base(income: int) -> int:
    """The base for a monthly income (rule P7). An amount between two printed rows belongs to the lower one."""
    return max(row["base"] for row in BRACKETS if (row["income_min"] or 0) <= income)


def _discount(payer: str, sector: str, month: date) -> dict | None:
    """The row of PP 50/2025 that lowers this month, or None. Never for APBN and APBD (rule D4)."""
    named = f"{month:%Y-%m}"
    for row in SCHEDULE["adjustments"]:
        in_window = row["contribution_month_from"] <= named <= row["contribution_month_to"]
        if row["sector"] == sector and in_window and payer not in row["excluded_payers"]:
            return row
    return None


def _line(code: str, bracket: dict, discount: dict | None) -> ContributionLine:
    program = SCHEDULE["programs"][code]
    article, confirmed = program["legal"], program["confirmed"]
    if program["method"] == "flat":
        amount, formula = program["amount"], f"tetap {_rupiah(program['amount'])}"
    else:
        amount = bracket["base"] * program["rate_of_base_bp"] // 10_000
        formula = f"{program['rate_of_base_bp'] // 100}% × {_rupiah(bracket['base'])}"
        confirmed = confirmed and bracket["confirmed"]
    if discount is not None and code in discount["programs"]:
        multiplier = Decimal(discount["multiplier"])
        amount = int(amount * multiplier)
        formula = f"{formula} × {multiplier:.0%}"
        article = f"{article}; {discount['legal']}"
        confirmed = confirmed and discount["confirmed"]
    return ContributionLine(code, program["name"], amount, formula, article, confirmed)


def _rupiah(amount: int) -> str:
    return "Rp" + f"{amount:,}".replace(",", ".")
