"""The search for doubles among the people of a stored file: due until it is done, whatever is killed before."""

import io

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.workers.test_import_pages import run_worker
from tests.workers.test_imports import taken_in
from tests.workers.test_registry_file import ROW, csv_of
from workers.models import DuplicatePair, RegistryImport
from workers.operations import accept_import, check_import, decide_rows, search_import, store_import
from workers.views.imports import SILENT

TWIN = {**ROW, "nik": "7371141708720001", "nama": "ANDI AMBO PETTALOLO", "no_kk": "", "desil": ""}


@pytest.fixture
def admin(db):
    call_command("load_regions", stdout=io.StringIO())
    call_command("load_occupations", stdout=io.StringIO())
    return UserFactory()


@pytest.fixture
def stored(admin):
    """A file with a person twice, whose worker was killed when the rows were stored."""
    registry_import = taken_in(csv_of(ROW, TWIN), by=admin, posting=Region.objects.get(pk="73.71"))
    check_import(registry_import.pk, by=admin)
    accept_import(registry_import.pk, by=admin)
    store_import(registry_import.pk)
    return registry_import


def test_a_search_that_was_lost_is_made_up_for_at_night(stored):
    assert DuplicatePair.objects.count() == 0
    said = io.StringIO()
    call_command("search_imports", stdout=said)
    call_command("search_imports", stdout=said)

    assert said.getvalue() == "1 berkas.\n0 berkas.\n"
    assert DuplicatePair.objects.count() == 1


def test_it_is_made_once(stored):
    search_import(stored.pk)
    DuplicatePair.objects.all().delete()
    search_import(stored.pk)

    assert DuplicatePair.objects.count() == 0


def test_the_page_says_so_and_goes_on_from_there(client, admin, stored):
    client.force_login(admin)
    page = client.get(stored.get_absolute_url())
    assert (page.context["searching"], page.context["silent"]) == (True, False)
    assert "Dugaan ganda masih dicari" in page.text

    RegistryImport.objects.update(progressed_at=timezone.now() - SILENT * 2)
    assert "Lanjutkan" in client.get(stored.get_absolute_url()).text
    client.post(reverse("workers:import_continue", args=[stored.pk]))
    run_worker()

    assert DuplicatePair.objects.count() == 1
    assert not client.get(stored.get_absolute_url()).context["searching"]


def test_a_held_row_that_is_taken_later_is_looked_for_too(client, admin):
    client.force_login(admin)
    held = {**TWIN, "nik": "7371149908720001"}  # the 99th: held until somebody looks
    registry_import = taken_in(csv_of(ROW, held), by=admin, posting=Region.objects.get(pk="73.71"))
    check_import(registry_import.pk, by=admin)
    accept_import(registry_import.pk, by=admin)
    store_import(registry_import.pk)
    search_import(registry_import.pk)
    assert DuplicatePair.objects.count() == 0

    client.post(reverse("workers:import_held", args=[registry_import.pk]), {"row": 3, "decision": "taken"})
    run_worker()

    assert DuplicatePair.objects.count() == 1


def test_a_row_that_is_left_is_not(admin, stored):
    search_import(stored.pk)
    decide_rows(stored.pk, by=admin, decision="left", rows=[3])

    stored.refresh_from_db()
    assert not stored.search_due
