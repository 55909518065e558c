"""Who a person is: NIK, name, birth date and sex change by two people only."""

from __future__ import annotations

from datetime import date

from accounts.models import User
from casework.decisions import Decision
from workers.models import IdentityCorrection, Worker
from workers.rules.registration import WRITERS, check_identity, may_register
from workers.workflow import IDENTITY as WORKFLOW

IDENTITY = ("nik", "name", "birth_on", "sex")


def check_identity_change(
    worker: Worker,
    *,
    by: User,
    on: date,
    nik: str,
    birth_on: date,
    sex: str,
    nik_confirmed: bool,
    evidence: str,
    waiting: IdentityCorrection | None,
) -> Decision:
    """Whether this user may propose that the person is known by these particulars. `waiting`: an earlier proposal.

    A NIK that disagrees with them is asked about, as at registration (rule N4a).
    """
    return (
        may_register(by)
        & check_identity(nik=nik, birth_on=birth_on, sex=sex, on=on, nik_confirmed=nik_confirmed, nik_evidence=evidence)
        & Decision.unless(
            (
                worker.anonymised_at is not None,
                "anonymised",
                "Data orang ini sudah dianonimkan karena masa simpannya habis.",
                "Daftarkan lagi orangnya dengan KTP bila ia datang kembali.",
            ),
            (
                waiting is not None,
                "correction_waiting",
                "Perbaikan identitas orang ini sudah diusulkan dan belum diperiksa.",
                "Tunggu pemeriksaannya, atau minta pengusulnya menarik usulan itu.",
            ),
        )
    )


def may_check_identity(correction: IdentityCorrection, user: User, *, action: str = "approve") -> Decision:
    """Whether this user may give the second signature, or refuse it: anyone who registers but the proposer."""
    return (
        may_register(user)
        & WORKFLOW.may(correction, action)
        & Decision.unless(
            (
                correction.proposed_by_id == user.pk,
                "same_person",
                "Anda mengusulkan perbaikan ini, jadi orang lain yang memeriksanya.",
                "Minta petugas lain di wilayah ini atau admin kota.",
            ),
        )
    )


def may_withdraw_identity(correction: IdentityCorrection, user: User) -> Decision:
    return WORKFLOW.may(correction, "withdraw") & Decision.unless(
        (
            correction.proposed_by_id != user.pk or user.role not in WRITERS,
            "not_the_proposer",
            "Hanya pengusul yang dapat menarik usulannya.",
            "Bila usulannya salah, tolak dengan alasannya.",
        ),
    )
