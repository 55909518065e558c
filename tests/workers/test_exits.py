"""Leaving the programme and coming back: nothing is deleted, and who returns is recognised (AC-D10)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from casework.audit import entries_of
from casework.decisions import Refused
from tests.accounts.factories import UserFactory
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import (
    DesilRecordFactory,
    OccupationFactory,
    PolicyFactory,
    WorkerExitFactory,
    WorkerFactory,
)
from workers import rules
from workers.models import Worker, WorkerExit
from workers.operations import exit_worker, keep_exited, register_worker, return_worker, search_worker, see_again

pytestmark = pytest.mark.django_db

NIK = "7371091708900001"
TODAY = timezone.localdate()


@pytest.fixture
def officer():
    PolicyFactory()
    return UserFactory(officer=True, name="Petugas Satu")


@pytest.fixture
def worker(officer):
    return WorkerFactory(nik=NIK, name="Baso Syamsuddin", registered_by=officer)


def leave(worker, by, **changes):
    left = {"reason": "moved", "exited_on": date(2026, 10, 1), "note": "Pindah ke Gowa"}
    return exit_worker(worker.pk, by=by, **left | changes)


def codes_of(act) -> list[str]:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def test_who_leaves_stays_in_the_registry_with_the_reason(worker, officer):
    left = leave(worker, officer)

    assert worker.exit == left
    assert Worker.objects.visible_to(officer).get() == worker
    (entry,) = entries_of(worker)
    assert (entry.event, entry.note) == ("worker.exit", "Pindah ke Gowa")
    assert entry.facts == {"reason": "moved", "exited_on": "2026-10-01", "death_report": ""}


def test_who_has_left_is_proposed_by_nobody(worker, officer):
    DesilRecordFactory(family_card_number=worker.family_card_number)
    policy = PolicyFactory()
    assert list(Worker.objects.eligible(policy, TODAY)) == [worker]

    leave(worker, officer)

    (reason,) = rules.check_eligibility(worker, policy=policy, on=TODAY).reasons
    assert str(reason) == (
        "Sudah keluar dari program sejak 01-10-2026 (alasan: Pindah dari Kota Makassar). "
        "Bila orang ini kembali, catat kembalinya di halaman datanya."
    )
    assert list(Worker.objects.eligible(policy, TODAY)) == []
    assert list(Worker.objects.ineligible(policy, TODAY)) == [worker]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"exited_on": TODAY}, []),
        ({"exited_on": TODAY + timedelta(days=1)}, ["exit_in_future"]),
        ({"exited_on": date(1990, 8, 16)}, ["exit_before_birth"]),
        ({"reason": "died"}, ["death_not_reported"]),
        ({"reason": "died", "death_report": "2611-00001"}, []),
    ],
    ids=str,
)
def test_what_an_exit_needs(worker, officer, changes, codes):
    asked = {"reason": "moved", "exited_on": date(2026, 10, 1), "death_report": ""} | changes

    assert rules.check_exit(worker, by=officer, today=TODAY, **asked).codes == codes


def test_nobody_leaves_twice_nor_after_being_made_unknown(worker, officer):
    leave(worker, officer)

    assert codes_of(lambda: leave(worker, officer)) == ["exited_already"]
    gone = WorkerFactory(anonymised_at="2026-03-02T10:00:00+08:00")
    assert rules.may_exit(gone, officer).codes == ["anonymised"]
    assert rules.may_exit(WorkerFactory(), UserFactory(auditor=True)).codes == ["not_a_registrar"]


def test_out_of_scope_nobody_leaves(worker, officer):
    elsewhere = UserFactory(officer=True, region=kecamatan("73.71.10"))

    for deed in (leave, lambda worker, by: return_worker(worker.pk, by=by, note="Kembali")):
        with pytest.raises(Worker.DoesNotExist):
            deed(worker, elsewhere)


def test_who_returns_is_in_hand_again_and_the_exit_stays_readable(worker, officer):
    leave(worker, officer)

    left = return_worker(worker.pk, by=officer, note="Kembali dari Gowa")

    assert worker.exit is None
    left.refresh_from_db()
    assert (left.returned_on, left.returned_by, left.return_note) == (TODAY, officer, "Kembali dari Gowa")
    assert [entry.event for entry in entries_of(worker)] == ["worker.exit", "worker.return"]
    assert leave(worker, officer, reason="own_request").pk != left.pk


def test_a_return_needs_an_exit_and_a_reason(worker, officer):
    assert codes_of(lambda: return_worker(worker.pk, by=officer, note="Kembali")) == ["not_exited"]
    leave(worker, officer)

    assert codes_of(lambda: return_worker(worker.pk, by=officer, note=" ")) == ["reason_missing"]


def register(by, **changes):
    person = {"nik": NIK, "name": "Baso Syamsuddin", "birth_on": date(1990, 8, 17), "sex": "L"}
    return register_worker(by=by, kelurahan=kelurahan(), occupation=OccupationFactory(), **person | changes)


def test_the_same_nik_at_registration_was_here_before(worker, officer):  # AC-D10
    leave(worker, officer)

    with pytest.raises(Refused) as refused:
        register(officer)

    assert refused.value.codes == ["was_here_before"]
    assert refused.value.messages == [
        "Orang ini pernah terdaftar dan keluar sejak 01-10-2026 (alasan: Pindah dari Kota Makassar). "
        "Buka datanya. Bila memang kembali, catat kembalinya di sana."
    ]
    left = worker.exit
    assert (left.seen_again_by, WorkerExit.objects.seen_again_for(officer).get()) == (officer, left)


def test_one_who_left_elsewhere_is_not_told_but_makes_a_task_there(officer):  # AC-D10, AC-D20
    there = UserFactory(officer=True, region=kecamatan("73.71.10"))
    WorkerExitFactory(worker__nik=NIK, worker__kelurahan=kelurahan("73.71.10.1001"))

    with pytest.raises(Refused) as refused:
        register(officer)

    assert refused.value.messages == ["NIK ini sudah terdaftar di wilayah lain. Admin kota dapat membantu."]
    assert not WorkerExit.objects.seen_again_for(officer).exists()
    assert WorkerExit.objects.seen_again_for(there).count() == 1
    assert WorkerExit.objects.seen_again_for(UserFactory()).count() == 1


def test_many_are_seen_again_at_once(officer):
    exits = [
        WorkerExitFactory(),
        WorkerExitFactory(),
        WorkerExitFactory(worker__anonymised_at="2026-03-02T10:00+08:00"),
    ]
    here = WorkerFactory()

    assert see_again([*(left.worker.nik for left in exits), here.nik], by=officer) == 2
    assert see_again([left.worker.nik for left in exits], by=officer) == 0


def test_not_back_is_an_answer_too(worker, officer):
    leave(worker, officer)
    see_again([NIK], by=officer)

    keep_exited(worker.pk, by=officer, note="NIK dipakai saudaranya")

    assert not WorkerExit.objects.seen_again_for(officer).exists()
    assert worker.exit is not None
    assert entries_of(worker).last().event == "worker.keep_exited"


def test_who_has_left_is_still_found(worker, officer):
    leave(worker, officer)

    (found,) = search_worker(by=officer, nik=NIK).workers
    assert [left.reason for left in found.left] == ["moved"]


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"reason": "died"}, "workers_exit_death_is_reported"),
        ({"returned_on": date(2026, 11, 1)}, "workers_exit_return_is_signed"),
        ({"seen_again_at": "2026-11-01T10:00+08:00"}, "workers_exit_seen_again_is_signed"),
        ({"returned_on": date(2026, 9, 30), "returned_by": True}, "workers_exit_return_comes_after"),
    ],
    ids=str,
)
def test_what_the_database_refuses(worker, officer, broken, constraint):
    signed = {name: officer if value is True else value for name, value in broken.items()}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        WorkerExitFactory(worker=worker, **signed)


def test_the_database_knows_one_exit_at_a_time(worker):
    WorkerExitFactory(worker=worker)

    with pytest.raises(IntegrityError, match="workers_exit_one_at_a_time"), transaction.atomic():
        WorkerExitFactory(worker=worker)


# --- pages ---

EXIT = {"reason": "moved", "exited_on_0": "1", "exited_on_1": "10", "exited_on_2": "2026", "note": "Pindah ke Gowa"}


def test_a_person_leaves_and_returns_on_pages(client, worker, officer):
    client.force_login(officer)
    response = client.post(reverse("workers:worker_exit", args=[worker.pk]), EXIT, follow=True)
    assert response.redirect_chain == [(worker.get_absolute_url(), 302)]
    assert "Sudah keluar dari program sejak 1 Oktober 2026" in response.text
    assert "Catat keluar dari program" not in response.text

    address = reverse("workers:worker_return", args=[worker.pk])
    page = client.get(address)
    assert "Pindah ke Gowa" in page.text
    assert "Tidak kembali" not in page.text
    response = client.post(address, {"answer": "back", "note": "Kembali dari Gowa"}, follow=True)
    assert [str(message) for message in response.context["messages"]] == ["Baso Syamsuddin tercatat kembali."]
    assert "Sudah keluar" not in response.text


def test_a_death_is_not_among_the_reasons(client, worker, officer):
    client.force_login(officer)
    address = reverse("workers:worker_exit", args=[worker.pk])

    assert reverse("claims:death_report", args=[worker.pk]) in client.get(address).text
    assert list(client.post(address, EXIT | {"reason": "died"}).context["form"].errors) == ["reason"]


def test_a_day_that_has_not_come_is_told_at_its_field(client, worker, officer):
    client.force_login(officer)
    response = client.post(reverse("workers:worker_exit", args=[worker.pk]), EXIT | {"exited_on_2": "2031"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["exited_on"]


def test_the_task_leads_to_the_page_that_answers_it(client, worker, officer):  # AC-D10
    leave(worker, officer)
    see_again([NIK], by=officer)
    client.force_login(officer)

    (task,) = client.get(reverse("home")).context["tasks"]
    assert (task.title, task.url) == ("1 orang yang sudah keluar datang lagi", worker.get_absolute_url())
    assert "NIK ini dibawa lagi ke pendaftaran" in client.get(task.url).text
    address = reverse("workers:worker_return", args=[worker.pk])
    assert "Tidak kembali" in client.get(address).text
    assert client.post(address, {"answer": "away", "note": ""}).status_code == 422
    response = client.post(address, {"answer": "away", "note": "Salah ketik NIK"}, follow=True)
    assert [str(message) for message in response.context["messages"]] == ["Baso Syamsuddin tetap tercatat keluar."]
    assert client.get(reverse("home")).context["tasks"] == []


def test_a_second_return_is_told_on_the_page(client, worker, officer):
    client.force_login(officer)
    address = reverse("workers:worker_return", args=[worker.pk])

    assert "Orang ini tidak tercatat keluar." in client.get(address).text
    assert client.post(address, {"answer": "back", "note": "Kembali"}).status_code == 422


def test_the_list_and_the_search_say_who_has_left(client, worker, officer):
    leave(worker, officer)
    client.force_login(officer)

    (listed,) = client.get(reverse("workers:worker_list")).context["page"]
    assert listed.exit_reason == "moved"
    found = client.post(reverse("workers:worker_search"), {"nik": NIK})
    assert "Keluar sejak 1 Okt 2026: Pindah dari Kota Makassar" in found.text


def test_the_form_of_a_registration_leads_to_the_person(client, worker, officer):  # AC-D10
    leave(worker, officer)
    client.force_login(officer)
    found = client.post(reverse("workers:worker_search"), {"nik": NIK})

    assert worker.get_absolute_url() in found.text
