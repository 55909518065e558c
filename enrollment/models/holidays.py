from __future__ import annotations

from django.db import models
from django.db.models import Q

from casework.constraints import two_signatures
from casework.models import Proposal, ProposalQuerySet


class HolidayChange(Proposal):
    """A day that the national list has wrong: a holiday or joint leave more, or one that is none.

    The newest signed row of a day counts. `source` is the decree.
    """

    day = models.DateField("Hari")
    is_holiday = models.BooleanField("Libur")
    name = models.CharField("Nama", max_length=100)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            *two_signatures("enrollment_holiday"),
            models.CheckConstraint(name="enrollment_holiday_is_proposed", condition=Q(proposed_by__isnull=False)),
            models.UniqueConstraint(
                fields=["day"], name="enrollment_holiday_waits_once", condition=Q(approved_by__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"hari {self.day:%Y-%m-%d} #{self.pk}"
