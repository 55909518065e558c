"""Whether a fund's budget of the year pays for a batch, and who may say what it holds (AC-B13, B14, B16)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Least

from accounts.models import User
from accounts.roles import Role
from casework import proposals
from casework.decisions import Decision, Reason, Refused
from enrollment.enums import BatchStatus, LineKind, LineStatus, Package, Payer
from enrollment.models import Batch, BatchLine, Budget, Contribution, Fund
from enrollment.querysets import month_number
from ui.templatetags.ui import rupiah
from workers.enums import OccupationCategory


@dataclass(frozen=True, slots=True)
class Money:
    """What a fund has of one calendar year, in rupiah."""

    budget: int = 0
    spent: int = 0
    committed: int = 0

    @property
    def left(self) -> int:
        return self.budget - self.spent - self.committed


@dataclass(frozen=True, slots=True)
class Need:
    """What a batch asks of a fund. `amount` is rupiah from the first month to December."""

    fund: Fund
    year: int
    amount: int
    package: Package | str
    cohorts: frozenset[str]  # of the kinds of work of its workers


def to_year_end(monthly_amount: int, start_month: date) -> int:
    """Rupiah of all the months from that one to December, both counted."""
    return monthly_amount * (13 - start_month.month)


def fund_for(payer: Payer | str, *, named: Fund | None = None) -> Fund | None:
    """Whose money a batch of that payer spends: the one named, or the payer's only one.

    None where no fund of the payer is recorded, so that nothing is counted: the member's own money never is, and what
    a donor has is counted from the day the city records it (ADR 0020). Raises Refused where it is not clear.
    """
    funds = list(Fund.objects.filter(payer=payer))
    if named is not None and named not in funds:
        raise Refused(
            Reason(
                "fund_of_another_payer",
                f"{named} bukan sumber dana pembayar ini.",
                "Pilih sumber dana lain, atau ubah pembayarnya.",
            )
        )
    if named is None and len(funds) > 1:
        raise Refused(
            Reason("fund_missing", "Pembayar ini punya beberapa sumber dana.", "Pilih sumber dana kelompok ini.")
        )
    return named or next(iter(funds), None)


def budget_in_force(fund: Fund, year: int, *, on: date) -> Budget | None:
    """The newest signed row that has begun by that day."""
    return Budget.objects.filter(fund=fund).in_force(year=year, on=on).first()


def cohorts_of(fund: Fund | None, year: int, *, on: date) -> list[str]:
    """Whom the fund's money of that year is for; everybody where no budget says it."""
    budget = budget_in_force(fund, year, on=on) if fund is not None else None
    return budget.cohorts if budget is not None else OccupationCategory.values


def money_of(fund: Fund, year: int, *, budget: Budget | None, but_for: Batch | None = None) -> Money:
    """The fund's year as it stands, without what `but_for` itself asks."""
    return money_in_all(budget, money_by_package(year, fund=fund, but_for=but_for).values())


def money_in_all(budget: Budget | None, parts: Collection[Money]) -> Money:
    """A fund's year from what its packages have used."""
    return Money(
        budget=budget.amount if budget is not None else 0,
        spent=sum(part.spent for part in parts),
        committed=sum(part.committed for part in parts),
    )


def money_by_package(
    year: int, *, fund: Fund | None = None, but_for: Batch | None = None
) -> dict[tuple[int, str], Money]:
    """Spent and committed in that calendar year by the key of the fund and the package; of every fund if none is given.

    Spent is what receipts paid for months of the year. Committed is each waiting or accepted line's frozen amount for
    every month from its first to December, or to the end of its cover, that is not paid. Drafts hold no money; while a
    change waits, both the old amount and the new one are counted.
    """
    lines = (
        BatchLine.objects.filter(status__in=[LineStatus.PENDING, LineStatus.ACCEPTED])
        .exclude(batch__status__in=[BatchStatus.DRAFT, BatchStatus.RETURNED])
        .exclude(batch=but_for)
    )
    paid = Contribution.objects.filter(month__year=year)
    mine = Q(batch__fund__isnull=False) if fund is None else Q(batch__fund=fund)
    theirs = Q(membership__line__batch__fund__isnull=False) if fund is None else Q(membership__line__batch__fund=fund)
    committed = _by_fund(lines.filter(mine), "batch", F("monthly_amount") * _unpaid_months(year))
    spent = _by_fund(paid.filter(theirs), "membership__line__batch", F("amount"))
    return {
        key: Money(spent=spent.get(key, 0), committed=committed.get(key, 0)) for key in sorted({*committed, *spent})
    }


def _by_fund(rows: QuerySet, batch: str, amount: Combinable) -> dict[tuple[int, str], int]:
    of, package = f"{batch}__fund", f"{batch}__package"
    summed = rows.order_by().values(of, package).annotate(rupiah=Sum(amount))
    return {(row[of], row[package]): row["rupiah"] for row in summed}


