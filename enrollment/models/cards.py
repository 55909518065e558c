from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from casework.constraints import signed_together
from casework.history import keeps_history
from enrollment.card_file import in_groups
from enrollment.enums import CARD_NUMBER, CardLoss, CardState, Receiver
from enrollment.models.memberships import Membership
from enrollment.querysets import CardQuerySet
from workers.models import Worker


@keeps_history()
class Card(models.Model):
    """A participant's card. Its number is random and tells nothing; one card of a worker is valid at a time."""

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    number = models.CharField("Nomor kartu", max_length=12, unique=True)
    worker = models.ForeignKey(Worker, models.PROTECT, related_name="cards")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="cards")  # of which it speaks
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    handed_on = models.DateField("Tanggal diserahkan", null=True)
    handed_to = models.CharField("Diterima oleh", max_length=8, choices=Receiver.choices, blank=True)
    receiver = models.CharField("Nama penerima", max_length=120, blank=True)  # where it is not the worker
    handed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    handed_at = models.DateTimeField(null=True)  # when it was recorded
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField("Alasan", max_length=8, choices=CardLoss.choices, blank=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["worker"], name="enrollment_card_valid_once", condition=Q(withdrawn_at__isnull=True)
            ),
            models.CheckConstraint(
                name="enrollment_card_number_form", condition=Q(number__regex=f"^{CARD_NUMBER.pattern}$")
            ),
            models.CheckConstraint(
                name="enrollment_card_hand_over_is_signed", condition=signed_together("handed_by", "handed_at")
            ),
            models.CheckConstraint(
                name="enrollment_card_hand_over_is_complete",
                condition=Q(handed_by=None, handed_on=None, handed_to="", receiver="")
                | Q(handed_by__isnull=False, handed_on__isnull=False, handed_to__in=Receiver.values),
            ),
            models.CheckConstraint(
                name="enrollment_card_withdrawal_is_signed", condition=signed_together("withdrawn_by", "withdrawn_at")
            ),
            models.CheckConstraint(
                name="enrollment_card_withdrawal_has_a_reason",
                condition=Q(withdrawn_by=None, withdrawn_because="")
                | Q(withdrawn_by__isnull=False, withdrawn_because__in=CardLoss.values),
            ),
        ]
        indexes = [
            models.Index(
                fields=["made_at"], name="enrollment_card_not_handed", condition=Q(handed_by=None, withdrawn_by=None)
            )
        ]

    def __str__(self) -> str:
        return f"kartu {self.pk}"

    @property
    def code(self) -> str:
        """The number as it stands on the card."""
        return in_groups(self.number)

    @property
    def code_masked(self) -> str:
        return f"•••• •••• {self.number[-4:]}"

    @property
    def state(self) -> CardState:
        if self.withdrawn_by_id is not None:
            return CardState.WITHDRAWN
        return CardState.MADE if self.handed_by_id is None else CardState.HANDED_OVER
