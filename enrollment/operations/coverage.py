from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Refused
from casework.numbers import next_number
from enrollment import rules
from enrollment.enums import NIK_LENGTH, Accident, BatchStatus, LineStatus, Purpose
from enrollment.models import BatchLine, Contribution, CoverageCheck, Membership, Receipt, ReplyFile
from workers.models import Worker
from workers.nik import mask


def check_coverage(
    *,
    by: User,
    event_at: datetime,
    purpose: Purpose | str,
    accident: Accident = Accident.WORK,
    question: str = "",
    name: str = "",
    birth_on: date | None = None,
) -> CoverageCheck:
    """Answers whether one person was a participant at that time.

    `question` is a NIK or participant number; without it name and full birth date must mean exactly one person. With
    it, name and birth date are compared where they are given (AC-C7).

    Every look-up is on the trail, hit, miss or refused (rule X7, AC-W10). Each gets a new number (AC-C8). The person
    is looked up in the whole city: where a patient lives says nothing about the hospital.
    """
    asked_at = timezone.now()
    asked = rules.Question.typed(question, name, birth_on)
    decision = rules.may_ask(
        by,
        question=asked,
        event_at=event_at,
        asked_at=asked_at,
        has_agreement=_has_agreement(by, timezone.localdate(asked_at)),
    )
    if not decision:
        with transaction.atomic():
            facts = {"refused": decision.codes, "digits": len(asked.number), "purpose": purpose}
            audit.record("coverage.refuse", by=by, facts=facts)
        raise Refused(*decision.reasons)
    with transaction.atomic():
        return _answer(by, asked, event_at, asked_at, purpose, accident)


def repeat_check(number: str, *, by: User) -> CoverageCheck:
    """Puts the question of an earlier answer again, which gets a new number (AC-C8).

    Raises CoverageCheck.DoesNotExist outside the user's scope.
    """
    earlier = CoverageCheck.objects.visible_to(by).get(number=number)
    rules.may_repeat(earlier).require()
    asked = rules.Question.read(earlier.question)
    return check_coverage(
        by=by,
        question=asked.number,
        name=asked.name,
        birth_on=asked.birth_on,
        event_at=earlier.event_at,
        purpose=earlier.purpose,
        accident=Accident(earlier.accident or Accident.WORK),
    )


@transaction.atomic
def view_answer(number: str, *, by: User) -> CoverageCheck:
    """Shows an answer again. Raises CoverageCheck.DoesNotExist outside the user's scope."""
    check = CoverageCheck.objects.visible_to(by).select_related("asked_by", "hospital").get(number=number)
    audit.record("coverage.view", check, by=by)
    return check


def _answer(
    by: User,
    question: rules.Question,
    event_at: datetime,
    asked_at: datetime,
    purpose: Purpose | str,
    accident: Accident,
) -> CoverageCheck:
    found = _persons(question)
    misfits = _misfits(question, found[0]) if question.number and found else []
    worker = found[0] if len(found) == 1 and not misfits else None
    memberships = []
    if worker is not None:
        records = Worker.objects.same_person_as(worker)
        memberships = list(Membership.objects.filter(worker__in=records).order_by("period"))
    periods = {_covered_period(membership): membership for membership in memberships}
    if worker is None:
        answer = rules.answer_nobody(question, found=len(found), misfits=misfits)
    else:
        history = _history(worker, tuple(periods))
        answer = rules.answer_coverage(history, event_at=event_at, at_work=accident.at_work)
    check = CoverageCheck(
        number=next_number("coverage"),
        asked_by=by,
        hospital_id=by.hospital_id,
        asked_at=asked_at,
        purpose=purpose,
        question=str(question),
        event_at=event_at,
        accident=accident,
        verdict=answer.verdict,
        reason_code=answer.code,
        reason=answer.reason,
        worker=worker,
        membership=periods.get(answer.period),
        facts=_facts(worker, answer, event_on=timezone.localdate(event_at), today=timezone.localdate(asked_at))
        | {"payers": rules.payer_order(accident, answer.verdict)},
    )
    check.digest = check.content_digest()
    check.save(force_insert=True)
    facts = {
        "hit": worker is not None,
        "question": f"…{question.number[-4:]}" if question.number else "name and birth date",
        "purpose": purpose,
        "verdict": answer.verdict,
        "code": answer.code,
    }
    persons = [person.pk for person in found] if misfits else []  # asked about, though nothing was shown
    audit.record("coverage.check", check, by=by, facts=facts, persons=persons)
    return check


