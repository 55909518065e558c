from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, TruncDate
from django.urls import reverse
from django.utils import timezone

from accounts.models import Hospital, User
from casework.constraints import signed_together
from casework.history import keeps_history
from claims.benefits import first_report_due
from claims.enums import ClaimStatus, Outcome
from claims.querysets import TURN, ClaimQuerySet
from claims.triage import QUESTIONS, Triage
from enrollment.models import CoverageCheck
from workers.models import Worker

SIGNED_TWICE = (ClaimStatus.APPROVED, ClaimStatus.FORWARDED)
SIGNED = (ClaimStatus.VERIFIED, *SIGNED_TWICE)


@keeps_history()
class Claim(models.Model):
    """One suspected work accident (rule A3: dugaan) of one worker and what became of it."""

    number = models.CharField(max_length=12, unique=True)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="claims")
    coverage_check = models.ForeignKey(CoverageCheck, models.PROTECT, null=True, related_name="claims")
    hospital = models.ForeignKey(Hospital, models.PROTECT, null=True, related_name="claims")
    status = models.CharField(max_length=10, choices=ClaimStatus.choices, default=ClaimStatus.SUSPECTED)
    submission_key = models.UUIDField(unique=True)  # a double click sends the same one
    revision = models.PositiveIntegerField(
        default=0
    )  # grows with every deed; a signature names the one it was given on

    # the notice, rule A5
    accident_at = models.DateTimeField("Waktu kejadian")
    first_said_at = models.DateTimeField(null=True)  # what the report said, once accident_at was corrected
    place = models.CharField("Tempat kejadian", max_length=200)
    cause = models.CharField("Penyebab", max_length=200)
    chronology = models.TextField("Kronologi", max_length=2000)
    informant_name = models.CharField("Nama pelapor", max_length=150)
    informant_phone = models.CharField("Nomor HP pelapor", max_length=15)
    at_work = models.BooleanField("Sedang bekerja?", null=True)  # these six: claims.triage; None is not known yet
    on_ordered_task = models.BooleanField("Sedang menjalankan tugas atau pesanan?", null=True)
    on_usual_way = models.BooleanField("Di jalan yang biasa antara rumah dan tempat kerja?", null=True)
    in_traffic = models.BooleanField("Di lalu lintas?", null=True)
    is_single_vehicle = models.BooleanField("Kecelakaan tunggal, tanpa kendaraan lain?", null=True)
    is_disease = models.BooleanField("Penyakit, bukan cedera?", null=True)
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reported_from = models.ForeignKey(Hospital, models.PROTECT, null=True, related_name="+")  # where the patient is
    reported_at = models.DateTimeField(db_default=Now())

    # the hospital's part: conclusions only (rule X6)
    admitted_at = models.DateTimeField(null=True)
    care_from = models.DateField("Dirawat sejak", null=True)
    care_to = models.DateField("Dirawat sampai", null=True)
    outcome = models.CharField("Keadaan akhir", max_length=20, choices=Outcome.choices, blank=True)
    treatment = models.TextField("Ringkasan perawatan", max_length=2000, blank=True)
    cost = models.PositiveBigIntegerField("Biaya perawatan", null=True)  # rupiah

    verified_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    forwarded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    forwarded_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=100, blank=True, db_default="")  # of what BPJS received

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="claims_claim_approver_is_not_verifier", condition=~Q(approved_by=F("verified_by"))
            ),
            models.CheckConstraint(
                name="claims_claim_reporter_signs_nothing",
                condition=~Q(verified_by=F("reported_by")) & ~Q(approved_by=F("reported_by")),
            ),
            models.CheckConstraint(
                name="claims_claim_verification_is_signed",
                condition=signed_together("verified_by", "verified_at"),
            ),
            models.CheckConstraint(
                name="claims_claim_approval_is_signed",
                condition=signed_together("approved_by", "approved_at"),
            ),
            models.CheckConstraint(
                name="claims_claim_signatures_fit_status",
                condition=Q(status__in=SIGNED_TWICE, verified_by__isnull=False, approved_by__isnull=False)
                | Q(status=ClaimStatus.VERIFIED, verified_by__isnull=False, approved_by=None)
                | ~Q(status__in=SIGNED) & Q(verified_by=None, approved_by=None),
            ),
            models.CheckConstraint(
                name="claims_claim_forwarding_is_signed",
                condition=signed_together("forwarded_by", "forwarded_at"),
            ),
            models.CheckConstraint(
                name="claims_claim_forwarded_fits_status",
                condition=Q(status=ClaimStatus.FORWARDED, forwarded_by__isnull=False) & ~Q(reference="")
                | ~Q(status=ClaimStatus.FORWARDED) & Q(forwarded_by=None, reference=""),
            ),
            models.CheckConstraint(
                name="claims_claim_hospital_known_once_routed",
                condition=Q(status__in=[ClaimStatus.SUSPECTED, ClaimStatus.WITHDRAWN]) | Q(hospital__isnull=False),
            ),
            models.CheckConstraint(
                name="claims_claim_accident_before_report", condition=Q(accident_at__lte=F("reported_at"))
            ),
            models.CheckConstraint(
                name="claims_claim_care_ends_after_it_began",
                condition=Q(care_to=None) | Q(care_from__isnull=False, care_to__gte=F("care_from")),
            ),
            models.CheckConstraint(
                name="claims_claim_treatment_known_once_treated",
                condition=~Q(status__in=[ClaimStatus.TREATED, *SIGNED])
                | Q(care_from__isnull=False, cost__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="claims_claim_concluded_once_verified",  # rule A9
                condition=~Q(status__in=SIGNED) | Q(care_to__isnull=False) & ~Q(outcome=Outcome.STILL_TREATED),
            ),
            models.CheckConstraint(
                name="claims_claim_single_vehicle_is_traffic",
                condition=Q(is_single_vehicle=None) | Q(in_traffic__isnull=False, in_traffic=True),
            ),
            models.CheckConstraint(
                name="claims_claim_informant_phone_form", condition=Q(informant_phone__regex=r"^0[0-9]{8,12}$")
            ),
            models.UniqueConstraint(
                "worker",
                TruncDate("accident_at"),  # the day in Makassar
                name="claims_claim_accident_reported_once",  # AC-C14
                condition=~Q(status=ClaimStatus.WITHDRAWN),
            ),
        ]

    def __str__(self) -> str:
        return f"klaim {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("claims:claim_detail", args=[self.number])

    @property
    def turn(self) -> str:
        """The role that has the next deed; "" when the case is over."""
        return TURN.get(self.status, "")

    @property
    def triage(self) -> Triage:
        return Triage(**{name: getattr(self, name) for name in QUESTIONS})

    @property
    def accident_on(self) -> date:
        """The day in Makassar."""
        return timezone.localdate(self.accident_at)

    @property
    def report_due_at(self) -> datetime:
        """End of the 2 x 24 hours for the stage I report (rule A7)."""
        return first_report_due(self.accident_at)

    @property
    def hours_late(self) -> int:
        """Hours begun between the deadline and the report; 0 when it came in time (AC-W34)."""
        return self.hours_after(self.report_due_at)

    def hours_after(self, due_at: datetime) -> int:
        """Hours begun between that time and the report; 0 when it came before."""
        return max(0, -((due_at - self.reported_at) // timedelta(hours=1)))
