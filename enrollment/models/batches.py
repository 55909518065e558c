from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import User
from casework import chain
from casework.constraints import signed_together
from casework.history import keeps_history
from enrollment.enums import APPROVED_ONCE, BatchStatus, LineKind, LineStatus, Package, Payer
from enrollment.models.budgets import Fund
from enrollment.models.templates import ExportTemplate
from enrollment.querysets import BatchQuerySet
from regions.models import Region
from workers.enums import ExitReason
from workers.models import Worker

FILE_LABELS = {
    "nik": "NIK",
    "name": "nama",
    "birth_place": "tempat lahir",
    "birth_on": "tanggal lahir",
    "sex": "jenis kelamin",
    "mother_name": "nama ibu kandung",
    "address": "alamat",
    "rt": "RT",
    "rw": "RW",
    "kelurahan": "kelurahan",
    "phone": "nomor HP",
    "occupation": "pekerjaan",
    "workplace": "tempat kerja",
    "work_hours": "jam kerja",
    "income": "pendapatan",
}  # of file_of


@keeps_history()
class Batch(models.Model):
    """Workers proposed together for one payer, package and month. One person makes and locks it, others approve; then
    it goes to BPJS."""

    number = models.CharField(max_length=12, unique=True)
    region = models.ForeignKey(Region, models.PROTECT)  # the proposer's posting; says who sees it
    package = models.CharField("Paket", max_length=15, choices=Package.choices)
    payer = models.CharField("Pembayar", max_length=5, choices=Payer.choices)
    fund = models.ForeignKey(Fund, models.PROTECT, null=True)  # None: none of this payer's is recorded
    start_month = models.DateField("Bulan iuran pertama")  # first day of the first contribution month
    status = models.CharField(max_length=10, choices=BatchStatus.choices, default=BatchStatus.DRAFT)
    note = models.CharField("Catatan", max_length=500, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())  # of a draft when it was begun, then when it was locked
    approvals_needed = models.PositiveSmallIntegerField(db_default=1)  # fixed at the lock by the tiers of that day
    digest = models.CharField(max_length=64, db_default="")  # over the lines' digests; empty in a draft
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    template = models.ForeignKey(ExportTemplate, models.PROTECT, null=True, related_name="+")  # None: version 1

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
                condition=~Q(status__in=APPROVED_ONCE) | Q(approved_by__isnull=False),
            ),
            models.CheckConstraint(name="enrollment_batch_needs_an_approval", condition=Q(approvals_needed__gte=1)),
            models.CheckConstraint(name="enrollment_batch_starts_on_the_first", condition=Q(start_month__day=1)),
        ]

    def __str__(self) -> str:
        return f"kelompok {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("enrollment:batch_detail", args=[self.number])


@keeps_history()
class BatchApproval(models.Model):
    """One of the approvals that a batch needs, in order. A trigger refuses the proposer's own and one too many."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="approvals")
    stage = models.PositiveSmallIntegerField()  # 1 for the first
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ["batch", "stage"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "stage"], name="enrollment_approval_stage_once"),  # AC-B23
            models.UniqueConstraint(fields=["batch", "approved_by"], name="enrollment_approval_person_once"),  # AC-B5
            models.CheckConstraint(name="enrollment_approval_stages_begin_at_1", condition=Q(stage__gte=1)),
        ]

    def __str__(self) -> str:
        return f"persetujuan #{self.pk}"


@keeps_history()
class BatchLine(models.Model):
    """One worker in a batch, with the facts that the proposal was decided on and what BPJS answered.

    In a draft `facts` and `digest` are empty: they are frozen at the lock.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="batch_lines")
    kind = models.CharField(max_length=6, choices=LineKind.choices, db_default=LineKind.ADD)
    reason = models.CharField(max_length=13, choices=ExitReason.choices, blank=True, db_default="")  # of a drop
    ends = models.ForeignKey(
        "enrollment.Membership", models.PROTECT, null=True, related_name="ending_lines"
    )  # which membership a drop or a change ends
    monthly_amount = models.PositiveIntegerField()  # rupiah from the batch's month on; 0 for a drop
    facts = models.JSONField()  # what the file will say and why the worker was eligible, as on the day
    digest = models.CharField(max_length=64, db_default="")  # of what was frozen; empty in lines older than digests
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
                name="enrollment_line_kind_is_whole",
                condition=Q(kind=LineKind.ADD, ends=None, reason="")
                | Q(kind=LineKind.CHANGE, ends__isnull=False, reason="")
                | Q(kind=LineKind.DROP, ends__isnull=False, monthly_amount=0) & ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="enrollment_line_answer_is_complete",
                condition=Q(status=LineStatus.ACCEPTED, rejection="")
                & ~Q(participant_number="")
                & (Q(kind=LineKind.DROP, cover_start=None) | ~Q(kind=LineKind.DROP) & Q(cover_start__isnull=False))
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

    @property
    def file(self) -> dict[str, Any]:
        """What the file says, or in a draft would say today, of this worker."""
        return self.facts.get("file") or file_of(self.worker)

    def changed_since_lock(self) -> list[str]:
        """Labels of what the registry says differently today; the file keeps what was frozen (AC-B19)."""
        today, frozen = file_of(self.worker), self.file
        return [label for key, label in FILE_LABELS.items() if today[key] != frozen.get(key, today[key])]

    def content_digest(self) -> str:
        """SHA-256 over the canonical JSON (casework.chain) of what was frozen."""
        return chain.sha256(
            {
                "batch": self.batch_id,
                "number": self.number,
                "worker": str(self.worker_id),
                "kind": self.kind,
                "reason": self.reason,
                "ends": self.ends_id,
                "monthly_amount": self.monthly_amount,
                "facts": self.facts,
            }
        )


def file_of(worker: Worker) -> dict[str, Any]:
    """What a file tells BPJS Ketenagakerjaan of a person."""
    return {
        "nik": worker.nik,
        "name": worker.name,
        "birth_place": worker.birth_place,
        "birth_on": worker.birth_on.isoformat(),
        "sex": worker.sex,
        "mother_name": worker.mother_name,
        "address": worker.address,
        "rt": worker.rt,
        "rw": worker.rw,
        "kelurahan": worker.kelurahan.name if worker.kelurahan is not None else "",
        "phone": worker.phone,
        "occupation": worker.occupation.name,
        "workplace": worker.workplace,
        "work_hours": worker.work_hours,
        "income": worker.income,
    }
