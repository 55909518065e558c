"""What a receipt pays for: the page that previews and the operation ask the same."""

from __future__ import annotations

from datetime import date
from functools import cache

from casework.decisions import Decision
from enrollment.enums import Payer
from enrollment.models import Membership, Receipt
from enrollment.rules.contributions import monthly_contribution
from enrollment.rules.months import month_after


def amounts_due(month: date, payer: Payer | str) -> dict[int, int]:
    """The key of each membership of that payer whose month is not paid, to its contribution in rupiah."""

    @cache
    def amount(package: str, sector: str) -> int:
        return monthly_contribution(package, payer=payer, sector=sector, month=month).total

    members = Membership.objects.active_between(month, month_after(month)).filter(payer=payer).unpaid_for(month)
    rows = members.values_list("pk", "package", "worker__occupation__sector")
    return {pk: amount(package, sector) for pk, package, sector in rows}


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
