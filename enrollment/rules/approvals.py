"""Who signs a batch after its maker, and how often."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from enrollment.models import Batch
from enrollment.workflow import WORKFLOW

USUAL_TIERS = (100_000_000,)  # rupiah a month; ours, unconfirmed: what holds until the city decides (ApprovalPolicy)


def approvals_needed(monthly_amount: int, *, tiers: Sequence[int] = USUAL_TIERS) -> int:
    """One, and one more above each tier (rupiah a month)."""
    return 1 + sum(monthly_amount > tier for tier in tiers)


def may_approve(batch: Batch, user: User, *, signed: Collection[int]) -> Decision:
    """Whether this user may give the next approval. `signed` are the keys of those who have approved it already.

    After the last approval that is needed BPJS Ketenagakerjaan may take the file.
    """
    return _another_admin(batch, user, signed, "menyetujui") & WORKFLOW.may(batch, "approve")  # AC-B7


def may_hand_back(batch: Batch, user: User, *, note: str, signed: Collection[int]) -> Decision:
    """Whether this user may return the batch to its maker, who may open it again and mend it."""
    return (
        _another_admin(batch, user, signed, "mengembalikan")
        & WORKFLOW.may(batch, "hand_back")
        & _reasoned(note, "Alasan pengembalian belum diisi.")
    )


def may_reject(batch: Batch, user: User, *, note: str, signed: Collection[int]) -> Decision:
    """Whether this user may end the batch for good."""
    return (
        _another_admin(batch, user, signed, "menolak")
        & WORKFLOW.may(batch, "reject")
        & _reasoned(note, "Alasan penolakan belum diisi.")
    )


def _reasoned(note: str, text: str) -> Decision:
    return Decision.unless(
        (not note.strip(), "reason_missing", text, "Tulis apa yang harus diperbaiki pengusul.")
    )  # AC-B10


def _another_admin(batch: Batch, user: User, signed: Collection[int], verb: str) -> Decision:
    return Decision.unless(
        (
            user.role != Role.ADMIN,
            "not_an_admin",
            f"Hanya admin kota yang dapat {verb}.",
            "Minta admin kota memeriksanya.",
        ),
        (
            batch.proposed_by_id == user.pk,
            "same_person",
            f"Anda mengusulkan kelompok ini, jadi orang lain yang {verb}.",
            "Minta admin lain.",
        ),  # AC-B4
        (
            user.pk in signed,
            "already_signed",
            f"Anda sudah menyetujui kelompok ini, jadi orang lain yang {verb}.",
            "Minta admin lain.",
        ),  # AC-B5, AC-B8
    )