def _unpaid_months(year: int) -> Combinable:
    """Of a line, as SQL: the months of its cover in that year, without those that are paid."""
    january = year * 12 + 1
    december = january + 11
    start = month_number(Coalesce("membership__period__startswith", "batch__start_month"))
    last = month_number(F("membership__period__endswith") - timedelta(days=1))
    paid = (
        Contribution.objects.filter(membership__line=OuterRef("pk"), month__year=year)
        .order_by()
        .values("membership__line")
        .annotate(months=Count("pk"))
        .values("months")
    )
    months = Least(Coalesce(last, december), december) - Greatest(start, january) + 1
    return Greatest(months - Coalesce(Subquery(paid), 0), 0)


def need_of(batch: Batch) -> Need | None:
    """What the batch asks of its fund; None where it has none, or where everybody in it leaves: that costs nothing."""
    lines = batch.lines.filter(status=LineStatus.PENDING).exclude(kind=LineKind.DROP)
    if batch.fund is None or not lines.exists():
        return None
    monthly_amount = lines.aggregate(monthly=Coalesce(Sum("monthly_amount"), 0))["monthly"]
    cohorts = lines.order_by().values_list("worker__occupation__category", flat=True).distinct()
    return Need(
        fund=batch.fund,
        year=batch.start_month.year,
        amount=to_year_end(monthly_amount, batch.start_month),
        package=batch.package,
        cohorts=frozenset(cohorts),
    )


def may_pay(need: Need, budget: Budget | None, money: Money) -> Decision:
    """Whether the fund pays all of this to the end of the year; all or nothing (AC-B14).

    `money` is without what is needed itself.
    """
    if budget is None:
        return Decision.unless(
            (
                True,
                "no_budget",
                f"Anggaran {need.fund} tahun {need.year} belum berlaku.",
                "Minta admin kota mencatatnya di halaman Anggaran, dan admin lain menyetujuinya.",
            ),
        )
    package, others = Package(need.package), sorted(need.cohorts - set(budget.cohorts))
    short = need.amount - money.left
    return Decision.unless(
        (
            package not in budget.packages,
            "package_not_paid",
            f"Anggaran {need.fund} tahun {need.year} tidak membiayai paket {package.label}.",
            "Pilih paket atau sumber dana lain.",
        ),
        (
            bool(others),
            "cohort_not_paid",
            f"Anggaran {need.fund} tahun {need.year} tidak membiayai "
            f"{', '.join(OccupationCategory(cohort).label for cohort in others)}.",
            "Keluarkan mereka, atau pilih sumber dana lain.",
        ),
        (
            short > 0,
            "budget_exceeded",
            f"Anggaran {need.fund} tahun {need.year} kurang {rupiah(short)}: perlu {rupiah(need.amount)} "
            f"sampai Desember, sisanya {rupiah(money.left)}.",
            "Kurangi pekerjanya, mulai pada bulan sesudahnya, atau minta admin kota menambah anggaran.",
        ),
    )


def may_record_fund(user: User, *, payer: Payer | str, taken: bool) -> Decision:
    """Whether this user may name a source of money. `taken`: the payer has one of that name."""
    return _admin_only(user) & Decision.unless(
        (
            payer == Payer.SELF,
            "own_money",
            "Uang peserta sendiri bukan sumber dana kota.",
            "Pilih APBD, APBN, atau donatur.",
        ),
        (taken, "fund_known", "Sumber dana ini sudah tercatat.", "Usulkan anggarannya dari daftar."),
    )


def may_propose_budget(user: User, *, year: int, effective_on: date, taken: bool, today: date) -> Decision:
    """Whether this user may propose what the fund has from that day on. `taken`: a row of that year begins on it.

    A day that is past is allowed: a budget document is older than its record, and only what comes is measured by it.
    """
    return _admin_only(user) & Decision.unless(
        (
            year < today.year,
            "year_is_past",
            "Tahun anggaran itu sudah lewat.",
            "Pilih tahun ini atau sesudahnya.",
        ),
        (
            effective_on.year > year,
            "after_the_year",
            f"Anggaran {year} tidak dapat mulai berlaku sesudah tahunnya.",
            "Perbaiki tanggal mulainya, atau tahunnya.",
        ),
        (
            taken,
            "day_taken",
            "Sudah ada anggaran atau usulan yang berlaku mulai hari itu.",
            "Pilih hari lain, atau tolak dulu usulan itu.",
        ),
    )


def may_reject_budget(budget: Budget, user: User) -> Decision:
    """Whether this user may throw the proposal away: any admin, also who proposed it."""
    return _admin_only(user) & proposals.is_open(budget, called="Anggaran")


def may_approve_budget(budget: Budget, user: User) -> Decision:
    """Whether this user may give the second signature."""
    return may_reject_budget(budget, user) & proposals.is_of_another(budget, user)


def _admin_only(user: User) -> Decision:
    return Decision.unless(
        (user.role != Role.ADMIN, "not_an_admin", "Anggaran dicatat oleh admin kota.", "Hubungi admin kota."),
    )
