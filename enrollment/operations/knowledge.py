from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from enrollment import rules
from enrollment.enums import Accident, BatchStatus, LineKind, LineStatus
from enrollment.models import Batch, BatchLine, Contribution, Membership
from enrollment.operations.coverage import answer_about, covered_period
from workers.models import Worker


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What was said then beside what is said now, about the same event."""

    worker: Worker
    then: rules.CoverageAnswer
    now: rules.CoverageAnswer


@transaction.atomic
def ask_as_known(pk: UUID, *, by: User, event_at: datetime, known_at: datetime) -> KnownAnswer:
    """What the portal would have answered at `known_at` about this worker and an event at `event_at`.

    Raises Refused, and Worker.DoesNotExist outside the user's scope.
    """
    worker = Worker.objects.visible_to(by).select_related("survivor").get(pk=pk)
    rules.may_ask_as_known(by, event_at=event_at, known_at=known_at, asked_at=timezone.now()).require()
    now, _ = answer_about(worker, event_at=event_at, accident=Accident.WORK)
    then = answer_as_known(worker, event_at=event_at, known_at=known_at)
    facts = {"event_at": event_at, "known_at": known_at, "then": then.code, "now": now.code}
    audit.record("coverage.look_back", worker, by=by, facts=facts)
    return KnownAnswer(worker, then, now)


def answer_as_known(worker: Worker, *, event_at: datetime, known_at: datetime) -> rules.CoverageAnswer:
    """The answer by what the database held at `known_at`, whatever was entered, ended or received since."""
    records = _records_of(worker, known_at)
    if not records:
        return rules.answer_nobody(rules.Question(worker.nik), found=0)
    memberships = _versions(Membership.objects.filter(worker__in=records), known_at)
    periods = sorted((covered_period(version) for version in memberships), key=lambda period: period.start)
    paid = Contribution.objects.filter(membership__worker__in=records, receipt__recorded_at__lte=known_at)
    received = paid.order_by("-receipt__received_on").values_list("month", "receipt__received_on")
    history = rules.History(tuple(periods), dict(received), _awaiting_since(records, known_at))
    return rules.answer_coverage(history, event_at=event_at)


def _records_of(worker: Worker, known_at: datetime) -> set[UUID]:
    """The records that were of the same person then; none where this one was not in the registry yet."""
    events = _events(Worker)
    own = _latest(events.filter(pgh_obj=worker), known_at).first()
    if own is None:
        return set()
    survivor = own.survivor_id or worker.pk
    ever_linked = events.filter(survivor=survivor).values("pgh_obj")
    linked = _latest(events.filter(pgh_obj__in=ever_linked), known_at)
    return {survivor} | {record.pgh_obj_id for record in linked if record.survivor_id == survivor}


def _awaiting_since(records: set[UUID], known_at: datetime):
    """On which day BPJS Ketenagakerjaan took the batch in which one of the records waited for an answer then."""
    lines = _versions(BatchLine.objects.filter(worker__in=records), known_at)
    waiting = {line.batch_id for line in lines if line.status == LineStatus.PENDING and line.kind == LineKind.ADD}
    batches = _versions(Batch.objects.filter(pk__in=waiting), known_at)
    sent = [batch.sent_at for batch in batches if batch.status == BatchStatus.SENT]
    return timezone.localdate(min(sent)) if sent else None


def _versions(rows: models.QuerySet, known_at: datetime) -> list:
    """What each of the rows held then; none of a row that was not there yet. Such rows are ended, never deleted."""
    return list(_latest(_events(rows.model).filter(pgh_obj__in=rows.values("pk")), known_at))


def _latest(events: models.QuerySet, known_at: datetime) -> models.QuerySet:
    """The last event of each row until then. Their order is that of writing: their times are of transactions."""
    return events.filter(pgh_created_at__lte=known_at).order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")


def _events(model: type[models.Model]) -> models.QuerySet:
    return model._meta.get_field("events").related_model.objects.all()
