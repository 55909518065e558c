from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from casework.constraints import signed_together
from casework.models import KeptFile
from workers.enums import DocumentKind
from workers.models.people import Worker
from workers.querysets import DocumentQuerySet


class WorkerDocument(KeptFile):
    """A paper or photo of a person. A wrong one is withdrawn with a reason and stays readable."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now())
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=200, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["worker", "sha256"],
                condition=Q(withdrawn_at=None) & ~Q(path=""),
                name="workers_document_same_file_once",
            ),
            models.CheckConstraint(name="workers_document_kind_is_known", condition=Q(kind__in=DocumentKind.values)),
            models.CheckConstraint(
                name="workers_document_withdrawal_is_signed", condition=signed_together("withdrawn_by", "withdrawn_at")
            ),
        ]

    def __str__(self) -> str:
        return f"dokumen {self.pk}"

    @property
    def status(self) -> str:
        """A code of STATUS_LOOK["document"]."""
        return "withdrawn" if self.withdrawn_at else "used"
