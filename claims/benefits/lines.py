"""One line of an estimate, and how its formula is written."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ui.templatetags.ui import rupiah

__all__ = ["Line", "Note", "in_percent", "limit", "rupiah", "whole"]


@dataclass(frozen=True, slots=True)
class Line:
    """`rule` names the text in docs/rules, `row` the row of the table that gave the figure, if one did."""

    program: str  # JKK, JKM, JHT or BEASISWA
    item: str
    rule: str
    formula: str
    amount: int  # rupiah; negative for what a cap takes away
    article: str
    version: str
    confirmed: bool
    row: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    rule: str
    text: str
    confirmed: bool = True
    is_gap: bool = False  # the portal knows no figure, so the total is not the whole


def limit(of: Line, *, item: str, formula: str, amount: int, rule: str = "", confirmed: bool | None = None) -> Line:
    """The line by which a cap or a floor corrects those before it; same program, article and version as `of`."""
    return Line(
        of.program,
        item,
        rule or of.rule,
        formula,
        amount,
        of.article,
        of.version,
        of.confirmed if confirmed is None else confirmed,
    )


def whole(amount: Decimal) -> int:
    """Whole rupiah, a half rounded up. That BPJS Ketenagakerjaan rounds so is unconfirmed."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def in_percent(percent: Decimal | int) -> str:
    """4,5%."""
    return f"{Decimal(percent).normalize():f}%".replace(".", ",")
