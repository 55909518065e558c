from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import Hospital, User
from casework.constraints import signed_together
from enrollment.enums import Purpose
from enrollment.querysets import ApiClientQuerySet

WARN_BEFORE = timedelta(days=14)


class ApiClient(models.Model):
    """A hospital's own system, which asks about cover by token. On the trail it has an account of its own, as which
    nobody logs in."""

    account = models.OneToOneField(User, models.PROTECT, related_name="api_client")
    purposes = ArrayField(models.CharField(max_length=10, choices=Purpose.choices))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = ApiClientQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="enrollment_api_client_has_purposes",
                condition=~Q(purposes=[]) & Q(purposes__contained_by=Purpose.values),
            ),
            models.CheckConstraint(
                name="enrollment_api_client_end_is_signed", condition=signed_together("ended_by", "ended_at")
            ),
        ]

    def __str__(self) -> str:
        return f"sambungan #{self.pk}"

    @property
    def hospital(self) -> Hospital:
        return self.account.hospital

    @property
    def purpose_labels(self) -> list[str]:
        return [Purpose(purpose).label for purpose in self.purposes]


class ApiToken(models.Model):
    """What an ApiClient shows for itself until `ends_at`. Only its SHA-256 is kept: it is 256 random bits."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    tail = models.CharField(max_length=4)  # its last characters, by which people tell two tokens apart
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # to the minute

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="enrollment_api_token_has_a_digest", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="enrollment_api_token_ends_after_its_making", condition=Q(ends_at__gte=F("made_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"token #{self.pk}"

    def state_at(self, now: datetime) -> str:
        """A code of STATUS_LOOK["token"]."""
        if now >= self.ends_at:
            return "over"
        return "ending" if now >= self.ends_at - WARN_BEFORE else "current"
