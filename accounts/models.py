from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from accounts.roles import Role
from regions.models import Region


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


class CooperationAgreement(models.Model):
    """The agreement (PKS) under which a hospital treats protected workers. Periods are half-open."""

    hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="agreements")
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    period = DateRangeField()

    objects = CooperationAgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="accounts_agreement_periods_do_not_overlap",
                expressions=[("hospital", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="accounts_agreement_period_has_a_start",
                condition=Q(period__startswith__isnull=False) & Q(period__isempty=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str):
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A person with one role. An officer has a region of duty (a prefix of region codes), hospital staff a hospital,
    the others the whole city; the constraint keeps it so. Accounts are ended, not deleted."""

    email = models.EmailField("Surel", unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=20, choices=Role.choices)
    region = models.ForeignKey(Region, models.PROTECT, null=True)
    hospital = models.ForeignKey(Hospital, models.PROTECT, null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

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
        ]

    def __str__(self) -> str:
        return f"{self.role} #{self.pk}"

    @property
    def place_label(self) -> str:
        """Where this person works, as pages and the trail say it."""
        if self.role == Role.OFFICER:
            return str(self.region)
        if self.role == Role.HOSPITAL:
            return str(self.hospital)
        return "Kota Makassar"
