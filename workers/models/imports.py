from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from regions.models import Region
from workers.enums import ImportStatus
from workers.querysets import ImportQuerySet


class RegistryImport(models.Model):
    """One uploaded registry file and how far its check has come. Killed at any moment, it goes on from rows_done."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=100)  # in MEDIA_ROOT, under a random name
    posting = models.ForeignKey(Region, models.PROTECT)  # rows outside it are refused (AC-W50)
    status = models.CharField(max_length=10, choices=ImportStatus.choices, default=ImportStatus.QUEUED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_accepted = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True)  # why the whole file could not be read
    uploaded_by = models.ForeignKey(User, models.PROTECT)
    uploaded_at = models.DateTimeField(db_default=Now())
    progressed_at = models.DateTimeField(db_default=Now())  # tells a check that is at work from one that was killed
    finished_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                name="workers_import_rows_add_up",  # AC-I34
                condition=Q(rows_done=F("rows_accepted") + F("rows_refused")) & Q(rows_done__lte=F("rows_total")),
            ),
        ]

    def __str__(self) -> str:
        return f"impor {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("workers:import_detail", args=[self.pk])


class ImportFinding(models.Model):
    """One thing about one row, in words that say how to mend it: a fault, or a question to an accepted row."""

    registry_import = models.ForeignKey(RegistryImport, models.CASCADE, related_name="findings")
    row = models.PositiveIntegerField()  # as a spreadsheet counts, the header being row 1
    column = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    refuses = models.BooleanField()  # False: the row was stored all the same
    value = models.CharField(max_length=200, blank=True)
    message = models.CharField(max_length=300)

    class Meta:
        ordering = ["row", "pk"]
        indexes = [models.Index(fields=["registry_import", "row"], name="workers_finding_row")]

    def __str__(self) -> str:
        return f"temuan #{self.pk}"
