"""Reviews of members above the desil limit, and objections to a desil."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Reason, Refused
from workers import rules
from workers.enums import ExitReason
from workers.models import DesilObjection, DesilReview, Policy, Worker
from workers.operations.exits import exit_worker
from workers.workflow import REVIEW

AT_ONCE = 2_000  # reviews of one INSERT, and of one entry on the trail


@transaction.atomic
def open_reviews(*, on: date, by: User | None = None) -> int:
    """Opens a review for every member whose family stands above the limit of the policy in force; says how many.

    Never drops anybody (rule S6). Whoever has one for the same release and limit gets no second, so it may run every
    night and after every DTSEN file. `by` None: the portal's own work. Raises Policy.DoesNotExist before the first.
    """
    policy = Policy.objects.in_force(on)
    risen = Worker.objects.above_limit(policy, on).order_by("pk")
    opened = 0
    for workers in _chunks(risen.iterator(chunk_size=AT_ONCE)):
        reviews = DesilReview.objects.bulk_create(
            DesilReview(
                worker=worker,
                policy=policy,
                release=policy.release,
                desil=worker.family_desil,
                desil_limit=policy.desil_limit,
                earlier_release=worker.earlier_release or "",
                earlier_desil=worker.earlier_desil,
                opened_on=on,
                due_on=on + timedelta(days=policy.grace_days),
            )
            for worker in workers
        )
        audit.record("review.open", by=by, persons=[review.worker_id for review in reviews])
        opened += len(reviews)
    return opened


@transaction.atomic
def view_review(pk: UUID, *, by: User) -> DesilReview:
    """With all that its page shows. Leaves an entry. Raises DesilReview.DoesNotExist out of scope."""
    people = ("worker__kelurahan__parent", "policy", "answered_by", "decided_by")
    review = DesilReview.objects.visible_to(by).select_related(*people).get(pk=pk)
    audit.record("review.view", review, by=by)
    return review


@transaction.atomic
def answer_review(pk: UUID, *, by: User, answer: str, reason: str) -> DesilReview:
    """The officer's answer: `keep`, or `propose` that the member leaves, which an admin decides.

    Raises DesilReview.DoesNotExist out of scope, and Refused with the codes of rules.may_answer_review.
    """
    review = _locked(pk, by)
    rules.may_answer_review(review, by, answer).require()
    return REVIEW.apply(review, answer, by=by, note=reason, reason=reason, answered_by=by, answered_at=timezone.now())


@transaction.atomic
def decide_review(pk: UUID, *, by: User, answer: str, note: str) -> DesilReview:
    """The second signature under a proposed exit: `confirm` records the exit, `decline` keeps the member.

    Raises DesilReview.DoesNotExist out of scope, and Refused with the codes of rules.may_decide_review or check_exit.
    """
    review = _locked(pk, by)
    rules.may_decide_review(review, by, answer).require()
    if answer == "confirm":
        exit_worker(
            review.worker_id, by=by, reason=ExitReason.POLICY, exited_on=timezone.localdate(), note=review.reason
        )
    return REVIEW.apply(review, answer, by=by, note=note, decision=note, decided_by=by, decided_at=timezone.now())


@transaction.atomic
def file_objection(pk: UUID, *, by: User, filed_on: date, reference: str) -> DesilObjection:
    """Keeps that the person's family contests its desil in the release that counts. Raises Worker.DoesNotExist out of
    scope, and Refused with the codes of rules.check_objection."""
    worker = Worker.objects.visible_to(by).locked().get(pk=pk)
    today = timezone.localdate()
    record = worker.desil_record_in(Policy.objects.in_force(today).release)
    rules.check_objection(worker, by=by, record=record, filed_on=filed_on, today=today).require()
    objection = DesilObjection.objects.create(
        worker=worker,
        release=record.release,
        desil=record.desil,
        filed_on=filed_on,
        reference=reference,
        recorded_by=by,
    )
    audit.record("objection.file", objection, by=by, note=reference, facts={"filed_on": filed_on})
    return objection


@transaction.atomic
def close_objection(pk: UUID, *, by: User, outcome: str, outcome_on: date, note: str = "") -> DesilObjection:
    """Keeps what came of the worker's open objection. Raises Worker.DoesNotExist out of scope, and Refused."""
    worker = Worker.objects.visible_to(by).locked().get(pk=pk)
    objection = worker.objections.first()
    if objection is None:
        raise Refused(Reason("no_objection", "Belum ada usul-sanggah.", "Catat pengajuannya dulu."))
    rules.check_outcome(objection, by=by, outcome_on=outcome_on, today=timezone.localdate()).require()
    objection.outcome, objection.outcome_on, objection.outcome_note = outcome, outcome_on, note
    objection.closed_by, objection.closed_at = by, timezone.now()
    objection.save(update_fields=["outcome", "outcome_on", "outcome_note", "closed_by", "closed_at"])
    audit.record("objection.close", objection, by=by, note=note, facts={"outcome": outcome})
    return objection


def _chunks(workers: Iterator[Worker]) -> Iterator[list[Worker]]:
    while chunk := list(islice(workers, AT_ONCE)):
        yield chunk


def _locked(pk: UUID, by: User) -> DesilReview:
    return DesilReview.objects.visible_to(by).locked().get(pk=pk)
