from datetime import date, datetime, timedelta

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.models import CooperationAgreement, Hospital
from accounts.roles import Role
from casework.paging import Order
from casework.querysets import CaseQuerySet
from claims.benefits import STAGE_1_WITHIN
from claims.enums import ClaimStatus as S
from claims.enums import TransferStatus

# Whose turn it is. A status that nobody has to act on is final.
TURN = {
    S.SUSPECTED: Role.OFFICER,
    S.ROUTED: Role.HOSPITAL,
    S.ADMITTED: Role.HOSPITAL,
    S.TREATED: Role.ADMIN,
    S.RETURNED: Role.HOSPITAL,
    S.VERIFIED: Role.ADMIN,
    S.APPROVED: Role.ADMIN,
}

SOON = timedelta(hours=24)  # of a clock that is about to end
MOVABLE = (S.ROUTED, S.ADMITTED, S.TREATED)
FOR_BPJS = (S.APPROVED, S.FORWARDED)
OVER = (*FOR_BPJS, S.WITHDRAWN)  # for the hospital
TURN_FIRST = Order("is_my_turn", "reported_at", "pk", falling=True)


class ClaimQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """Officers by the worker's region, hospitals their own cases, BPJS what was approved.

        A hospital without an agreement keeps sight of what it reported until the case is routed to another.
        """
        match user.role:
            case Role.OFFICER if user.region_id:
                return self.filter(worker__kelurahan__code__startswith=user.region_id)
            case Role.HOSPITAL if user.hospital_id:  # None would mean the cases without a hospital
                return self.filter(Q(hospital=user.hospital_id) | Q(hospital=None, reported_from=user.hospital_id))
            case Role.ADMIN:
                return self
            case Role.AUDITOR:
                return self.filter(worker__kelurahan__isnull=False)
            case Role.BPJS:
                return self.filter(status__in=FOR_BPJS)
        return self.none()

    def waiting_for(self, user):
        """Those on which this user has the next deed."""
        return self.visible_to(user).filter(_turn_of(user))

    def turn_first(self, user):
        """Those that wait for this user come first, marked `is_my_turn`; then the newest."""
        mine = Case(When(_turn_of(user), then=Value(True)), default=Value(False))
        return TURN_FIRST.sort(self.annotate(is_my_turn=mine))

    def of_person(self, worker):
        """Of all records of the person to whom this record belongs."""
        return self.filter(worker__in=type(worker).objects.same_person_as(worker))

    def past_stage_1(self, *, now: datetime):
        """Cases that no hospital has taken in yet although the 2 x 24 hours are over (rule A7), to the second."""
        return self._not_taken_in().filter(accident_at__lt=now - STAGE_1_WITHIN)

    def near_stage_1(self, *, now: datetime):
        """Those with less than 24 hours left, and the one whose time ends now."""
        begun = now - STAGE_1_WITHIN
        return self._not_taken_in().filter(accident_at__gte=begun, accident_at__lt=begun + SOON)

    def _not_taken_in(self):
        """A case that came from another hospital was taken in there."""
        return self.filter(status__in=[S.SUSPECTED, S.ROUTED]).exclude(stays__admitted_at__isnull=False)

    def of_accident(self, worker, *, on: date):
        """What stands reported of that worker's accident on that day in Makassar (AC-C14): one at most."""
        return self.of_person(worker).filter(accident_at__date=on).exclude(status=S.WITHDRAWN)

    def of_accident_before(self, worker, day: date):
        """What stands reported of that worker's accidents until that day, the newest first."""
        return (
            self.of_person(worker)
            .filter(accident_at__date__lte=day)
            .exclude(status=S.WITHDRAWN)
            .order_by("-accident_at")
        )

    def with_list_data(self):
        return self.select_related("worker__kelurahan", "hospital")

    def with_facts(self):
        return self.select_related(
            "worker__kelurahan__parent",
            "worker__occupation",
            "hospital",
            "coverage_check",
            "reported_by__region",
            "reported_by__hospital",
            "verified_by",
            "approved_by",
            "forwarded_by",
        )


class InstalmentQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """Those of the claims that the user sees."""
        return self.filter(claim__in=_claims(self).visible_to(user))

    def not_asked(self):
        """Those that still wait for somebody to ask; a report that was taken back gives nothing."""
        return self.filter(asked_on=None).exclude(claim__status=S.WITHDRAWN)

    def open_on(self, day: date):
        return self.not_asked().filter(opens_on__lte=day).exclude(closes_on__lt=day)

    def coming(self, *, after: date, until: date):
        return self.not_asked().filter(opens_on__gt=after, opens_on__lte=until)

    def with_list_data(self):
        return self.select_related("claim__worker")


class DeathReportQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """Those who look after the person."""
        match user.role:
            case Role.OFFICER if user.region_id:
                return self.filter(worker__kelurahan__code__startswith=user.region_id)
            case Role.ADMIN:
                return self
        return self.none()


class TransferQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """A hospital those from and to itself, whether or not it sees the case; others those of the cases they see."""
        if user.role == Role.HOSPITAL and user.hospital_id:  # None would mean the cases without a hospital
            return self.filter(Q(from_hospital=user.hospital_id) | Q(to_hospital=user.hospital_id))
        return self.filter(claim__in=_claims(self).visible_to(user))

    def open(self):
        """Those that wait for an answer, while the case can still be moved."""
        return self.filter(status=TransferStatus.PROPOSED, claim__status__in=MOVABLE)

    def with_list_data(self):
        return self.select_related("claim__worker", "from_hospital", "to_hospital", "proposed_by")


class StayQuerySet(CaseQuerySet):
    def visible_to(self, user):
        """A hospital its own, and those before it while it has the case; once that is over, each its own (AC-P11)."""
        if user.role == Role.HOSPITAL and user.hospital_id:  # None would mean the cases without a hospital
            has_the_case = Q(claim__hospital=user.hospital_id) & ~Q(claim__status__in=OVER)
            return self.filter(Q(hospital=user.hospital_id) | has_the_case)
        return self.filter(claim__in=_claims(self).visible_to(user))

    def with_list_data(self):
        return self.select_related("claim__worker", "hospital", "transfer__to_hospital")


def partners(*, on: date) -> QuerySet[Hospital]:
    """Hospitals whose cooperation agreement is in force that day."""
    agreements = CooperationAgreement.objects.in_force(on).filter(hospital=OuterRef("pk"))
    return Hospital.objects.filter(Exists(agreements))


def _claims(rows: CaseQuerySet) -> ClaimQuerySet:
    """The claims that these rows belong to: their model cannot be imported from below."""
    return rows.model.claim.field.related_model.objects.all()


def _turn_of(user) -> Q:
    """Nobody's turn comes twice: who gave the first signature, or reported, does not wait for the second."""
    mine = Q(status__in=[status for status, role in TURN.items() if role == user.role])
    return (
        mine & ~Q(status__in=[S.TREATED, S.VERIFIED], reported_by=user.pk) & ~Q(status=S.VERIFIED, verified_by=user.pk)
    )
