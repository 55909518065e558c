"""What was received of what was asked for: full, in part, nothing, or something that cannot be."""

from __future__ import annotations

from casework.decisions import Decision
from enrollment.enums import Delivery
from enrollment.rules.amounts import read_amount


def delivery_of(paid: str, *, asked: str) -> Delivery | None:
    """What a payment says, each amount as it was written (AC-R2, AC-R4).

    None where nothing can be taken over: no amount, one below zero (AC-R1), or more than was asked (AC-R5).
    """
    amount, whole = read_amount(paid), read_amount(asked)
    if amount is None or whole is None or not 0 <= amount <= whole:
        return None
    if amount == 0:
        return Delivery.NOTHING
    return Delivery.DONE if amount == whole else Delivery.PART


def may_take_payment(paid: str, *, asked: int) -> Decision:
    """Whether a receipt pays its order, of `asked` rupiah: all of it, since nobody could say whose part is missing."""
    amount, delivery = read_amount(paid), delivery_of(paid, asked=str(asked))
    return Decision.unless(
        (
            amount is None,
            "paid_form",
            f"Jumlah diterima “{paid}” tidak terbaca.",
            "Tulis rupiah seperti pada tanda terima. Contoh: 1.500.000.",
        ),
        (
            amount is not None and amount < 0,
            "paid_negative",
            f"Jumlah diterima {paid} kurang dari nol.",
            "Periksa tanda terimanya.",
        ),
        (
            amount is not None and amount > asked,
            "paid_above",
            f"Jumlah diterima {paid} lebih besar dari perintah bayar.",
            "Periksa tanda terimanya.",
        ),
        (
            delivery == Delivery.NOTHING,
            "paid_nothing",
            "Tanda terima ini menyatakan tidak ada yang diterima.",
            "Catat setelah uangnya diterima.",
        ),
        (
            delivery == Delivery.PART,
            "paid_in_part",
            f"Jumlah diterima {paid} kurang dari perintah bayar.",
            "Catat setelah seluruhnya diterima.",
        ),
    )
