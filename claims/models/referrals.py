from __future__ import annotations

from datetime import UTC

from django.db import models
from django.urls import reverse

from accounts.models import Hospital, User
from casework import chain
from casework.sheets import Sheet
from claims.models.cases import Claim


class ReferralNote(Sheet, models.Model):
    """A *surat pengantar*: the city leads a patient to the hospital that has the case. It is no guarantee of payment.

    A trigger refuses any change but the emptying of its facts. It has no scope of its own: whoever sees the claim.
    """

    number = models.CharField(max_length=12, unique=True)
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="notes")
    hospital = models.ForeignKey(Hospital, models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    facts = (
        models.JSONField()
    )  # what it says of the person, as labels and values; emptied when the person is forgotten (rule X9)
    digest = models.CharField(max_length=64)  # of all above

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"surat pengantar {self.number}"

    def get_verify_url(self) -> str:
        return reverse("claims:note_verify", args=[self.number, self.code])

    def content_digest(self) -> str:
        """SHA-256 over the canonical JSON (casework.chain) of all that stands on it."""
        return chain.sha256(
            {
                "number": self.number,
                "claim": self.claim_id,
                "hospital": self.hospital_id,
                "issued_by": self.issued_by_id,
                "issued_at": self.issued_at.astimezone(UTC).isoformat(),
                "facts": self.facts,
            }
        )

    @property
    def is_emptied(self) -> bool:
        return self.facts == []
