"""The search for doubles among the people of a stored file: due until it is done, whatever is killed before."""

import io
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.workers.factories import OccupationFactory, PolicyFactory, WorkerFactory
from tests.workers.test_import_pages import run_worker
from tests.workers.test_imports import state, taken_in
from tests.workers.test_registry_file import ROW, csv_of
from workers.enums import ImportStatus
from workers.models import DuplicatePair, ImportPulse, RegistryImport
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

    ImportPulse.objects.update(at=timezone.now() - SILENT * 2)
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


# --- set H of docs/cases.md, in a file of a day on which all of them could be registered ---

FAMILY, OTHER = "081231231230", "084321257650"
SET_H = {  # key: name, sex, born, phone
    "h1": ("Test Testowski", "L", "1955-09-04", FAMILY),
    "h2": ("Tesa Testowski", "P", "1957-10-10", FAMILY),
    "h3": ("Tescik Testowski", "L", "1996-12-12", FAMILY),
    "h4": ("Tessta Testowski", "P", "1997-07-07", FAMILY),
    "h5": ("Tessta Testowski", "P", "1997-07-07", FAMILY),
    "h6": ("Test Testowski", "L", "1955-09-04", FAMILY),
    "h7": ("Test Example", "L", "1997-08-08", OTHER),
}
COUPLE = {
    "husband": ("Test Testowski", "L", "1955-09-07", FAMILY),
    "wife": ("Tesa Testowski", "P", "1955-09-05", FAMILY),
    "daughter": ("Tessta Testowski", "P", "1989-09-10", FAMILY),
    "daughter again": ("Tessta Testowski", "P", "1989-09-10", FAMILY),
    "husband again": ("Test Testowski", "L", "1955-09-07", FAMILY),
}


def pairs_in_file(people, *, by):
    """The keys of the people whom the file of them puts into pairs."""
    PolicyFactory(effective_on=date(2010, 1, 1))
    rows = []
    for place, (name, sex, born, phone) in enumerate(people.values(), start=1):
        year, month, day = born.split("-")
        digits = f"{int(day) + 40 * (sex == 'P'):02d}{month}{year[2:]}"
        rows.append({
            **ROW, "nik": f"73710{place}{digits}{place}{place}{place}{place}", "nama": name, "jenis_kelamin": sex,
            "tanggal_lahir": born, "no_hp": phone, "no_kk": "", "desil": "",
        })  # fmt: skip
    registry_import = taken_in(csv_of(*rows), by=by, posting=Region.objects.get(pk="73.71"))
    RegistryImport.objects.update(uploaded_at=datetime(2015, 1, 1, tzinfo=UTC))
    check_import(registry_import.pk, by=by)
    accept_import(registry_import.pk, by=by)
    store_import(registry_import.pk)
    search_import(registry_import.pk)
    keys = list(people)
    assert registry_import.workers.count() == len(people)
    found = DuplicatePair.objects.values_list("one__registry_row", "other__registry_row")
    return sorted(tuple(keys[row - 2] for row in sorted(pair)) for pair in found)


def test_of_set_h_two_pairs_are_found_and_three_people_stay_single(admin):  # AC-D1
    assert pairs_in_file(SET_H, by=admin) == [("h1", "h6"), ("h4", "h5")]


def test_husband_and_wife_born_two_days_apart_are_no_pair(admin):  # AC-D1, AC-D2
    assert pairs_in_file(COUPLE, by=admin) == [("daughter", "daughter again"), ("husband", "husband again")]


ALIKE = """
    INSERT INTO workers_worker (
        nik, kelurahan_id, occupation_id, is_resident, employment, registered_by_id, family_card_number, name,
        birth_place, birth_on, sex, address, rt, rw, phone, income
    )
    SELECT '82031017087' || lpad(n::text, 5, '0'), kelurahan_id, occupation_id, is_resident, employment,
        registered_by_id, family_card_number, name, birth_place, birth_on, sex, address, rt, rw, phone, income
    FROM workers_worker, generate_series(2, 5000) AS n
"""


def test_forty_changes_of_five_thousand_are_shown_and_the_others_counted(admin):  # AC-I31
    people = [{**ROW, "nik": f"82031017087{n:05d}", "no_kk": "", "desil": ""} for n in range(1, 5001)]
    WorkerFactory(
        nik=people[0]["nik"], name=ROW["nama"], birth_on=date(1972, 8, 17), birth_place=ROW["tempat_lahir"],
        address=ROW["alamat"], rt="004", rw="001", income=1_300_000, phone=ROW["no_hp"], family_card_number="",
        kelurahan=Region.objects.get(pk="73.71.14.1002"), occupation=OccupationFactory(code="CKR"),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(ALIKE)
    for person in people[::125]:
        person["no_hp"] = "081200001111"
    registry_import = taken_in(csv_of(*people), by=admin, posting=Region.objects.get(pk="73.71"))
    check_import(registry_import.pk, by=admin)

    assert state(registry_import) == (ImportStatus.READY, {"review": 40, "duplicate": 4960})
    held = registry_import.staged.filter(verdict="review").values_list("changes", flat=True)
    assert list(held) == [{"phone": [ROW["no_hp"], "081200001111"]}] * 40
    assert registry_import.findings.filter(code="nik_registered").count() == 4960
