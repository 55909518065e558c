"""What the city decides for itself, from a day on: proposed by one admin, approved by another, a new row each time."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import SecurityPolicy, User
from accounts.roles import Role
from casework import audit, proposals
from casework.decisions import Decision
from casework.models import DatedPolicy
from enrollment.models import ApprovalPolicy
from monitoring.models import RetentionPolicy
from workers import rules
from workers.models import Policy

KINDS: dict[str, type[DatedPolicy]] = {
    "registry": Policy,
    "accounts": SecurityPolicy,
    "retention": RetentionPolicy,
    "approvals": ApprovalPolicy,
}
ABOUT_THE_ROW = {"id", "proposed_by", "proposed_at", "approved_by", "approved_at"}


def may_propose(user: User, *, effective_on: date, taken: bool, today: date) -> Decision:
    """Whether this user may propose what holds from that day on. `taken`: another row begins on it."""
    return _may_decide(user) & Decision.unless(
        (
            effective_on <= today,
            "in_the_past",
            "Kebijakan tidak berlaku surut.",
            "Pilih hari mulai besok atau sesudahnya.",
        ),
        (
            taken,
            "day_taken",
            "Sudah ada kebijakan atau usulan yang berlaku mulai hari itu.",
            "Pilih hari lain, atau tolak dulu usulan itu.",
        ),
    )


def may_approve(policy: DatedPolicy, user: User, *, today: date) -> Decision:
    """Whether this user may give the second signature. It can only come before the day itself."""
    in_time = Decision.unless(
        (
            policy.effective_on <= today,
            "too_late",
            "Hari mulainya sudah tiba, dan kebijakan tidak berlaku surut.",
            "Tolak usulan ini, lalu usulkan lagi dengan hari yang baru.",
        ),
    )
    return may_reject(policy, user) & proposals.is_of_another(policy, user) & in_time


def may_reject(policy: DatedPolicy, user: User) -> Decision:
    """Whether this user may throw the proposal away: any admin, also who proposed it."""
    return _may_decide(user) & proposals.is_open(policy, called="Kebijakan")


@transaction.atomic
def propose_policy(kind: str, *, by: User, effective_on: date, source: str, **values: Any) -> DatedPolicy:
    """`values` are the columns of that kind's own. It counts for nothing until another admin approves."""
    model = KINDS[kind]
    taken = model.objects.filter(effective_on=effective_on).exists()
    may = may_propose(by, effective_on=effective_on, taken=taken, today=timezone.localdate())
    if "release" in values:
        may &= rules.may_rest_on(values["release"])
    may.require()
    policy = model.objects.create(
        effective_on=effective_on, source=source, proposed_by=by, proposed_at=timezone.now(), **values
    )
    audit.record("policy.propose", policy, by=by, note=source, facts=content(policy))
    return policy


@transaction.atomic
def approve_policy(kind: str, pk: int, *, by: User) -> DatedPolicy:
    policy = KINDS[kind].objects.select_for_update(no_key=True).get(pk=pk)
    may_approve(policy, by, today=timezone.localdate()).require()
    proposals.sign(policy, by=by, event="policy.approve", facts=content(policy))
    return policy


@transaction.atomic
def reject_policy(kind: str, pk: int, *, by: User, note: str) -> None:
    """The proposal goes, so that its day is free again; the trail keeps what it said."""
    policy = KINDS[kind].objects.select_for_update(no_key=True).get(pk=pk)
    may_reject(policy, by).require()
    proposals.throw_away(policy, by=by, event="policy.reject", note=note, facts=content(policy))


def to_sign(user: User, *, today: date) -> int:
    """How many proposals this user could approve today."""
    waiting = Q(proposed_by__isnull=False, approved_by=None, effective_on__gt=today) & ~Q(proposed_by=user)
    first, *others = (model.objects.filter(waiting).values("pk") for model in KINDS.values())
    return first.union(*others, all=True).count()


def content(policy: DatedPolicy) -> dict[str, Any]:
    """What the row says, without who signed it."""
    columns = [field.attname for field in policy._meta.fields if field.name not in ABOUT_THE_ROW]
    return {column: getattr(policy, column) for column in columns}


def state_of(policy: DatedPolicy, *, current: DatedPolicy | None, today: date) -> str:
    """A code of STATUS_LOOK["policy"]."""
    if policy.is_waiting:
        return "waiting"
    if policy == current:
        return "current"
    return "coming" if policy.effective_on > today else "past"


def _may_decide(user: User) -> Decision:
    return Decision.unless(
        (user.role != Role.ADMIN, "not_an_admin", "Kebijakan diputuskan oleh admin kota.", "Hubungi admin kota."),
    )
