from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NoReturn
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Decision, Refused
from casework.numbers import next_number
from enrollment import rules
from enrollment.enums import NIK_LENGTH, Accident, BatchStatus, LineKind, LineStatus, Purpose
from enrollment.models import Card, CoverageCheck, Membership, Receipt, ReplyFile
from workers.models import Worker
from workers.nik import mask

SHOWN = ("asked_by", "hospital", "recheck__asked_by", "recheck__answered_by")  # of an answer, on its page
# One row for each membership of the person, by all records of theirs; one row with nothing where there is none. In one
# statement, because the desk waits for it. The day on which a batch with this person was sent stands in each.
KNOWN = """
WITH record AS (SELECT id FROM workers_worker WHERE id = %(person)s OR survivor_id = %(person)s),
waiting AS (
    SELECT min(batch.sent_at) AS sent_at FROM enrollment_batchline line
    JOIN enrollment_batch batch ON batch.id = line.batch_id
    WHERE line.worker_id IN (SELECT id FROM record)
        AND line.kind = %(add)s AND line.status = %(pending)s AND batch.status = %(sent)s
)
SELECT member.id, package, payer, participant_number, period, entered_at, end_reason, months, received_on, sent_at
FROM waiting LEFT JOIN enrollment_membership member ON member.worker_id IN (SELECT id FROM record)
LEFT JOIN LATERAL (
    SELECT COALESCE(array_agg(paid.month), '{}') AS months,
        COALESCE(array_agg(receipt.received_on), '{}') AS received_on
    FROM enrollment_contribution paid JOIN enrollment_receipt receipt ON receipt.id = paid.receipt_id
    WHERE paid.membership_id = member.id
) contribution ON true
ORDER BY period
"""


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

    `question` is a NIK, participant number or card number; without it name and full birth date must mean exactly one
    person. With it, name and birth date are compared where they are given (AC-C7).

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
        has_agreement=has_agreement(by, timezone.localdate(asked_at)),
    )
    if not decision:
        refuse_question(decision, by=by, question=asked, purpose=purpose)
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
    """Shows an answer again.

    Raises CoverageCheck.DoesNotExist outside the user's scope, and Refused when an answer's time is over.
    """
    check = CoverageCheck.objects.visible_to(by).select_related(*SHOWN).get(number=number)
    rules.may_read_answer(check, by, now=timezone.now()).require()
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
    found = persons_meant(question)
    misfits = _misfits(question, found[0]) if question.number and found else []
    worker = found[0] if len(found) == 1 and not misfits else None
    withdrawn = _owner_of_withdrawn_card(question) if question.is_card and not found else None
    if worker is None:
        card_over = withdrawn is not None
        answer = rules.answer_nobody(question, found=len(found), misfits=misfits, card_over=card_over)
        membership_id = None
    else:
        answer, membership_id = answer_about(worker, event_at=event_at, accident=accident)
    check = keep_answer(
        by=by,
        question=question,
        event_at=event_at,
        asked_at=asked_at,
        purpose=purpose,
        accident=accident,
        answer=answer,
        worker=worker,
        membership_id=membership_id,
    )
    persons = [person.pk for person in found] if misfits else []  # asked about, though nothing was shown
    if withdrawn is not None:
        persons = [withdrawn]
    record_look_up(check, by=by, question=question, hit=worker is not None, persons=persons)
    return check


def answer_about(worker: Worker, *, event_at: datetime, accident: Accident) -> tuple[rules.CoverageAnswer, int | None]:
    """The answer for this person by all records of theirs, and the key of the membership it rests on."""
    history, memberships = _known_of(worker)
    answer = rules.answer_coverage(history, event_at=event_at, at_work=accident.at_work)
    return answer, memberships.get(answer.period)


def history_of(worker: Worker) -> rules.History:
    """What the portal knows now of this person's cover, by all records of theirs."""
    history, _ = _known_of(worker)
    return history


def keep_answer(
    *,
    by: User,
    question: rules.Question,
    event_at: datetime,
    asked_at: datetime,
    purpose: Purpose | str,
    accident: Accident,
    answer: rules.CoverageAnswer,
    worker: Worker | None,
    membership_id: int | None,
) -> CoverageCheck:
    """Gives the answer its number and keeps it with what the sheet shows. Without a worker no person is in it."""
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
        membership_id=membership_id,
        facts=_facts(worker, answer, event_on=timezone.localdate(event_at), today=timezone.localdate(asked_at))
        | {"payers": rules.payer_order(accident, answer.verdict)},
    )
    check.digest = check.content_digest()
    check.save(force_insert=True)
    return check


