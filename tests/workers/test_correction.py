"""Mending what the registry says of a person: with a reason, without losing what stood there."""

import threading

import pghistory
import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from casework.audit import entries_of
from casework.decisions import Refused
from casework.models import AuditEntry, Kind
from tests.accounts.factories import UserFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import OccupationFactory, PolicyFactory, WorkerFactory
from workers import rules
from workers.models import Worker
from workers.operations import correct_worker, last_change
from workers.views.timeline import CHANGED

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    PolicyFactory()
    return UserFactory(officer=True, name="Petugas Satu")


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def worker(officer):
    return WorkerFactory(phone="081234567890", address="Jalan Lama", income=900_000, registered_by=officer)


def address_of(worker):
    return reverse("workers:worker_correct", args=[worker.pk])


def typed(client, worker, **changes):
    """What the page has in its fields, with these typed over."""
    form = client.get(address_of(worker)).context["form"]
    values = {field.name: field.value() for field in form}
    values |= {"kelurahan": worker.kelurahan_id, "occupation": worker.occupation_id, "reason": "Pindah rumah"}
    values |= changes
    return {name: value for name, value in values.items() if value not in (None, False)}


def correct(worker, officer, **changes):
    return correct_worker(worker.pk, by=officer, **{"reason": "Salah ketik", "seen": last_change(worker.pk)} | changes)


def test_a_correction_changes_at_once_with_its_reason(worker, officer):
    correct(worker, officer, phone="085200000001", address="Jalan Lama")

    worker.refresh_from_db()
    assert (worker.phone, worker.address) == ("085200000001", "Jalan Lama")
    (entry,) = entries_of(worker)
    assert (entry.event, entry.kind, entry.note) == ("worker.correct", Kind.DEED, "Salah ketik")
    assert entry.facts == {"fields": ["phone"], "history_row": last_change(worker.pk)}
    assert list(worker.events.order_by("pgh_id").values_list("phone", flat=True)) == ["081234567890", "085200000001"]


def test_a_correction_without_a_change_leaves_nothing(worker, officer):  # AC-W71
    correct(worker, officer, phone="081234567890", address="Jalan Lama")

    assert worker.events.count() == 1
    assert AuditEntry.objects.count() == 0


def test_who_a_person_is_cannot_be_changed_so(worker, officer):
    correct(worker, officer, name="Orang Lain", nik="7371091708900002", birth_on="1991-01-01", sex="P")

    assert worker.events.count() == 1


def test_the_second_of_two_open_forms_is_told_who_was_first(worker, officer):  # AC-B22
    seen = last_change(worker.pk)
    with pghistory.context(user=officer.pk):
        correct(worker, officer, phone="085200000001")
    changed_at = timezone.localtime(worker.events.latest("pgh_id").pgh_created_at)

    with pytest.raises(Refused) as refused:
        correct(worker, UserFactory(), seen=seen, phone="085200000002")

    assert refused.value.codes == ["changed_meanwhile"]
    assert refused.value.messages == [
        f"Data ini sudah diubah oleh Petugas Satu pada {changed_at:%d-%m-%Y %H.%M} WITA. "
        "Buka lagi halaman perbaikan, lihat isinya sekarang, lalu ulangi bila masih perlu."
    ]
    worker.refresh_from_db()
    assert worker.phone == "085200000001"


def test_a_change_by_hand_in_the_database_counts_too(worker, officer):  # AC-B22
    seen = last_change(worker.pk)
    Worker.objects.filter(pk=worker.pk).update(phone="085200000001")

    with pytest.raises(Refused) as refused:
        correct(worker, officer, seen=seen, phone="085200000002")

    assert "sudah diubah oleh sistem pada" in refused.value.messages[0]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"kelurahan": "73.71.10.1001"}, ["out_of_scope"]),
        ({"kelurahan": "73.71.09.1002"}, []),
    ],
)
def test_an_officer_moves_nobody_out_of_the_own_region(worker, officer, changes, codes):
    decision = rules.check_correction(worker, by=officer, kelurahan=kelurahan(changes["kelurahan"]))

    assert decision.codes == codes


