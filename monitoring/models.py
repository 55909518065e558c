from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from casework.constraints import two_signatures
from casework.models import DatedPolicy, DatedPolicyQuerySet


class RetentionPolicyQuerySet(DatedPolicyQuerySet):
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
