from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import Hospital, User
from casework.constraints import signed_together
from claims.enums import Outcome, TransferStatus
from claims.models.cases import Claim
from claims.querysets import StayQuerySet, TransferQuerySet


class Transfer(models.Model):
    """A hospital's proposal that another takes over a case. Only the other one answers it (AC-P13)."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="transfers")
    from_hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="+")
    to_hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="+")
    status = models.CharField(max_length=9, choices=TransferStatus.choices, default=TransferStatus.PROPOSED)
    reason = models.CharField("Alasan dipindahkan", max_length=500)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField("Alasan", max_length=500, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                name="claims_transfer_one_open",
                condition=Q(status=TransferStatus.PROPOSED),
            ),
            models.CheckConstraint(
                name="claims_transfer_leads_elsewhere", condition=~Q(to_hospital=F("from_hospital"))
            ),
            models.CheckConstraint(
                name="claims_transfer_answer_is_signed", condition=signed_together("answered_by", "answered_at")
            ),
            models.CheckConstraint(
                name="claims_transfer_answer_fits_status",
                condition=Q(status=TransferStatus.PROPOSED, answered_by=None)
                | ~Q(status=TransferStatus.PROPOSED) & Q(answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="claims_transfer_answered_by_another",
                condition=Q(answered_by=None) | Q(status=TransferStatus.WITHDRAWN) | ~Q(answered_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="claims_transfer_refusal_has_a_reason",  # AC-B10
                condition=~Q(status=TransferStatus.REFUSED) | ~Q(answer=""),
            ),
        ]

    def __str__(self) -> str:
        return f"pindahan #{self.pk}"


class Stay(models.Model):
    """What a hospital recorded of a case before it went to another: that hospital's own part, never changed again."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="stays")
    hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="+")
    admitted_at = models.DateTimeField(null=True)  # as the claim had them
    care_from = models.DateField(null=True)
    care_to = models.DateField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    treatment = models.TextField(max_length=2000, blank=True)
    cost = models.PositiveBigIntegerField(null=True)  # rupiah
    left_at = models.DateTimeField()
    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="stay")

    objects = StayQuerySet.as_manager()

    class Meta:
        ordering = ["left_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="claims_stay_ends_after_it_began", condition=Q(admitted_at=None) | Q(left_at__gte=F("admitted_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"bagian rumah sakit #{self.pk}"
