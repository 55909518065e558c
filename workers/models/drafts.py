from __future__ import annotations

from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from casework.models import KeptFile
from regions.models import Region
from workers import nik
from workers.enums import DraftPage
from workers.querysets import DraftQuerySet


class RegistrationDraft(models.Model):
    """A registration under way, each page as it was typed, faults and all. It becomes a worker or is deleted.

    Its key is the submission key of the worker: who registers it twice gets the same person.
    """

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")  # the author's posting at the time
    page = models.CharField(max_length=10, choices=DraftPage.choices, default=DraftPage.IDENTITY)  # to go on from
    typed = models.JSONField(default=dict)  # by page, what stood in each field
    begun_at = models.DateTimeField(db_default=Now())
    saved_at = models.DateTimeField(db_default=Now())

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "pk"]
        constraints = [
            models.CheckConstraint(name="workers_draft_page_is_known", condition=Q(page__in=DraftPage.values)),
        ]
        indexes = [models.Index(fields=["saved_at"], name="workers_draft_saved")]

    def __str__(self) -> str:
        return f"draf {self.pk}"

    def get_absolute_url(self) -> str:
        """The page to go on from."""
        return self.address_of(self.page)

    def address_of(self, page: str) -> str:
        if page == DraftPage.SUMMARY:
            return reverse("workers:draft_summary", args=[self.pk])
        return reverse("workers:draft_page", args=[self.pk, page])

    @property
    def name(self) -> str:
        return self._identity.get("name", "").strip()

    @property
    def nik(self) -> str:
        """The digits typed so far."""
        return nik.clean(self._identity.get("nik", ""))

    @property
    def _identity(self) -> dict[str, Any]:
        return self.typed.get(DraftPage.IDENTITY, {})


class DraftPhoto(KeptFile):
    """The photo of a workplace or tool; it becomes a document of the worker, or goes with the draft."""

    draft = models.OneToOneField(RegistrationDraft, models.CASCADE, related_name="photo")
    taken_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"foto {self.pk}"
