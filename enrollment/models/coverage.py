from __future__ import annotations

from datetime import UTC

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from accounts.models import Hospital, User
from casework import chain
from casework.constraints import signed_together
from casework.sheets import Sheet
from enrollment.enums import DOOR, Accident, Finding, Purpose, Verdict
from enrollment.models.memberships import Membership
from enrollment.querysets import CoverageCheckQuerySet, DoorOpeningQuerySet, RecheckQuerySet
from workers.models import Worker


class CoverageCheck(Sheet, models.Model):
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

    @property
    def is_emptied(self) -> bool:
        return self.question == "" and self.facts == {}


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
