from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from casework.constraints import signed_together
from casework.history import keeps_history
from enrollment.enums import BatchStatus, LineStatus, Package, Payer
from enrollment.querysets import BatchQuerySet
from regions.models import Region
from workers.models import Worker


@keeps_history()
class Batch(models.Model):
    """Workers proposed together for cover. One person proposes, another approves; then it goes to BPJS."""

    number = models.CharField(max_length=12, unique=True)
    region = models.ForeignKey(Region, models.PROTECT)  # the proposer's posting; says who sees it
    package = models.CharField("Paket", max_length=15, choices=Package.choices)
    payer = models.CharField("Pembayar", max_length=5, choices=Payer.choices)
    start_month = models.DateField("Bulan iuran pertama")  # first day of the first contribution month
    status = models.CharField(max_length=10, choices=BatchStatus.choices, default=BatchStatus.PROPOSED)
    note = models.CharField("Catatan", max_length=500, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="enrollment_batch_approver_is_not_proposer", condition=~Q(approved_by=F("proposed_by"))
            ),
            models.CheckConstraint(
                name="enrollment_batch_approval_is_signed", condition=signed_together("approved_by", "approved_at")
            ),
            models.CheckConstraint(
                name="enrollment_batch_sending_is_signed", condition=signed_together("sent_by", "sent_at")
            ),
            models.CheckConstraint(
                name="enrollment_batch_not_sent_unapproved",
                condition=~Q(status__in=[BatchStatus.APPROVED, BatchStatus.SENT, BatchStatus.ANSWERED])
                | Q(approved_by__isnull=False),
            ),
            models.CheckConstraint(name="enrollment_batch_starts_on_the_first", condition=Q(start_month__day=1)),
        ]

    def __str__(self) -> str:
        return f"kelompok {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("enrollment:batch_detail", args=[self.number])


@keeps_history()
class BatchLine(models.Model):
    """One worker in a batch, with the facts that the proposal was decided on and what BPJS answered."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="batch_lines")
    monthly_amount = models.PositiveIntegerField()  # rupiah
    facts = models.JSONField()  # what the file will say and why the worker was eligible, as on the day
    status = models.CharField(max_length=10, choices=LineStatus.choices, default=LineStatus.PENDING)
    participant_number = models.CharField(max_length=20, blank=True)
    cover_start = models.DateField(null=True)
    rejection = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="enrollment_line_number_once"),
            models.UniqueConstraint(fields=["batch", "worker"], name="enrollment_line_worker_once"),
            models.UniqueConstraint(
                fields=["worker"], name="enrollment_line_worker_pending_once", condition=Q(status=LineStatus.PENDING)
            ),  # AC-B25
            models.CheckConstraint(
                name="enrollment_line_answer_is_complete",
                condition=Q(status=LineStatus.ACCEPTED, cover_start__isnull=False, rejection="")
                & ~Q(participant_number="")
                | Q(status=LineStatus.REJECTED, cover_start=None, participant_number="") & ~Q(rejection="")
                | Q(
                    status__in=[LineStatus.PENDING, LineStatus.DROPPED],
                    cover_start=None,
                    participant_number="",
                    rejection="",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"baris {self.number}"


class ReplyFile(models.Model):
    """One file that BPJS sent back for a batch. The same bytes twice change nothing."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="replies")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    accepted = models.PositiveIntegerField()  # lines taken over by this reading
    rejected = models.PositiveIntegerField()
    findings = models.JSONField()  # lines that need someone's eyes: row, code, value, message
    read_by = models.ForeignKey(User, models.PROTECT)
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["batch", "sha256"], name="enrollment_reply_once")]

    def __str__(self) -> str:
        return f"jawaban #{self.pk}"
