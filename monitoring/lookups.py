"""Who asked about whom at the hospitals' desks, and whether that leaves the usual (rule X7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from accounts.models import User
from accounts.roles import Role
from casework import audit
from claims.models import Claim
from enrollment.enums import DOOR, Purpose
from enrollment.models import CoverageCheck
from workers.models import Worker

SPAN = timedelta(days=7)
CASE_WITHIN = timedelta(days=2)  # the 2 x 24 hours of the stage I report; a younger question may still lead to a case
FEW = 10  # questions, or persons, of which a share says little
MANY_MISSES = 0.5
MANY_WITHOUT_CASE = 0.8
LATEST = 100  # look-ups of one person on their page


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one account asked at one hospital in SPAN."""

    user_id: int
    name: str
    hospital: str
    asked: int
    missed: int  # questions that meant nobody; not those of the emergency door, which never say whom they meant
    doors: int
    persons: int  # found, and asked about longer ago than CASE_WITHIN
    without_case: int  # of these persons, those without a case at that hospital

    @property
    def misses_much(self) -> bool:
        return self.asked >= FEW and self.missed >= MANY_MISSES * self.asked

    @property
    def leads_nowhere(self) -> bool:
        return self.persons >= FEW and self.without_case >= MANY_WITHOUT_CASE * self.persons

    @property
    def is_unusual(self) -> bool:
        return self.misses_much or self.leads_nowhere


@dataclass(frozen=True, slots=True)
class LookUp:
    """One question about a person, as the person's page says it: the office, never who sat there."""

    at: datetime
    role: str
    place: str
    purpose: str
    by_door: bool


def patterns(user: User, *, now: datetime) -> list[Pattern]:
    """Every account that asked in [now - SPAN, now), the unusual first, then who asked most. In one query."""
    at_this_hospital = Q(hospital=OuterRef("hospital")) | Q(reported_from=OuterRef("hospital"))
    case = Claim.objects.filter(at_this_hospital, worker=OuterRef("worker"))
    by_door = Q(reason_code__startswith=DOOR)
    settled = Q(worker__isnull=False, asked_at__lt=now - CASE_WITHIN)
    rows = (
        CoverageCheck.objects.visible_to(user)
        .filter(asked_at__gte=now - SPAN, asked_at__lt=now)
        .annotate(has_case=Exists(case))
        .order_by()
        .values("asked_by", "asked_by__name", "hospital", "hospital__name")
        .annotate(
            asked=Count("pk"),
            missed=Count("pk", filter=Q(worker=None) & ~by_door),
            doors=Count("pk", filter=by_door),
            persons=Count("worker", filter=settled, distinct=True),
            with_case=Count("worker", filter=settled & Q(has_case=True), distinct=True),
        )
    )
    found = [
        Pattern(
            user_id=row["asked_by"],
            name=row["asked_by__name"],
            hospital=row["hospital__name"],
            asked=row["asked"],
            missed=row["missed"],
            doors=row["doors"],
            persons=row["persons"],
            without_case=row["persons"] - row["with_case"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda pattern: (not pattern.is_unusual, -pattern.asked, pattern.user_id))


def count_unusual(user: User, *, now: datetime) -> int:
    return sum(pattern.is_unusual for pattern in patterns(user, now=now))


@transaction.atomic
def look_ups_of(pk: UUID, *, by: User) -> tuple[Worker, list[LookUp]]:
    """The latest questions of hospitals about this person, also those through the emergency door.

    Leaves an entry. Raises Worker.DoesNotExist out of scope.
    """
    worker = Worker.objects.visible_to(by).get(pk=pk)
    found = latest_about(worker)
    audit.record("worker.who_saw", worker, by=by, persons=[worker.pk])
    return worker, found


def latest_about(worker: Worker) -> list[LookUp]:
    entries = audit.entries_about(worker.pk).filter(event="coverage.check").order_by("-pk")[:LATEST]
    roles, purposes = dict(Role.choices), dict(Purpose.choices)
    return [
        LookUp(
            at=entry.at,
            role=roles.get(entry.actor_role, entry.actor_role),
            place=entry.actor_place,
            purpose=purposes.get(entry.facts.get("purpose"), "Keperluannya sudah dihapus"),
            by_door=entry.facts.get("code", "").startswith(DOOR),
        )
        for entry in entries
    ]
