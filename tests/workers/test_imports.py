import io
import os
import random
import signal
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.utils import timezone

from accounts.roles import Role
from casework.audit import entries_about, entries_of
from casework.decisions import Refused
from casework.models import AuditEntry
from monitoring.trail import read_trail
from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.claims.factories import ClaimFactory
from tests.enrollment.factories import BatchFactory, BatchLineFactory, MembershipFactory
from tests.workers.factories import DesilRecordFactory, WorkerFactory
from tests.workers.test_registry_file import ROW, csv_of
from workers.enums import ImportStatus, Verdict
from workers.models import (
    DesilRecord,
    DuplicatePair,
    ImportFinding,
    ImportPulse,
    Occupation,
    RegistryImport,
    StagedRow,
    Worker,
)
from workers.operations import (
    accept_import,
    cancel_import,
    check_import,
    decide_rows,
    finish_undo,
    import_registry,
    register_worker,
    report_of,
    search_import,
    store_import,
    try_registry,
    undo_import,
)
from workers.operations.pulse import at_work
from workers.registry_file import Unreadable
from workers.tasks import check_import as check_import_task
from workers.tasks import store_import as store_import_task

SAMPLE = Path(__file__).parents[1] / "data" / "registry_sample.csv"
OTHER_KECAMATAN = {"kode_kelurahan": "7371091009", "kelurahan": "", "kecamatan": ""}


@pytest.fixture(autouse=True)
def reference_data(db):
    call_command("load_regions", stdout=io.StringIO())
    call_command("load_occupations", stdout=io.StringIO())


@pytest.fixture
def admin(reference_data):
    return UserFactory()


@pytest.fixture
def city():
    return Region.objects.get(pk="73.71")


def rows(count, *, first=1):
    return [{**ROW, "nik": f"820310170872{first + n:04d}"} for n in range(count)]


def taken_in(stream, *, by, posting):
    content = ContentFile(stream.read())
    return import_registry(by=by, content=content, name="daftar.csv", posting=posting)


def accept(registry_import, *, by):
    """Check, acceptance and storing, as page and background worker do it one after another."""
    check_import(registry_import.pk, by=by)
    accept_import(registry_import.pk, by=by)
    store_import(registry_import.pk)
    search_import(registry_import.pk)


def state(registry_import):
    """The status, and how many rows have which verdict."""
    registry_import.refresh_from_db()
    counts = {verdict.value: getattr(registry_import, f"rows_{verdict}") for verdict in Verdict}
    assert sum(counts.values()) == registry_import.rows_done == registry_import.rows_total  # AC-I34
    return registry_import.status, {verdict: count for verdict, count in counts.items() if count}


def findings(registry_import):
    return [(row, outcome, column, code) for row, outcome, column, code, *_ in report_of(registry_import.pk)]


def test_the_sample_is_taken_over_whole(admin, city):
    with SAMPLE.open("rb") as stream:
        registry_import = taken_in(stream, by=admin, posting=city)
    accept(registry_import, by=admin)

    assert state(registry_import) == (ImportStatus.DONE, {"accepted": 60})
    assert findings(registry_import) == []
    assert registry_import.staged.count() == 0
    worker = Worker.objects.get(nik="8203101708726001")
    assert (worker.name, worker.kelurahan_id, worker.occupation.name) == (
        "ANDI AMBO PETTALOLO",
        "73.71.14.1002",
        "Tukang cukur",
    )
    assert (worker.registry_import, worker.registered_by, worker.is_resident) == (registry_import, admin, True)
    assert worker.desil_in("2026-3") == 3
    assert [entry.event for entry in entries_of(registry_import)] == [
        "import.upload",
        "import.check",
        "import.present",
        "import.accept",
        "import.finish",
    ]


def test_nothing_counts_before_acceptance(admin, city):
    registry_import = taken_in(csv_of(*rows(3)), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)

    assert state(registry_import) == (ImportStatus.READY, {"accepted": 3})
    assert (Worker.objects.count(), DesilRecord.objects.count()) == (0, 0)


def test_a_file_rests_sealed_and_is_still_taken_over(admin, city, settings, tmp_path):
    sealed = {"BACKEND": "casework.documents.SealedStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": sealed}
    registry_import = taken_in(csv_of(*rows(3)), by=admin, posting=city)
    accept(registry_import, by=admin)

    assert state(registry_import) == (ImportStatus.DONE, {"accepted": 3})
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert (ROW["nama"].encode() in file.read_bytes(), "daftar" in str(file)) == (False, False)


