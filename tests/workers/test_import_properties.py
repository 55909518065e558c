"""Whatever was there, was imported and was edited since: undoing leaves the state before, plus the edits (AC-I37)."""

import hashlib
import io
import json

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.workers.factories import WorkerFactory
from tests.workers.test_imports import taken_in, undo
from tests.workers.test_registry_file import ROW, csv_of
from workers.models import DesilRecord, DuplicatePair, ImportFinding, RegistryImport, Worker
from workers.operations import accept_import, check_import, decide_rows, search_import, store_import

PEOPLE = range(1, 7)
PHONES = st.sampled_from(["", "081100000001", "081100000002", "081100000003"])
HELD = st.dictionaries(st.sampled_from(PEOPLE), PHONES, max_size=4)
EDITS = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(["081299990001", "081299990002"]), max_size=3)


def nik(person: int) -> str:
    return f"820310170872{person:04d}"


def row(person: int, phone: str) -> dict[str, str]:
    return {**ROW, "nik": nik(person), "nama": f"ORANG KE {person}", "no_kk": "", "desil": "", "no_hp": phone}


def phones() -> dict[str, str]:
    return dict(Worker.objects.values_list("nik", "phone"))


def checksum() -> str:
    """Of all rows that an import can leave outside its own tables, keys and times of making included."""
    rows = [
        [[str(value) for value in row] for row in model.objects.order_by("pk").values_list()]
        for model in (Worker, DesilRecord, DuplicatePair)
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


@pytest.fixture
def admin(db):
    call_command("load_regions", stdout=io.StringIO())
    call_command("load_occupations", stdout=io.StringIO())
    return UserFactory()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True)
@given(before=HELD, file=HELD.filter(bool), edits=EDITS)
def test_undo_leaves_the_state_before_plus_the_edits(admin, before, file, edits):
    with transaction.atomic():
        home = Region.objects.get(pk="73.71.14.1002")
        for person, phone in before.items():
            WorkerFactory(nik=nik(person), name=f"ORANG KE {person}", phone=phone, kelurahan=home, registered_by=admin)
        untouched = checksum()
        rows = {person: number for number, person in enumerate(file, start=2)}
        content = csv_of(*(row(person, phone) for person, phone in file.items()))
        registry_import = taken_in(content, by=admin, posting=Region.objects.get(pk="73.71"))
        check_import(registry_import.pk, by=admin)
        decide_rows(registry_import.pk, by=admin, decision="taken", code="nik_changed")
        accept_import(registry_import.pk, by=admin)
        store_import(registry_import.pk)
        search_import(registry_import.pk)
        imported = phones()
        edited = {person: phone for person, phone in edits.items() if nik(person) in imported}
        for person, phone in edited.items():
            Worker.objects.filter(nik=nik(person)).update(phone=phone)
        undo(registry_import, by=admin)

        assert phones() == {nik(person): phone for person, phone in {**before, **edited}.items()}
        # "" in the file keeps what is known, so such a row changed nobody and has nothing to be undone
        kept = {
            rows[person]
            for person in edited
            if person in rows and (person not in before or (file[person] and file[person] != before[person]))
        }
        listed = ImportFinding.objects.filter(registry_import=registry_import, code="not_undone")
        assert set(listed.values_list("row", flat=True)) == kept
        assert bool(edited) or checksum() == untouched
        assert RegistryImport.objects.get().status == "undone"
        transaction.set_rollback(True)
