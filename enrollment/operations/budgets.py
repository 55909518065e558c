from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit, proposals
from enrollment import rules
from enrollment.enums import Package, Payer
from enrollment.models import Batch, Budget, Fund
from workers.enums import OccupationCategory


@transaction.atomic
def record_fund(*, by: User, payer: Payer | str, name: str) -> Fund:
    """Names a source of money. Batches of a payer who had none until now spend its money from then on."""
    taken = Fund.objects.filter(payer=payer, name=name).exists()
    rules.may_record_fund(by, payer=payer, taken=taken).require()
    fund = Fund.objects.create(payer=payer, name=name, recorded_by=by)
    audit.record("fund.record", fund, by=by, facts={"payer": payer, "name": name, "batches": adopt_batches(fund)})
    return fund


def adopt_batches(fund: Fund) -> int:
    """Gives the batches of the payer that have no fund to the payer's only one; how many."""
    if Fund.objects.filter(payer=fund.payer).exclude(pk=fund.pk).exists():
        return 0
    return Batch.objects.filter(payer=fund.payer, fund=None).update(fund=fund)


@transaction.atomic
def propose_budget(
    *,
    by: User,
    fund: Fund,
    year: int,
    amount: int,
    effective_on: date,
    source: str,
    packages: Collection[Package | str],
    cohorts: Collection[OccupationCategory | str],
) -> Budget:
    """`amount` is rupiah of the calendar year, `source` the legal basis. Counts for nothing until another signs."""
    taken = fund.budgets.filter(year=year, effective_on=effective_on).exists()
    today = timezone.localdate()
    rules.may_propose_budget(by, year=year, effective_on=effective_on, taken=taken, today=today).require()
    budget = Budget.objects.create(
        fund=fund,
        year=year,
        amount=amount,
        effective_on=effective_on,
        source=source,
        packages=list(packages),
        cohorts=list(cohorts),
        proposed_by=by,
        proposed_at=timezone.now(),
    )
    audit.record("budget.propose", budget, by=by, note=source, facts=_content(budget))
    return budget


@transaction.atomic
def approve_budget(pk: int, *, by: User) -> Budget:
    budget = Budget.objects.select_for_update(of=("self",), no_key=True).select_related("fund").get(pk=pk)
    rules.may_approve_budget(budget, by).require()
    proposals.sign(budget, by=by, event="budget.approve", facts=_content(budget))
    return budget


@transaction.atomic
def reject_budget(pk: int, *, by: User, note: str) -> None:
    """The proposal goes, so that its day is free again; the trail keeps what it said."""
    budget = Budget.objects.select_for_update(of=("self",), no_key=True).select_related("fund").get(pk=pk)
    rules.may_reject_budget(budget, by).require()
    proposals.throw_away(budget, by=by, event="budget.reject", note=note, facts=_content(budget))


def require_money(batch: Batch) -> None:
    """Refuses a batch that its fund does not pay to the end of the year (AC-B13, B14, B16).

    Locks the fund until the transaction ends: of two batches at once the second counts the first. The batch's lines
    are written before it is called.
    """
    need = rules.need_of(batch)
    if need is None:
        return
    Fund.objects.locked().get(pk=need.fund.pk)
    budget = rules.budget_in_force(need.fund, need.year, on=timezone.localdate())
    money = rules.money_of(need.fund, need.year, budget=budget, but_for=batch)
    rules.may_pay(need, budget, money).require()


def _content(budget: Budget) -> dict[str, Any]:
    return {
        "fund": str(budget.fund),
        "year": budget.year,
        "amount": budget.amount,
        "effective_on": budget.effective_on,
        "source": budget.source,
        "packages": budget.packages,
        "cohorts": budget.cohorts,
    }
