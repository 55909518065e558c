from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from casework.constraints import signed_together
from workers.enums import ObjectionOutcome, ReviewStatus
from workers.models.people import Policy, Worker
from workers.querysets import DesilReviewQuerySet


class DesilReview(models.Model):
    """The task that a member's family stands above the limit in the release that counts now (rule S6).

    It never ends anybody's cover by itself, neither when it is opened nor when its day has passed (AC-W56).
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="desil_reviews")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    release = models.CharField(max_length=20)
    desil = models.PositiveSmallIntegerField()
    desil_limit = models.PositiveSmallIntegerField()
    earlier_release = models.CharField(max_length=20, blank=True)  # the last before it that knows the family
    earlier_desil = models.PositiveSmallIntegerField(null=True)
    opened_on = models.DateField()
    due_on = models.DateField()  # with the grace period of the policy
    status = models.CharField(max_length=10, choices=ReviewStatus.choices, default=ReviewStatus.OPEN)
    reason = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, blank=True)  # on a proposed exit, in words
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = DesilReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "release", "desil_limit"], name="workers_review_once"
            ),  # an answer holds until the next release or another limit
            models.CheckConstraint(
                name="workers_review_answer_is_signed", condition=signed_together("answered_by", "answered_at")
            ),
            models.CheckConstraint(
                name="workers_review_decision_is_signed", condition=signed_together("decided_by", "decided_at")
            ),
            models.CheckConstraint(
                name="workers_review_decider_is_not_proposer", condition=~Q(decided_by=F("answered_by"))
            ),
            models.CheckConstraint(
                name="workers_review_signatures_fit_status",
                condition=Q(status=ReviewStatus.OPEN, answered_by=None, decided_by=None)
                | Q(status=ReviewStatus.PROPOSED, answered_by__isnull=False, decided_by=None)
                | Q(status=ReviewStatus.KEPT, answered_by__isnull=False)
                | Q(status=ReviewStatus.ENDED, answered_by__isnull=False, decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"telaah desil {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("workers:review_detail", args=[self.pk])


class DesilObjection(models.Model):
    """Usul-sanggah: a family contests its desil (rule S5). While it is open, nobody is proposed to leave for it.

    It changes no desil: BPS ranks anew, and that comes with a release.
    """

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="objections")
    release = models.CharField(max_length=20)
    desil = models.PositiveSmallIntegerField()
    filed_on = models.DateField()
    reference = models.CharField(max_length=100)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=10, choices=ObjectionOutcome.choices, blank=True)
    outcome_on = models.DateField(null=True)
    outcome_note = models.CharField(max_length=500, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["worker"], condition=Q(outcome=""), name="workers_objection_one_open"),
            models.CheckConstraint(
                name="workers_objection_outcome_is_signed",
                condition=Q(outcome="", outcome_on=None, closed_by=None, closed_at=None)
                | ~Q(outcome="") & Q(outcome_on__isnull=False, closed_by__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="workers_objection_outcome_comes_after",
                condition=Q(outcome_on=None) | Q(outcome_on__gte=F("filed_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"usul-sanggah #{self.pk}"
