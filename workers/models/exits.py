from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import User
from casework.constraints import signed_together
from workers.enums import ExitReason
from workers.models.people import Worker
from workers.querysets import WorkerExitQuerySet


class WorkerExit(models.Model):
    """That a person left the programme, and perhaps came back. Nothing of the person is deleted.

    What it means for months already enrolled is for enrolment to read here: `exited_on` with its reason.
    """

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="exits")
    reason = models.CharField(max_length=15, choices=ExitReason.choices)
    exited_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    death_report = models.CharField(max_length=12, blank=True)  # its number: a death is a possible claim first
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    seen_again_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # who wanted to register (D10)
    seen_again_at = models.DateTimeField(null=True)
    returned_on = models.DateField(null=True)
    return_note = models.CharField(max_length=500, blank=True)
    returned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = WorkerExitQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["worker"], condition=Q(returned_on=None), name="workers_exit_one_at_a_time"
            ),
            models.CheckConstraint(
                name="workers_exit_death_is_reported", condition=~Q(reason=ExitReason.DIED) | ~Q(death_report="")
            ),
            models.CheckConstraint(
                name="workers_exit_return_is_signed", condition=signed_together("returned_by", "returned_on")
            ),
            models.CheckConstraint(
                name="workers_exit_seen_again_is_signed", condition=signed_together("seen_again_by", "seen_again_at")
            ),
            models.CheckConstraint(
                name="workers_exit_return_comes_after",
                condition=Q(returned_on=None) | Q(returned_on__gte=F("exited_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"keluar #{self.pk}"
