"""Who has left the programme and comes back in a file: a task, never silently live again (AC-D10)."""

import io

import pytest
from django.core.management import call_command
from django.urls import reverse

from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.workers.factories import WorkerExitFactory, WorkerFactory
from tests.workers.test_import_pages import run_worker, upload
from tests.workers.test_imports import accept, findings, state, taken_in, undo
from tests.workers.test_registry_file import ROW, csv_of
from workers.enums import ImportStatus
from workers.models import RegistryImport, Worker, WorkerExit
from workers.operations import accept_import, check_import, report_of, store_import
from workers.registry_file import message_of

AGAIN = {**ROW, "no_hp": "081100009999"}
LEFT = "Pernah terdaftar: keluar sejak 01-10-2026, alasan: Pindah dari Kota Makassar. "


@pytest.fixture
def admin(db):
    call_command("load_regions", stdout=io.StringIO())
    call_command("load_occupations", stdout=io.StringIO())
    return UserFactory()


@pytest.fixture
def city(admin):
    return Region.objects.get(pk="73.71")


@pytest.fixture
def left(admin, city):
    """The person of ROW, who came with a file and moved away."""
    accept(taken_in(csv_of(ROW), by=admin, posting=city), by=admin)
    return WorkerExitFactory(worker=Worker.objects.get())


def test_who_has_left_becomes_a_task_with_the_reason(admin, city, left):  # AC-D10
    again = taken_in(csv_of(AGAIN), by=admin, posting=city)
    check_import(again.pk, by=admin)

    assert findings(again) == [(2, "duplicate", "nik", "nik_exited")]
    ((*_, message),) = report_of(again.pk)
    assert message.startswith(LEFT)
    assert not WorkerExit.objects.seen_again_for(admin).exists()  # nothing counts before acceptance

    accept_import(again.pk, by=admin)
    store_import(again.pk)

    assert state(again) == (ImportStatus.DONE, {"duplicate": 1})
    task = WorkerExit.objects.seen_again_for(admin).get()
    assert (task.worker, task.reason, task.returned_on, task.seen_again_by) == (left.worker, "moved", None, admin)
    assert left.worker.exit == task
    assert Worker.objects.get().phone == ROW["no_hp"]


def test_the_task_is_of_the_officers_where_the_person_lived(admin, city, left):
    """Nobody else reads that the person has left, or why (AC-D20)."""
    far = Region.objects.get(pk="73.71.09")
    here, there = UserFactory(officer=True, region=left.worker.kelurahan.parent), UserFactory(officer=True, region=far)
    again = taken_in(csv_of(AGAIN), by=there, posting=far)
    check_import(again.pk, by=there)
    accept_import(again.pk, by=admin)
    store_import(again.pk)

    assert [code for *_, code in findings(again)] == ["nik_elsewhere", "out_of_scope"]
    assert (
        WorkerExit.objects.seen_again_for(here).count(),
        WorkerExit.objects.seen_again_for(there).count(),
    ) == (1, 0)


def test_another_persons_name_makes_no_task(admin, city, left):  # AC-D23
    again = taken_in(csv_of({**ROW, "nama": "SITTI NURHAYATI"}), by=admin, posting=city)
    check_import(again.pk, by=admin)
    accept_import(again.pk, by=admin)
    store_import(again.pk)

    assert [code for *_, code in findings(again)] == ["nik_other_person"]
    assert not WorkerExit.objects.seen_again_for(admin).exists()


def test_who_is_back_is_like_everybody_else(admin, city, left):
    WorkerExit.objects.update(returned_on="2026-11-01", returned_by=admin)
    again = taken_in(csv_of(AGAIN), by=admin, posting=city)
    check_import(again.pk, by=admin)

    assert [code for *_, code in findings(again)] == ["nik_changed"]


def test_undoing_the_file_takes_its_tasks_back(admin, city, left):
    again = taken_in(csv_of(AGAIN), by=admin, posting=city)
    check_import(again.pk, by=admin)
    accept_import(again.pk, by=admin)
    store_import(again.pk)
    undo(again, by=admin)

    assert not WorkerExit.objects.seen_again_for(admin).exists()


def test_what_was_kept_no_longer_is_said_in_general():
    assert message_of("nik_exited").startswith("Pernah terdaftar: sudah keluar. ")


def test_the_page_says_it_and_the_home_page_has_the_task(client, admin):
    home = Region.objects.get(pk="73.71.14.1002")
    WorkerExitFactory(worker=WorkerFactory(nik=ROW["nik"], name=ROW["nama"], kelurahan=home))
    client.force_login(admin)
    upload(client, csv_of(AGAIN).getvalue(), posting="73.71")
    registry_import = RegistryImport.objects.get()
    run_worker()
    assert "Pernah terdaftar" in client.get(registry_import.get_absolute_url()).text
    findings_page = reverse("workers:import_finding_list", args=[registry_import.pk])
    listed = client.get(findings_page, {"code": "nik_exited", "column": "nik"})
    assert LEFT in listed.text

    client.post(reverse("workers:import_accept", args=[registry_import.pk]))
    run_worker()

    assert "1 orang yang sudah keluar datang lagi" in client.get(reverse("home")).text
