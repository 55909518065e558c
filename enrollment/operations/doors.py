from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from accounts.models import User
from casework import audit
from enrollment import rules
from enrollment.enums import Accident, Finding, Purpose
from enrollment.models import CoverageCheck, DoorOpening
from enrollment.operations.coverage import (
    answer_about,
    has_agreement,
    keep_answer,
    persons_meant,
    record_look_up,
    refuse_question,
)


def open_door(
    *,
    by: User,
    name: str,
    birth_year: int | None,
    event_at: datetime,
    reason: str,
    accident: Accident = Accident.WORK,
) -> CoverageCheck:
    """Answers about a patient who cannot speak and carries no papers (AC-P29): the verdict and nothing else.

    The answer names no worker, so nothing leads from it to a person; the trail keeps whom it was about. Raises Refused,
    which is on the trail too.
    """
    asked_at = timezone.now()
    question = rules.Question.typed("", name, birth_year=birth_year)
    unreviewed = DoorOpening.objects.unreviewed().filter(opened_by=by)
    decision = rules.may_open_door(
        by,
        question=question,
        reason=reason,
        event_at=event_at,
        asked_at=asked_at,
        has_agreement=has_agreement(by, timezone.localdate(asked_at)),
        unreviewed_since=unreviewed.aggregate(since=Min("opened_at"))["since"],
    )
    if not decision:
        refuse_question(decision, by=by, question=question, purpose=Purpose.EMERGENCY)
    with transaction.atomic():
        found = persons_meant(question)
        worker = found[0] if len(found) == 1 else None
        answer = answer_about(worker, event_at=event_at, accident=accident)[0] if worker is not None else None
        check = keep_answer(
            by=by,
            question=question,
            event_at=event_at,
            asked_at=asked_at,
            purpose=Purpose.EMERGENCY,
            accident=accident,
            answer=rules.answer_through_door(answer, found=len(found)),
            worker=None,
            membership_id=None,
        )
        opening = DoorOpening.objects.create(check_given=check, opened_by=by, opened_at=asked_at, reason=reason.strip())
        audit.record("door.use", opening, by=by, note=opening.reason)
        persons = [worker.pk] if worker is not None else []
        record_look_up(check, by=by, question=question, hit=worker is not None, persons=persons)
        return check


@transaction.atomic
def view_opening(pk: int, *, by: User) -> DoorOpening:
    """Shows one opening with what was asked. Raises DoorOpening.DoesNotExist outside the user's scope."""
    opening = DoorOpening.objects.visible_to(by).with_list_data().get(pk=pk)
    audit.record("door.view", opening, by=by)
    return opening


@transaction.atomic
def review_door(pk: int, *, by: User, finding: Finding | str, note: str = "") -> DoorOpening:
    """Raises Refused, and DoorOpening.DoesNotExist outside the user's scope."""
    opening = DoorOpening.objects.visible_to(by).locked().get(pk=pk)
    rules.may_review_door(opening, by).require()
    opening.reviewed_by, opening.reviewed_at = by, timezone.now()
    opening.finding, opening.note = finding, note
    opening.save(update_fields=["reviewed_by", "reviewed_at", "finding", "note"])
    audit.record("door.review", opening, by=by, note=note, facts={"finding": finding})
    return opening
