import io
import threading
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.roles import Role
from casework.audit import entries_about, entries_of
from casework.decisions import Refused
from casework.models import AuditEntry
from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.workers.factories import DesilRecordFactory, WorkerFactory
from tests.workers.test_registry_file import ROW, csv_of
from workers.enums import ImportStatus
from workers.models import DesilRecord, ImportFinding, RegistryImport, Worker
from workers.operations import check_import, import_registry, preview_registry
from workers.registry_file import Unreadable
from workers.tasks import check_import as check_import_task

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


def state(registry_import):
    registry_import.refresh_from_db()
    return (
        registry_import.status,
        registry_import.rows_total,
        registry_import.rows_done,
        registry_import.rows_accepted,
        registry_import.rows_refused,
    )


def findings(registry_import):
    return list(registry_import.findings.values_list("row", "column", "code", "refuses"))


def test_the_sample_is_taken_over_whole(admin, city):
    with SAMPLE.open("rb") as stream:
        registry_import = taken_in(stream, by=admin, posting=city)
    check_import(registry_import.pk, by=admin)

    assert state(registry_import) == (ImportStatus.DONE, 60, 60, 60, 0)
    assert findings(registry_import) == []
    worker = Worker.objects.get(nik="8203101708726001")
    assert (worker.name, worker.kelurahan_id, worker.occupation.name) == (
        "ANDI AMBO PETTALOLO",
        "73.71.14.1002",
        "Tukang cukur",
    )
    assert (worker.registry_import, worker.registered_by) == (registry_import, admin)
    assert worker.desil_in("2026-3") == 3
    assert [(entry.event, entry.facts) for entry in entries_of(registry_import)] == [
        ("import.upload", {"sha256": registry_import.sha256, "posting": "73.71"}),
        ("import.store", {"first_row": 2, "last_row": 61, "accepted": 60}),
        ("import.finish", {"accepted": 60, "refused": 0, "trouble": ""}),
    ]


def test_a_file_rests_sealed_and_is_still_taken_over(admin, city, settings, tmp_path):
    sealed = {"BACKEND": "casework.documents.SealedStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": sealed}
    registry_import = taken_in(csv_of(*rows(3)), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)

    assert state(registry_import) == (ImportStatus.DONE, 3, 3, 3, 0)
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert (ROW["nama"].encode() in file.read_bytes(), "daftar" in str(file)) == (False, False)


def test_each_imported_person_has_a_history_with_file_row_and_user(admin, city):  # AC-W73
    registry_import = taken_in(csv_of(*rows(2), {**ROW, "nik": ""}, *rows(1, first=3)), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)

    told = Worker.events.rel.related_model.objects.order_by("nik")
    assert [(past.pgh_label, past.nik, past.registry_import, past.registry_row, past.pgh_context) for past in told] == [
        ("insert", "8203101708720001", registry_import, 2, {"user": admin.pk}),
        ("insert", "8203101708720002", registry_import, 3, {"user": admin.pk}),
        ("insert", "8203101708720003", registry_import, 5, {"user": admin.pk}),
    ]
    for worker in registry_import.workers.all():
        assert [entry.event for entry in entries_about(worker.pk)] == ["import.store"]


def test_good_rows_are_stored_and_bad_ones_handed_back(admin, city):
    WorkerFactory(nik="8203101708720003")
    stream = csv_of(
        {**ROW, "nik": ""},  # AC-W46
        {**ROW, "nik": "8203101708720002"},
        {**ROW, "nik": "8203101708720003"},  # AC-W44
        {**ROW, "nik": "8203105708720004"},  # AC-I22
        {**ROW, "nik": "8203101708720005", "tanggal_lahir": "31-02-1990"},  # AC-W47
    )
    registry_import = taken_in(stream, by=admin, posting=city)
    check_import(registry_import.pk, by=admin)

    assert state(registry_import) == (ImportStatus.DONE, 5, 5, 2, 3)
    assert findings(registry_import) == [
        (2, "nik", "nik_empty", True),
        (4, "nik", "nik_registered", True),
        (5, "nik", "nik_sex_mismatch", False),
        (6, "tanggal_lahir", "birth_date", True),
    ]
    assert sorted(registry_import.workers.values_list("nik", flat=True)) == ["8203101708720002", "8203105708720004"]


