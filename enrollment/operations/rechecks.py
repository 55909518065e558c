from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from enrollment import rules
from enrollment.models import CoverageCheck, Recheck


@transaction.atomic
def ask_recheck(number: str, *, by: User, note: str) -> Recheck:
    """Asks an admin to look again. Raises Refused, and CoverageCheck.DoesNotExist outside the user's scope."""
    check = CoverageCheck.objects.visible_to(by).locked().get(number=number)
    asked = Recheck.objects.filter(check_given=check).exists()
    rules.may_ask_recheck(check, by, asked=asked).require()
    recheck = Recheck.objects.create(check_given=check, asked_by=by, asked_at=timezone.now(), note=note)
    audit.record("recheck.ask", recheck, by=by, note=note, persons=_persons(check))
    return recheck


@transaction.atomic
def view_recheck(pk: int, *, by: User) -> Recheck:
    """Shows what is doubted, and of whom. Raises Recheck.DoesNotExist outside the user's scope."""
    recheck = Recheck.objects.visible_to(by).with_list_data().get(pk=pk)
    audit.record("recheck.view", recheck, by=by, persons=_persons(recheck.check_given))
    return recheck


@transaction.atomic
def answer_recheck(pk: int, *, by: User, reply: str) -> Recheck:
    """Tells the hospital what was found. Raises Refused, and Recheck.DoesNotExist outside the user's scope."""
    recheck = Recheck.objects.visible_to(by).select_related("check_given").locked().get(pk=pk)
    rules.may_answer_recheck(recheck, by).require()
    recheck.answered_by, recheck.answered_at, recheck.reply = by, timezone.now(), reply
    recheck.save(update_fields=["answered_by", "answered_at", "reply"])
    audit.record("recheck.answer", recheck, by=by, note=reply, persons=_persons(recheck.check_given))
    return recheck


def _persons(check: CoverageCheck) -> list:
    return [check.worker_id] if check.worker_id else []
