from __future__ import annotations

from datetime import date, datetime

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from casework.constraints import two_signatures
from casework.models import DatedPolicy, ProposalQuerySet
from monitoring.enums import ExportFormat, ExportStatus
from monitoring.querysets import ExportQuerySet


class RetentionPolicyQuerySet(ProposalQuerySet):
    def in_force(self, on: date) -> RetentionPolicy | None:
        """The newest policy that has begun, or None before the first."""
        return self.decided().filter(effective_on__lte=on).order_by("effective_on").last()


class RetentionPolicy(DatedPolicy):
    """How long data of persons is kept, from a day on. A change is a new row. The city's own records schedule
    prevails (rule X9); claims are kept at least five years after the accident (rule A12)."""

    person_years = models.PositiveSmallIntegerField()  # after registration, end of cover and accident, the last of them
    question_years = models.PositiveSmallIntegerField()  # what a hospital typed and was shown
    import_days = models.PositiveSmallIntegerField()  # an uploaded file and the cells it was told of
    draft_days = models.PositiveSmallIntegerField(db_default=30)  # a registration that nobody goes on with
    trail_years = models.PositiveSmallIntegerField()  # names and notes in the trail; the entries themselves stay

    objects = RetentionPolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            *two_signatures("monitoring_retention"),
            models.CheckConstraint(name="monitoring_retention_keeps_claims_5_years", condition=Q(person_years__gte=5)),
            models.CheckConstraint(
                name="monitoring_retention_trail_outlives_persons", condition=Q(trail_years__gte=F("person_years"))
            ),
        ]

    def __str__(self) -> str:
        return f"Kebijakan simpan sejak {self.effective_on:%Y-%m-%d}"


class Export(models.Model):
    """A list that somebody wants as a file, how far it is written, and where it lies until it expires."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    kind = models.CharField(max_length=20)  # of monitoring.exports.KINDS
    terms = models.JSONField()  # the list's filters by their parameter; emptied with the file, they may name somebody
    words = models.JSONField()  # the same as the page said it
    reason = models.CharField("Keperluan", max_length=200)
    file_format = models.CharField(max_length=4, choices=ExportFormat.choices)
    whole_nik = models.BooleanField(default=False)
    is_protected = models.BooleanField(default=False)
    sealed_password = models.TextField(blank=True)  # until the file is written
    status = models.CharField(max_length=10, choices=ExportStatus.choices, default=ExportStatus.QUEUED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)  # why there will be no file
    path = models.CharField(max_length=100, blank=True)  # in the sealed storage
    size = models.PositiveBigIntegerField(default=0)  # bytes
    requested_by = models.ForeignKey(User, models.PROTECT)
    requested_at = models.DateTimeField(db_default=Now())
    progressed_at = models.DateTimeField(db_default=Now())  # tells a writer at work from one that was killed
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="monitoring_export_forgets_its_password",
                condition=Q(status__in=["queued", "writing"]) | Q(sealed_password=""),
            ),
            models.CheckConstraint(
                name="monitoring_export_rows_done_at_most_all", condition=Q(rows_done__lte=F("rows_total"))
            ),
            models.CheckConstraint(
                name="monitoring_export_done_has_an_end",
                condition=~Q(status="done") | Q(finished_at__isnull=False, expires_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["requested_by", "-requested_at"], name="monitoring_export_own")]

    def __str__(self) -> str:
        return f"unduhan {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("export_detail", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.status in ExportStatus.under_way() and self.removed_at is None

    def state_at(self, now: datetime) -> str:
        """A code of STATUS_LOOK["export"]."""
        if self.removed_at is not None or (self.expires_at is not None and self.expires_at <= now):
            return "gone"
        return self.status

    def advance(self, *, rows_done: int, rows_total: int) -> None:
        """Tells at once how far the writer has come."""
        self.status, self.rows_done, self.rows_total = ExportStatus.WRITING, rows_done, rows_total
        self.progressed_at = timezone.now()
        self.save(update_fields=["status", "rows_done", "rows_total", "progressed_at"])

    def fail(self, trouble: str) -> None:
        self.status, self.trouble, self.sealed_password = ExportStatus.FAILED, trouble, ""
        self.finished_at = timezone.now()
        self.save(update_fields=["status", "trouble", "sealed_password", "finished_at"])


class Inbox(models.Model):
    """How far one account has read what became of its cases, and whether it wants the morning letter."""

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="+")
    read_until = models.BigIntegerField(default=0)  # an entry of the trail
    wants_letter = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"kabar bagi #{self.pk}"


class Letter(models.Model):
    """That a letter went to an account: of one subject never twice, however many nodes send."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "subject"], name="monitoring_letter_once")]

    def __str__(self) -> str:
        return f"surat {self.subject} bagi #{self.user_id}"
