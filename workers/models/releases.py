from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User

RELEASE_NAME = r"^20[0-9]{2}-[1-4]$"


class DesilRelease(models.Model):
    """One DTSEN release as the city received it. Its families are DesilRecord, under the same name (rule S3)."""

    name = models.CharField(max_length=20, unique=True)  # year and quarter: 2026-3
    dated_on = models.DateField(null=True)  # of the data, where the release tells it
    received_on = models.DateField()
    source = models.CharField(max_length=200)
    recorded_by = models.ForeignKey(User, models.PROTECT)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-name"]
        constraints = [
            models.CheckConstraint(name="workers_release_name_form", condition=Q(name__regex=RELEASE_NAME)),
            models.CheckConstraint(
                name="workers_release_received_after_its_date",
                condition=Q(dated_on=None) | Q(dated_on__lte=F("received_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"DTSEN {self.name}"