def test_each_imported_person_has_a_history_with_file_row_and_user(admin, city):  # AC-W73
    registry_import = taken_in(csv_of(*rows(2), {**ROW, "nik": ""}, *rows(1, first=3)), by=admin, posting=city)
    accept(registry_import, by=admin)

    told = Worker.events.rel.related_model.objects.order_by("nik")
    assert [(past.pgh_label, past.nik, past.registry_import, past.registry_row, past.pgh_context) for past in told] == [
        ("insert", "8203101708720001", registry_import, 2, {"user": admin.pk}),
        ("insert", "8203101708720002", registry_import, 3, {"user": admin.pk}),
        ("insert", "8203101708720003", registry_import, 5, {"user": admin.pk}),
    ]


def test_the_trail_names_who_accepted_although_a_worker_stores(admin, city):  # AC-B20
    uploader = UserFactory(role=Role.OFFICER, region=city)
    registry_import = taken_in(csv_of(*rows(1)), by=uploader, posting=city)
    check_import(registry_import.pk, by=uploader)
    accept_import(registry_import.pk, by=admin)

    store_import(registry_import.pk)  # as the background worker does it: nobody is told to it

    (finished,) = entries_of(registry_import).filter(event="import.finish")
    assert (finished.actor_id, Worker.objects.get().registered_by) == (admin.pk, admin)
    past = Worker.events.rel.related_model.objects.get()
    assert past.pgh_context == {"user": admin.pk}


def test_the_trail_of_an_imported_person_tells_of_the_import(admin, city):
    accept(taken_in(csv_of(*rows(2)), by=admin, posting=city), by=admin)
    worker = Worker.objects.first()

    about = [(entry.event, entry.actor_id) for entry in entries_about(worker.pk, came_with=worker.registry_import)]
    assert ("import.accept", admin.pk) in about
    assert list(entries_about(worker.pk).values_list("event", flat=True)) == []
    assert ("import.accept", "Menerima impor daftar") in [
        (line.entry.event, line.what) for line in read_trail(by=admin, person=worker).lines
    ]


def test_good_rows_are_stored_and_bad_ones_handed_back(admin, city):
    stream = csv_of(
        {**ROW, "nik": ""},  # AC-W46
        {**ROW, "nik": "8203101708720002"},
        {**ROW, "nik": "8203.1017.0872.0003"},  # AC-I20
        {**ROW, "nik": "8203105708720004"},  # AC-I22
        {**ROW, "nik": "8203101708720005", "tanggal_lahir": "31-02-1990"},  # AC-W47
        {**ROW, "nik": "8203101708720006", "tanggal_lahir": "24-11-1961"},  # AC-I10
        dict.fromkeys(ROW, ""),
        {**ROW, "nik": "8203101708720007", "jenis_kelamin": "-"},  # AC-I35
    )
    registry_import = taken_in(stream, by=admin, posting=city)
    registry_import.uploaded_at = datetime(2026, 11, 24, 4, tzinfo=UTC)
    registry_import.save()
    accept(registry_import, by=admin)

    counts = {"accepted": 2, "repaired": 1, "refused": 2, "ineligible": 1, "blank": 1, "review": 1}
    assert state(registry_import) == (ImportStatus.DONE, counts)
    assert findings(registry_import) == [
        (2, "refused", "nik", "nik_empty"),
        (4, "repaired", "nik", "nik_separators"),
        (5, "accepted", "nik", "nik_sex_mismatch"),
        (6, "refused", "tanggal_lahir", "birth_date"),
        (7, "ineligible", "nik", "nik_birth_mismatch"),
        (7, "ineligible", "tanggal_lahir", "too_old"),
        (9, "review", "jenis_kelamin", "sex"),
    ]
    assert sorted(registry_import.workers.values_list("nik", flat=True)) == [
        "8203101708720002",
        "8203101708720003",
        "8203105708720004",
    ]


def test_the_trial_says_the_same_and_stores_nothing(admin, city):
    DesilRecordFactory(family_card_number=ROW["no_kk"], desil=7)
    content = csv_of(*rows(2), {**ROW, "nik": "12"}, columns=(*ROW, "catatan")).getvalue()

    with try_registry(io.BytesIO(content), name="daftar.csv", posting=city) as trial:
        counts, report = trial.counts, list(trial.report)

    assert {verdict: count for verdict, count in counts.items() if count} == {"accepted": 2, "refused": 1}
    assert (Worker.objects.count(), DesilRecord.objects.count(), StagedRow.objects.count()) == (0, 1, 0)
    assert (RegistryImport.objects.count(), ImportFinding.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)

    registry_import = taken_in(io.BytesIO(content), by=admin, posting=city)
    accept(registry_import, by=admin)

    assert state(registry_import) == (ImportStatus.DONE, {"accepted": 2, "refused": 1})
    assert list(report_of(registry_import.pk)) == [*report]
    assert findings(registry_import) == [
        (1, "accepted", "catatan", "column_unknown"),
        (2, "accepted", "desil", "desil_differs"),
        (3, "accepted", "desil", "desil_differs"),
        (4, "refused", "nik", "nik_length"),
        (4, "refused", "desil", "desil_differs"),
    ]
    assert [record.desil for record in DesilRecord.objects.all()] == [7]


