from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from claims.enums import InstalmentKind
from claims.models.cases import Claim
from claims.querysets import InstalmentQuerySet


class Estimate(models.Model):
    """What a claim may give, with the facts it rests on. A trigger refuses any change: other facts are a new row.

    It has no scope of its own: whoever sees the claim sees it.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="estimates")
    facts = models.JSONField()  # as claims.benefits.Facts.as_json; emptied when the person is forgotten (rule X9)
    lines = models.JSONField()  # as claims.benefits.Line, in order
    notes = models.JSONField()  # as claims.benefits.Note
    total = models.BigIntegerField()  # rupiah, the sum of the lines
    schedule = models.CharField(max_length=20)  # code of the version
    schedule_digest = models.CharField(max_length=64)  # of its figures as they were
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # None: facts changed by themselves
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="claims_estimate_is_not_negative", condition=Q(total__gte=0)),
        ]

    def __str__(self) -> str:
        return f"perkiraan #{self.pk}"


class Instalment(models.Model):
    """One part of what a claim gives bit by bit, as its newest estimate has it; once asked for, as it was asked for."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="instalments")
    key = models.CharField(max_length=30)  # the same part keeps it after other facts
    kind = models.CharField(max_length=6, choices=InstalmentKind.choices)
    what = models.CharField(max_length=120)
    rule = models.CharField(max_length=4)
    opens_on = models.DateField()  # the first day to ask for it
    closes_on = models.DateField(null=True)  # the last; None where the law names none
    amount = models.PositiveBigIntegerField()  # rupiah
    asked_on = models.DateField("Diajukan pada", null=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        ordering = ["opens_on", "pk"]
        indexes = [
            models.Index(fields=["opens_on"], condition=Q(asked_on=None), name="claims_instalment_not_asked"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["claim", "key"], name="claims_instalment_once"),
            models.CheckConstraint(
                name="claims_instalment_closes_after_it_opens",
                condition=Q(closes_on=None) | Q(closes_on__gte=F("opens_on")),
            ),
            models.CheckConstraint(
                name="claims_instalment_asked_when_open",
                condition=Q(asked_on=None)
                | Q(asked_on__gte=F("opens_on")) & (Q(closes_on=None) | Q(asked_on__lte=F("closes_on"))),
            ),
            models.CheckConstraint(
                name="claims_instalment_asking_is_signed",
                condition=Q(asked_on=None, asked_by=None, asked_at=None)
                | Q(asked_on__isnull=False, asked_by__isnull=False, asked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"bagian {self.key} klaim #{self.claim_id}"

    def state_on(self, day: date) -> str:
        """A code of STATUS_LOOK["instalment"]."""
        if self.asked_on is not None:
            return "asked"
        if day < self.opens_on:
            return "coming"
        return "lapsed" if self.closes_on is not None and day > self.closes_on else "open"
