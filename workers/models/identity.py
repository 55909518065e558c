from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from workers.enums import CorrectionStatus as S
from workers.models.people import Worker
from workers.querysets import IdentityCorrectionQuerySet


class IdentityCorrection(models.Model):
    """A proposed change of who a person is: NIK, name, birth date or sex. It waits for a second person."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="identity_corrections")
    status = models.CharField(max_length=10, choices=S.choices, default=S.WAITING)
    before = models.JSONField(encoder=DjangoJSONEncoder)  # only what changes, by the names of rules.IDENTITY
    after = models.JSONField(encoder=DjangoJSONEncoder)
    reason = models.CharField(max_length=200)
    evidence = models.CharField(max_length=200)  # what the proposer has seen
    history_row = models.BigIntegerField(null=True)  # of the worker, once approved
    answer = models.CharField(max_length=500, blank=True)  # why it was rejected
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = IdentityCorrectionQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["worker"], condition=Q(status=S.WAITING), name="workers_identity_one_waits"
            ),  # AC-K10
            models.CheckConstraint(
                name="workers_identity_checker_is_not_proposer",
                condition=Q(status=S.WAITING, decided_by=None, decided_at=None)
                | Q(status=S.WITHDRAWN, decided_by=F("proposed_by"), decided_at__isnull=False)
                | Q(status__in=[S.APPROVED, S.REJECTED], decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"perbaikan identitas {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("workers:identity_detail", args=[self.pk])
