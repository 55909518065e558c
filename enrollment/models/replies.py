from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from casework.models import KeptFile
from enrollment.enums import RejectionReason, ReplyOutcome
from enrollment.models.batches import Batch, BatchLine

TAKEN = [ReplyOutcome.ACCEPTED, ReplyOutcome.REJECTED]


class ReplyFile(KeptFile):
    """One file that BPJS sent back for a batch, sealed as it came. The same bytes twice change nothing.

    Files read before contents were kept have no path.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="replies")
    name = models.CharField(max_length=200)
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

    def get_absolute_url(self) -> str:
        return reverse("enrollment:reply_detail", args=[self.batch.number, self.pk])


class ReplyRow(models.Model):
    """What became of one row of a reply. None is ignored; what it says of a person stands in the batch line."""

    reply = models.ForeignKey(ReplyFile, models.PROTECT, related_name="rows")
    row = models.PositiveIntegerField()  # as a spreadsheet counts, the header being row 1
    outcome = models.CharField(max_length=10, choices=ReplyOutcome.choices)
    line = models.ForeignKey(BatchLine, models.PROTECT, null=True, related_name="answers")  # None: not told whose
    code = models.CharField(max_length=40, blank=True)  # why it was not taken
    rejection = models.CharField(max_length=15, choices=RejectionReason.choices, blank=True)

    class Meta:
        ordering = ["reply", "row"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "row"], name="enrollment_reply_row_once"),
            models.CheckConstraint(
                name="enrollment_reply_row_taken_has_a_line",
                condition=Q(outcome__in=TAKEN, line__isnull=False, code="") | ~Q(outcome__in=TAKEN),
            ),
            models.CheckConstraint(
                name="enrollment_reply_row_rejection_is_coded",
                condition=Q(outcome=ReplyOutcome.REJECTED) & ~Q(rejection="")
                | ~Q(outcome=ReplyOutcome.REJECTED) & Q(rejection=""),
            ),
        ]

    def __str__(self) -> str:
        return f"baris jawaban {self.row}"
