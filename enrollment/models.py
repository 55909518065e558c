from __future__ import annotations

from datetime import UTC

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import Hospital, User
from casework import chain
from casework.constraints import signed_together
from casework.history import keeps_history
from enrollment.enums import (
    DOOR,
    PARTICIPANT_NUMBER,
    SHEET_CODE_LENGTH,
    Accident,
    BatchStatus,
    Finding,
    LineStatus,
    Package,
    Payer,
    Purpose,
    Verdict,
)
from enrollment.querysets import (
    BatchQuerySet,
    CoverageCheckQuerySet,
    DoorOpeningQuerySet,
    MembershipQuerySet,
    ReceiptQuerySet,
    RecheckQuerySet,
)
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


@keeps_history()
class Membership(models.Model):
    """One period of one worker's cover, half-open [start, end). The database forbids two at once."""

    worker = models.ForeignKey(Worker, models.PROTECT, related_name="memberships")
    line = models.OneToOneField(BatchLine, models.PROTECT, null=True)
    package = models.CharField(max_length=15, choices=Package.choices)
    payer = models.CharField(max_length=5, choices=Payer.choices)
    participant_number = models.CharField(max_length=20)
    period = DateRangeField()
    end_reason = models.CharField(max_length=100, blank=True)
    entered_at = models.DateTimeField(db_default=Now())

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="enrollment_membership_periods_do_not_overlap",  # AC-E8
                expressions=[("worker", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="enrollment_membership_number_has_one_person",  # rule N10
                expressions=[("participant_number", RangeOperators.EQUAL), ("worker", RangeOperators.NOT_EQUAL)],
            ),
            models.CheckConstraint(
                name="enrollment_membership_number_form",
                condition=Q(participant_number__regex=f"^{PARTICIPANT_NUMBER.pattern}$"),
            ),
            models.CheckConstraint(
                name="enrollment_membership_has_a_start",
                condition=Q(period__startswith__isnull=False) & Q(period__isempty=False),
            ),
        ]
        indexes = [
            models.Index(fields=["participant_number"], name="enrollment_membership_number"),
            models.Index(
                F("period__startswith"), name="enrollment_membership_starts"
            ),  # also tells the planner how many
            models.Index(F("period__endswith"), name="enrollment_membership_ends"),
        ]

    def __str__(self) -> str:
        return f"kepesertaan #{self.pk}"


