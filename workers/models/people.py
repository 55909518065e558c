from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Lower, Now
from django.urls import reverse

from accounts.models import User
from casework.constraints import two_signatures
from casework.history import keeps_history
from casework.models import DatedPolicy, ProposalQuerySet
from regions.models import Region
from workers.enums import Employment, OccupationCategory, Sector, Sex
from workers.models.imports import RegistryImport
from workers.querysets import BY_KELURAHAN, WorkerQuerySet, normal_name

if TYPE_CHECKING:
    from workers.models.exits import WorkerExit

NIK = r"^[0-9]{16}$"


class Occupation(models.Model):
    """A kind of work (workers/data/occupations.csv); there is no official code list (rules.md section 2)."""

    code = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=80, unique=True)
    category = models.CharField(max_length=10, choices=OccupationCategory.choices)
    sector = models.CharField(max_length=15, choices=Sector.choices)
    aliases = models.JSONField(default=list)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PolicyQuerySet(ProposalQuerySet):
    def in_force(self, on: date) -> Policy:
        """The newest policy that has begun. Raises Policy.DoesNotExist before the first."""
        return self.decided().filter(effective_on__lte=on).latest("effective_on")


class Policy(DatedPolicy):
    """What the city may decide for itself, from a day on. A change is a new row."""

    release = models.CharField(max_length=20)  # the DTSEN release that counts, such as 2026-3 (rule S3)
    desil_limit = models.PositiveSmallIntegerField()  # rule E7
    minimum_age = models.PositiveSmallIntegerField()  # rule E6, unconfirmed
    residents_only = models.BooleanField()  # rule E8, unconfirmed
    by_office = ArrayField(models.CharField(max_length=10, choices=OccupationCategory.choices))  # rule E10
    grace_days = models.PositiveSmallIntegerField(db_default=90)  # a risen desil is answered within (S6, unconfirmed)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            *two_signatures("workers_policy"),
            models.CheckConstraint(
                name="workers_policy_desil_limit_is_a_desil", condition=Q(desil_limit__range=(1, 10))
            ),
        ]

    def __str__(self) -> str:
        return f"Kebijakan sejak {self.effective_on:%Y-%m-%d}"


class DesilRecord(models.Model):
    """What one DTSEN release says of one family (rules S1 to S4). A later release is a new row, never an edit."""

    family_card_number = models.CharField(max_length=16)
    release = models.CharField(max_length=20)
    desil = models.PositiveSmallIntegerField()
    received_on = models.DateField()
    source = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(User, models.PROTECT)
    recorded_at = models.DateTimeField(db_default=Now())
    registry_import = models.ForeignKey(RegistryImport, models.PROTECT, null=True, related_name="desils")
    registry_row = models.PositiveIntegerField(null=True)  # of that file, as a spreadsheet counts

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["family_card_number", "release"], name="workers_desil_record_once_per_release"
            ),
            models.CheckConstraint(name="workers_desil_record_is_1_to_10", condition=Q(desil__range=(1, 10))),
            models.CheckConstraint(name="workers_desil_record_family_card", condition=Q(family_card_number__regex=NIK)),
        ]
        indexes = [models.Index(fields=["release", "desil", "family_card_number"], name="workers_desil_families")]

    def __str__(self) -> str:
        return f"desil #{self.pk}"


