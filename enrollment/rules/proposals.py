"""Whom a proposal would reach and what it would cost: the page that previews and the operation ask the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from accounts.models import User
from casework.decisions import Decision, Reason, Refused
from enrollment.enums import LineStatus, Package, Payer
from enrollment.models import BatchLine, Membership
from enrollment.rules.batches import may_enroll
from enrollment.rules.contributions import MonthlyContribution, monthly_contribution
from workers.enums import Sector
from workers.models import Policy, Worker
from workers.rules import check_eligibility


@dataclass(frozen=True, slots=True)
class Terms:
    """What a batch proposes for each of its workers. `start_month` is the first day of the first month."""

    package: Package | str
    payer: Payer | str
    start_month: date

    def contribution(self, sector: Sector | str) -> MonthlyContribution:
        return monthly_contribution(self.package, payer=self.payer, sector=sector, month=self.start_month)


@dataclass(frozen=True, slots=True)
class SectorCost:
    """Workers of one sector and what each of them costs in a month."""

    sector: Sector
    workers: int
    each: MonthlyContribution

    @property
    def amount(self) -> int:
        return self.workers * self.each.total


@dataclass(frozen=True)
class Selection:
    """The workers in reach, sorted into who can be proposed and why the others cannot."""

    registered: QuerySet[Worker]
    eligible: QuerySet[Worker]
    terms: Terms

    @property
    def waiting(self) -> QuerySet[Worker]:
        """Eligible, but in a batch that is not answered yet (AC-B25)."""
        return self.eligible.filter(pk__in=_waiting())

    @property
    def covered(self) -> QuerySet[Worker]:
        """Eligible, but cover reaches into the months to be proposed (AC-W17)."""
        return self.eligible.filter(pk__in=_covered_from(self.terms.start_month)).exclude(pk__in=_waiting())

    @property
    def free(self) -> QuerySet[Worker]:
        return self.eligible.exclude(pk__in=_waiting()).exclude(pk__in=_covered_from(self.terms.start_month))

    def left_out(self) -> dict[str, int]:
        """How many are not proposed, by reason code."""
        eligible = self.eligible.count()
        return {
            "not_eligible": self.registered.count() - eligible,
            "already_proposed": self.waiting.count(),
            "already_covered": self.covered.count(),
        }

    def costs(self) -> list[SectorCost]:
        """The monthly cost by sector, which is what the contribution may differ by (rules D2, D3)."""
        counted = self.free.order_by().values_list("occupation__sector").annotate(workers=Count("pk"))
        return _costs(dict(counted), self.terms)


def may_reach(count: int) -> Decision:
    """Whether so many workers make a batch (AC-B2)."""
    return Decision.unless(
        (
            count == 0,
            "no_worker_to_propose",
            "Tidak ada pekerja yang dapat diusulkan.",
            "Lengkapi desil dan data pekerja, atau pilih wilayah lain.",
        ),
    )


def policy_in_force(on: date) -> Policy:
    """Raises Refused where the city has not laid down any policy by that day."""
    try:
        return Policy.objects.in_force(on)
    except Policy.DoesNotExist as missing:
        raise Refused(
            Reason("no_policy", "Kebijakan kota belum ditetapkan.", "Minta admin kota mengisinya lebih dulu.")
        ) from missing


def select_workers(*, by: User, terms: Terms, policy: Policy, on: date, kelurahan: str = "") -> Selection:
    """Everyone within the user's reach; `kelurahan` is a region code to narrow it to, "" for all."""
    registered = Worker.objects.visible_to(by)
    if kelurahan:
        registered = registered.filter(kelurahan=kelurahan)
    return Selection(registered, registered.eligible(policy, on), terms)


def check_workers(workers: list[Worker], *, terms: Terms, policy: Policy, on: date) -> Decision:
    """Whether all of these may stand in one new batch, with every reason of every worker, by name."""
    lines = BatchLine.objects.filter(worker__in=workers, status=LineStatus.PENDING)
    open_batches = dict(lines.values_list("worker_id", "batch__number"))
    covered = set(_covered_from(terms.start_month).filter(worker__in=workers).values_list("worker", flat=True))
    reasons: list[Reason] = []
    for worker in workers:
        decision = may_enroll(
            eligible=check_eligibility(worker, policy=policy, on=on),
            open_batch=open_batches.get(worker.pk, ""),
            covered=worker.pk in covered,
        )
        reasons += [Reason(reason.code, f"{worker.name}: {reason.text}", reason.remedy) for reason in decision.reasons]
    return Decision(tuple(reasons))


def costs_of(workers: list[Worker], *, terms: Terms) -> list[SectorCost]:
    """The monthly cost of these workers by sector."""
    return _costs(Counter(worker.occupation.sector for worker in workers), terms)


def _costs(workers_by_sector: Mapping[str, int], terms: Terms) -> list[SectorCost]:
    return [
        SectorCost(Sector(sector), workers, terms.contribution(sector))
        for sector, workers in sorted(workers_by_sector.items())
    ]


def _waiting() -> QuerySet:
    return BatchLine.objects.filter(status=LineStatus.PENDING).order_by().values("worker")


def _covered_from(month: date) -> QuerySet:
    return Membership.objects.filter(period__overlap=(month, None)).values("worker")
