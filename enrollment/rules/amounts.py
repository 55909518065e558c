"""Money as people, banks and spreadsheets write it."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = re.compile(r"[0-9]{1,15}")
WITH_CENTS = re.compile(r"([0-9]{1,15})[.,]([0-9]{1,2})")
IN_GROUPS = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3}){1,4})(?:,([0-9]{1,2}))?")  # 16.800 and 16.800,00
IN_ENGLISH_GROUPS = re.compile(r"([0-9]{1,3}(?:,[0-9]{3}){1,4})\.([0-9]{1,2})")  # 16,800.00; 16,800 may mean 16.8
BELOW_ZERO = re.compile(r"-(.*)|\((.*)\)")
ORNAMENT = re.compile(r"^rp\.?\s*|,-$|\s", re.IGNORECASE)


def read_amount(text: str) -> Decimal | None:
    """The amount in rupiah, below zero where it is so written; None for what is no amount, or could be two."""
    bare = ORNAMENT.sub("", text.strip())
    below = BELOW_ZERO.fullmatch(bare)
    if below:
        bare = ORNAMENT.sub("", below[1] or below[2])
    if DIGITS.fullmatch(bare):
        whole, cents = bare, ""
    elif found := WITH_CENTS.fullmatch(bare) or IN_GROUPS.fullmatch(bare) or IN_ENGLISH_GROUPS.fullmatch(bare):
        whole, cents = re.sub("[.,]", "", found[1]), found[2] or ""
    else:
        return None
    amount = Decimal(f"{whole}.{cents or 0}")
    return -amount if below else amount


def whole_rupiah(text: str) -> int | None:
    """The amount where it is whole rupiah and not below zero, otherwise None."""
    amount = read_amount(text)
    if amount is None or amount < 0 or amount != int(amount):
        return None
    return int(amount)