def test_an_officer_uploads_for_his_region_only():  # AC-W50
    officer = UserFactory(role=Role.OFFICER, region=Region.objects.get(pk="73.71.14"))
    stream = csv_of(*rows(1), {**rows(1, first=2)[0], **OTHER_KECAMATAN})

    registry_import = taken_in(stream, by=officer, posting=officer.region)
    accept(registry_import, by=officer)

    assert state(registry_import) == (ImportStatus.DONE, {"accepted": 1, "refused": 1})
    assert findings(registry_import) == [(3, "refused", "kode_kelurahan", "out_of_scope")]


@pytest.mark.parametrize(
    ("user", "codes"),
    [
        ({"officer": True}, ["out_of_scope"]),
        ({"auditor": True}, ["not_a_registrar"]),
        ({"bpjs": True}, ["not_a_registrar"]),
    ],
)
def test_who_may_not_import_leaves_no_trace(user, codes, city):
    with pytest.raises(Refused) as refusal:
        taken_in(csv_of(ROW), by=UserFactory(**user), posting=city)

    assert refusal.value.codes == codes
    assert (RegistryImport.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"nik,nama\n1,2"])
def test_what_is_no_registry_file_is_not_stored(admin, city, content):  # AC-I2
    before = default_storage.listdir("imports")[1] if default_storage.exists("imports") else []

    with pytest.raises(Unreadable):
        taken_in(io.BytesIO(content), by=admin, posting=city)

    assert (RegistryImport.objects.count(), AuditEntry.objects.count()) == (0, 0)
    assert (default_storage.listdir("imports")[1] if default_storage.exists("imports") else []) == before


def test_a_file_that_breaks_off_is_refused_whole(admin, city):
    content = csv_of(*rows(501)).getvalue() + b'"' + b"x" * 200_000
    registry_import = taken_in(io.BytesIO(content), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)

    registry_import.refresh_from_db()
    assert registry_import.status == ImportStatus.FAILED
    assert registry_import.trouble == "Setelah baris 502 berkas tidak terbaca. Periksa tanda kutip yang tidak ditutup."
    assert (Worker.objects.count(), StagedRow.objects.count()) == (0, 0)


def test_mixed_up_columns_stop_the_file(admin, city):  # AC-I23
    people = rows(100)
    for person in people[:3]:
        person["no_kk"] = person["nik"]
    registry_import = taken_in(csv_of(*people), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)

    registry_import.refresh_from_db()
    assert (registry_import.status, registry_import.trouble) == (
        ImportStatus.FAILED,
        "Kolom NIK dan nomor KK berisi angka yang sama di banyak baris. Periksa apakah kolomnya tertukar.",
    )


def test_the_worker_asks_the_same_rules_again(city):
    officer = UserFactory(role=Role.OFFICER, region=city)
    registry_import = taken_in(csv_of(ROW), by=officer, posting=city)
    officer.region = Region.objects.get(pk="73.71.14")
    officer.save()

    with pytest.raises(RegistryImport.DoesNotExist):
        check_import(registry_import.pk, by=officer)

    assert state(registry_import) == (ImportStatus.QUEUED, {})


def test_what_is_finished_is_not_done_again(admin, city):
    registry_import = taken_in(csv_of(ROW), by=admin, posting=city)
    accept(registry_import, by=admin)
    check_import(registry_import.pk, by=admin)
    store_import(registry_import.pk)

    assert state(registry_import) == (ImportStatus.DONE, {"accepted": 1})
    assert entries_of(registry_import).count() == 5


def test_the_counts_cannot_disagree():  # AC-I34
    counts = {"rows_total": 3, "rows_done": 2, "rows_accepted": 1, "rows_refused": 0}
    place = Region.objects.get(pk="73.71")

    with pytest.raises(IntegrityError, match="workers_import_each_row_has_its_verdict"), transaction.atomic():
        RegistryImport.objects.create(
            name="x", sha256="x", path="x", posting=place, uploaded_by=UserFactory(), **counts
        )


def known_row(**changes):
    return {**ROW, "nik": "8203101708720001", **changes}


