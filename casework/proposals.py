"""What one person proposes and another signs (casework.models.Proposal): the rules and deeds that all of them share."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from casework import audit
from casework.decisions import Decision
from casework.models import Proposal


def is_open(proposal: Proposal, *, called: str) -> Decision:
    """Whether it can still be signed or thrown away. `called` begins the sentence: "Anggaran"."""
    return Decision.unless(
        (
            not proposal.is_waiting,
            "not_waiting",
            f"{called} ini tidak sedang menunggu persetujuan.",
            "Muat ulang halaman untuk melihat keadaan terakhir.",
        ),
    )


def is_of_another(proposal: Proposal, user) -> Decision:
    """Whether this user is not the one who proposed it."""
    return Decision.unless(
        (
            proposal.proposed_by_id == user.pk,
            "same_person",
            "Pengusul tidak boleh juga menyetujui.",
            "Minta admin lain menyetujuinya.",
        ),
    )


def sign(proposal: Proposal, *, by, event: str, facts: dict[str, Any]) -> None:
    """Gives the second signature to a locked row."""
    proposal.approved_by, proposal.approved_at = by, timezone.now()
    proposal.save(update_fields=["approved_by", "approved_at"])
    audit.record(event, proposal, by=by, facts=facts)


def throw_away(proposal: Proposal, *, by, event: str, note: str, facts: dict[str, Any]) -> None:
    """The locked row goes; the trail keeps what it said."""
    audit.record(event, proposal, by=by, note=note, facts=facts)
    proposal.delete()