def test_the_preview_says_the_same_and_stores_nothing(admin, city):
    WorkerFactory(nik="8203101708720003")
    DesilRecordFactory(family_card_number=ROW["no_kk"], desil=7)
    content = csv_of(*rows(4), {**ROW, "nik": "12"}, columns=(*ROW, "catatan")).getvalue()

    preview = preview_registry(io.BytesIO(content), posting=city)

    assert (preview.rows, preview.accepted, preview.refused) == (5, 3, 2)
    assert (Worker.objects.count(), DesilRecord.objects.count()) == (1, 1)
    assert (RegistryImport.objects.count(), ImportFinding.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)

    registry_import = taken_in(io.BytesIO(content), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)

    assert state(registry_import) == (ImportStatus.DONE, 5, 5, 3, 2)
    assert findings(registry_import) == [(f.row, f.column, f.code, f.refuses) for f in preview.findings]
    assert findings(registry_import) == [
        (1, "catatan", "column_unknown", False),
        (2, "desil", "desil_differs", False),
        (3, "desil", "desil_differs", False),
        (4, "nik", "nik_registered", True),
        (5, "desil", "desil_differs", False),
        (6, "nik", "nik_length", True),
    ]
    assert [record.desil for record in DesilRecord.objects.all()] == [7]


def test_an_officer_uploads_for_his_region_only():  # AC-W50
    officer = UserFactory(role=Role.OFFICER, region=Region.objects.get(pk="73.71.14"))
    stream = csv_of(*rows(1), {**rows(1, first=2)[0], **OTHER_KECAMATAN})

    registry_import = taken_in(stream, by=officer, posting=officer.region)
    check_import(registry_import.pk, by=officer)

    assert state(registry_import) == (ImportStatus.DONE, 2, 2, 1, 1)
    assert findings(registry_import) == [(3, "kode_kelurahan", "out_of_scope", True)]


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

    assert state(registry_import) == (ImportStatus.FAILED, 0, 0, 0, 0)
    assert registry_import.trouble == "Setelah baris 502 berkas tidak terbaca. Periksa tanda kutip yang tidak ditutup."
    assert Worker.objects.count() == 0


def test_the_worker_asks_the_same_rules_again(city):
    officer = UserFactory(role=Role.OFFICER, region=city)
    registry_import = taken_in(csv_of(ROW), by=officer, posting=city)
    officer.region = Region.objects.get(pk="73.71.14")
    officer.save()

    with pytest.raises(RegistryImport.DoesNotExist):
        check_import(registry_import.pk, by=officer)

    assert state(registry_import) == (ImportStatus.QUEUED, 0, 0, 0, 0)


def test_a_finished_import_is_not_done_again(admin, city):
    registry_import = taken_in(csv_of(ROW), by=admin, posting=city)
    check_import(registry_import.pk, by=admin)
    check_import(registry_import.pk, by=admin)

    assert state(registry_import) == (ImportStatus.DONE, 1, 1, 1, 0)
    assert [entry.event for entry in entries_of(registry_import)] == ["import.upload", "import.store", "import.finish"]


def test_the_counts_cannot_disagree():  # AC-I34
    counts = {"rows_total": 3, "rows_done": 2, "rows_accepted": 1, "rows_refused": 0}
    place = Region.objects.get(pk="73.71")

    with pytest.raises(IntegrityError, match="workers_import_rows_add_up"), transaction.atomic():
        RegistryImport.objects.create(
            name="x", sha256="x", path="x", posting=place, uploaded_by=UserFactory(), **counts
        )


@pytest.mark.django_db(transaction=True)
def test_a_killed_check_goes_on_where_it_stopped(admin, city):  # AC-I38
    registry_import = taken_in(csv_of(*rows(1100)), by=admin, posting=city)
    errors = []

    with transaction.atomic():
        WorkerFactory(nik=rows(1, first=600)[0]["nik"])  # not committed: the second chunk waits for us
        thread = threading.Thread(target=check_in_own_connection, args=[registry_import.pk, admin, errors])
        thread.start()
        terminate_the_waiting_connection()
        thread.join(timeout=20)
        transaction.set_rollback(True)

    assert [type(error) for error in errors] == [OperationalError]
    assert state(registry_import) == (ImportStatus.CHECKING, 1100, 500, 500, 0)

    check_import(registry_import.pk, by=admin)

    assert state(registry_import) == (ImportStatus.DONE, 1100, 1100, 1100, 0)
    assert Worker.objects.count() == 1100
    assert findings(registry_import) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_import_do_not_double_it(admin, city):  # AC-I29
    registry_import = taken_in(csv_of(*rows(3)), by=admin, posting=city)
    errors = []

    with transaction.atomic():
        WorkerFactory(nik=rows(1, first=2)[0]["nik"])
        thread = threading.Thread(target=check_in_own_connection, args=[registry_import.pk, admin, errors])
        thread.start()
        waiting_connection()
        check_import(registry_import.pk, by=admin)  # returns at once: the other one is at it
        assert state(registry_import) == (ImportStatus.CHECKING, 3, 0, 0, 0)
    thread.join(timeout=20)

    assert errors == []
    assert state(registry_import) == (ImportStatus.DONE, 3, 3, 2, 1)
    assert findings(registry_import) == [(3, "nik", "nik_registered", True)]
    assert Worker.objects.count() == 3


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

    assert state(registry_import) == (ImportStatus.DONE, 2, 2, 2, 0)