@pytest.fixture
def known(admin, city):
    """The person of known_row, who is registered."""
    accept(taken_in(csv_of(known_row()), by=admin, posting=city), by=admin)
    return Worker.objects.get()


def test_rows_of_people_who_are_registered_are_held_against_them(admin, city, known):  # AC-W44, AC-I31, AC-D22
    stream = csv_of(
        known_row(nama="andi  ambo pettalolo"),
        columns=tuple(ROW),
    )
    same = taken_in(stream, by=admin, posting=city)
    accept(same, by=admin)
    moved = taken_in(csv_of(known_row(alamat="JL. BARU 1", no_hp="0812 0000 1111")), by=admin, posting=city)
    check_import(moved.pk, by=admin)

    assert state(same) == (ImportStatus.DONE, {"duplicate": 1})
    assert [code for *_, code in findings(same)] == ["spaces", "nik_registered"]
    assert state(moved) == (ImportStatus.READY, {"review": 1})
    (row,) = moved.staged.all()
    assert row.changes == {
        "address": ["JL. GUNUNG LATIMOJONG NO. 34", "JL. BARU 1"],
        "phone": ["081100052838", "081200001111"],
    }
    assert next(message for *_, message in report_of(moved.pk)) == (
        "NIK ini sudah terdaftar, dan baris ini mengubah alamat, nomor HP. Putuskan: ambil atau biarkan."
    )


def test_a_blank_cell_keeps_what_is_known(admin, city, known):  # AC-I32
    blank = dict.fromkeys(set(ROW) - {"nik"}, "")
    registry_import = taken_in(csv_of(known_row(**blank)), by=admin, posting=city)
    accept(registry_import, by=admin)

    assert state(registry_import) == (ImportStatus.DONE, {"duplicate": 1})
    known.refresh_from_db()
    assert (known.phone, known.address) == ("081100052838", "JL. GUNUNG LATIMOJONG NO. 34")


def test_another_persons_name_under_a_known_nik_is_refused(admin, city, known):  # AC-D23
    registry_import = taken_in(csv_of(known_row(nama="BURHANUDDIN SIBALI")), by=admin, posting=city)
    accept(registry_import, by=admin)

    assert state(registry_import) == (ImportStatus.DONE, {"refused": 1})
    assert findings(registry_import) == [(2, "refused", "nik", "nik_other_person")]


def test_who_a_person_is_does_not_change_by_a_file(admin, city, known):
    row = known_row(tanggal_lahir="1972-08-18", nama="ANDI AMBO PETALOLO", rt="9")
    registry_import = taken_in(csv_of(row), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)
    decide_rows(registry_import.pk, by=admin, decision="taken", rows=[2])
    accept_import(registry_import.pk, by=admin)
    store_import(registry_import.pk)

    known.refresh_from_db()
    assert (known.rt, known.birth_on, known.name) == ("009", date(1972, 8, 17), "ANDI AMBO PETTALOLO")
    assert (2, "review", "nik", "identity_differs") in findings(registry_import)


def test_a_person_of_another_region_is_not_told_about(admin, city, known):  # AC-D20
    officer = UserFactory(role=Role.OFFICER, region=Region.objects.get(pk="73.71.09"))
    row = known_row(kode_kelurahan="7371091009", kelurahan="", kecamatan="")
    registry_import = taken_in(csv_of(row), by=officer, posting=officer.region)
    check_import(registry_import.pk, by=officer)

    assert state(registry_import) == (ImportStatus.READY, {"duplicate": 1})
    (row,) = registry_import.staged.all()
    assert row.changes is None
    assert [message for *_, message in report_of(registry_import.pk)] == [
        "NIK ini sudah terdaftar di wilayah lain. Admin kota dapat membantu."
    ]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_held_row_is_taken_by_decision_only(admin, city, known, when):  # AC-I31
    row = known_row(no_hp="081200001111", pendapatan="2000000", pekerjaan="nelayan")
    registry_import = taken_in(csv_of(row, *rows(1, first=2)), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)
    if when == "before":
        decide_rows(registry_import.pk, by=admin, decision="taken", code="nik_changed")
    accept_import(registry_import.pk, by=admin)
    store_import(registry_import.pk)
    if when == "after":
        known.refresh_from_db()
        assert known.phone == "081100052838"
        decide_rows(registry_import.pk, by=admin, decision="taken", rows=[2])

    known.refresh_from_db()
    assert (known.phone, known.income) == ("081200001111", 2_000_000)
    assert state(registry_import) == (ImportStatus.DONE, {"review": 1, "accepted": 1})
    assert known.events.filter(pgh_label="update").count() == 1


