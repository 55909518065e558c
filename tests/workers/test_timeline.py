"""The life of one person, deeds and rows together."""

from datetime import date

import pghistory
import pytest
from django.utils import timezone

from tests.accounts.factories import UserFactory
from tests.workers.factories import (
    DesilRecordFactory,
    DesilReviewFactory,
    IdentityCorrectionFactory,
    PolicyFactory,
    WorkerFactory,
)
from workers.models import Worker
from workers.operations import (
    answer_review,
    approve_identity,
    close_objection,
    correct_worker,
    decide_review,
    exit_worker,
    file_objection,
    keep_exited,
    last_change,
    propose_identity,
    reject_identity,
    return_worker,
    withdraw_identity,
)
from workers.views.timeline import steps_of

pytestmark = pytest.mark.django_db

CARD = "7371090101150001"


@pytest.fixture
def officer():
    PolicyFactory()
    return UserFactory(officer=True, name="Petugas Satu")


@pytest.fixture
def admin(officer):
    return UserFactory(name="Admin Dua")


@pytest.fixture
def worker(officer):
    return WorkerFactory(
        name="Baso Syamsudin",
        nik="7371091708900001",
        family_card_number=CARD,
        registered_by=officer,
        registered_at="2026-10-01T10:00+08:00",
    )


def told(worker, *, masked: bool = False) -> list[tuple[str, str, str]]:
    return [(step["what"], step["who"], step["note"]) for step in steps_of(worker, masked=masked)][1:]


def propose(worker, officer, **changes):
    person = {"nik": worker.nik, "name": worker.name, "birth_on": worker.birth_on, "sex": worker.sex}
    return propose_identity(
        worker.pk,
        by=officer,
        seen=last_change(worker.pk),
        reason="Salah ketik",
        evidence="KTP asli",
        **person | changes,
    )


def test_the_first_step_is_how_the_person_came_in(worker):
    (first, *rest) = steps_of(worker, masked=False)

    assert (first["what"], first["who"], rest) == ("Didaftarkan", "Petugas Satu", [])


def test_a_corrected_identity_stands_old_beside_new(worker, officer, admin):
    correction = propose(
        worker, officer, name="Sitti Aminah", nik="7371095808910001", birth_on=date(1991, 8, 18), sex="P"
    )
    approve_identity(correction.pk, by=admin)

    assert told(worker) == [
        (
            "Perbaikan identitas diusulkan",
            "Petugas Satu",
            "NIK, Nama, Tanggal lahir, Jenis kelamin\nAlasan: Salah ketik",
        ),
        (
            "Identitas diperbaiki",
            "Admin Dua",
            "NIK: 7371091708900001 → 7371095808910001\n"
            "Nama: Baso Syamsudin → Sitti Aminah\n"
            "Tanggal lahir: 17-08-1990 → 18-08-1991\n"
            "Jenis kelamin: Laki-laki → Perempuan",
        ),
    ]
    assert told(worker, masked=True)[1][2] == "NIK\nNama\nTanggal lahir\nJenis kelamin"  # AC-P31


def test_an_identity_that_was_not_corrected_says_why(worker, officer, admin):
    reject_identity(propose(worker, officer, name="Lain").pk, by=admin, note="KTP menyebut nama lama")
    withdraw_identity(propose(worker, officer, name="Lain lagi").pk, by=officer)
    IdentityCorrectionFactory(worker=worker, proposed_by=officer)

    steps = told(worker)
    assert [what for what, _, _ in steps] == [
        "Perbaikan identitas diusulkan",
        "Perbaikan identitas ditolak",
        "Perbaikan identitas diusulkan",
        "Perbaikan identitas ditarik",
        "Perbaikan identitas diusulkan",
    ]
    assert steps[1] == ("Perbaikan identitas ditolak", "Admin Dua", "KTP menyebut nama lama")


def test_leaving_and_coming_back(worker, officer):
    exit_worker(worker.pk, by=officer, reason="moved", exited_on=date(2026, 10, 1), note="Pindah ke Gowa")
    keep_exited(worker.pk, by=officer, note="Bukan dia")
    return_worker(worker.pk, by=officer, note="Kembali dari Gowa")

    assert told(worker) == [
        ("Keluar dari program", "Petugas Satu", "Sejak 01-10-2026. Alasan: Pindah dari Kota Makassar\nPindah ke Gowa"),
        ("Diperiksa: tetap keluar", "Petugas Satu", "Bukan dia"),
        ("Kembali ke program", "Petugas Satu", "Kembali dari Gowa"),
    ]


