from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.formats import date_format

from accounts.models import User
from casework.constraints import signed_together
from casework.models import KeptFile
from enrollment.enums import Answer, BillStatus, Mismatch, Payer
from enrollment.models.memberships import Membership
from enrollment.querysets import BillQuerySet, DifferenceQuerySet
from workers.models import Worker

DECIDED = [BillStatus.CLOSED, BillStatus.ORDERED, BillStatus.PAID]


class Bill(models.Model):
    """What BPJS Ketenagakerjaan asks of one payer for one month, beside what the city's own list says.

    Money in whole rupiah. Whatever the bill differs by is a Difference, so that list and differences meet it (AC-R14).
    """

    number = models.CharField(max_length=12, unique=True)
    month = models.DateField("Bulan iuran")  # its first day
    payer = models.CharField("Pembayar", max_length=5, choices=Payer.choices)
    status = models.CharField(max_length=10, choices=BillStatus.choices, default=BillStatus.OPEN)
    billing_code = models.CharField("Kode iuran", max_length=40, blank=True)
    lines_billed = models.PositiveIntegerField(default=0)
    lines_agreed = models.PositiveIntegerField(default=0)
    billed = models.PositiveBigIntegerField(default=0)  # all lines of the bill
    listed = models.PositiveBigIntegerField(default=0)  # the city's list x rate
    agreed = models.PositiveBigIntegerField(default=0)  # lines on which both agree
    difference = models.BigIntegerField(default=0)  # all differences, billed less listed
    compared_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    open_at_closing = models.PositiveIntegerField(default=0)  # differences nobody had decided on
    closing_reason = models.CharField("Alasan menutup", max_length=500, blank=True)
    seconded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    seconded_at = models.DateTimeField(null=True)
    order_number = models.CharField("Nomor perintah bayar", max_length=60, blank=True)
    ordered_on = models.DateField("Tanggal perintah bayar", null=True)
    ordered_amount = models.PositiveBigIntegerField(default=0)
    ordered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ordered_at = models.DateTimeField(null=True)

    objects = BillQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "payer"],
                name="enrollment_bill_one_unpaid_a_month",
                condition=~Q(status=BillStatus.PAID),
            ),
            models.CheckConstraint(name="enrollment_bill_month_is_a_first", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="enrollment_bill_list_and_differences_meet_it",  # AC-R14
                condition=Q(billed=F("listed") + F("difference")),
            ),
            models.CheckConstraint(
                name="enrollment_bill_closing_is_signed", condition=signed_together("closed_by", "closed_at")
            ),
            models.CheckConstraint(
                name="enrollment_bill_second_is_signed", condition=signed_together("seconded_by", "seconded_at")
            ),
            models.CheckConstraint(
                name="enrollment_bill_order_is_signed", condition=signed_together("ordered_by", "ordered_at")
            ),
            models.CheckConstraint(name="enrollment_bill_second_is_another", condition=~Q(seconded_by=F("closed_by"))),
            models.CheckConstraint(
                name="enrollment_bill_open_differences_need_a_second",
                condition=~Q(status__in=DECIDED)
                | Q(closed_by__isnull=False, open_at_closing=0)
                | Q(closed_by__isnull=False, seconded_by__isnull=False) & ~Q(closing_reason=""),
            ),
            models.CheckConstraint(
                name="enrollment_bill_order_is_complete",
                condition=Q(ordered_by=None, ordered_on=None, order_number="", ordered_amount=0)
                | Q(ordered_by__isnull=False, ordered_on__isnull=False, ordered_amount__gt=0) & ~Q(order_number=""),
            ),
            models.CheckConstraint(
                name="enrollment_bill_not_paid_unordered",
                condition=~Q(status__in=[BillStatus.ORDERED, BillStatus.PAID]) | Q(ordered_by__isnull=False),
            ),
            models.CheckConstraint(name="enrollment_bill_orderer_is_another", condition=~Q(ordered_by=F("closed_by"))),
        ]

    def __str__(self) -> str:
        return f"tagihan {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("enrollment:month_detail", args=[self.month, self.payer])

    @property
    def month_and_payer(self) -> str:
        return f"{date_format(self.month, 'F Y')} dari {self.get_payer_display()}"


class BillFile(KeptFile):
    """One file of a bill, sealed as it came. The last one is what the bill says; the same bytes change nothing."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="files")
    total = models.PositiveBigIntegerField()  # rupiah, of its lines
    lines = models.PositiveIntegerField()
    read_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["bill", "sha256"], name="enrollment_bill_file_once")]

    def __str__(self) -> str:
        return f"berkas tagihan #{self.pk}"


class BillLine(models.Model):
    """One line of the bill in force. Who is known is named by the registry; of others stands what the bill says."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField()  # as a spreadsheet counts, the header being row 1
    worker = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")  # it agrees with this one
    nik = models.CharField(max_length=30, blank=True)  # of nobody known
    name = models.CharField(max_length=150, blank=True)  # the same
    programs = models.CharField(max_length=40, blank=True)
    amount = models.PositiveIntegerField()  # rupiah

    class Meta:
        ordering = ["bill", "row"]
        constraints = [
            models.UniqueConstraint(fields=["bill", "row"], name="enrollment_bill_line_row_once"),
            models.CheckConstraint(
                name="enrollment_bill_line_names_no_known_person", condition=Q(worker=None) | Q(nik="", name="")
            ),
        ]

    def __str__(self) -> str:
        return f"baris tagihan {self.row}"


class Difference(models.Model):
    """One point on which bill and list differ: a task until a person has decided what becomes of it."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="differences")
    kind = models.CharField("Selisih", max_length=15, choices=Mismatch.choices)
    line = models.OneToOneField(BillLine, models.PROTECT, null=True)  # none where nobody billed the person
    worker = models.ForeignKey(Worker, models.PROTECT, null=True, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    listed = models.PositiveIntegerField()  # rupiah, of the city's list
    billed = models.PositiveIntegerField()  # rupiah
    answer = models.CharField("Keputusan", max_length=10, choices=Answer.choices, blank=True)
    payable = models.PositiveIntegerField(default=0)  # rupiah, by the answer
    note = models.CharField("Catatan", max_length=500, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        ordering = ["bill", "pk"]
        constraints = [
            models.CheckConstraint(
                name="enrollment_difference_answer_is_signed", condition=signed_together("settled_by", "settled_at")
            ),
            models.CheckConstraint(
                name="enrollment_difference_answer_is_complete",
                condition=Q(settled_by=None, answer="", payable=0)
                | Q(settled_by__isnull=False, answer__in=Answer.values, payable__lte=F("billed")),
            ),
            models.CheckConstraint(
                name="enrollment_difference_unbilled_has_no_line",
                condition=Q(kind=Mismatch.MISSING_THERE, line=None, billed=0)
                | ~Q(kind=Mismatch.MISSING_THERE) & Q(line__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"selisih #{self.pk}"

    @property
    def amount(self) -> int:
        """By how much the bill is above the list, in rupiah; below it when negative."""
        return self.billed - self.listed
