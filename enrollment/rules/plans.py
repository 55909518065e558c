"""What a batch would cost if it were proposed: by the very rules of the real one, and nothing is written."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from casework.decisions import Decision
from enrollment.models import Fund
from enrollment.rules.budgets import (
    Money,
    Need,
    budget_in_force,
    cohorts_of,
    fund_for,
    may_pay,
    money_of,
    to_year_end,
)
from enrollment.rules.proposals import SectorCost, Terms, may_reach, select_workers
from workers.models import Policy


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom a batch would reach, what it would cost, and whether its fund pays. All amounts in rupiah."""

    terms: Terms
    costs: list[SectorCost]
    left_out: dict[str, int]  # people by reason code
    fund: Fund | None  # None: nothing is counted
    money: Money  # of the fund, without the plan
    needed: int  # to the end of the year
    decision: Decision

    @property
    def workers(self) -> int:
        return sum(cost.workers for cost in self.costs)

    @property
    def monthly_amount(self) -> int:
        return sum(cost.amount for cost in self.costs)

    @property
    def left_after(self) -> int:
        """Below zero: so much is missing."""
        return self.money.left - self.needed


def plan_batch(
    *,
    by: User,
    terms: Terms,
    policy: Policy,
    on: date,
    fund: Fund | None = None,
    cohort: str = "",
    kelurahan: str = "",
    desil_limit: int | None = None,
) -> Plan:
    """Everyone in reach of the user who could be proposed today. `desil_limit` is another than the policy's own.

    Raises Refused where it is not clear whose money is meant.
    """
    year = terms.start_month.year
    fund = fund_for(terms.payer, named=fund)
    selection = select_workers(
        by=by,
        terms=terms,
        policy=_with_limit(policy, desil_limit),
        on=on,
        kelurahan=kelurahan,
        cohorts=[cohort] if cohort else cohorts_of(fund, year, on=on),
    )
    costs = selection.costs()
    needed = to_year_end(sum(cost.amount for cost in costs), terms.start_month)
    money, decision = Money(), may_reach(sum(cost.workers for cost in costs))
    if fund is not None:
        budget = budget_in_force(fund, year, on=on)
        money = money_of(fund, year, budget=budget)
        cohorts = selection.free.order_by().values_list("occupation__category", flat=True).distinct()
        need = Need(fund, year, needed, terms.package, frozenset(cohorts))
        decision &= may_pay(need, budget, money)
    return Plan(terms, costs, selection.left_out(), fund, money, needed, decision)


def _with_limit(policy: Policy, desil_limit: int | None) -> Policy:
    """The policy as it would be; nobody saves it."""
    other = copy.copy(policy)
    other.desil_limit = policy.desil_limit if desil_limit is None else desil_limit
    return other
