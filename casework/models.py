from datetime import UTC
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from casework.chain import ERASABLE, FIXED


class Kind(models.TextChoices):
    DEED = "deed", "Perbuatan"
    READ = "read", "Pembacaan"
    LOGIN = "login", "Masuk dan keluar"
    EXPORT = "export", "Unduhan"


class AuditEntry(models.Model):
    """One line of the trail. Triggers refuse any change but the erasure of personal text, and give each line its
    link in the chain when its transaction commits (migration 0003). casework.audit.record writes it.

    The actor is kept as plain values, not as a foreign key: the trail outlives accounts.
    """

    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    persons = ArrayField(models.CharField(max_length=64), default=list)  # the workers whom the entry is about
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=20)
    actor_place = models.CharField(max_length=150, blank=True)
    address = models.CharField(max_length=45, blank=True)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    salts = models.JSONField()  # of the fields in chain.ERASABLE; one that was erased has its digest kept instead
    digests = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="casework_audit_subject"),
            models.Index(fields=["actor_id", "id"], name="casework_audit_actor"),
            models.Index(fields=["at"], name="casework_audit_at"),
            GinIndex(fields=["persons"], name="casework_audit_persons"),
        ]
        constraints = [
            models.CheckConstraint(name="casework_audit_has_a_digest", condition=Q(digest__regex=r"^[0-9a-f]{64}$")),
            models.CheckConstraint(name="casework_audit_kind_is_known", condition=Q(kind__in=Kind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.event} #{self.pk}"

    def as_chained(self) -> dict[str, Any]:
        """The entry as casework.chain hashes and exports it; the time in UTC to the microsecond."""
        values = {field: getattr(self, field) for field in (*FIXED, *ERASABLE, "salts", "digests", "digest")}
        return values | {"at": self.at.astimezone(UTC).isoformat(timespec="microseconds"), "withheld": False}


class AuditLink(models.Model):
    """An entry's place in the chain: numbers without gaps, in the order of the commits. Only a trigger writes it."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="link")
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"mata rantai {self.number}"


class AuditHead(models.Model):
    """The last link, in one row that commits lock one after another. Only a trigger writes it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(name="casework_audit_head_is_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"kepala {self.number}"


class NumberSeries(models.Model):
    """The last number given out in one series and month; see casework.numbers."""

    series = models.CharField(max_length=20)
    month = models.CharField(max_length=4)  # YYMM in WITA
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "month"], name="casework_number_series_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.month}"


class ProposalQuerySet(models.QuerySet):
    def decided(self):
        """Without the rows that still wait for their second signature."""
        return self.filter(Q(proposed_by=None) | Q(approved_by__isnull=False))

    def to_sign(self, user):
        """Rows of others that wait for their second signature."""
        return self.filter(proposed_by__isnull=False, approved_by=None).exclude(proposed_by=user)


class Proposal(models.Model):
    """What counts once another person has signed it. A change is a new row; what the set-up loads comes from nobody.

    Subclasses add casework.constraints.two_signatures.
    """

    source = models.CharField(max_length=200)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_waiting(self) -> bool:
        """Whether it was proposed and is not yet approved."""
        return self.proposed_by_id is not None and self.approved_by_id is None


class DatedPolicy(Proposal):
    """What holds from a day on, once it is signed."""

    effective_on = models.DateField(unique=True)

    class Meta:
        abstract = True


class KeptFile(models.Model):
    """What a row says of a file of people: its contents lie in default_storage (casework.uploads.kept)."""

    path = models.CharField(max_length=100, blank=True)  # empty once the contents were deleted
    name = models.CharField(max_length=100, blank=True)  # as its owner called it, for people only
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes of what is kept
    sha256 = models.CharField(max_length=64)  # of what is kept

    class Meta:
        abstract = True
