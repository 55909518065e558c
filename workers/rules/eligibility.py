"""Whom the city may enrol."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from casework.decisions import Decision
from workers.enums import AGE_LIMIT, Employment
from workers.models import Policy, Worker
from workers.rules.exits import against_exited


def check_eligibility(worker: Worker, *, policy: Policy, on: date, desil_if_new: int | None = None) -> Decision:
    """Whether the city may enrol this worker on that day under the policy then in force (rules E2, E6 to E10).

    Asked before enrolment only: who is a member already may stay after 65 (rule E3). Those in an office that the
    policy names are eligible whatever their desil. WorkerQuerySet.eligible is the twin for many workers.
    `desil_if_new` counts for a family of which nothing is recorded: a form knows it before the registry does.
    """
    by_office = worker.holds_office_of(policy)
    recorded = worker.desil_in(policy.release)
    desil = recorded if recorded is not None else desil_if_new
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
        against_exited(worker),
        (
            worker.survivor_id is not None,
            "linked",
            "Data ini sudah ditautkan ke data lain dari orang yang sama.",
            "Usulkan data yang dipertahankan.",
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
