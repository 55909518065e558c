"""Who may write what into the registry."""

from __future__ import annotations

from datetime import date

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision, Reason
from regions.models import Region
from workers.models import Worker
from workers.nik import Severity, check_nik

WRITERS = (Role.OFFICER, Role.ADMIN)
CORRECTABLE = (  # at once; who the person is (NIK, name, birth date, sex) is not among them
    "birth_place",
    "mother_name",
    "is_resident",
    "kelurahan",
    "address",
    "rt",
    "rw",
    "phone",
    "occupation",
    "employment",
    "income",
    "workplace",
    "work_hours",
    "second_occupation",
    "second_workplace",
    "second_work_hours",
    "second_income",
    "family_card_number",
)


def may_register(user: User) -> Decision:
    """Whether this user may register workers and upload registry files at all."""
    return Decision.unless(
        (
            user.role not in WRITERS,
            "not_a_registrar",
            "Hanya petugas kota dan admin yang dapat mendaftarkan pekerja.",
            "Hubungi petugas kelurahan atau kecamatan.",
        ),
    )


def may_work_in(user: User, region: Region) -> Decision:
    """Whether a worker of this region, or a file for it, is this user's to register (AC-W50)."""
    outside = user.role == Role.OFFICER and not region.code.startswith(user.region_id)
    return Decision(
        (
            *may_register(user).reasons,
            *Decision.unless(
                (
                    outside,
                    "out_of_scope",
                    f"{region} di luar wilayah tugas Anda.",
                    "Minta petugas wilayah itu atau admin kota mendaftarkannya.",
                ),
            ).reasons,
        )
    )


def check_correction(worker: Worker, *, by: User, kelurahan: Region | None) -> Decision:
    """Whether this user may change the person's particulars, with this kelurahan then."""
    scope = may_work_in(by, kelurahan) if kelurahan is not None else may_register(by)
    return scope & Decision.unless(
        (
            worker.anonymised_at is not None,
            "anonymised",
            "Data orang ini sudah dianonimkan karena masa simpannya habis.",
            "Daftarkan lagi orangnya dengan KTP bila ia datang kembali.",
        ),
    )


def check_registration(
    *,
    by: User,
    on: date,
    nik: str,
    birth_on: date,
    sex: str,
    kelurahan: Region,
    family_card_number: str,
    desil: int | None,
    nik_confirmed: bool,
    nik_evidence: str,
) -> Decision:
    """Whether a person can be entered with these particulars. Eligibility is no condition.

    A NIK that disagrees with the particulars is asked about and passes once `nik_confirmed`; one whose date does not
    exist passes with the evidence that the officer has seen (rule N4a).
    """
    identity = check_identity(
        nik=nik, birth_on=birth_on, sex=sex, on=on, nik_confirmed=nik_confirmed, nik_evidence=nik_evidence
    )
    family = Decision.unless(
        (
            desil is not None and not family_card_number,
            "family_card_missing",
            "Desil dicatat per keluarga, tetapi nomor KK belum diisi.",
            "Isi nomor KK, atau kosongkan desil.",
        ),
    )
    return may_work_in(by, kelurahan) & identity & family


def check_identity(*, nik: str, birth_on: date, sex: str, on: date, nik_confirmed: bool, nik_evidence: str) -> Decision:
    """Whether a person can be known by these particulars, as in check_registration."""
    reasons = []
    for finding in check_nik(nik, birth_on=birth_on, sex=sex):
        match finding.severity:
            case Severity.REJECT:
                reasons.append(Reason(f"nik_{finding.code}", finding.message))
            case Severity.BLOCK if not nik_evidence:
                remedy = "Bila KTP memang tertulis begitu, catat bukti yang Anda lihat."
                reasons.append(Reason(f"nik_{finding.code}", finding.message, remedy))
            case Severity.WARN if not nik_confirmed:
                remedy = "Bila sudah Anda cocokkan, centang pernyataannya."
                reasons.append(Reason(f"nik_{finding.code}", finding.message, remedy))
    return Decision(tuple(reasons)) & Decision.unless(
        (birth_on > on, "born_in_future", "Tanggal lahir belum terjadi.", "Cocokkan dengan KTP."),
    )
