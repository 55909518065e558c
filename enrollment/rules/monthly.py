"""What a month is expected to cost, who changes in it, and what of it is paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from enrollment.enums import Package, Payer
from enrollment.models import Contribution, Membership
from enrollment.rules.contributions import monthly_contribution
from enrollment.rules.months import month_after
from workers.enums import Sector


@dataclass(frozen=True, slots=True)
class Expected:
    """Members of one package and sector whose month is not paid, and what BPJS Ketenagakerjaan should bill for them."""

    package: Package
    sector: Sector
    members: int
    each: int  # rupiah

    @property
    def amount(self) -> int:
        return self.members * self.each


@dataclass(frozen=True, slots=True)
class Changes:
    """`dropped` counts by reason, the commonest first."""

    joined: int
    dropped: tuple[tuple[str, int], ...]

    @property
    def dropped_in_all(self) -> int:
        return sum(count for _, count in self.dropped)


def expected_bill(month: date, payer: Payer | str) -> list[Expected]:
    """The list of the month x rate (section 5.5); the twin of rules.members_of, counted in the database."""
    unpaid = Membership.objects.active_between(month, month_after(month)).filter(payer=payer).unpaid_for(month)
    counted = Membership.objects.filter(pk__in=unpaid.values("pk")).values_list("package", "worker__occupation__sector")
    return [
        Expected(
            Package(package),
            Sector(sector),
            members,
            monthly_contribution(package, payer=payer, sector=sector, month=month).total,
        )
        for package, sector, members in counted.annotate(members=Count("pk")).order_by(
            "package", "worker__occupation__sector"
        )
    ]


def members_by_payer(month: date) -> dict[Payer, int]:
    """How many memberships each payer has in the month, in the order of the payers."""
    counted = Membership.objects.active_between(month, month_after(month)).values_list("payer")
    found = dict(counted.annotate(members=Count("pk")))
    return {payer: found[payer] for payer in Payer if payer in found}


def changes_of(month: date, payer: Payer | str) -> Changes:
    changing = Membership.objects.filter(payer=payer).changing_in(month)
    reasons = changing.filter(drops=True).values_list("end_reason").annotate(count=Count("pk"))
    return Changes(changing.filter(joins=True).count(), tuple(reasons.order_by("-count", "end_reason")))


def paid_members() -> dict[tuple[date, str], int]:
    """How many members have a month paid, by month and payer."""
    paid = Contribution.objects.values_list("month", "membership__payer").annotate(members=Count("pk"))
    return {(month, payer): members for month, payer, members in paid.order_by()}


def paid_in(month: date, payer: Payer | str) -> dict[str, int]:
    """How many members have the month paid, and the rupiah of it."""
    paid = Contribution.objects.filter(month=month, membership__payer=payer)
    return paid.aggregate(members=Count("pk"), amount=Coalesce(Sum("amount"), 0))
