from datetime import date

from django.db.models import (
    BooleanField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear, Greatest, TruncMonth

from accounts.roles import Role
from casework.models import ProposalQuerySet
from casework.paging import Order
from casework.querysets import CaseQuerySet
from enrollment.enums import APPROVED_ONCE, BatchStatus, BillStatus, CardState
from workers.querysets import person_of

TURN_FIRST = Order("is_my_turn", "proposed_at", "pk", falling=True)


class BatchQuerySet(CaseQuerySet):
    def visible_to(self, user):
        match user.role:
            case Role.OFFICER if user.region_id:
                return self.filter(region__code__startswith=user.region_id)
            case Role.ADMIN | Role.AUDITOR:
                return self
            case Role.BPJS:
                return self.filter(status__in=APPROVED_ONCE)
        return self.none()

    def with_list_data(self):
        counted = self.annotate(line_count=Count("lines"), monthly_amount=Coalesce(Sum("lines__monthly_amount"), 0))
        return counted.select_related("region", "proposed_by", "approved_by", "sent_by")

    def turn_first(self, user):
        """Those that wait for this user's deed come first, then the newest."""
        return TURN_FIRST.sort(self.annotate(is_my_turn=self._turn_of(user)))

    def to_sign(self, user):
        """Locked by somebody else, and not yet approved by this user."""
        return self.filter(status=BatchStatus.LOCKED).filter(self._turn_of(user))

    def _turn_of(self, user):
        match user.role:
            case Role.ADMIN:
                approvals = self.model._meta.get_field("approvals").related_model.objects
                signed = approvals.filter(batch=OuterRef("pk"), approved_by=user.pk)
                return Q(status=BatchStatus.LOCKED) & ~Q(proposed_by=user.pk) & ~Exists(signed)
            case Role.BPJS:
                return Q(status__in=[BatchStatus.APPROVED, BatchStatus.SENT])
        return Q(status__in=[BatchStatus.DRAFT, BatchStatus.RETURNED], proposed_by=user.pk)


class BudgetQuerySet(ProposalQuerySet):
    def in_force(self, *, year: int, on: date):
        """The newest signed row of each fund for that calendar year."""
        begun = self.decided().filter(year=year, effective_on__lte=on)
        return begun.order_by("fund_id", "-effective_on").distinct("fund_id")


class MembershipQuerySet(CaseQuerySet):
    def visible_to(self, user):
        match user.role:
            case Role.OFFICER if user.region_id:
                return self.filter(worker__kelurahan__code__startswith=user.region_id)
            case Role.AUDITOR:
                return self.filter(worker__kelurahan__isnull=False)
            case Role.ADMIN:
                return self
        return self.none()

    def covering(self, day: date):
        """Memberships whose half-open period holds the day."""
        return self.filter(period__contains=day)

    def active_between(self, start: date, end: date):
        """Memberships with at least one day in [start, end)."""
        return self.filter(period__overlap=(start, end))

    def changing_in(self, month: date):
        """Memberships that begin or end in the month; adds `joins` and `drops`."""
        after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        joins = Q(period__startswith__gte=month, period__startswith__lt=after)
        drops = Q(period__endswith__gte=month, period__endswith__lt=after)
        return self.filter(joins | drops).annotate(
            joins=ExpressionWrapper(joins, BooleanField()),
            drops=Coalesce(ExpressionWrapper(drops, BooleanField()), Value(False)),  # no end, no drop
        )

    def unpaid_for(self, month: date):
        """One membership, the latest, of each person for whom that month is not paid in any (AC-W17)."""
        paid = self.model.objects.filter(contributions__month=month).values(payee=person_of())
        unpaid = self.alias(person=person_of()).exclude(person__in=paid)
        siblings = self.filter(worker__survivor=OuterRef("worker__survivor"), worker__lt=OuterRef("worker"))
        first = unpaid.exclude(worker__survivor__in=self.values("worker")).exclude(Exists(siblings))
        return first.order_by("worker_id", "-period").distinct("worker_id")

    def without_card(self, on: date):
        """One membership that runs or will begin, the first, of each worker whose person has no valid card."""
        carded = self.model.cards.rel.related_model.objects.valid().values(person=person_of())
        bare = self.filter(period__overlap=(on, None)).alias(person=person_of()).exclude(person__in=carded)
        return bare.order_by("worker_id", "period").distinct("worker_id")

    def with_gap(self, on: date):
        """Adds `unpaid_months`: how many months in a row, up to the running one, are not paid. See rules.gap_of."""
        running = on.replace(day=1)
        paid = self.model.objects.filter(worker=OuterRef("worker"), contributions__month__lte=running)
        last_paid = Subquery(paid.order_by("-contributions__month").values("contributions__month")[:1])
        before_start = month_number(TruncMonth("period__startswith")) - 1
        settled = Greatest(Coalesce(month_number(last_paid), before_start), before_start)
        return self.annotate(unpaid_months=month_number(Value(running)) - settled)


def month_number(month):
    """Months are counted on from year 0, so that the next one is one more."""
    month = ExpressionWrapper(month, output_field=DateField())
    return ExtractYear(month) * 12 + ExtractMonth(month)


class CardQuerySet(CaseQuerySet):
    def visible_to(self, user):
        match user.role:
            case Role.OFFICER if user.region_id:
                return self.filter(worker__kelurahan__code__startswith=user.region_id)
            case Role.AUDITOR:
                return self.filter(worker__kelurahan__isnull=False)
            case Role.ADMIN:
                return self
        return self.none()

    def valid(self):
        return self.filter(withdrawn_by=None)

    def in_state(self, state: CardState):
        match state:
            case CardState.MADE:
                return self.valid().filter(handed_by=None)
            case CardState.HANDED_OVER:
                return self.valid().filter(handed_by__isnull=False)
        return self.filter(withdrawn_by__isnull=False)

    def with_list_data(self):
        return self.select_related("worker__kelurahan__parent", "membership", "made_by", "handed_by", "withdrawn_by")


class ReceiptQuerySet(CaseQuerySet):
    def visible_to(self, user):
        match user.role:
            case Role.ADMIN | Role.AUDITOR | Role.BPJS:
                return self
        return self.none()

    def with_list_data(self):
        paid = {"members": Count("contributions"), "amount": Coalesce(Sum("contributions__amount"), 0)}
        return self.annotate(**paid).select_related("recorded_by").order_by("-month", "-pk")


class BillQuerySet(CaseQuerySet):
    def visible_to(self, user):
        match user.role:
            case Role.ADMIN | Role.AUDITOR | Role.BPJS:
                return self
        return self.none()

    def unpaid(self):
        """At most one of a month and payer."""
        return self.exclude(status=BillStatus.PAID)

    def turn_of(self, user, status: BillStatus):
        """Those of that status that somebody else than this user has closed."""
        return self.filter(status=status).exclude(closed_by=user)

    def last_of(self, month: date, payer):
        """The bill that a receipt of the month follows; None where none came."""
        return self.filter(month=month, payer=payer).order_by("-pk").first()

    def with_list_data(self):
        open_ones = Count("differences", filter=Q(differences__settled_by=None))
        payable = F("agreed") + Coalesce(Sum("differences__payable"), 0)
        counted = self.annotate(open_differences=open_ones, payable=payable)
        return counted.select_related("closed_by", "seconded_by", "ordered_by")


class DifferenceQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """Those of the bills in scope."""
        match user.role:
            case Role.ADMIN | Role.AUDITOR | Role.BPJS:
                return self
        return self.none()

    def waiting(self):
        return self.filter(settled_by=None)

    def with_list_data(self):
        return self.select_related("line", "worker", "settled_by", "bill")


class CoverageCheckQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """A hospital sees its own checks (rule X7)."""
        match user.role:
            case Role.HOSPITAL:
                return self.filter(hospital_id=user.hospital_id)
            case Role.ADMIN:
                return self
        return self.none()


class DoorOpeningQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """Admins review them; the desk sees its own answer and nothing else."""
        return self if user.role == Role.ADMIN else self.none()

    def unreviewed(self):
        return self.filter(reviewed_by=None)

    def with_list_data(self):
        return self.select_related("check_given__hospital", "opened_by__hospital", "reviewed_by")


class RecheckQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """A hospital sees those of its own answers."""
        match user.role:
            case Role.HOSPITAL:
                return self.filter(check_given__hospital=user.hospital_id)
            case Role.ADMIN:
                return self
        return self.none()

    def waiting(self):
        return self.filter(answered_by=None)

    def with_list_data(self):
        return self.select_related("check_given__hospital", "asked_by", "answered_by")


class ApiClientQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """Who keeps a hospital's accounts keeps its systems too: a lead those of the own hospital."""
        match user.role:
            case Role.ADMIN:
                return self
            case Role.HOSPITAL if user.is_lead:
                return self.filter(account__hospital=user.hospital_id)
        return self.none()

    def with_list_data(self):
        return self.select_related("account__hospital", "made_by", "ended_by").prefetch_related("tokens__made_by")
