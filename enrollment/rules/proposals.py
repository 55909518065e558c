"""Whom a proposal would reach and what it would cost: the page that previews and the operation ask the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from casework.decisions import Decision, Reason, Refused
from enrollment.enums import LineKind, LineStatus, Package, Payer
from enrollment.models import Batch, BatchLine, Membership
from enrollment.rules.batches import may_enroll
from enrollment.rules.contributions import MonthlyContribution, monthly_contribution
from workers.enums import OccupationCategory, Sector
from workers.models import DuplicatePair, Policy, Worker
from workers.querysets import WorkerQuerySet, person_of
from workers.rules import check_eligibility

AT_ONCE = 2_000  # workers asked about by one statement
TOLD = 10  # workers whose reasons are listed when a draft can not be locked


@dataclass(frozen=True, slots=True)
class Terms:
    """What a batch proposes for each of its workers. `start_month` is the first day of the first month."""

    package: Package | str
    payer: Payer | str
    start_month: date

    def contribution(self, sector: Sector | str) -> MonthlyContribution:
        return monthly_contribution(self.package, payer=self.payer, sector=sector, month=self.start_month)


def terms_of(batch: Batch) -> Terms:
    return Terms(batch.package, batch.payer, batch.start_month)


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
    unpaid: QuerySet[Worker]  # eligible too, but of a cohort that the money is not for

    @property
    def waiting(self) -> QuerySet[Worker]:
        """Eligible, but in a batch that is not answered yet (AC-B25)."""
        return self.eligible.filter(reduce(or_, _waits()))

    @property
    def covered(self) -> QuerySet[Worker]:
        """Eligible, but cover reaches into the months to be proposed (AC-W17)."""
        covered = _is_covered_from(self.terms.start_month)
        return self.eligible.filter(reduce(or_, covered), *_none_of(_waits()))

    @property
    def suspected(self) -> QuerySet[Worker]:
        """Neither, but maybe the same person as one of those, or as somebody who goes first (AC-D28)."""
        return self._untaken.filter(self._suspected)

    @property
    def free(self) -> QuerySet[Worker]:
        return self._untaken.filter(~self._suspected)

    @property
    def _untaken(self) -> QuerySet[Worker]:
        return self.eligible.filter(*_none_of(_waits() + _is_covered_from(self.terms.start_month)))

    @property
    def _suspected(self) -> Q:
        return suspected(self.terms.start_month, others=self.eligible)

    def left_out(self) -> dict[str, int]:
        """How many are not proposed, by reason code."""
        eligible, unpaid = self.eligible.count(), self.unpaid.count()
        return {
            "not_eligible": self.registered.count() - eligible - unpaid,
            "other_cohort": unpaid,
            "already_proposed": self.waiting.count(),
            "already_covered": self.covered.count(),
            "suspected_double": self.suspected.count(),
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


def select_workers(
    *,
    by: User,
    terms: Terms,
    policy: Policy,
    on: date,
    kelurahan: str = "",
    cohorts: Collection[str] = OccupationCategory.values,
) -> Selection:
    """Everyone within the user's reach; `kelurahan` is a region code to narrow it to, "" for all.

    `cohorts` are those whom the money is for.
    """
    registered = Worker.objects.visible_to(by)
    if kelurahan:
        registered = registered.filter(kelurahan=kelurahan)
    eligible = registered.eligible(policy, on)
    paid_for = Q(occupation__category__in=cohorts)
    return Selection(registered, eligible.filter(paid_for), terms, unpaid=eligible.exclude(paid_for))


def check_lines(batch: Batch, *, policy: Policy, on: date) -> Decision:
    """Whether the draft can be locked: it has lines, each has its amount, and each worker may still be enrolled.

    The reasons of the first TOLD workers are told, and how many more there are (AC-B2).
    """
    terms = terms_of(batch)
    to_add = list(batch.lines.filter(kind=LineKind.ADD).order_by("number").values_list("worker", flat=True))
    able: set[UUID] = set()
    for first in range(0, len(to_add), AT_ONCE):
        workers = Worker.objects.filter(pk__in=to_add[first : first + AT_ONCE])
        able |= set(_free(workers.eligible(policy, on), terms.start_month).order_by().values_list("pk", flat=True))
    unable = [pk for pk in to_add if pk not in able]
    told = Worker.objects.filter(pk__in=unable[:TOLD]).select_related("occupation", "second_occupation")
    without_amount = batch.lines.exclude(kind=LineKind.DROP).filter(monthly_amount=0).count()
    return (
        Decision.unless(
            (
                not batch.lines.exists(),
                "no_lines",
                "Kelompok ini belum berisi pekerja.",
                "Masukkan pekerja dulu, atau tarik kelompoknya.",
            ),
            (
                without_amount > 0,
                "amount_missing",
                f"{without_amount} baris belum memiliki iuran.",
                "Keluarkan baris itu, lalu masukkan lagi.",
            ),
        )
        & check_workers(list(told), terms=terms, policy=policy, on=on, within=batch)
        & Decision.unless(
            (
                len(unable) > TOLD,
                "more_lines",
                f"Masih ada {len(unable) - TOLD} pekerja lain yang tidak dapat didaftarkan.",
                "Keluarkan mereka juga.",
            ),
        )
    )


def check_workers(
    workers: list[Worker], *, terms: Terms, policy: Policy, on: date, within: Batch | None = None
) -> Decision:
    """Whether all of these may stand in one batch, with every reason of every worker, by name.

    `within` is a draft that they stand in already.
    """
    of_them = Q(worker__in=workers) | Q(worker__survivor__in=workers)
    lines = BatchLine.objects.filter(of_them, status=LineStatus.PENDING).exclude(batch=within)
    open_batches = dict(lines.values_list(person_of(), "batch__number"))
    covered = set(_covers_from(terms.start_month).filter(of_them).values_list("person", flat=True))
    named = Worker.objects.filter(pk__in=[worker.pk for worker in workers])
    doubted = set(named.filter(suspected(terms.start_month, others=named)).values_list("pk", flat=True))
    reasons: list[Reason] = []
    for worker in workers:
        decision = may_enroll(
            eligible=check_eligibility(worker, policy=policy, on=on),
            open_batch=open_batches.get(worker.pk, ""),
            covered=worker.pk in covered,
            suspected=worker.pk in doubted,
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


def suspected(month: date, *, others: QuerySet[Worker]) -> Q:
    """Whether a worker may be a person who is covered in that month, waits in a batch, or goes before them.

    Of two undecided records that may both be proposed, among `others`, the one registered first goes on. Asked from
    the few undecided pairs, not from each worker.
    """
    return Q(pk__in=_later_of_pairs("one", "other", month, others)) | Q(
        pk__in=_later_of_pairs("other", "one", month, others)
    )


def _later_of_pairs(asked: str, double: str, month: date, others: QuerySet[Worker]) -> QuerySet:
    """Those on the side `asked` of an undecided pair whose double is taken or goes before them."""
    registered, key = f"{double}__registered_at", f"{double}__pk"
    earlier = Q(**{f"{registered}__lt": F(f"{asked}__registered_at")}) | Q(
        **{registered: F(f"{asked}__registered_at"), f"{key}__lt": F(f"{asked}__pk")}
    )
    lines = BatchLine.objects.filter(status=LineStatus.PENDING)
    covers = Membership.objects.filter(period__overlap=(month, None))
    person = OuterRef("person")
    taken = [Exists(rows.filter(**{of: person})) for rows in (lines, covers) for of in ("worker", "worker__survivor")]
    goes_first = earlier & Exists(others.order_by().filter(pk=OuterRef(double)))
    pairs = DuplicatePair.objects.undecided().filter(faded_at=None).order_by()
    pairs = pairs.alias(person=Coalesce(f"{double}__survivor", double))
    return pairs.filter(goes_first | reduce(or_, taken)).values(asked)


def _free(workers: WorkerQuerySet, month: date) -> WorkerQuerySet:
    """Of workers who wait in a batch: those whom nothing else stands against. A double in the batch does."""
    nobody = Worker.objects.none()
    return workers.filter(*_none_of(_is_covered_from(month)), ~suspected(month, others=nobody))


def _none_of(checks: tuple[Exists, ...]) -> list[Exists]:
    """One by one, so that each becomes an anti-join and none is asked for every row."""
    return [~check for check in checks]


def _waits() -> tuple[Exists, Exists]:
    """Over workers: whether the person stands in a batch that is not answered yet, by either record."""
    return _of_person(BatchLine.objects.filter(status=LineStatus.PENDING).order_by())


def _is_covered_from(month: date) -> tuple[Exists, Exists]:
    """Over workers: whether cover of the person, by either record, reaches into that month or beyond."""
    return _of_person(Membership.objects.filter(period__overlap=(month, None)))


def _of_person(rows: QuerySet) -> tuple[Exists, Exists]:
    return Exists(rows.filter(worker=OuterRef("pk"))), Exists(rows.filter(worker__survivor=OuterRef("pk")))


def _covers_from(month: date) -> QuerySet[Membership]:
    return Membership.objects.filter(period__overlap=(month, None)).annotate(person=person_of())
