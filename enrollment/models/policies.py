from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from casework.constraints import two_signatures
from casework.models import DatedPolicy, ProposalQuerySet


class ApprovalPolicyQuerySet(ProposalQuerySet):
    def in_force(self, on: date) -> ApprovalPolicy | None:
        """The newest that has begun; None where the city has not decided any."""
        return self.decided().filter(effective_on__lte=on).order_by("effective_on").last()


class ApprovalPolicy(DatedPolicy):
    """How many approvals a batch needs by what it costs, from a day on. A change is a new row."""

    tiers = ArrayField(models.PositiveBigIntegerField())  # rupiah a month, rising: above each one more approval

    objects = ApprovalPolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            *two_signatures("enrollment_approvals"),
            models.CheckConstraint(name="enrollment_approvals_two_tiers_at_most", condition=Q(tiers__len__lte=2)),
        ]

    def __str__(self) -> str:
        return f"Persetujuan kelompok sejak {self.effective_on:%Y-%m-%d}"