def test_desil_of_each_release_with_the_one_before(worker, officer):
    now = timezone.now()
    for release, desil in (("2026-1", 3), ("2026-2", 3), ("2026-3", 6)):
        DesilRecordFactory(
            family_card_number=CARD, release=release, desil=desil, recorded_by=officer, recorded_at=now, source="Dinsos"
        )

    assert told(worker) == [
        ("Desil keluarga 3", "Petugas Satu", "DTSEN rilis 2026-1. Dinsos"),
        ("Desil keluarga 3", "Petugas Satu", "DTSEN rilis 2026-2. Dinsos"),
        ("Desil keluarga 6 (sebelumnya 3)", "Petugas Satu", "DTSEN rilis 2026-3. Dinsos"),
    ]


def test_a_person_without_a_family_card_has_no_desil(officer):
    DesilRecordFactory(family_card_number=CARD)

    assert told(WorkerFactory(family_card_number="", registered_by=officer)) == []


def test_reviews_and_objections(worker, officer, admin):
    DesilRecordFactory(family_card_number=CARD, desil=6, recorded_at=timezone.now())
    file_objection(worker.pk, by=officer, filed_on=date(2026, 11, 1), reference="Tanda terima 12")
    close_objection(worker.pk, by=officer, outcome="rejected", outcome_on=date(2026, 11, 20), note="Surat 460/7")
    review = DesilReviewFactory(worker=worker)
    answer_review(review.pk, by=officer, answer="propose", reason="Sudah mampu")
    decide_review(review.pk, by=admin, answer="decline", note="Periksa lagi")
    kept = DesilReviewFactory(worker=worker, release="2026-4")
    answer_review(kept.pk, by=officer, answer="keep", reason="Tetap rentan")
    ended = DesilReviewFactory(worker=worker, release="2027-1")
    answer_review(ended.pk, by=officer, answer="propose", reason="Sudah mampu")
    decide_review(ended.pk, by=admin, answer="confirm", note="Setuju")
    DesilReviewFactory(worker=worker, release="2027-2")

    steps = [step for step in told(worker) if not step[0].startswith("Desil")]
    assert steps[:4] == [
        ("Usul-sanggah dicatat", "Petugas Satu", "Diajukan 01-11-2026 terhadap desil 6, rilis 2026-3\nTanda terima 12"),
        ("Hasil usul-sanggah", "Petugas Satu", "Ditolak, 20-11-2026\nSurat 460/7"),
        ("Telaah desil: diusulkan keluar", "Petugas Satu", "Desil 6 pada rilis 2026-3, batasnya 4\nSudah mampu"),
        ("Telaah desil: dipertahankan", "Admin Dua", "Periksa lagi"),
    ]
    assert [what for what, _, _ in steps[4:]] == [
        "Telaah desil: dipertahankan",
        "Telaah desil: diusulkan keluar",
        "Keluar dari program",
        "Telaah desil: keluar disetujui",
    ]


def test_a_change_without_a_deed_is_told_too(worker, officer):
    Worker.objects.filter(pk=worker.pk).update(is_resident=False, income=900_000, name="Baso")
    with pghistory.context(user=officer.pk):
        Worker.objects.filter(pk=worker.pk).update(survivor=WorkerFactory())

    assert told(worker) == [
        (
            "Diubah",
            "sistem",
            "Nama: Baso Syamsudin → Baso\nKTP Kota Makassar: ya → tidak\nPendapatan: kosong → Rp900.000",
        ),
        ("Diubah", "Petugas Satu", "Ditautkan ke data lain"),
    ]


def test_a_change_by_a_deed_is_told_once(worker, officer):
    correct_worker(worker.pk, by=officer, seen=last_change(worker.pk), reason="Nomor baru", phone="085200000001")

    assert told(worker) == [("Diperbaiki", "Petugas Satu", "Nomor HP: kosong → 085200000001\nAlasan: Nomor baru")]