@keeps_history(exclude=["normal_name"])
class Worker(models.Model):
    """A person in the registry. One person, one NIK, one row."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    nik = models.CharField("NIK", max_length=16)
    family_card_number = models.CharField("Nomor KK", max_length=16, blank=True)
    name = models.CharField("Nama", max_length=150)
    normal_name = models.GeneratedField(
        expression=normal_name(F("name")), output_field=models.TextField(), db_persist=True
    )
    birth_place = models.CharField("Tempat lahir", max_length=80, blank=True)
    mother_name = models.CharField(  # as BPJS Ketenagakerjaan's form asks (rules.md section 5)
        "Nama ibu kandung", max_length=150, blank=True, db_default=""
    )
    birth_on = models.DateField("Tanggal lahir")
    sex = models.CharField("Jenis kelamin", max_length=1, choices=Sex.choices)
    address = models.CharField("Alamat", max_length=200, blank=True)
    rt = models.CharField("RT", max_length=3, blank=True)
    rw = models.CharField("RW", max_length=3, blank=True)
    kelurahan = models.ForeignKey(Region, models.PROTECT, null=True)
    is_resident = models.BooleanField("KTP Kota Makassar", default=True)  # rule E8
    occupation = models.ForeignKey(Occupation, models.PROTECT)
    employment = models.CharField(max_length=15, choices=Employment.choices, default=Employment.INFORMAL)
    income = models.PositiveIntegerField("Pendapatan", null=True)  # rupiah a month
    workplace = models.CharField("Tempat kerja", max_length=150, blank=True, db_default="")  # rule A2
    work_hours = models.CharField("Jam kerja", max_length=80, blank=True, db_default="")  # rule A2
    second_occupation = models.ForeignKey(  # rule E4: at most two kinds of work
        Occupation, models.PROTECT, null=True, related_name="+", db_index=False
    )
    second_workplace = models.CharField("Tempat kerja kedua", max_length=150, blank=True, db_default="")
    second_work_hours = models.CharField("Jam kerja kedua", max_length=80, blank=True, db_default="")
    second_income = models.PositiveIntegerField("Pendapatan kedua", null=True)  # rupiah a month
    witness_name = models.CharField("Saksi kerja", max_length=150, blank=True, db_default="")
    witness_phone = models.CharField("Nomor HP saksi", max_length=15, blank=True, db_default="")
    work_seen_on = models.DateField("Kerja dilihat pada", null=True)
    phone = models.CharField("Nomor HP", max_length=15, blank=True)
    noticed_on = models.DateField("Diberi tahu pada", null=True)  # what the data is used for (rules X2, X3)
    registered_by = models.ForeignKey(User, models.PROTECT)
    registered_at = models.DateTimeField(db_default=Now())
    registry_import = models.ForeignKey(RegistryImport, models.PROTECT, null=True, related_name="workers")
    registry_row = models.PositiveIntegerField(null=True)  # of that file, as a spreadsheet counts
    submission_key = models.UUIDField(null=True)  # a double click sends the same one
    survivor = models.ForeignKey(  # the record of the same person that goes on (ADR 0014)
        "self", models.PROTECT, null=True, related_name="linked", db_index=False
    )
    anonymised_at = models.DateTimeField(null=True)  # since then nobody can be told from this row (rule X9)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = [Lower("name"), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["nik"], name="workers_worker_nik_once"),
            models.UniqueConstraint(fields=["submission_key"], name="workers_worker_submission_once"),
            models.CheckConstraint(name="workers_worker_nik_has_16_digits", condition=Q(nik__regex=NIK)),
            models.CheckConstraint(
                name="workers_worker_family_card_has_16_digits",
                condition=Q(family_card_number="") | Q(family_card_number__regex=NIK),
            ),
            models.CheckConstraint(name="workers_worker_sex_is_known", condition=Q(sex__in=Sex.values)),
            models.CheckConstraint(
                name="workers_worker_phone_form", condition=Q(phone="") | Q(phone__regex=r"^08[0-9]{8,11}$")
            ),
            models.CheckConstraint(
                name="workers_worker_survives_another", condition=Q(survivor=None) | ~Q(survivor=F("id"))
            ),  # AC-D25
            models.CheckConstraint(
                name="workers_worker_second_work_is_another_kind",
                condition=Q(second_occupation=None, second_workplace="", second_work_hours="", second_income=None)
                | (Q(second_occupation__isnull=False) & ~Q(second_occupation=F("occupation"))),
            ),
        ]
        indexes = [
            models.Index(Lower("name"), "id", name="workers_worker_by_name"),
            models.Index(BY_KELURAHAN, Lower("name"), "id", name="workers_worker_by_kelurahan"),
            models.Index(fields=["registered_at", "id"], name="workers_worker_by_day"),
            models.Index(fields=["family_card_number"], name="workers_worker_family"),
            models.Index(fields=["birth_on"], name="workers_worker_birth"),
            models.Index(fields=["phone"], name="workers_worker_phone", condition=~Q(phone="")),
            models.Index(fields=["survivor"], name="workers_worker_linked", condition=Q(survivor__isnull=False)),
            GinIndex(fields=["normal_name"], opclasses=["gin_trgm_ops"], name="workers_worker_like_name"),
        ]

    def __str__(self) -> str:
        return f"pekerja {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("workers:worker_detail", args=[self.pk])

    @property
    def worker_id(self) -> UUID:
        """Its own key, by the name under which everything about a worker has it: the trail asks for it."""
        return self.pk

    @property
    def person(self) -> Worker:
        """The record that stands for this person: itself, or the one that it is linked to."""
        return self.survivor or self

    @property
    def exit(self) -> WorkerExit | None:
        """How the person left the programme; None for who is in it, or is back."""
        return self.exits.open().first()

    def age_on(self, day: date) -> int:
        """Full years. Someone born on 29 February has the birthday on 1 March of common years."""
        return day.year - self.birth_on.year - ((day.month, day.day) < (self.birth_on.month, self.birth_on.day))

    def holds_office_of(self, policy: Policy) -> bool:
        """Whether one of the kinds of work is an office that the policy names (rule E10)."""
        kinds = [self.occupation, *([self.second_occupation] if self.second_occupation_id else [])]
        return any(kind.category in policy.by_office for kind in kinds)

    def desil_record_in(self, release: str) -> DesilRecord | None:
        """What that DTSEN release says of the family; None where it is not recorded or the family card is unknown."""
        return DesilRecord.objects.filter(family_card_number=self.family_card_number, release=release).first()

    def desil_in(self, release: str) -> int | None:
        record = self.desil_record_in(release)
        return record.desil if record is not None else None

    @staticmethod
    def desil_of_family(release: str) -> Subquery:
        """The same for a queryset of workers."""
        return Subquery(Worker.desil_records(release).values("desil"))

    @staticmethod
    def desil_records_before(release: str) -> models.QuerySet[DesilRecord]:
        """What earlier releases say of the worker in question, the newest first. Names sort as their quarters do."""
        records = DesilRecord.objects.filter(family_card_number=OuterRef("family_card_number"), release__lt=release)
        return records.order_by("-release")

    @staticmethod
    def desil_records(release: str) -> models.QuerySet[DesilRecord]:
        """What the release says of the worker in question, in a query over workers."""
        return DesilRecord.objects.filter(family_card_number=OuterRef("family_card_number"), release=release)
