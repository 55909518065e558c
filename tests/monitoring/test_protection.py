"""The life of one protection on one page."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from casework import audit
from claims.enums import ClaimStatus
from enrollment import operations
from enrollment.enums import Purpose
from tests.accounts.factories import UserFactory
from tests.claims.factories import claim_in
from tests.enrollment.factories import BatchLineFactory, CardFactory, ContributionFactory, MembershipFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import PolicyFactory, WorkerFactory

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(time_machine, db):
    time_machine.move_to(NOW, tick=False)
    PolicyFactory()


@pytest.fixture
def member():
    worker = WorkerFactory(name="Baso Syamsuddin", nik="7371091708900001", kelurahan=kelurahan())
    return MembershipFactory(worker=worker)


def page(client, worker, **trait):
    user = UserFactory(**trait)
    client.force_login(user)
    response = client.get(reverse("worker_protection", args=[worker.pk]))
    return user, response.content.decode()


def test_the_whole_life_is_there(client, member):
    ContributionFactory(membership=member)
    card = CardFactory(membership=member, handed_over=True)
    line = BatchLineFactory(worker=member.worker)
    claim = claim_in(ClaimStatus.SUSPECTED, worker=member.worker)
    clerk = UserFactory(hospital_staff=True)
    operations.check_coverage(by=clerk, question=card.number, event_at=NOW, purpose=Purpose.EMERGENCY)

    officer, html = page(client, member.worker, officer=True)

    expected = ["7371 09•• •••• 0001", "Terlindungi Jaminan Kecelakaan Kerja", member.participant_number, card.code]
    expected += [f"Kelompok {line.batch.number}", f"Klaim {claim.number}", clerk.hospital.name, "Lihat sebagai tabel"]
    assert [word for word in expected if word not in html] == []
    assert member.worker.nik not in html
    assert "Buat kartu" not in html
    assert audit.entries_about(member.worker_id).filter(event="protection.view").get().actor_id == officer.pk


def test_a_member_without_a_card_is_offered_one(client, member):
    assert "Buat kartu" in page(client, member.worker, officer=True)[1]
    assert "Buat kartu" not in page(client, member.worker, auditor=True)[1]


def test_an_auditor_reads_masked_numbers_and_no_deeds(client, member):
    card = CardFactory(membership=member)

    html = page(client, member.worker, auditor=True)[1]

    assert card.code_masked in html
    assert card.code not in html
    assert reverse("enrollment:card_withdraw", args=[card.pk]) not in html


def test_a_worker_who_was_never_covered(client):
    html = page(client, WorkerFactory(kelurahan=kelurahan()), officer=True)[1]

    sentences = ["Belum pernah menjadi peserta, jadi belum ada iuran.", "Belum pernah diusulkan.", "Belum ada kartu."]
    assert [sentence for sentence in sentences if sentence not in html] == []


def test_cover_of_a_linked_record_counts(client, member):  # ADR 0014
    double = WorkerFactory(kelurahan=kelurahan(), survivor=member.worker)
    ContributionFactory(membership=member, month=date(2026, 11, 1))

    html = page(client, double, officer=True)[1]

    assert member.participant_number in html
    assert "Iuran 2026: 1 bulan lunas, 8 belum lunas" in html


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client, member, count, django_assert_num_queries):
    for number in range(count):
        ContributionFactory(membership=member, month=date(2026, 9 + number, 1))
        BatchLineFactory(worker=member.worker, rejected=True)
        CardFactory(membership=member, withdrawn=True)
    client.force_login(UserFactory(officer=True))

    with django_assert_num_queries(17):
        client.get(reverse("worker_protection", args=[member.worker.pk]))
