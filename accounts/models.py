from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower, Now
from django.utils.crypto import salted_hmac

from accounts.querysets import UserQuerySet
from accounts.roles import Role
from casework.constraints import signed_together, two_signatures
from casework.history import keeps_history
from casework.models import DatedPolicy, KeptFile, ProposalQuerySet
from regions.models import Region

RENEWAL_WARNING = timedelta(days=60)


class Hospital(models.Model):
    """A hospital in the city, from the list of SIRS Kemenkes and the news (accounts/data/hospitals.csv)."""

    number = models.PositiveSmallIntegerField(unique=True)  # its row in hospitals.csv
    facility_code = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=120)
    hospital_class = models.CharField(max_length=2, blank=True)
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    kelurahan = models.ForeignKey(Region, models.PROTECT, null=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name


class CooperationAgreementQuerySet(models.QuerySet):
    def in_force(self, on: date):
        return self.filter(period__contains=on)

    def to_renew(self, on: date):
        """In force, ending within RENEWAL_WARNING, and none of the same hospital goes on from its end."""
        ending = {"period__contains": on, "period__endswith__lte": on + RENEWAL_WARNING}
        return self.filter(~self._successor(), **ending)

    def run_out(self, on: date):
        """Ended within the last RENEWAL_WARNING, and the hospital has none in force since."""
        again = CooperationAgreement.objects.in_force(on).filter(hospital=OuterRef("hospital"))
        ended = {"period__endswith__lte": on, "period__endswith__gt": on - RENEWAL_WARNING}
        return self.filter(~Exists(again), ~self._successor(), **ended)

    def _successor(self) -> Exists:
        follows = {"hospital": OuterRef("hospital"), "period__startswith": OuterRef("period__endswith")}
        return Exists(CooperationAgreement.objects.filter(**follows))


class CooperationAgreement(models.Model):
    """The agreement (PKS) under which a hospital treats protected workers. Periods are half-open."""

    hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="agreements")
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    scope = models.TextField(max_length=1000, db_default="")  # which services, for whom
    signatories = models.TextField(max_length=500, db_default="")  # one a line: name, office
    period = DateRangeField()
    recorded_by = models.ForeignKey("User", models.PROTECT, null=True, related_name="+")  # None: the set-up loaded it
    recorded_at = models.DateTimeField(null=True)

    objects = CooperationAgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-period"]
        constraints = [
            ExclusionConstraint(
                name="accounts_agreement_periods_do_not_overlap",
                expressions=[("hospital", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="accounts_agreement_period_has_a_start",
                condition=Q(period__startswith__isnull=False) & Q(period__isempty=False),
            ),
            models.CheckConstraint(
                name="accounts_agreement_record_is_signed", condition=signed_together("recorded_by", "recorded_at")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> date | None:
        """None while no end is agreed."""
        return self.period.upper and self.period.upper - timedelta(days=1)

    def state_on(self, day: date) -> str:
        """A code of STATUS_LOOK["agreement"]."""
        if day < self.period.lower:
            return "coming"
        if self.period.upper is None:
            return "current"
        if day >= self.period.upper:
            return "over"
        return "ending" if day >= self.period.upper - RENEWAL_WARNING else "current"


class AgreementDocument(KeptFile):
    """A signed paper of an agreement: a PDF."""

    agreement = models.ForeignKey(CooperationAgreement, models.PROTECT, related_name="documents")
    uploaded_by = models.ForeignKey("User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"naskah #{self.pk}"


class SecurityPolicyQuerySet(ProposalQuerySet):
    def in_force(self, on: date) -> SecurityPolicy | None:
        """The newest policy that has begun, or None before the first."""
        return self.decided().filter(effective_on__lte=on).order_by("effective_on").last()


class SecurityPolicy(DatedPolicy):
    """Which roles log in with a second factor, from a day on. A change is a new row; without any, all but officers."""

    second_factor_roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), blank=True)

    objects = SecurityPolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            *two_signatures("accounts_policy"),
            models.CheckConstraint(
                name="accounts_policy_roles_are_known",
                condition=Q(second_factor_roles__contained_by=Role.values),
            ),
        ]

    def __str__(self) -> str:
        return f"Kebijakan akun sejak {self.effective_on:%Y-%m-%d}"


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str):
        return self.get(email__iexact=email)


@keeps_history(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """A person with one role. An officer has a region of duty (a prefix of region codes), hospital staff a hospital,
    the others the whole city; the constraint keeps it so. Accounts are ended, not deleted."""

    email = models.EmailField("Surel", unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=20, choices=Role.choices)
    region = models.ForeignKey(Region, models.PROTECT, null=True)
    hospital = models.ForeignKey(Hospital, models.PROTECT, null=True)
    is_lead = models.BooleanField("Kepala unit", default=False)  # gives and ends accounts of the own hospital
    is_system = models.BooleanField(default=False, db_default=False)  # a hospital's own, which nobody logs in as
    valid_until = models.DateField("Berlaku sampai", null=True)  # the last day, to its midnight in WITA (AC-P2)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    invited_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    ended_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    sessions_ended_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once"),
            models.CheckConstraint(name="accounts_user_role_is_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="accounts_user_role_has_its_place",
                condition=Q(role=Role.OFFICER, region__isnull=False, hospital=None)
                | Q(role=Role.HOSPITAL, region=None, hospital__isnull=False)
                | (~Q(role__in=[Role.OFFICER, Role.HOSPITAL]) & Q(region=None, hospital=None)),
            ),
            models.CheckConstraint(
                name="accounts_user_lead_is_hospital_staff", condition=Q(is_lead=False) | Q(role=Role.HOSPITAL)
            ),
            models.CheckConstraint(
                name="accounts_user_system_is_a_hospitals",
                condition=Q(is_system=False)
                | Q(role=Role.HOSPITAL, is_lead=False, password__startswith=UNUSABLE_PASSWORD_PREFIX),
            ),
            models.CheckConstraint(
                name="accounts_user_end_is_signed",
                condition=signed_together("ended_by", "ended_at") & (Q(ended_at=None) | Q(is_active=False)),
            ),
            models.CheckConstraint(
                name="accounts_user_is_ended_by_another", condition=Q(ended_by=None) | ~Q(ended_by=F("id"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} #{self.pk}"

    def may_enter(self, on: date) -> bool:
        """Whether somebody may come in as this account on that day: it is neither ended nor past its last day."""
        return self.is_active and not self.is_system and (self.valid_until is None or on <= self.valid_until)

    def state_on(self, day: date) -> str:
        """A code of STATUS_LOOK["account"]."""
        if self.ended_at is not None:
            return "ended"
        if not self.may_enter(day):
            return "expired"
        return "active" if self.has_usable_password() else "invited"

    @property
    def keeps_accounts(self) -> bool:
        """Whether this person opens and ends accounts: everybody's, or those of the own hospital."""
        return self.role == Role.ADMIN or self.is_lead

    def _get_session_auth_hash(self, secret=None) -> str:
        """Ties a session to the password, as Django does, and to the posting: whatever changes, it is over at once."""
        bound_to = (self.password, self.role, self.region_id, self.hospital_id, self.is_lead, self.sessions_ended_at)
        value = "|".join(map(str, bound_to))
        return salted_hmac("accounts.session", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def place_label(self) -> str:
        """Where this person works, as pages and the trail say it."""
        if self.role == Role.OFFICER:
            return str(self.region)
        if self.role == Role.HOSPITAL:
            return str(self.hospital)
        return "Kota Makassar"


class RateUse(models.Model):
    """When one counter of accounts.limits was used last. Nobody's name is in it, and a crash may empty it: unlogged."""

    key = models.CharField(max_length=64, primary_key=True)
    hits = ArrayField(models.FloatField())  # seconds since 1970
    until = models.FloatField()  # from then on nothing in it counts

    def __str__(self) -> str:
        return self.key[:8]
