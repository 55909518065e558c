"""The life of one person's protection on one page, from being eligible to claims: of every app, so it stands on top."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Decision
from claims.models import Claim
from enrollment import operations as enrollment
from enrollment import rules
from enrollment.enums import Accident
from enrollment.models import BatchLine, Card, Membership
from monitoring.lookups import LookUp, latest_about
from workers.models import Policy, Worker
from workers.rules import check_eligibility


@dataclass(frozen=True, slots=True)
class Protection:
    worker: Worker
    eligibility: Decision
    answer: rules.CoverageAnswer  # for this moment
    years: tuple[rules.Year, ...]
    memberships: list[Membership]
    lines: list[BatchLine]
    cards: list[Card]
    may_make_card: Decision
    lookups: list[LookUp]
    claims: list[Claim]


@transaction.atomic
def view_protection(pk: UUID, *, by: User) -> Protection:
    """All records of the person count (ADR 0014). Leaves an entry. Raises Worker.DoesNotExist out of scope."""
    worker = Worker.objects.visible_to(by).select_related("kelurahan__parent", "occupation", "survivor").get(pk=pk)
    now = timezone.now()
    today = timezone.localdate(now)
    records = Worker.objects.same_person_as(worker)
    memberships = list(
        Membership.objects.filter(worker__in=records).annotate(months=Count("contributions")).order_by("-period")
    )
    cards = list(Card.objects.filter(worker__in=records).with_list_data())
    running = [member for member in memberships if member.period.upper is None or member.period.upper > today]
    answer, _ = enrollment.answer_about(worker, event_at=now, accident=Accident.WORK)
    found = Protection(
        worker=worker,
        eligibility=check_eligibility(worker, policy=Policy.objects.in_force(today), on=today),
        answer=answer,
        years=rules.years_of(enrollment.history_of(worker), on=today),
        memberships=memberships,
        lines=list(
            BatchLine.objects.filter(worker__in=records).select_related("batch").order_by("-batch__proposed_at")
        ),
        cards=cards,
        may_make_card=rules.may_make_card(
            by,
            membership=next(iter(running), None),
            valid=next((card for card in cards if card.withdrawn_by_id is None), None),
        ),
        lookups=latest_about(worker),
        claims=list(Claim.objects.visible_to(by).of_person(worker).select_related("hospital")),
    )
    audit.record("protection.view", worker, by=by)
    return found
