from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """One line of the trail. A trigger refuses any change (migration 0001); casework.audit.record writes it.

    The actor is kept as plain values, not as a foreign key: the trail outlives accounts.
    """

    at = models.DateTimeField(db_default=Now())
    event = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    actor_role = models.CharField(max_length=20)
    actor_place = models.CharField(max_length=150, blank=True)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="casework_audit_subject"),
            models.Index(fields=["actor_id", "at"], name="casework_audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.event} #{self.pk}"


class NumberSeries(models.Model):
    """The last number given out in one series and month; see casework.numbers."""

    series = models.CharField(max_length=20)
    month = models.CharField(max_length=4)  # YYMM in WITA
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "month"], name="casework_number_series_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.month}"
