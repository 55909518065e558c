from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from casework.constraints import two_signatures
from casework.models import Proposal
from casework.querysets import CaseQuerySet
from enrollment.enums import Package, Payer
from enrollment.querysets import BudgetQuerySet
from workers.enums import OccupationCategory


class Fund(models.Model):
    """Whose money batches spend. Its row is what two batches at once lock, so that both cannot fit into one rest."""

    payer = models.CharField("Pembayar", max_length=5, choices=Payer.choices)
    name = models.CharField("Nama sumber dana", max_length=100)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # None: loaded by the set-up
    recorded_at = models.DateTimeField(db_default=Now())

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["payer", "name"]
        constraints = [
            models.UniqueConstraint(fields=["payer", "name"], name="enrollment_fund_once"),
            models.CheckConstraint(name="enrollment_fund_is_not_the_member", condition=~Q(payer=Payer.SELF)),
        ]

    def __str__(self) -> str:
        return self.name


class Budget(Proposal):
    """What a fund may spend in a calendar year, from a day on. A change is a new row, signed by two admins.

    `source` is the legal basis: the regulation or the budget document (DPA).
    """

    fund = models.ForeignKey(Fund, models.PROTECT, related_name="budgets")
    year = models.PositiveSmallIntegerField("Tahun anggaran")
    effective_on = models.DateField("Berlaku mulai")
    amount = models.PositiveBigIntegerField("Jumlah")  # rupiah
    packages = ArrayField(models.CharField(max_length=15, choices=Package.choices))
    cohorts = ArrayField(models.CharField(max_length=10, choices=OccupationCategory.choices))

    objects = BudgetQuerySet.as_manager()

    class Meta:
        ordering = ["fund", "-year", "-effective_on"]
        constraints = [
            *two_signatures("enrollment_budget"),
            models.CheckConstraint(name="enrollment_budget_is_proposed", condition=Q(proposed_by__isnull=False)),
            models.CheckConstraint(name="enrollment_budget_year", condition=Q(year__range=(2020, 2099))),
            models.CheckConstraint(
                name="enrollment_budget_pays_for_something", condition=~Q(packages=[]) & ~Q(cohorts=[])
            ),
            models.UniqueConstraint(fields=["fund", "year", "effective_on"], name="enrollment_budget_day_once"),
        ]

    def __str__(self) -> str:
        return f"anggaran {self.year} #{self.pk}"
