from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, Now
from django.utils.formats import date_format

from accounts.models import User
from casework.history import keeps_history
from enrollment.enums import PARTICIPANT_NUMBER, Package, Payer
from enrollment.models.batches import BatchLine
from enrollment.querysets import MembershipQuerySet, ReceiptQuerySet
from workers.models import Worker


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
    bill = models.OneToOneField("Bill", models.PROTECT, null=True, related_name="receipt")  # whose order it answers

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