class Receipt(models.Model):
    """BPJS received a month's contributions of one payer. Only a receipted month counts as paid (section 5.6)."""

    month = models.DateField("Bulan iuran")  # its first day
    payer = models.CharField("Pembayar", max_length=5, choices=Payer.choices)
    reference = models.CharField("Nomor tanda terima", max_length=40, unique=True)
    received_on = models.DateField("Tanggal diterima")
    recorded_by = models.ForeignKey(User, models.PROTECT)
    recorded_at = models.DateTimeField(db_default=Now())

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-pk"]
        constraints = [
            models.CheckConstraint(name="enrollment_receipt_month_is_a_first", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"tanda terima #{self.pk}"

    @property
    def month_and_payer(self) -> str:
        return f"{date_format(self.month, 'F Y')} dari {self.get_payer_display()}"

    def totals(self) -> dict[str, int]:
        """How many members this receipt pays for and the rupiah of their contributions."""
        return self.contributions.aggregate(members=Count("pk"), amount=Coalesce(Sum("amount"), 0))


class Contribution(models.Model):
    """One paid month of one membership, in whole rupiah."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="contributions")
    month = models.DateField()  # its first day
    amount = models.PositiveIntegerField()
    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="contributions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "month"], name="enrollment_contribution_month_once"),
            models.CheckConstraint(name="enrollment_contribution_month_is_a_first", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"iuran #{self.pk}"


class CoverageCheck(models.Model):
    """One question of a hospital and the answer given, with the facts it rests on. A trigger refuses any change."""

    number = models.CharField(max_length=12, unique=True)
    asked_by = models.ForeignKey(User, models.PROTECT)
    hospital = models.ForeignKey(Hospital, models.PROTECT)
    asked_at = models.DateTimeField(db_default=Now())
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    question = models.CharField(max_length=200)  # as asked, in the form of rules.Question
    event_at = models.DateTimeField()
    accident = models.CharField(max_length=1, choices=Accident.choices, db_default="")  # empty where it was not asked
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason_code = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    worker = models.ForeignKey(Worker, models.PROTECT, null=True)
    membership = models.ForeignKey(Membership, models.PROTECT, null=True)
    facts = models.JSONField(default=dict)  # what the sheet shows; dates in ISO form
    digest = models.CharField(max_length=64, db_default="")  # of all above; empty in answers older than sheets

    objects = CoverageCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["hospital", "-asked_at"], name="enrollment_check_by_hospital")]

    def __str__(self) -> str:
        return f"jawaban {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("enrollment:coverage_answer", args=[self.number])

    @property
    def code(self) -> str:
        """What the sheet prints of the digest, and its QR carries."""
        return self.digest[:SHEET_CODE_LENGTH]

    @property
    def is_by_door(self) -> bool:
        """Whether it was asked through the emergency door, so that it tells the verdict and nothing of a person."""
        return self.reason_code.startswith(DOOR)

    def get_verify_url(self) -> str:
        return reverse("enrollment:coverage_verify", args=[self.number, self.code])

    def content_digest(self) -> str:
        """SHA-256 over the canonical JSON (casework.chain) of question, answer and facts."""
        return chain.sha256(
            {
                "number": self.number,
                "asked_by": self.asked_by_id,
                "hospital": self.hospital_id,
                "asked_at": self.asked_at.astimezone(UTC).isoformat(),
                "purpose": self.purpose,
                "question": self.question,
                "event_at": self.event_at.astimezone(UTC).isoformat(),
                "accident": self.accident,
                "verdict": self.verdict,
                "reason_code": self.reason_code,
                "reason": self.reason,
                "facts": self.facts,
            }
        )

    def has_code(self, code: str) -> bool:
        """Whether a sheet with this code is of this answer, and the answer is still what was hashed.

        Of an answer that retention has emptied only the digest is left to compare with.
        """
        emptied = self.question == "" and self.facts == {}
        return code == self.code and (emptied or self.content_digest() == self.digest)


class DoorOpening(models.Model):
    """Somebody asked through the emergency door, and what an admin found of it afterwards (AC-P29)."""

    check_given = models.OneToOneField(CoverageCheck, models.PROTECT, related_name="opening")
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    reason = models.CharField("Alasan", max_length=300)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    finding = models.CharField("Penilaian", max_length=11, choices=Finding.choices, blank=True)
    note = models.CharField("Catatan", max_length=500, blank=True)

    objects = DoorOpeningQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="enrollment_door_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="enrollment_door_review_is_signed", condition=signed_together("reviewed_by", "reviewed_at")
            ),
            models.CheckConstraint(
                name="enrollment_door_review_has_a_finding",
                condition=Q(reviewed_by=None, finding="") | Q(reviewed_by__isnull=False, finding__in=Finding.values),
            ),
            models.CheckConstraint(
                name="enrollment_door_reviewer_is_another", condition=~Q(reviewed_by=F("opened_by"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["opened_by", "opened_at"], name="enrollment_door_unreviewed", condition=Q(reviewed_by=None)
            )
        ]

    def __str__(self) -> str:
        return f"pintu darurat #{self.pk}"


class Recheck(models.Model):
    """A hospital thinks an answer wrong and asks an admin to look again."""

    check_given = models.OneToOneField(CoverageCheck, models.PROTECT, related_name="recheck")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    note = models.CharField("Yang diragukan", max_length=300)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    reply = models.CharField("Jawaban", max_length=500, blank=True)

    objects = RecheckQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="enrollment_recheck_answer_is_signed", condition=signed_together("answered_by", "answered_at")
            ),
            models.CheckConstraint(
                name="enrollment_recheck_answer_has_words",
                condition=Q(answered_by=None, reply="") | Q(answered_by__isnull=False) & ~Q(reply=""),
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="enrollment_recheck_waiting", condition=Q(answered_by=None)),
        ]

    def __str__(self) -> str:
        return f"cek ulang #{self.pk}"
