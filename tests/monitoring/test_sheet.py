from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from accounts.roles import Role
from casework import audit
from claims.enums import ClaimStatus
from monitoring.sheet import Use, uses_of
from tests.accounts.factories import UserFactory
from tests.claims.factories import CoverageCheckFactory, claim_in
from tests.regions.factories import kecamatan
from tests.workers.factories import (
    DesilRecordFactory,
    DesilReviewFactory,
    WorkerDocumentFactory,
    WorkerExitFactory,
    WorkerFactory,
)
from workers.models import DesilObjection

pytestmark = pytest.mark.django_db


def sheet_of(client, user, worker):
    client.force_login(user)
    return client.get(reverse("worker_sheet", args=[worker.pk]))


@pytest.fixture
def officer():
    return UserFactory(officer=True, name="Sitti Rahmah")


def test_the_sheet_shows_all_that_is_held_and_is_an_entry_itself(client, officer):  # rule X3
    worker = WorkerFactory(
        name="Baso Syamsuddin", nik="7371091708900001", family_card_number="7371090101150001", phone="081234567890",
        address="Lorong 4", income=1_250_000,
    )  # fmt: skip
    DesilRecordFactory(family_card_number="7371090101150001", desil=2)
    DesilRecordFactory(family_card_number="7371090101150009", desil=9)
    WorkerDocumentFactory(worker=worker, name="KTP Baso.jpg")
    check = CoverageCheckFactory(worker=worker)
    claim = claim_in(ClaimStatus.ROUTED, worker=worker, chronology="Tangan terjepit mesin")
    audit.record("worker.register", worker, by=officer)
    connection.check_constraints()
    head = audit.head()

    page = sheet_of(client, officer, worker).content.decode()

    held = [
        "Baso Syamsuddin",
        "7371 0917 0890 0001",
        "7371 0901 0115 0001",
        "0812 3456 7890",
        "Lorong 4",
        "Rp1.250.000",
    ]
    held += [
        "KTP Baso.jpg",
        "Desil 2",
        check.hospital.name,
        f"Klaim {claim.number}",
        "Tangan terjepit mesin",
        "Mendaftarkan pekerja",
    ]
    assert [part for part in held if part not in page] == []
    assert "Desil 9" not in page
    assert head.hash[:16] in page
    entry = audit.entries_about(worker.pk).last()
    assert (entry.event, entry.kind, entry.actor_id) == ("worker.print", "read", officer.pk)
    assert f"Lembar nomor {entry.pk}, dicetak oleh Sitti Rahmah" in page


def test_it_tells_of_exits_returns_reviews_and_objections(client, officer):  # rule X3
    """Also of those of a record that is linked to this one."""
    worker = WorkerFactory()
    other = WorkerFactory(survivor=worker)
    WorkerExitFactory(
        worker=worker, note="Ke Gowa", returned_on=date(2026, 11, 2), returned_by=officer, return_note="Pulang"
    )
    WorkerExitFactory(worker=other, reason="own_request", exited_on=date(2026, 11, 20))
    DesilReviewFactory(worker=worker)
    filed = {"release": "2026-3", "desil": 6, "recorded_by": officer}
    DesilObjection.objects.create(worker=worker, filed_on=date(2026, 10, 5), reference="Surat 7", **filed)
    ended = {
        "outcome": "rejected",
        "outcome_on": date(2026, 11, 1),
        "closed_by": officer,
        "closed_at": "2026-11-01T10:00+08:00",
    }
    DesilObjection.objects.create(worker=other, filed_on=date(2026, 10, 6), reference="Surat 8", **filed, **ended)

    page = sheet_of(client, officer, worker).content.decode()

    told = [
        "Keluar 1 Oktober 2026, alasan: Pindah dari Kota Makassar. Kembali 2 November 2026.",
        "Ke Gowa Pulang",
        "Keluar 20 November 2026, alasan: Permintaan sendiri.",
        "Ditelaah sejak 2 Oktober 2026, karena desil 6 di atas batas 4 pada rilis 2026-3: perlu ditelaah.",
        "Usul-sanggah 5 Oktober 2026 terhadap desil 6, rilis 2026-3: belum ada hasilnya.",
        "Usul-sanggah 6 Oktober 2026 terhadap desil 6, rilis 2026-3: ditolak, 1 November 2026.",
    ]
    assert [part for part in told if part not in page] == []


def test_uses_are_told_by_office_and_day(officer):
    worker, hospital = WorkerFactory(), UserFactory(hospital_staff=True)
    with time_machine.travel(datetime(2026, 11, 23, 15, 0, tzinfo=UTC)):
        audit.record("worker.view", worker, by=officer)
        audit.record("worker.view", worker, by=UserFactory(officer=True))
    with time_machine.travel(datetime(2026, 11, 23, 16, 30, tzinfo=UTC)):  # past midnight in Makassar
        audit.record("coverage.check", by=hospital, persons=[worker.pk])
        audit.record("import.store", by=None, persons=[worker.pk])
    audit.record("worker.view", WorkerFactory(), by=officer)

    assert uses_of(worker) == [
        Use(date(2026, 11, 24), "Menyimpan baris impor daftar", "Sistem", "", 1),
        Use(date(2026, 11, 24), "Mengecek kepesertaan", "Staf rumah sakit", hospital.place_label, 1),
        Use(date(2026, 11, 23), "Membuka pekerja", "Petugas kota", officer.place_label, 2),
    ]


def test_another_region_has_no_sheet(client):
    worker = WorkerFactory()
    stranger = UserFactory(role=Role.OFFICER, region=kecamatan("73.71.10"))

    assert sheet_of(client, stranger, worker).status_code == 404
    assert audit.entries_about(worker.pk).count() == 0


@pytest.mark.parametrize("role", ["hospital_staff", "bpjs", "auditor"])
def test_other_roles_have_no_sheet(client, role):
    assert sheet_of(client, UserFactory(**{role: True}), WorkerFactory()).status_code == 403


def test_a_person_of_whom_little_is_known_has_a_sheet(client):
    worker = WorkerFactory(family_card_number="", kelurahan=None)

    page = sheet_of(client, UserFactory(), worker).content.decode()

    assert ("Belum diisi" in page, "Belum pernah menjadi peserta" in page, "Belum ada yang memakai" in page) == (
        True,
        True,
        True,
    )
