"""Named questions about the whole, each within what the asking user may see. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Left

from accounts.models import CooperationAgreement, User
from accounts.roles import Role
from casework.querysets import CaseQuerySet
from claims.enums import InstalmentKind
from claims.filters import SOON as SOON_PERIODIC
from claims.models import Claim, Instalment, Transfer
from enrollment.enums import BatchStatus, BillStatus, LineStatus, Payer
from enrollment.models import ApiClient, Batch, BatchLine, Bill, Contribution, DoorOpening, Membership, Receipt
from enrollment.models.tokens import WARN_BEFORE
from enrollment.rules import REVIEW_WITHIN
from regions.models import Region
from workers.enums import ImportStatus
from workers.models import Policy, RegistryImport, Worker
from workers.querysets import person_of

RECENT = timedelta(days=30)
CODE_LENGTH = {"kota": 5, "kecamatan": 8, "kelurahan": 13}
BELOW = {"kota": "kecamatan", "kecamatan": "kelurahan", "kelurahan": "kelurahan"}


@dataclass(frozen=True)
class AreaFigures:
    """People of one area on one day: in the registry, eligible, members, and covered (the month is receipted too)."""

    code: str
    name: str
    registered: int
    eligible: int
    members: int
    covered: int

    @property
    def share(self) -> float | None:
        """Covered of the registered; None where nobody is registered."""
        return self.covered / self.registered if self.registered else None


def area_level(user: User) -> str:
    """The level of the areas that make up this user's region: the parts of what they look after."""
    return BELOW[user.region.level] if user.role == Role.OFFICER else "kecamatan"


def figures_by_area(user: User, *, on: date) -> list[AreaFigures]:
    """One row per area within the user's region, in the order of the codes, also where nobody is registered.

    Workers without a kelurahan are a row of their own for those who may see them (AC-P5).
    """
    length = CODE_LENGTH[area_level(user)]
    workers = Worker.objects.visible_to(user)
    registered = _count_by_area(workers, length)
    eligible = _count_by_area(_eligible(workers, on), length)
    members = _count_by_area(workers.filter(_is_member(on)), length)
    covered = _count_by_area(workers.filter(_is_covered(on)), length)
    regions = Region.objects.filter(level=area_level(user))
    if user.role == Role.OFFICER:
        regions = regions.filter(code__startswith=user.region_id)
    names = {region.code: region.name for region in regions}
    if None in registered:
        names[None] = "Kelurahan belum tercatat"
    return [
        AreaFigures(
            code=code or "",
            name=name,
            registered=registered.get(code, 0),
            eligible=eligible.get(code, 0),
            members=members.get(code, 0),
            covered=covered.get(code, 0),
        )
        for code, name in names.items()
    ]


def total(areas: list[AreaFigures], *, name: str) -> AreaFigures:
    return AreaFigures(
        code="",
        name=name,
        registered=sum(area.registered for area in areas),
        eligible=sum(area.eligible for area in areas),
        members=sum(area.members for area in areas),
        covered=sum(area.covered for area in areas),
    )


def ready_to_enroll(user: User, *, on: date) -> QuerySet[Worker]:
    """Eligible, neither a member nor about to become one, and in no batch that still waits for an answer."""
    members = Membership.objects.filter(period__overlap=(on, None)).values(person=person_of())
    pending = BatchLine.objects.filter(status=LineStatus.PENDING).values(person=person_of())
    return _eligible(Worker.objects.visible_to(user), on).exclude(pk__in=members).exclude(pk__in=pending)


def refused_rows(user: User, *, now: datetime) -> tuple[int, int]:
    """Rows handed back in the last 30 days, and how many files they came from."""
    back = F("rows_refused") + F("rows_duplicate") + F("rows_ineligible")
    imports = (
        RegistryImport.objects.visible_to(user)
        .alias(back=back)
        .filter(status=ImportStatus.DONE, back__gt=0, uploaded_at__gte=now - RECENT)
    )
    sums = imports.aggregate(rows=Sum(back, default=0), files=Count("pk"))
    return sums["rows"], sums["files"]


def claims_in_hand(user: User) -> dict[str, int]:
    """Claims by status on which this user has the next deed."""
    return _count_by_status(Claim.objects.waiting_for(user))


def claims_by_status(user: User) -> dict[str, int]:
    return _count_by_status(Claim.objects.visible_to(user))


def claims_near_deadline(user: User, *, now: datetime) -> tuple[int, int]:
    """Cases that no hospital has taken in yet: with less than 24 hours left for stage I, and past it (rule A7)."""
    claims = Claim.objects.visible_to(user)
    return claims.near_stage_1(now=now).count(), claims.past_stage_1(now=now).count()


def tokens_running_out(user: User, *, now: datetime) -> tuple[int, int]:
    """Systems of hospitals in use whose last token ends within WARN_BEFORE, and those without one any more."""
    living = ApiClient.objects.visible_to(user).filter(ended_at=None).annotate(last=Max("tokens__ends_at"))
    count = living.aggregate(
        ending=Count("pk", filter=Q(last__gt=now, last__lte=now + WARN_BEFORE)),
        over=Count("pk", filter=Q(last__lte=now)),
    )
    return count["ending"], count["over"]


def transfers_to_answer(user: User) -> int:
    """Proposals to the user's own hospital that nobody has answered."""
    return Transfer.objects.visible_to(user).open().filter(to_hospital=user.hospital_id).count()