def record_look_up(
    check: CoverageCheck, *, by: User, question: rules.Question, hit: bool, persons: Iterable[UUID] = ()
) -> None:
    """Every answer's entry on the trail (rule X7), without what was typed but the last four digits of a number."""
    facts = {
        "hit": hit,
        "question": question.kind if not question.number else f"…{question.number[-4:]}",
        "purpose": check.purpose,
        "verdict": check.verdict,
        "code": check.reason_code,
    }
    audit.record("coverage.check", check, by=by, facts=facts, persons=persons)


def refuse_question(decision: Decision, *, by: User, question: rules.Question, purpose: Purpose | str) -> NoReturn:
    """Leaves the refusal on the trail, then raises it."""
    with transaction.atomic():
        facts = {"refused": decision.codes, "digits": len(question.number), "purpose": purpose}
        audit.record("coverage.refuse", by=by, facts=facts)
    raise Refused(*decision.reasons)


def has_agreement(by: User, on: date) -> bool:
    return by.hospital is not None and by.hospital.agreements.in_force(on).exists()


def persons_meant(question: rules.Question) -> list[Worker]:
    """At most two: one is an answer, more are none. Who is registered twice is one, by the surviving record."""
    if len(question.number) == NIK_LENGTH:
        return [worker.person for worker in Worker.objects.filter(nik=question.number).select_related("survivor")]
    if question.is_card:
        cards = (
            Card.objects.valid()
            .filter(number=question.number, worker__anonymised_at=None)
            .select_related("worker__survivor")
        )
        return [card.worker.person for card in cards]
    if question.number:
        members = Membership.objects.filter(participant_number=question.number).select_related("worker__survivor")[:1]
        return [member.worker.person for member in members]
    if question.birth_year is not None:
        born = {"birth_on__year": question.birth_year}
    else:
        born = {"birth_on": question.birth_on}
    called = Worker.objects.called(question.name).filter(anonymised_at=None, **born)
    persons = called.order_by().values(person=Coalesce("survivor", "pk"))
    return list(Worker.objects.filter(pk__in=persons)[:2])


def _owner_of_withdrawn_card(question: rules.Question) -> UUID | None:
    return Card.objects.filter(number=question.number).values_list("worker_id", flat=True).first()


def _misfits(question: rules.Question, person: Worker) -> list[str]:
    records = Worker.objects.same_person_as(person)
    named = question.name == "" or records.called(question.name).exists()
    born = question.birth_on in (None, person.birth_on) or records.filter(birth_on=question.birth_on).exists()
    return [field for field, fits in (("name", named), ("birth_on", born)) if not fits]


def covered_period(membership: Membership) -> rules.CoveredPeriod:
    """Of a membership, or of what it was: an event of its history."""
    return rules.CoveredPeriod(
        package=membership.package,
        payer=membership.payer,
        participant_number=membership.participant_number,
        start=membership.period.lower,
        end=membership.period.upper,
        entered_at=membership.entered_at,
        end_reason=membership.end_reason,
    )


def _known_of(worker: Worker) -> tuple[rules.History, dict[rules.CoveredPeriod, int]]:
    """What is known of this person by all records of theirs, and the key of the membership behind each period."""
    with connection.cursor() as cursor:
        person = {"person": worker.survivor_id or worker.pk, "pending": LineStatus.PENDING, "add": LineKind.ADD}
        cursor.execute(KNOWN, person | {"sent": BatchStatus.SENT})
        rows = cursor.fetchall()
    memberships, receipts = {}, []
    for membership, package, payer, number, period, entered_at, end_reason, months, received_on, _ in rows:
        if membership is None:  # the one row of a person without any
            continue
        held = rules.CoveredPeriod(package, payer, number, period.lower, period.upper, entered_at, end_reason)
        memberships[held] = membership
        receipts += zip(received_on, months, strict=True)
    paid = {month: on for on, month in sorted(receipts, reverse=True)}  # of two for one month the first receipt counts
    sent_at = rows[0][-1]
    awaiting = timezone.localdate(sent_at) if sent_at is not None else None
    return rules.History(tuple(memberships), paid, awaiting), memberships


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
    return max(replies.union(receipts, all=True), default=None)


def _iso(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
