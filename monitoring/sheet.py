"""A person's own data sheet (rule X3): all that the portal holds of them, and who made use of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max
from django.db.models.functions import TruncDate

from accounts.models import User
from accounts.roles import Role
from casework import audit
from casework.models import AuditEntry, AuditHead
from claims.models import Claim
from enrollment.models import BatchLine, CoverageCheck, Membership
from monitoring.trail import words_of
from workers.models import DesilObjection, DesilRecord, DesilReview, Worker, WorkerDocument, WorkerExit

BY_ITSELF = "Sistem"


@dataclass(frozen=True, slots=True)
class Use:
    """What one office did or looked at on one day, and how often. Offices, not names: who sat there is the trail's."""

    on: date
    what: str
    role: str
    place: str
    times: int


@dataclass(frozen=True, slots=True)
class Sheet:
    worker: Worker
    desil: list[DesilRecord]
    reviews: list[DesilReview]
    objections: list[DesilObjection]
    exits: list[WorkerExit]
    lines: list[BatchLine]
    memberships: list[Membership]
    checks: list[CoverageCheck]
    claims: list[Claim]
    documents: list[WorkerDocument]
    uses: list[Use]
    entry: AuditEntry  # of this printing: its number stands on the sheet
    head: AuditHead


@transaction.atomic
def print_sheet(pk: UUID, *, by: User) -> Sheet:
    """Gathers the sheet and leaves an entry. Raises Worker.DoesNotExist out of scope.

    The person may see the whole of it, so nothing of it is left out for the scope of whoever prints.
    """
    worker = (
        Worker.objects.visible_to(by)
        .select_related("kelurahan__parent", "occupation", "second_occupation", "registry_import")
        .get(pk=pk)
    )
    uses, head = uses_of(worker), audit.head()
    records = Worker.objects.same_person_as(worker)
    checks = CoverageCheck.objects.filter(worker__in=records).select_related("hospital")
    memberships = Membership.objects.filter(worker__in=records)
    return Sheet(
        worker=worker,
        desil=list(
            DesilRecord.objects.filter(family_card_number=worker.family_card_number or None).order_by("-release")
        ),
        reviews=list(DesilReview.objects.filter(worker__in=records).order_by("-opened_on", "-pk")),
        objections=list(DesilObjection.objects.filter(worker__in=records)),
        exits=list(WorkerExit.objects.filter(worker__in=records)),
        lines=list(
            BatchLine.objects.filter(worker__in=records).select_related("batch").order_by("-batch__proposed_at")
        ),
        memberships=list(memberships.annotate(months=Count("contributions")).order_by("-period")),
        checks=list(checks),
        claims=list(Claim.objects.of_person(worker).select_related("hospital")),
        documents=list(WorkerDocument.objects.filter(worker__in=records).exclude(path="")),
        uses=uses,
        entry=audit.record("worker.print", worker, by=by),
        head=head,
    )


def uses_of(worker: Worker) -> list[Use]:
    rows = (
        audit.entries_about(worker.pk, came_with=worker.registry_import)
        .values("event", "actor_role", "actor_place", on=TruncDate("at"))
        .annotate(times=Count("pk"), last=Max("pk"))
        .order_by("-last")
    )
    roles = dict(Role.choices)
    return [
        Use(
            row["on"],
            words_of(row["event"]),
            roles.get(row["actor_role"], BY_ITSELF),
            row["actor_place"],
            row["times"],
        )
        for row in rows
    ]
