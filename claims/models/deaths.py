from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from casework.constraints import signed_together
from claims.enums import Cause, DeathStatus
from claims.models.cases import Claim
from claims.querysets import DeathReportQuerySet
from workers.models import Worker


class DeathReport(models.Model):
    """That a person of the registry has died, told before they leave it: the heirs may have a claim (rules M1 to M5).

    `facts` are what cover and contributions said that day.
    """

    number = models.CharField(max_length=12, unique=True)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="death_reports")
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="death_reports")  # of a work accident
    status = models.CharField(max_length=10, choices=DeathStatus.choices)
    submission_key = models.UUIDField(unique=True)  # a double click sends the same one
    died_on = models.DateField()
    cause = models.CharField(max_length=5, choices=Cause.choices)
    informant_name = models.CharField(max_length=150)
    informant_phone = models.CharField(max_length=15)
    note = models.CharField(max_length=500, blank=True)
    facts = models.JSONField()
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(db_default=Now())
    reference = models.CharField(max_length=100, blank=True)  # of what was handed over
    forwarded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    forwarded_at = models.DateTimeField(null=True)

    objects = DeathReportQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="claims_death_forwarded_is_signed", condition=signed_together("forwarded_by", "forwarded_at")
            ),
            models.CheckConstraint(
                name="claims_death_forwarded_fits_status",
                condition=Q(status=DeathStatus.FORWARDED, forwarded_by__isnull=False)
                | ~Q(status=DeathStatus.FORWARDED) & Q(forwarded_by=None),
            ),
            models.CheckConstraint(
                name="claims_death_by_work_has_its_claim",
                condition=Q(cause=Cause.WORK, claim__isnull=False) | Q(cause=Cause.OTHER, claim=None),
            ),
            models.CheckConstraint(
                name="claims_death_informant_phone_form", condition=Q(informant_phone__regex=r"^0[0-9]{8,12}$")
            ),
        ]

    def __str__(self) -> str:
        return f"laporan kematian {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("claims:death_detail", args=[self.number])