def test_a_row_without_sex_cannot_be_taken(admin, city):
    registry_import = taken_in(csv_of({**ROW, "jenis_kelamin": "-"}), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)

    assert decide_rows(registry_import.pk, by=admin, decision="taken", rows=[2]) == 0
    assert decide_rows(registry_import.pk, by=admin, decision="left", rows=[2]) == 1


def test_a_nik_with_an_impossible_date_is_taken_by_decision(admin, city):
    registry_import = taken_in(csv_of({**ROW, "nik": "7371018501810001"}), by=admin, posting=city)
    accept(registry_import, by=admin)
    assert Worker.objects.count() == 0

    decide_rows(registry_import.pk, by=admin, decision="taken", rows=[2])

    assert [worker.registry_row for worker in Worker.objects.all()] == [2]
    assert decide_rows(registry_import.pk, by=admin, decision="left", rows=[2]) == 0  # decided is decided


def test_who_was_registered_meanwhile_is_not_doubled(admin, city):  # AC-W44
    registry_import = taken_in(csv_of(*rows(3)), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)
    WorkerFactory(nik="8203101708720002")
    accept_import(registry_import.pk, by=admin)
    store_import(registry_import.pk)

    assert state(registry_import) == (ImportStatus.DONE, {"accepted": 2, "duplicate": 1})
    assert findings(registry_import) == [(3, "duplicate", "nik", "nik_meanwhile")]


def test_who_was_changed_meanwhile_is_left(admin, city, known):
    registry_import = taken_in(csv_of(known_row(no_hp="081200001111")), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)
    decide_rows(registry_import.pk, by=admin, decision="taken", rows=[2])
    Worker.objects.update(phone="081299999999")
    accept_import(registry_import.pk, by=admin)
    store_import(registry_import.pk)

    known.refresh_from_db()
    assert known.phone == "081299999999"
    assert findings(registry_import)[-1] == (2, "review", "nik", "changed_meanwhile")


def test_a_file_that_is_not_taken_leaves_nothing(admin, city):  # AC-I37
    registry_import = taken_in(csv_of(*rows(3)), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)
    cancel_import(registry_import.pk, by=admin)

    assert registry_import.staged.count() == 0
    assert state(registry_import) == (ImportStatus.CANCELLED, {"accepted": 3})
    assert (Worker.objects.count(), DesilRecord.objects.count()) == (0, 0)
    with pytest.raises(Refused) as refusal:
        accept_import(registry_import.pk, by=admin)
    assert refusal.value.codes == ["wrong_status"]


def test_the_same_file_again_needs_a_reason(admin, city):  # AC-I28
    first = taken_in(csv_of(*rows(2)), by=admin, posting=city)
    cancel_import(first.pk, by=admin)
    again = taken_in(csv_of(*rows(2)), by=admin, posting=city)  # of the first nothing was stored
    accept(again, by=admin)

    with pytest.raises(Refused) as refusal:
        taken_in(csv_of(*rows(2)), by=UserFactory(), posting=city)

    day = timezone.localdate()
    assert refusal.value.messages == [
        f"Berkas ini sudah diimpor pada {day:%d-%m-%Y} oleh {admin.name}. "
        "Tulis alasannya bila memang perlu diimpor lagi."
    ]
    third = import_registry(
        by=admin, content=ContentFile(csv_of(*rows(2)).read()), name="x.csv", posting=city, reason="Ada yang terhapus"
    )
    accept(third, by=admin)
    assert state(third) == (ImportStatus.DONE, {"duplicate": 2})


def test_a_file_that_is_mostly_known_needs_an_admin(admin, city):  # AC-D32
    accept(taken_in(csv_of(*rows(6)), by=admin, posting=city), by=admin)
    officer = UserFactory(role=Role.OFFICER, region=city)
    registry_import = taken_in(csv_of(*rows(10)), by=officer, posting=city)
    check_import(registry_import.pk, by=officer)

    with pytest.raises(Refused) as refusal:
        accept_import(registry_import.pk, by=officer)

    assert refusal.value.reasons[0].text == "60 % baris sudah ada dalam berkas ini atau dalam data."
    accept_import(registry_import.pk, by=admin)
    store_import(registry_import.pk)
    assert state(registry_import) == (ImportStatus.DONE, {"accepted": 4, "duplicate": 6})


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_stored_nothing_and_is_started_again(admin, city):  # AC-I38
    registry_import = taken_in(csv_of(*rows(60)), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)
    accept_import(registry_import.pk, by=admin)
    errors = []

    with transaction.atomic():
        WorkerFactory(nik=rows(1, first=30)[0]["nik"])  # not committed: the import waits for us
        thread = threading.Thread(target=store_in_own_connection, args=[registry_import.pk, errors])
        thread.start()
        terminate_the_waiting_connection()
        thread.join(timeout=20)
        transaction.set_rollback(True)

    assert [type(error) for error in errors] == [OperationalError]
    assert state(registry_import) == (ImportStatus.ACCEPTING, {"accepted": 60})
    assert Worker.objects.count() == 0

    store_import(registry_import.pk)

    assert state(registry_import) == (ImportStatus.DONE, {"accepted": 60})
    assert Worker.objects.count() == 60


