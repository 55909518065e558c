"""What became of the cases a user had a hand in: the deeds of others on them, read out of the trail.

What waits for the user is another question, which monitoring.waiting answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce

from accounts.models import User
from accounts.roles import Role
from casework.models import AuditEntry, Kind
from claims.models import Claim, DeathReport
from enrollment.models import Batch
from monitoring.models import Inbox
from monitoring.trail import words_of
from workers.models import DesilReview, DuplicatePair, IdentityCorrection, RegistryImport

CASES = {
    model._meta.label_lower: model
    for model in (Claim, DeathReport, Batch, DesilReview, DuplicatePair, IdentityCorrection, RegistryImport)
}
REACHES_BACK = timedelta(days=60)
SHOWN = 100  # of the newest
COUNTED = 99  # more than that nobody counts


@dataclass(frozen=True, slots=True)
class News:
    """One deed of somebody else, as the page says it."""

    at: datetime
    what: str  # Menyetujui klaim
    number: str  # of the case; empty where it has none
    by: str
    place: str
    url: str
    is_new: bool


def news_for(user: User, *, now: datetime) -> list[News]:
    """The newest first, of the last REACHES_BACK. Shows no person: the case's own page does, and leaves its entry."""
    read_until = inbox_of(user).read_until
    entries = list(_entries(user, now=now).order_by("-pk")[:SHOWN])
    cases = _cases(user, entries)
    return [
        News(
            at=entry.at,
            what=words_of(entry.event),
            number=getattr(case, "number", ""),
            by=entry.actor_name,
            place=entry.actor_place,
            url=case.get_absolute_url(),
            is_new=entry.pk > read_until,
        )
        for entry in entries
        if (case := cases.get((entry.subject_type, entry.subject_id)))
    ]


def count_new(user: User, *, now: datetime) -> int:
    """What the user has not read yet, COUNTED at most."""
    read_until = Coalesce(Inbox.objects.filter(user=user).values("read_until"), 0)
    return _entries(user, now=now).filter(pk__gt=read_until)[:COUNTED].count()


def mark_read(user: User, *, now: datetime) -> None:
    """Everything that can be seen now counts as read."""
    last = _entries(user, now=now).order_by("-pk").values_list("pk", flat=True).first()
    if last is not None:
        Inbox.objects.update_or_create(user=user, defaults={"read_until": last})


def choose_letter(user: User, *, wanted: bool) -> None:
    """Whether the morning letter comes. What is overdue is written about all the same."""
    Inbox.objects.update_or_create(user=user, defaults={"wants_letter": wanted})


def inbox_of(user: User) -> Inbox:
    """As it stands, or as it begins."""
    return Inbox.objects.filter(user=user).first() or Inbox(user=user)


def _entries(user: User, *, now: datetime) -> QuerySet[AuditEntry]:
    """Deeds of other people on cases that the user sees today and has done something on before. In a hospital shifts
    change, so there it is what the hospital did, and others are those outside it."""
    ours = Q(actor_id=user.pk)
    if user.role == Role.HOSPITAL:
        ours |= Q(actor_role=Role.HOSPITAL, actor_place=user.place_label)
    recent = AuditEntry.objects.filter(kind=Kind.DEED, at__gte=now - REACHES_BACK)
    same = {"subject_type": OuterRef("subject_type"), "subject_id": OuterRef("subject_id")}
    own = recent.filter(ours, **same, pk__lt=OuterRef("pk"))
    seen = Q()
    for label, model in CASES.items():
        keys = model.objects.visible_to(user).annotate(key=Cast("pk", TextField())).values("key")
        seen |= Q(subject_type=label, subject_id__in=keys)
    return recent.filter(Exists(own), seen, ~ours, actor_id__isnull=False)


def _cases(user: User, entries: list[AuditEntry]) -> dict:
    cases = {}
    for label, model in CASES.items():
        keys = {entry.subject_id for entry in entries if entry.subject_type == label}
        found = model.objects.visible_to(user).filter(pk__in=keys) if keys else ()
        cases |= {(label, str(case.pk)): case for case in found}
    return cases
