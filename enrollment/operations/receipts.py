from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from enrollment import rules
from enrollment.enums import Payer
from enrollment.models import Contribution, Receipt

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
    due = rules.amounts_due(month, payer) if is_new else {}
    rules.is_worth_recording(members=len(due), known=None if is_new else receipt).require()
    contributions = [
        Contribution(membership_id=membership, month=month, amount=amount, receipt=receipt)
        for membership, amount in due.items()
    ]
    Contribution.objects.bulk_create(contributions, batch_size=AT_ONCE, ignore_conflicts=True)
    paid = receipt.totals()
    rules.is_worth_recording(members=paid["members"], known=None).require()  # another receipt may have been quicker
    audit.record("receipt.record", receipt, by=by, facts={"month": month, "payer": payer, **paid})
    return receipt
