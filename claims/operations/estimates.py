"""What a claim may give: estimates with the facts they rest on, and what falls due bit by bit."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from claims import rules
from claims.benefits import Facts, estimate_benefits, facts_from_json, paid_run, payment_plan, schedule_on
from claims.enums import ClaimStatus, Outcome
from claims.models import Claim, Estimate, Instalment
from claims.operations.moves import locked
from enrollment.enums import Package
from enrollment.models import Contribution
from enrollment.rules import contribution_due_on, holidays_in_force
from workers.models import Worker


@transaction.atomic
def estimate_claim(pk: int, *, by: User, **asked: Any) -> Estimate:
    """Estimates the benefits from what the claim and the contributions hold, and `asked`: other fields of Facts.

    The same facts under the same figures give the estimate that is there already; others a new one, the old stays.
    """
    claim = locked(pk, by)
    (rules.may_estimate(claim, by) & rules.has_schedule(claim.accident_on)).require()
    return _estimate(claim, Facts(event_on=claim.accident_on, **asked), by=by)


def recompute(claim: Claim, *, by: User | None) -> Estimate | None:
    """Estimates anew where the claim or the contributions hold other facts by now, and gives the newest estimate.

    None where nobody has said the other facts yet. Call it in the transaction of whatever changed. `by` is None when
    the portal itself noticed.
    """
    newest = claim.estimates.first()
    if newest is None or not newest.facts or claim.status == ClaimStatus.WITHDRAWN:
        return newest
    return _estimate(claim, facts_from_json(newest.facts), by=by)


@transaction.atomic
def view_estimates(number: str, *, by: User) -> Claim:
    """A claim for the page of its estimates, which are of today's facts. Leaves `claim.view`.

    Raises Claim.DoesNotExist out of scope.
    """
    claim = Claim.objects.visible_to(by).locked().turn_first(by).with_facts().get(number=number)
    audit.record("claim.view", claim, by=by)
    recompute(claim, by=None)
    return claim


def recompute_estimates() -> tuple[int, int]:
    """Looks at every claim that has an estimate; each is a transaction of its own. Gives (looked at, made anew)."""
    claims = Claim.objects.filter(estimates__isnull=False).exclude(status=ClaimStatus.WITHDRAWN).distinct()
    keys = list(claims.order_by("pk").values_list("pk", flat=True))
    return len(keys), sum(_is_made_anew(pk) for pk in keys)


@transaction.atomic
def ask_instalment(
    claim_pk: int, key: str, *, by: User, asked_on: date | None, is_entitled: bool = False
) -> Instalment:
    """Records the day on which an instalment was asked for at BPJS Ketenagakerjaan; None takes that back.

    The same day again leaves no entry (AC-W71). `is_entitled` says that the child is still at school, unmarried and
    without work (rule 7.4).
    Raises Claim.DoesNotExist out of scope, Instalment.DoesNotExist for an unknown key.
    """
    claim = locked(claim_pk, by)
    instalment = claim.instalments.locked().get(key=key)
    asked = rules.may_ask_instalment(claim, by) & rules.is_askable(
        instalment, asked_on=asked_on, is_entitled=is_entitled, today=timezone.localdate()
    )
    asked.require()
    if instalment.asked_on == asked_on:
        return instalment
    instalment.asked_on = asked_on
    instalment.asked_by, instalment.asked_at = (by, timezone.now()) if asked_on else (None, None)
    instalment.save(update_fields=["asked_on", "asked_by", "asked_at"])
    audit.record("claim.ask_instalment", claim, by=by, facts={"what": instalment.what, "asked_on": asked_on})
    return instalment


@transaction.atomic
def _is_made_anew(pk: int) -> bool:
    claim = Claim.objects.locked().get(pk=pk)
    newest = claim.estimates.first()
    return recompute(claim, by=None) != newest


def _estimate(claim: Claim, facts: Facts, *, by: User | None) -> Estimate:
    facts = replace(facts, event_on=claim.accident_on, outcome=claim.outcome, **_contributions(claim))
    schedule = schedule_on(facts.event_on)
    newest = claim.estimates.first()
    if newest and (newest.facts, newest.schedule_digest) == (facts.as_json(), schedule.digest):
        return newest
    found = estimate_benefits(facts, schedule)
    estimate = Estimate.objects.create(
        claim=claim,
        facts=facts.as_json(),
        lines=[asdict(line) for line in found.lines],
        notes=[asdict(note) for note in found.notes],
        total=found.total,
        schedule=schedule.code,
        schedule_digest=schedule.digest,
        made_by=by,
        made_at=timezone.now(),
    )
    _plan(claim, payment_plan(facts, schedule))
    audit.record("claim.estimate", claim, by=by, facts={"total": found.total, "schedule": schedule.code})
    return estimate


def _contributions(claim: Claim) -> dict[str, Any]:
    """What the paid months say: the run of rule M3, the years of rule 7.4, the months with JHT of rule 7.5."""
    event_on = claim.accident_on
    records = Worker.objects.same_person_as(claim.worker)
    rows = Contribution.objects.filter(membership__worker__in=records, month__lte=event_on)
    packages = dict(rows.values_list("month", "membership__package"))
    due_on = contribution_due_on(event_on.replace(day=1), holidays=holidays_in_force())
    run = paid_run(frozenset(packages), died_on=event_on, due_on=due_on)
    over = claim.outcome in (Outcome.DECEASED, Outcome.TOTAL_PERMANENT)
    with_old_age = sum(package == Package.JKK_JKM_JHT for package in packages.values())
    return {
        "paid_in_a_row": run.months,
        "paid_with_gap": run.with_gap,
        "contribution_years": len(packages) // 12,
        "old_age_months": with_old_age if over else 0,
    }


def _plan(claim: Claim, plan: tuple) -> None:
    """What was not asked for yet gives way to the new plan; what was, stays as it was asked."""
    claim.instalments.filter(asked_on=None).delete()
    Instalment.objects.bulk_create(
        [
            Instalment(
                claim=claim,
                key=part.key,
                kind=part.kind,
                what=part.what,
                rule=part.rule,
                opens_on=part.on,
                closes_on=part.until,
                amount=part.amount,
            )
            for part in plan
        ],
        ignore_conflicts=True,
    )