@pytest.mark.django_db(transaction=True)
def test_one_import_at_a_time(admin, city):  # AC-I29
    first, second = (taken_in(csv_of(*rows(3, first=n)), by=admin, posting=city) for n in (1, 4))
    check_import(first.pk, by=admin)
    accept_import(first.pk, by=admin)
    errors = []

    with transaction.atomic():
        WorkerFactory(nik=rows(1, first=2)[0]["nik"])
        one = threading.Thread(target=store_in_own_connection, args=[first.pk, errors])
        one.start()
        waiting_connection()
        other = threading.Thread(target=check_in_own_connection, args=[second.pk, admin, errors])
        other.start()
        time.sleep(0.7)
        assert state(second) == (ImportStatus.QUEUED, {})
    one.join(timeout=20)
    other.join(timeout=20)

    assert errors == []
    assert state(first) == (ImportStatus.DONE, {"accepted": 2, "duplicate": 1})
    assert state(second) == (ImportStatus.READY, {"accepted": 3})


@pytest.mark.django_db(transaction=True)
def test_work_gives_a_sign_of_life(admin, city, monkeypatch):
    monkeypatch.setattr("workers.operations.pulse.PULSE", 0.05)
    registry_import = taken_in(csv_of(*rows(1)), by=admin, posting=city)
    ImportPulse.objects.update_or_create(pk=registry_import.pk, defaults={"at": datetime(2026, 1, 1, tzinfo=UTC)})

    with at_work(registry_import) as pulse:
        pulse.stored = 7
        time.sleep(0.5)

    sign = ImportPulse.objects.get()
    assert (timezone.now() - sign.at < timedelta(minutes=1), sign.rows_stored) == (True, 7)


def store_in_own_connection(pk, errors):
    try:
        store_import(pk)
    except OperationalError as error:
        errors.append(error)
    finally:
        connection.close()


def check_in_own_connection(pk, by, errors):
    try:
        check_import(pk, by=by)
    except OperationalError as error:
        errors.append(error)
    finally:
        connection.close()


def waiting_connection():
    """The process id of the connection that waits for a lock of ours."""
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute(
                "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if found := cursor.fetchone():
                return found[0]
            time.sleep(0.05)
    raise AssertionError("The import never came to the row that it has to wait for.")


def terminate_the_waiting_connection():
    pid = waiting_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])


@pytest.mark.django_db(transaction=True)
def test_the_background_worker_takes_it_from_the_queue(admin, city):
    registry_import = taken_in(csv_of(*rows(2)), by=admin, posting=city)
    check_import_task.enqueue(str(registry_import.pk), by=admin.pk)
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    accept_import(registry_import.pk, by=admin)
    store_import_task.enqueue(str(registry_import.pk))
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)

    assert state(registry_import) == (ImportStatus.DONE, {"accepted": 2})


# --- killed at any moment ---

ROWS = 200


def outcome():
    """All that an import leaves, without keys and times."""
    fields = ("nik", "name", "birth_on", "phone", "kelurahan", "occupation", "income", "registry_row")
    return {
        "workers": list(Worker.objects.order_by("nik").values_list(*fields)),
        "events": list(Worker.events.rel.related_model.objects.order_by("nik").values_list("pgh_label", "nik")),
        "desil": list(DesilRecord.objects.order_by("family_card_number").values_list("family_card_number", "desil")),
        "findings": list(ImportFinding.objects.order_by("row", "code").values_list("row", "code", "details")),
        "staged": list(StagedRow.objects.order_by("row").values_list("row", "verdict")),
        "pairs": sorted(map(sorted, DuplicatePair.objects.values_list("one__nik", "other__nik"))),
        "search": list(RegistryImport.objects.values_list("search_due", flat=True)),
        "counts": list(RegistryImport.objects.values_list("status", *(f"rows_{verdict}" for verdict in Verdict))),
    }