def test_one_who_was_made_unknown_is_not_corrected(officer):  # rule X9
    worker = WorkerFactory(anonymised_at="2026-03-02T10:00:00+08:00")

    assert rules.check_correction(worker, by=officer, kelurahan=worker.kelurahan).codes == ["anonymised"]


def test_a_worker_without_kelurahan_is_an_admins(officer):  # AC-P5
    worker = WorkerFactory(kelurahan=None)

    assert rules.check_correction(worker, by=UserFactory(), kelurahan=None).codes == []
    with pytest.raises(Worker.DoesNotExist):
        correct(worker, officer, phone="085200000001")


def test_out_of_scope_there_is_nobody_to_correct(officer):  # AC-W65
    worker = WorkerFactory(kelurahan=kelurahan("73.71.10.1001"))

    with pytest.raises(Worker.DoesNotExist):
        correct(worker, officer, phone="085200000001")
    assert worker.events.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_kept_and_one_is_told():  # AC-B22
    PolicyFactory()
    users = [UserFactory(officer=True), UserFactory()]
    worker = WorkerFactory()
    seen, told = last_change(worker.pk), []

    def save(user):
        try:
            correct(worker, user, seen=seen, phone=f"0852000000{user.pk % 100:02d}")
        except Refused as refused:
            told.extend(refused.codes)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told == ["changed_meanwhile"]
    assert worker.events.count() == 2


# --- page ---


def test_every_correctable_field_has_its_word():
    assert set(CHANGED) == set(rules.CORRECTABLE)


def test_the_page_corrects_and_the_timeline_shows_old_beside_new(signed_in, worker):
    other = OccupationFactory(code="CKR", name="Cukur")
    data = typed(signed_in, worker, phone="0852 0000 0001", income="1.000.000", occupation=other.pk, is_resident="")

    response = signed_in.post(address_of(worker), data, follow=True)

    assert response.redirect_chain == [(worker.get_absolute_url(), 302)]
    assert [str(message) for message in response.context["messages"]] == ["Data pekerja diperbaiki."]
    first, second = response.context["steps"]
    assert first["what"] == "Didaftarkan"
    assert (second["what"], second["who"]) == ("Diperbaiki", "Petugas Satu")
    assert second["note"].splitlines() == [
        "KTP Kota Makassar: ya → tidak",
        "Nomor HP: 081234567890 → 085200000001",
        "Pekerjaan: Nelayan → Cukur",
        "Pendapatan: Rp900.000 → Rp1.000.000",
        "Alasan: Pindah rumah",
    ]


def test_an_auditor_sees_what_changed_but_no_number(client, worker, officer):  # AC-P31
    correct(worker, officer, phone="085200000001")
    client.force_login(UserFactory(auditor=True))

    response = client.get(worker.get_absolute_url())

    assert response.context["steps"][1]["note"] == "Nomor HP\nAlasan: Salah ketik"
    assert "081234567890" not in response.text
    assert "Perbaiki data" not in response.text


def test_saving_without_a_change_says_so(signed_in, worker):  # AC-W71
    response = signed_in.post(address_of(worker), typed(signed_in, worker), follow=True)

    assert [str(message) for message in response.context["messages"]] == ["Tidak ada yang berubah."]
    assert worker.events.count() == 1


def test_the_page_says_who_was_first_and_keeps_what_was_typed(signed_in, worker):  # AC-B22
    data = typed(signed_in, worker, address="Jalan Baru")
    Worker.objects.filter(pk=worker.pk).update(rt="001")

    response = signed_in.post(address_of(worker), data)

    assert response.status_code == 422
    assert "sudah diubah oleh sistem" in response.context["form"].errors["__all__"][0]
    assert "Jalan Baru" in response.text


def test_a_correction_asks_for_its_reason(signed_in, worker):
    response = signed_in.post(address_of(worker), typed(signed_in, worker, reason=""))

    assert response.context["form"].errors == {"reason": ["Tulis alasan perbaikan ini."]}