@dataclass(frozen=True)
class Periodic:
    """Parts of one kind that nobody has asked for yet: open now with the day that presses most, and soon to open."""

    kind: InstalmentKind
    open: int
    since: date | None  # the first day of the oldest that is open
    until: date | None  # the first last day among the open
    coming: int
    first: date | None  # when the next one opens


def instalments_to_ask(user: User, *, on: date) -> list[Periodic]:
    """What families in the user's scope can ask for (rules B2, 7.4), kind by kind."""
    parts = Instalment.objects.visible_to(user)
    now = {row["kind"]: row for row in _by_kind(parts.open_on(on))}
    soon = {row["kind"]: row for row in _by_kind(parts.coming(after=on, until=on + SOON_PERIODIC))}
    nothing = {"parts": 0, "opens": None, "closes": None}
    return [
        Periodic(
            kind=kind,
            open=now.get(kind, nothing)["parts"],
            since=now.get(kind, nothing)["opens"],
            until=now.get(kind, nothing)["closes"],
            coming=soon.get(kind, nothing)["parts"],
            first=soon.get(kind, nothing)["opens"],
        )
        for kind in InstalmentKind
    ]


def batches_by_status(user: User) -> dict[str, int]:
    """Of what waits for an approval an admin's own proposals, and those they have approved already, are left out."""
    batches = Batch.objects.visible_to(user)
    if user.role == Role.ADMIN:
        to_sign = batches.to_sign(user)
        batches = batches.exclude(Q(status=BatchStatus.LOCKED) & ~Q(pk__in=to_sign.values("pk")))
    return _count_by_status(batches)


def batches_of(user: User) -> dict[str, int]:
    """The user's own batches by status."""
    return _count_by_status(Batch.objects.visible_to(user).filter(proposed_by=user))


def bills_to_sign(user: User, status: BillStatus) -> list[Bill]:
    """Closed by somebody else: those in that status are this user's turn, the oldest month first."""
    return list(Bill.objects.visible_to(user).turn_of(user, status).order_by("month", "pk"))


def bills_with_differences(user: User) -> list[Bill]:
    """Open bills with differences that nobody has decided on, each with their number as `open_differences`."""
    bills = Bill.objects.visible_to(user).filter(status=BillStatus.OPEN).with_list_data()
    return list(bills.filter(open_differences__gt=0).order_by("month", "pk"))


def doors_unreviewed(user: User, *, now: datetime) -> tuple[int, int]:
    """Openings of the emergency door that nobody has reviewed: within the week, and after it."""
    openings = DoorOpening.objects.visible_to(user).unreviewed()
    late = Q(opened_at__lt=now - REVIEW_WITHIN)
    counts = openings.aggregate(fresh=Count("pk", filter=~late), late=Count("pk", filter=late))
    return counts["fresh"], counts["late"]


def agreements_running_out(user: User, *, on: date) -> tuple[int, int]:
    """Agreements with hospitals that need renewing: those that end within 60 days, and those that ended lately."""
    if user.role != Role.ADMIN:
        return 0, 0
    agreements = CooperationAgreement.objects
    return agreements.to_renew(on).count(), agreements.run_out(on).count()


def months_without_receipt(user: User, *, on: date) -> list[date]:
    """Contribution months, oldest first, in which the city had members but no receipt is recorded (section 5.6)."""
    if user.role not in (Role.ADMIN, Role.AUDITOR, Role.BPJS):
        return []
    first = Membership.objects.filter(payer=Payer.APBD).aggregate(day=Min("period__startswith"))["day"]
    if first is None:
        return []
    paid = set(Receipt.objects.visible_to(user).filter(payer=Payer.APBD).values_list("month", flat=True))
    return [month for month in _months(first, on) if month not in paid]


def members_behind(user: User, *, on: date) -> tuple[int, int]:
    """How many members' running month is not paid, and the longest run of unpaid months among them."""
    behind = Membership.objects.visible_to(user).covering(on).with_gap(on).filter(unpaid_months__gt=0)
    counted = behind.aggregate(members=Count("pk"), longest=Coalesce(Max("unpaid_months"), 0))
    return counted["members"], counted["longest"]


def _eligible(workers: QuerySet[Worker], on: date) -> QuerySet[Worker]:
    """Nobody, before the city has said by a policy whom it pays for."""
    try:
        policy = Policy.objects.in_force(on)
    except Policy.DoesNotExist:
        return workers.none()
    return workers.eligible(policy, on)


def _is_member(on: date) -> Exists:
    return Exists(Membership.objects.covering(on).filter(worker=OuterRef("pk")))


def _is_covered(on: date) -> Exists:
    """A member whose contribution of the month is receipted: whom a coverage check finds active."""
    return Exists(
        Contribution.objects.filter(
            membership__worker=OuterRef("pk"), membership__period__contains=on, month=on.replace(day=1)
        )
    )


def _by_kind(parts: QuerySet[Instalment]) -> QuerySet:
    rows = parts.order_by().values("kind")
    return rows.annotate(parts=Count("pk"), opens=Min("opens_on"), closes=Min("closes_on"))


def _count_by_area(workers: QuerySet[Worker], length: int) -> dict[str | None, int]:
    rows = workers.order_by().annotate(area=Left("kelurahan_id", length)).values("area").annotate(people=Count("pk"))
    return {row["area"]: row["people"] for row in rows}


def _count_by_status(cases: CaseQuerySet) -> dict[str, int]:
    rows = cases.order_by().values("status").annotate(cases=Count("pk"))
    return {row["status"]: row["cases"] for row in rows}


def _months(first: date, last: date) -> list[date]:
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = (month + timedelta(days=31)).replace(day=1)
    return months
