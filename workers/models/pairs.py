from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from casework.constraints import signed_together
from workers.enums import PairRule, PairStatus
from workers.models.people import Worker
from workers.querysets import PairQuerySet


class DuplicatePair(models.Model):
    """Two records that may be one person, once and for all: a pair that is told apart is never raised again.

    A suspicion changes nothing of either record. Only the second signature under "same" links them.
    """

    one = models.ForeignKey(Worker, models.PROTECT, related_name="+", db_index=False)  # the constraint has an index
    other = models.ForeignKey(Worker, models.PROTECT, related_name="+")
    rules = ArrayField(models.CharField(max_length=10, choices=PairRule.choices))  # that found it
    agreeing = ArrayField(models.CharField(max_length=20))  # columns with the same value then
    likeness = models.FloatField()  # of the normalised names then, 0 to 1
    found_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # None: the portal looked
    found_at = models.DateTimeField(db_default=Now())
    note = models.CharField(max_length=300, blank=True)  # why the officer went on with the registration
    faded_at = models.DateTimeField(null=True)  # since then no rule finds it: a correction made them unlike (AC-D37)
    status = models.CharField(max_length=10, choices=PairStatus.choices, default=PairStatus.OPEN)
    survivor = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="+")  # that the answer "same" names
    reason = models.CharField(max_length=300, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)  # grows with every deed; a form names the one it has seen

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["-likeness", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="workers_pair_once"),  # AC-D35
            models.CheckConstraint(name="workers_pair_is_ordered", condition=Q(one__lt=F("other"))),
            models.CheckConstraint(
                name="workers_pair_answer_is_signed", condition=signed_together("answered_by", "answered_at")
            ),
            models.CheckConstraint(
                name="workers_pair_confirmation_is_signed", condition=signed_together("confirmed_by", "confirmed_at")
            ),
            models.CheckConstraint(
                name="workers_pair_confirmer_is_not_answerer", condition=~Q(confirmed_by=F("answered_by"))
            ),
            models.CheckConstraint(
                name="workers_pair_signatures_fit_status",
                condition=Q(status=PairStatus.OPEN, answered_by=None, confirmed_by=None, survivor=None)
                | Q(
                    status__in=[PairStatus.UNSURE, PairStatus.DIFFERENT],
                    answered_by__isnull=False,
                    confirmed_by=None,
                    survivor=None,
                )
                | Q(
                    status=PairStatus.PROPOSED,
                    answered_by__isnull=False,
                    confirmed_by=None,
                    survivor__isnull=False,
                )
                | Q(
                    status=PairStatus.SAME,
                    answered_by__isnull=False,
                    confirmed_by__isnull=False,
                    survivor__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["likeness", "id"],
                name="workers_pair_undecided",
                condition=Q(status__in=[PairStatus.OPEN, PairStatus.UNSURE, PairStatus.PROPOSED]),
            ),
        ]

    def __str__(self) -> str:
        return f"dugaan ganda #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("workers:pair_detail", args=[self.pk])

    @property
    def worker_ids(self) -> tuple[UUID, UUID]:
        """Both, by the name under which the trail asks for them."""
        return self.one_id, self.other_id

    @property
    def linked(self) -> Worker:
        """The record that does not survive; only where a survivor is named."""
        return self.other if self.survivor_id == self.one_id else self.one

    @property
    def rule_words(self) -> list[str]:
        return [PairRule(rule).label for rule in self.rules]
