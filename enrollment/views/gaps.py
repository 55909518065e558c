from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import roles, throttled
from accounts.roles import Role
from casework.paging import Order, page_of
from enrollment import operations, rules
from enrollment.enums import LONGEST_GAP
from enrollment.filters import GapFilter
from enrollment.models import Membership

LONGEST_FIRST = Order(0 - F("unpaid_months"), "worker__name", "pk")


@dataclass(frozen=True)
class Group:
    """Members with as many unpaid months in a row, the rupiah that save them, and what they lose otherwise."""

    gap: rules.Gap
    members: int
    amount: int
    losses: tuple[str, ...]

    @property
    def choice(self) -> str:
        """Its value in GapFilter."""
        return str(len(self.gap.months)) if len(self.gap.months) <= LONGEST_GAP else "more"


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
@throttled("search", reads=True)
def gap_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    behind = Membership.objects.visible_to(request.user).covering(today).with_gap(today).filter(unpaid_months__gt=0)
    chosen = GapFilter(request.GET, behind, request=request)
    members = chosen.qs.select_related("worker__kelurahan__parent", "worker__occupation")
    page = page_of(members, request.GET.get("page", ""), order=LONGEST_FIRST)
    operations.list_gaps(page.rows, by=request.user, terms=dict(chosen.form.words()))
    context = {
        "groups": _groups(behind, today),
        "page": page,
        "filter": chosen.form,
        "rows": [(member, _saving(member, today)) for member in page],
    }
    return render(request, "enrollment/gap_list.html", context)


def _groups(behind: QuerySet[Membership], on: date) -> list[Group]:
    """The longest gap first."""
    counted = behind.order_by().values_list("unpaid_months", "package", "payer", "worker__occupation__sector")
    found: dict[int, list[int]] = {}
    for length, package, payer, sector, members in counted.annotate(members=Count("pk")):
        each = rules.gap_to(rules.first_of_month(on), length=length).costs(package=package, payer=payer, sector=sector)
        group = found.setdefault(length, [0, 0])
        group[0] += members
        group[1] += members * each
    holidays = rules.holidays_in_force()
    gaps = {length: rules.gap_to(rules.first_of_month(on), length=length, holidays=holidays) for length in found}
    return [
        Group(gaps[length], members, amount, gaps[length].losses(on))
        for length, (members, amount) in sorted(found.items(), reverse=True)
    ]


def _saving(member: Membership, on: date) -> int:
    gap = rules.gap_to(rules.first_of_month(on), length=member.unpaid_months)
    return gap.costs(package=member.package, payer=member.payer, sector=member.worker.occupation.sector)