def dirty_file():
    people = rows(ROWS)
    for n, person in enumerate(people):
        person["no_kk"] = f"73711405091{n // 3:05d}"
        person["nik"] = "12" if n % 50 == 7 else person["nik"]
        person["no_hp"] = "+62 812 3456 7890" if n % 50 == 9 else ""
        person["nama"] = f"ORANG {chr(65 + n % 26) * 4} {chr(65 + n // 26) * 5}"
        born = date(1970, 1, 1) + timedelta(days=n)
        person["tanggal_lahir"] = f"{born:%Y-%m-%d}"
    return csv_of(*people)


def import_to_the_end(pk, by):
    check_import(pk, by=by)
    if RegistryImport.objects.get(pk=pk).status == ImportStatus.READY:
        accept_import(pk, by=by)
    store_import(pk)
    search_import(pk)


def killed_after(seconds, pk, by):
    """A process that imports, killed after so many seconds; whether it was still at it."""
    connection.close()
    child = os.fork()
    if child == 0:
        try:
            # A browser test leaves an event loop in this thread, and a child, which has none, would use a connection
            # that the parent opened before it. Left unclosed: the socket is the parent's too.
            connections["default"]
            del connections["default"]
            import_to_the_end(pk, by)
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_killed_at_ten_moments_an_import_ends_as_if_it_never_was(admin, city, monkeypatch):  # AC-I38
    monkeypatch.setattr("workers.operations.staging.CHUNK", 40)
    monkeypatch.setattr("workers.operations.accepting.STEP", 40)
    undisturbed = taken_in(dirty_file(), by=admin, posting=city)
    began = time.monotonic()
    import_to_the_end(undisturbed.pk, admin)
    took = time.monotonic() - began
    expected = outcome()
    forget_everything()

    again = taken_in(dirty_file(), by=admin, posting=city)
    moments = random.Random(7)  # noqa: S311
    kills = sum(killed_after(moments.uniform(0, took), again.pk, admin) for _ in range(10))
    import_to_the_end(again.pk, admin)

    assert kills > 0
    assert outcome() == expected


def test_words_forgotten_between_chunks_are_looked_up_again(admin, city, monkeypatch):
    expected = taken_in(dirty_file(), by=admin, posting=city)
    check_import(expected.pk, by=admin)
    monkeypatch.setattr("workers.operations.staging.CHUNK", 5)
    monkeypatch.setattr("workers.operations.staging.WORDS_KEPT", 0)

    again = taken_in(dirty_file(), by=admin, posting=city)
    check_import(again.pk, by=admin)

    def verdicts(registry_import):
        return list(registry_import.staged.order_by("row").values_list("row", "verdict", "kelurahan_id"))

    assert verdicts(again) == verdicts(expected)