def _has_agreement(by: User, on: date) -> bool:
    return by.hospital is not None and by.hospital.agreements.in_force(on).exists()


def _persons(question: rules.Question) -> list[Worker]:
    """At most two: one is an answer, more are none. Who is registered twice is one, by the surviving record."""
    if len(question.number) == NIK_LENGTH:
        return [worker.person for worker in Worker.objects.filter(nik=question.number).select_related("survivor")]
    if question.number:
        members = Membership.objects.filter(participant_number=question.number).select_related("worker__survivor")[:1]
        return [member.worker.person for member in members]
    called = Worker.objects.called(question.name).filter(birth_on=question.birth_on, anonymised_at=None)
    persons = called.order_by().values(person=Coalesce("survivor", "pk"))
    return list(Worker.objects.filter(pk__in=persons)[:2])


def _misfits(question: rules.Question, person: Worker) -> list[str]:
    records = Worker.objects.same_person_as(person)
    named = question.name == "" or records.called(question.name).exists()
    born = question.birth_on in (None, person.birth_on) or records.filter(birth_on=question.birth_on).exists()
    return [field for field, fits in (("name", named), ("birth_on", born)) if not fits]


def _covered_period(membership: Membership) -> rules.CoveredPeriod:
    return rules.CoveredPeriod(
        package=membership.package,
        payer=membership.payer,
        participant_number=membership.participant_number,
        start=membership.period.lower,
        end=membership.period.upper,
        entered_at=membership.entered_at,
        end_reason=membership.end_reason,
    )


def _history(worker: Worker, periods: tuple[rules.CoveredPeriod, ...]) -> rules.History:
    records = Worker.objects.same_person_as(worker)
    contributions = Contribution.objects.filter(membership__worker__in=records).order_by("-receipt__received_on")
    paid = contributions.values_list("month", "receipt__received_on")  # of two for one month the first receipt counts
    waiting = BatchLine.objects.filter(worker__in=records, status=LineStatus.PENDING, batch__status=BatchStatus.SENT)
    sent_at = waiting.values_list("batch__sent_at", flat=True).first()
    return rules.History(periods, dict(paid), timezone.localdate(sent_at) if sent_at is not None else None)


def _facts(worker: Worker | None, answer: rules.CoverageAnswer, *, event_on: date, today: date) -> dict[str, Any]:
    """What the answer sheet shows, kept as it was (AC-C4: the age on both days)."""
    facts: dict[str, Any] = {
        "next_steps": answer.next_steps,
        "programs": answer.programs,
        "entered_after_event": answer.entered_after_event,
        "known_at": _iso(_known_at()),
    }
    if worker is not None:
        facts |= {
            "name": worker.name,
            "nik": mask(worker.nik),
            "birth_on": _iso(worker.birth_on),
            "age_at_event": worker.age_on(event_on),
            "age_today": worker.age_on(today),
            "last_paid_month": _iso(answer.last_paid_month),
        }
    if answer.period is not None:
        facts |= {
            "package": answer.period.package,
            "payer": answer.period.payer,
            "participant_number": answer.period.participant_number,
            "start": _iso(answer.period.start),
            "end": _iso(answer.period.end),
            "entered_at": _iso(answer.period.entered_at),
        }
    return facts


def _known_at() -> datetime | None:
    """When BPJS Ketenagakerjaan last told the portal anything: a reply or a receipt."""
    replies = ReplyFile.objects.order_by("-pk").values_list("read_at", flat=True)[:1]
    receipts = Receipt.objects.order_by("-pk").values_list("recorded_at", flat=True)[:1]
    return max([*replies, *receipts], default=None)


def _iso(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
