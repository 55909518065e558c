from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Reason, Refused
from enrollment import rules
from enrollment.enums import Payer
from enrollment.models import Contribution, Membership, Receipt

AT_ONCE = 5_000  # rows of one INSERT


@transaction.atomic
def record_receipt(*, by: User, month: date, payer: Payer | str, reference: str, received_on: date) -> Receipt:
    """One month of one payer was received: every member of that month has it paid, once.

    `month` is the first day of the contribution month. Refused where the reference is known or nobody is left to pay
    for, so that a second click changes nothing.
    """
    rules.may_record_receipt(by, month=month, received_on=received_on, today=timezone.localdate()).require()
    receipt, is_new = Receipt.objects.get_or_create(
        reference=reference,
        defaults={"month": month, "payer": payer, "received_on": received_on, "recorded_by": by},
    )
    if not is_new:
        raise Refused(
            Reason(
                "reference_known",
                f"Tanda terima {reference} sudah dicatat untuk {receipt.month_and_payer}.",
                "Periksa nomornya. Yang sudah tercatat tidak perlu dicatat lagi.",
            )
        )
    amounts: dict[tuple[str, str], int] = {}
    members = Membership.objects.active_between(month, rules.month_after(month)).filter(payer=payer).unpaid_for(month)
    contributions = []
    for membership, package, sector in members.values_list("pk", "package", "worker__occupation__sector"):
        if (package, sector) not in amounts:
            amounts[package, sector] = rules.monthly_contribution(
                package, payer=payer, sector=sector, month=month
            ).total
        contributions.append(
            Contribution(membership_id=membership, month=month, amount=amounts[package, sector], receipt=receipt)
        )
    Contribution.objects.bulk_create(contributions, batch_size=AT_ONCE, ignore_conflicts=True)
    paid = receipt.totals()
    if not paid["members"]:
        raise Refused(
            Reason(
                "nobody_to_pay_for",
                f"Tidak ada peserta {receipt.month_and_payer} yang belum lunas.",
                "Periksa bulan dan pembayarnya.",
            )
        )
    audit.record("receipt.record", receipt, by=by, facts={"month": month, "payer": payer, **paid})
    return receipt