def forget_everything():
    """As before the first import, so that the second meets the same registry."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE workers_registryimport, workers_workerevent CASCADE")


# --- undone ---


def undo(registry_import, *, by):
    undo_import(registry_import.pk, by=by, reason="Berkas keliru")
    finish_undo(registry_import.pk)


def test_an_undone_import_leaves_the_state_before(admin, city):  # AC-I37
    before = outcome()
    registry_import = taken_in(csv_of(*rows(3)), by=admin, posting=city)
    accept(registry_import, by=admin)
    undo(registry_import, by=admin)

    after = outcome()
    assert (after["workers"], after["desil"]) == (before["workers"], before["desil"])
    registry_import.refresh_from_db()
    assert (registry_import.status, registry_import.rows_undone) == (ImportStatus.UNDONE, 3)
    assert [entry.event for entry in entries_of(registry_import)][-2:] == ["import.undo", "import.finish_undo"]
    finish_undo(registry_import.pk)  # done is done
    assert entries_of(registry_import).count() == 7


def test_what_rests_on_a_row_keeps_it(admin, city):
    registry_import = taken_in(csv_of(*rows(6)), by=admin, posting=city)
    accept(registry_import, by=admin)
    people = list(Worker.objects.order_by("nik"))
    BatchLineFactory(worker=people[0], batch=BatchFactory(proposed_by=admin))
    MembershipFactory(worker=people[1])
    ClaimFactory(worker=people[2])
    Worker.objects.filter(pk=people[3].pk).update(phone="081299999999")
    pair = DuplicatePair.objects.get(one__in=people[4:], other__in=people[4:])
    if_unsure = {"status": "unsure", "answered_by": admin, "answered_at": timezone.now()}
    DuplicatePair.objects.filter(pk=pair.pk).update(**if_unsure)
    undo(registry_import, by=admin)

    stay = {*people[:4], pair.one, pair.other}
    assert set(Worker.objects.all()) == stay
    kept = {row: message for row, _, _, code, _, message in report_of(registry_import.pk) if code == "not_undone"}
    assert kept[2].endswith("ada dalam kelompok iuran.")
    assert kept[3].endswith("sudah menjadi peserta.")
    assert "ada laporan kecelakaan" in kept[4]
    assert kept[5].endswith("sudah diubah sesudah diimpor.")
    assert len(kept) == len(stay)
    assert DesilRecord.objects.count() == 1  # those who stay keep the desil of their family


def test_undoing_changes_back_what_was_taken(admin, city, known):
    registry_import = taken_in(csv_of(known_row(no_hp="081200001111", pendapatan="")), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)
    decide_rows(registry_import.pk, by=admin, decision="taken", rows=[2])
    accept_import(registry_import.pk, by=admin)
    store_import(registry_import.pk)
    undo(registry_import, by=admin)

    known.refresh_from_db()
    assert (known.phone, known.income) == ("081100052838", 1_300_000)
    assert entries_about(known.pk).last().event == "import.change"


def test_what_was_taken_and_edited_since_stays(admin, city, known):
    registry_import = taken_in(csv_of(known_row(no_hp="081200001111")), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)
    decide_rows(registry_import.pk, by=admin, decision="taken", rows=[2])
    accept_import(registry_import.pk, by=admin)
    store_import(registry_import.pk)
    Worker.objects.update(phone="081255550000")
    undo(registry_import, by=admin)

    known.refresh_from_db()
    assert known.phone == "081255550000"
    assert findings(registry_import)[-1] == (2, "review", "", "not_undone")


def test_a_desil_told_by_hand_too_is_not_undone(admin, city):
    registry_import = taken_in(csv_of(ROW), by=admin, posting=city)
    accept(registry_import, by=admin)
    register_worker(
        by=admin,
        nik="7371145708900001",
        name="Sitti Rahmah",
        birth_on=date(1990, 8, 17),
        sex="P",
        kelurahan=Region.objects.get(pk="73.71.14.1002"),
        occupation=Occupation.objects.first(),
        family_card_number=ROW["no_kk"],
        desil=3,
        desil_source="DTSEN",
    )
    undo(registry_import, by=admin)

    assert [worker.desil_in("2026-3") for worker in Worker.objects.all()] == [3]


def test_after_thirty_days_nothing_is_undone(admin, city):
    registry_import = taken_in(csv_of(ROW), by=admin, posting=city)
    accept(registry_import, by=admin)
    RegistryImport.objects.update(accepted_at=timezone.now() - timedelta(days=31))

    with pytest.raises(Refused) as refusal:
        undo_import(registry_import.pk, by=admin, reason="Terlambat")

    assert refusal.value.codes == ["too_late_to_undo"]


def test_suspicions_of_an_import_are_raised_and_go_with_it(admin, city):  # AC-D1
    twin = {**ROW, "nik": "7371141708720001", "nama": "ANDI AMBO PETALLOLO", "no_kk": "", "desil": ""}
    registry_import = taken_in(csv_of(ROW, twin), by=admin, posting=city)
    accept(registry_import, by=admin)

    (pair,) = DuplicatePair.objects.all()
    assert {pair.one.registry_row, pair.other.registry_row} == {2, 3}
    assert set(pair.agreeing) == {"birth_on", "sex", "phone"}
    undo(registry_import, by=admin)
    assert (DuplicatePair.objects.count(), Worker.objects.count()) == (0, 0)


def test_a_search_that_takes_too_long_leaves_the_rows(admin, city, monkeypatch):
    monkeypatch.setattr("workers.operations.suspicions.SEARCH_WITHIN", 0.001)
    registry_import = taken_in(csv_of(*rows(60)), by=admin, posting=city)
    accept(registry_import, by=admin)

    assert Worker.objects.count() == 60
    assert entries_of(registry_import).last().event == "import.search_cut_off"


@pytest.mark.parametrize("strangers", [0, 20])
def test_a_file_is_compared_with_the_registry_but_not_the_registry_with_itself(admin, city, strangers):
    twins = {"name": "Muhammad Rahman", "birth_on": date(1980, 5, 6)}
    WorkerFactory(nik="7371091708900001", **twins)
    WorkerFactory(nik="7371141708900777", **twins)
    known = WorkerFactory(nik="7371090203750009", name="ANDI AMBO PETALLOLO", birth_on=ROW["tanggal_lahir"])
    for number in range(strangers):  # the more are registered, the rather each of the file is looked for by index
        WorkerFactory(name=f"Strangers {number}", birth_on=date(1990, 1, 1 + number))
    registry_import = taken_in(csv_of({**ROW, "no_kk": "", "desil": ""}), by=admin, posting=city)
    accept(registry_import, by=admin)

    (pair,) = DuplicatePair.objects.all()
    assert {pair.one, pair.other} == {known, Worker.objects.get(registry_import=registry_import)}
