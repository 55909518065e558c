"""What a receipt pays for: the page that previews and the operation ask the same."""

from __future__ import annotations

from datetime import date

from casework.decisions import Decision
from enrollment.enums import Payer
from enrollment.models import Bill, Receipt
from enrollment.rules.bills import members_of


def amounts_due(month: date, payer: Payer | str) -> dict[int, int]:
    """The key of each membership that a receipt pays for, to its contribution in rupiah.

    Where a bill came, what was agreed and decided about it (section 5.6); without one, the whole list of the month.
    """
    bill = Bill.objects.last_of(month, payer)
    if bill is None:
        return {member.membership: member.amount for member in members_of(month, payer)}
    agreed = dict(bill.lines.exclude(membership=None).values_list("membership", "amount"))
    decided = bill.differences.filter(membership__isnull=False, payable__gt=0).values_list("membership", "payable")
    return agreed | dict(decided)


def is_worth_recording(*, members: int, known: Receipt | None) -> Decision:
    """Whether the receipt says anything new. `known` is the receipt that has its reference already."""
    return Decision.unless(
        (
            known is not None,
            "reference_known",
            f"Tanda terima ini sudah dicatat untuk {known.month_and_payer if known else ''}.",
            "Periksa nomornya. Yang sudah tercatat tidak perlu dicatat lagi.",
        ),
        (
            known is None and members == 0,
            "nobody_to_pay_for",
            "Tidak ada peserta yang belum lunas untuk bulan dan pembayar ini.",
            "Periksa bulan dan pembayarnya.",
        ),
    )
