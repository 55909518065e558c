"""Who may move a case to another hospital, and who answers (AC-P10, AC-P13)."""

from __future__ import annotations

from accounts.models import Hospital, User
from accounts.roles import Role
from casework.decisions import Decision
from claims.enums import Outcome
from claims.models import Claim, Transfer
from claims.rules.cases import may, own_hospital
from claims.workflow import TRANSFER, WORKFLOW


def may_propose_transfer(claim: Claim, user: User, *, waiting: Transfer | None) -> Decision:
    """Whether this user may ask another hospital to take the case over. `waiting` is a proposal without an answer."""
    return may(claim, user, "transfer", Role.HOSPITAL, also=own_hospital(claim, user) & _is_movable(claim)) & (
        Decision.unless(
            (
                waiting is not None,
                "already_proposed",
                f"Pindahan ke {waiting and waiting.to_hospital.name} masih menunggu jawaban.",
                "Batalkan dahulu bila pasien hendak dipindahkan ke rumah sakit lain.",
            ),
        )
    )


def is_elsewhere(claim: Claim, hospital: Hospital) -> Decision:
    return Decision.unless(
        (
            claim.hospital_id == hospital.pk,
            "same_hospital",
            "Pasien sudah di rumah sakit ini.",
            "Pilih rumah sakit lain.",
        ),
    )


def may_accept_transfer(transfer: Transfer, user: User) -> Decision:
    """Whether this user may take the case over: only staff of the hospital that was asked (AC-P13)."""
    return (
        _may_answer(transfer, user, "accept") & WORKFLOW.may(transfer.claim, "transfer") & _is_movable(transfer.claim)
    )


def may_refuse_transfer(transfer: Transfer, user: User) -> Decision:
    return _may_answer(transfer, user, "refuse")


def may_withdraw_transfer(transfer: Transfer, user: User) -> Decision:
    """Whether this user may take the proposal back: staff of the hospital that made it."""
    return Decision.unless(
        (
            user.role != Role.HOSPITAL or user.hospital_id != transfer.from_hospital_id,
            "not_the_proposer",
            "Hanya rumah sakit yang mengusulkan yang dapat membatalkan pindahan ini.",
        ),
    ) & TRANSFER.may(transfer, "withdraw")


def _may_answer(transfer: Transfer, user: User, action: str) -> Decision:
    return Decision.unless(
        (
            user.role != Role.HOSPITAL or user.hospital_id != transfer.to_hospital_id,
            "not_the_receiver",
            "Hanya rumah sakit yang dituju yang dapat menjawab pindahan ini.",
        ),
        (
            transfer.proposed_by_id == user.pk,
            "own_proposal",
            "Anda sendiri yang mengusulkan pindahan ini.",
            "Minta rekan di rumah sakit Anda menjawabnya.",
        ),
    ) & TRANSFER.may(transfer, action)


def _is_movable(claim: Claim) -> Decision:
    return Decision.unless(
        (
            claim.outcome not in ("", Outcome.STILL_TREATED),
            "treatment_is_over",
            "Dokter sudah menyatakan keadaan akhirnya, jadi perawatan selesai di rumah sakit ini.",
            "Perbaiki catatan perawatan bila pasien ternyata masih dirawat.",
        ),
    )
