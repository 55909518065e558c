from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from enrollment import rules
from enrollment.enums import Payer
from enrollment.models import Bill, Contribution, Receipt
from enrollment.operations.bills import move_batches
from enrollment.workflow import BILL_WORKFLOW

AT_ONCE = 5_000  # rows of one INSERT


@transaction.atomic
def record_receipt(
    *, by: User, month: date, payer: Payer | str, reference: str, received_on: date, amount: str = ""
) -> Receipt:
    """One month of one payer was received: its members have it paid, once.

    `month` is the first day of the contribution month. Where a bill came, the receipt follows its payment order and
    pays what that order pays; `amount`, as written on it, must be all of it. Refused where the reference is known or
    nobody is left to pay for, so that a second click changes nothing.
    """
    rules.may_record_receipt(by, month=month, received_on=received_on, today=timezone.localdate()).require()
    bill = Bill.objects.locked().last_of(month, payer)
    receipt, is_new = Receipt.objects.get_or_create(
        reference=reference,
        defaults={"month": month, "payer": payer, "received_on": received_on, "recorded_by": by, "bill": bill},
    )
    if is_new and bill is not None:
        rules.may_receive(bill, received_on=received_on).require()
        rules.may_take_payment(amount, asked=bill.ordered_amount).require()
    due = rules.amounts_due(month, payer) if is_new else {}
    ordered = is_new and bill is not None  # also where all of it is for persons whom the list does not have
    rules.is_worth_recording(members=len(due) or ordered, known=None if is_new else receipt).require()
    contributions = [
        Contribution(membership_id=membership, month=month, amount=amount, receipt=receipt)
        for membership, amount in due.items()
    ]
    Contribution.objects.bulk_create(contributions, batch_size=AT_ONCE, ignore_conflicts=True)
    paid = receipt.totals()
    # another receipt may have been quicker
    rules.is_worth_recording(members=paid["members"] or ordered, known=None).require()
    if bill is not None:
        BILL_WORKFLOW.apply(bill, "pay", by=by)
        move_batches(bill, "close", by=by)
    audit.record("receipt.record", receipt, by=by, facts={"month": month, "payer": payer, **paid})
    return receipt
