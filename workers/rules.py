"""The questions of the registry. Each answer carries every reason against, so that one visit settles them all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision, Reason
from regions.models import Region
from workers.enums import AGE_LIMIT, Employment
from workers.models import Policy, Worker
from workers.nik import Severity, check_nik

WRITERS = (Role.OFFICER, Role.ADMIN)
CORRECTABLE = (  # at once; who the person is (NIK, name, birth date, sex) is not among them
    "birth_place",
    "is_resident",
    "kelurahan",
    "address",
    "rt",
    "rw",
    "phone",
    "occupation",
    "employment",
    "income",
    "family_card_number",
)


def check_eligibility(worker: Worker, *, policy: Policy, on: date) -> Decision:
    """Whether the city may enrol this worker on that day under the policy then in force (rules E2, E6 to E10).

    Asked before enrolment only: who is a member already may stay after 65 (rule E3). Those in an office that the
    policy names are eligible whatever their desil. WorkerQuerySet.eligible is the twin for many workers.
    """
    by_office = worker.occupation.category in policy.by_office
    desil = worker.desil_in(policy.release)
    return Decision.unless(
        (
            desil is None and not by_office,
            "desil_unknown",
            f"Desil keluarga belum tercatat pada DTSEN rilis {policy.release}.",
            "Catat nomor KK dan desilnya, atau minta data keluarga ini dari Dinas Sosial.",
        ),
        (
            desil is not None and desil > policy.desil_limit and not by_office,
            "desil_too_high",
            f"Desil keluarga {desil} pada DTSEN rilis {policy.release}, batasnya {policy.desil_limit}.",
            "Bila tidak sesuai keadaan, keluarga dapat mengajukan usul-sanggah lewat kelurahan atau Dinas Sosial.",
        ),
        *_against_age(worker.age_on(on), policy.minimum_age),
        (
            policy.residents_only and not worker.is_resident,
            "not_resident",
            "KTP bukan Kota Makassar.",
            "Dapat diusulkan setelah pindah KTP ke Kota Makassar.",
        ),
        (
            worker.employment == Employment.WAGE_EARNER,
            "wage_earner",
            "Sudah terlindungi sebagai penerima upah dalam pekerjaan ini.",
            "Perlindungannya didaftarkan oleh pemberi kerja. Perbaiki datanya bila sudah tidak bekerja di sana.",
        ),
        (
            worker.employment == Employment.CIVIL_SERVANT,
            "civil_servant",
            "Terdaftar sebagai ASN, anggota TNI, atau anggota Polri.",
            "Perbaiki datanya bila sudah tidak bertugas.",
        ),
        (
            worker.anonymised_at is not None,
            "anonymised",
            "Data orang ini sudah dianonimkan karena masa simpannya habis.",
            "Daftarkan lagi orangnya dengan KTP bila ia datang kembali.",
        ),
    )


def check_age(worker: Worker, *, minimum_age: int, on: date) -> Decision:
    """The age alone, on the day of registration. It is not asked again: a participant may stay (rules E2, E3)."""
    return Decision.unless(*_against_age(worker.age_on(on), minimum_age))


def eligibility_facts(worker: Worker, *, policy: Policy, on: date) -> dict[str, Any]:
    """What an eligibility decision of that day rests on, to be stored with it as JSON."""
    record = worker.desil_record_in(policy.release)
    return {
        "on": on.isoformat(),
        "policy_effective_on": policy.effective_on.isoformat(),
        "policy_source": policy.source,
        "desil": record.desil if record is not None else None,
        "desil_limit": policy.desil_limit,
        "desil_release": policy.release,
        "desil_source": record.source if record is not None else "",
        "desil_received_on": record.received_on.isoformat() if record is not None else None,
        "age": worker.age_on(on),
        "occupation": worker.occupation.name,
        "by_office": worker.occupation.category in policy.by_office,
        "employment": worker.employment,
        "is_resident": worker.is_resident,
    }


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
    reasons = [*may_work_in(by, kelurahan).reasons]
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
    reasons += Decision.unless(
        (birth_on > on, "born_in_future", "Tanggal lahir belum terjadi.", "Cocokkan dengan KTP."),
        (
            desil is not None and not family_card_number,
            "family_card_missing",
            "Desil dicatat per keluarga, tetapi nomor KK belum diisi.",
            "Isi nomor KK, atau kosongkan desil.",
        ),
    ).reasons
    return Decision(tuple(reasons))


def _against_age(age: int, minimum_age: int) -> Iterator[tuple[bool, str, str, str]]:
    yield (
        age < minimum_age,
        "too_young",
        f"Usia {age} tahun, paling muda {minimum_age} tahun.",
        f"Dapat diusulkan setelah berusia {minimum_age} tahun. Cocokkan tanggal lahir dengan KTP.",
    )
    yield (
        age >= AGE_LIMIT,
        "too_old",
        f"Usia {age} tahun. Pendaftaran baru hanya sebelum {AGE_LIMIT} tahun.",
        f"Cocokkan tanggal lahir dengan KTP. Yang sudah menjadi peserta boleh terus setelah {AGE_LIMIT} tahun.",
    )
