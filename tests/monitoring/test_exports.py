"""Lists as files: for their owner alone, with everybody in them on the trail, gone after a day."""

import csv
import io
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from datetime import timedelta

import msoffcrypto
import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from casework.audit import entries_about
from casework.decisions import Refused
from casework.models import AuditEntry
from monitoring import exports
from monitoring.enums import ExportStatus
from monitoring.models import Export
from tests.accounts.factories import UserFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import PolicyFactory, WorkerFactory

PASSWORD = "angin mamiri senja"
REQUEST = reverse("export_request", args=["workers"])
HEADER = ["nama", "nik", "pekerjaan", "kelurahan", "kode_kelurahan", "kepesertaan", "terdaftar"]


@pytest.fixture(autouse=True)
def policy(db):
    return PolicyFactory()


@pytest.fixture
def officer(policy):
    return UserFactory(officer=True)


def requested(by, **asked) -> Export:
    asked = {"terms": {}, "reason": "rapat", "file_format": "csv", **asked}
    return exports.request_export("workers", by=by, **asked)


def written(by, **asked) -> Export:
    export = requested(by, **asked)
    exports.write_export(export.pk, by=by)
    export.refresh_from_db()
    return export


def content(export: Export, *, by) -> bytes:
    file, _ = exports.open_export(export.pk, by=by)
    with file:
        return file.read()


def lines(export: Export, *, by) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content(export, by=by).decode("utf-8-sig"))))


def cells(book: bytes) -> list[list[str]]:
    """The texts of a workbook's sheet, row by row."""
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    rows = re.findall(r"<row .*?</row>", sheet, flags=re.S)
    return [re.findall(r"<t[^>]*>(.*?)</t>", row, flags=re.S) for row in rows]


# --- what is in it ---


def test_the_file_holds_the_list_as_filtered_and_sorted(officer):
    one = WorkerFactory(name="Andi", kelurahan=kelurahan("73.71.09.1002"))
    other = WorkerFactory(name="Baso", kelurahan=kelurahan("73.71.09.1002"))
    WorkerFactory(name="Cakra", kelurahan=kelurahan("73.71.09.1003"))
    WorkerFactory(name="Rahasia", kelurahan=kelurahan("73.71.10.1001"))  # AC-W65

    export = written(officer, terms={"kelurahan": "73.71.09.1002", "sort": "-name"})

    header, *rows, (provenance,) = lines(export, by=officer)
    assert header == HEADER
    assert [row[0] for row in rows] == ["Baso", "Andi"]
    assert provenance.endswith(f"oleh {officer.name}, Petugas kota, Kecamatan Kecamatan 09. Keperluan: rapat.")
    assert (export.status, export.rows_done, export.rows_total) == ("done", 2, 2)
    assert export.words == {"kelurahan": "Kelurahan 1002, Kecamatan 09"}
    (entry,) = AuditEntry.objects.filter(event="worker.export")
    assert set(entry.persons) == {str(one.pk), str(other.pk)}
    assert (entry.note, entry.actor_id, entry.kind) == ("rapat", officer.pk, "export")


def test_an_admin_exports_workers_without_kelurahan():  # AC-P5
    WorkerFactory(kelurahan=None, registered_at="2026-03-02T10:00:00+08:00")
    admin = UserFactory()

    assert lines(written(admin), by=admin)[1][2:] == ["Nelayan", "", "", "Belum peserta", "02-03-2026"]


def test_everybody_in_a_long_list_is_on_the_trail(officer, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)
    monkeypatch.setattr(exports, "NAMED_AT_ONCE", 3)
    workers = WorkerFactory.create_batch(7)

    export = written(officer)

    assert len(lines(export, by=officer)) == 7 + 2
    entries = AuditEntry.objects.filter(event="worker.export")
    assert [len(entry.persons) for entry in entries] == [3, 3, 1]
    assert entries_about(workers[6].pk).filter(event="worker.export").count() == 1


@pytest.mark.parametrize(
    ("who", "asked", "shown"),
    [
        ({"officer": True}, {}, "7371 09•• •••• 0001"),
        ({"auditor": True}, {}, "7371 09•• •••• 0001"),
        ({"officer": True}, {"whole_nik": True, "password": PASSWORD, "file_format": "xlsx"}, "7371091708900001"),
    ],
)
def test_a_nik_is_whole_only_where_it_was_asked_for_under_a_password(who, asked, shown):  # AC-P19
    WorkerFactory(nik="7371091708900001")
    user = UserFactory(**who)

    file = content(written(user, **asked), by=user)

    if asked:
        file = unlocked(file)
        assert cells(file)[1][1] == shown
    else:
        assert shown in file.decode()
        assert "7371091708900001" not in file.decode()


def unlocked(file: bytes, password: str = PASSWORD) -> bytes:
    plain = io.BytesIO()
    locked = msoffcrypto.OfficeFile(io.BytesIO(file))
    locked.load_key(password=password, verify_password=True)
    locked.decrypt(plain, verify_integrity=True)
    return plain.getvalue()


def test_no_cell_is_a_formula(officer):  # AC-I26
    WorkerFactory(name='=HYPERLINK("http://x";"y")')

    table = lines(written(officer), by=officer)
    book = cells(content(written(officer, file_format="xlsx"), by=officer))

    assert table[1][0] == '\'=HYPERLINK("http://x";"y")'
    assert book[0] == HEADER
    assert book[1][0] == '=HYPERLINK("http://x";"y")'  # a text, in a format that tells texts from formulas
    assert len(book) == 3


def test_a_protected_workbook_opens_with_its_password_alone(officer):
    WorkerFactory(name="Andi")

    export = written(officer, file_format="xlsx", password=PASSWORD)

    locked = content(export, by=officer)
    assert not zipfile.is_zipfile(io.BytesIO(locked))
    assert cells(unlocked(locked))[1][0] == "Andi"
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        unlocked(locked, "angin mamiri pagi")
    assert (export.is_protected, export.sealed_password) == (True, "")


def test_the_password_is_kept_sealed_and_only_until_the_file_is_there(officer):
    export = requested(officer, file_format="xlsx", password=PASSWORD)

    assert export.sealed_password != ""
    assert PASSWORD not in export.sealed_password
    assert PASSWORD not in str(AuditEntry.objects.values())


# --- what is refused ---


@pytest.mark.parametrize(
    ("who", "asked", "codes"),
    [
        ({"officer": True}, {"file_format": "xlsx", "password": PASSWORD}, []),
        ({"officer": True}, {"file_format": "xlsx", "password": "1234"}, ["password_too_short"]),  # AC-P17
        ({"officer": True}, {"file_format": "xlsx", "password": "x" * 11}, ["password_too_short"]),
        ({"officer": True}, {"file_format": "xlsx", "password": "x" * 12}, []),
        ({"officer": True}, {"password": PASSWORD}, ["password_needs_workbook"]),
        ({"officer": True}, {"whole_nik": True}, ["whole_nik_needs_password"]),
        (
            {"auditor": True},
            {"whole_nik": True, "password": PASSWORD, "file_format": "xlsx"},
            ["nik_stays_masked"],
        ),
        ({"bpjs": True}, {}, ["wrong_role"]),
        ({"hospital_staff": True}, {}, ["wrong_role"]),
    ],
)
def test_who_may_have_what(who, asked, codes):
    asked = {"file_format": "csv", "whole_nik": False, "password": "", **asked}

    decision = exports.may_request(UserFactory(**who), exports.KINDS["workers"], **asked)

    assert decision.codes == codes


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"terms": {"desil": "99"}}, ["terms_unreadable"]),
        ({"terms": {"q": "a\x00"}}, ["terms_unreadable"]),
        ({"file_format": "xlsx", "password": "1234"}, ["password_too_short"]),
    ],
)
def test_what_is_refused_leaves_nothing(officer, asked, codes):
    with pytest.raises(Refused) as refused:
        requested(officer, **asked)

    assert refused.value.codes == codes
    assert (Export.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_short_password_is_refused_on_the_page_with_its_least_length(client, officer):  # AC-P17
    client.force_login(officer)

    response = client.post(REQUEST, {"reason": "rapat", "file_format": "xlsx", "password": "1234"})

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "password": ["Kata sandi berkas paling sedikit 12 karakter. Pakai beberapa kata yang mudah Anda ingat."]
    }
    assert Export.objects.count() == 0


def test_an_export_without_a_reason_is_refused(client, officer):
    client.force_login(officer)

    response = client.post(REQUEST, {"reason": " ", "file_format": "csv"})

    assert response.context["form"].errors == {"reason": ["Tulis untuk apa daftar ini dipakai."]}


def test_a_list_too_long_for_a_workbook_is_said(officer, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    WorkerFactory.create_batch(2)

    export = written(officer, file_format="xlsx", password=PASSWORD)

    assert (export.status, export.trouble, export.sealed_password) == ("failed", exports.TOO_LONG, "")


def test_who_has_left_the_office_gets_an_empty_file(officer):
    WorkerFactory()
    export = requested(officer)
    officer.role, officer.region = "bpjs", None
    officer.save()

    exports.write_export(export.pk, by=officer)

    export.refresh_from_db()
    assert (export.status, export.rows_done) == ("done", 0)
    assert AuditEntry.objects.filter(event="worker.export").count() == 0


# --- whose it is ---


@pytest.mark.parametrize("other", [{"officer": True}, {}, {"auditor": True}])
@pytest.mark.parametrize("page", ["export_detail", "export_file", "export_remove"])
def test_an_export_of_somebody_else_is_not_there(client, officer, other, page):  # AC-P16
    export = written(officer)
    client.force_login(UserFactory(**other))

    assert client.get(reverse(page, args=[export.pk])).status_code == 404
    assert client.post(reverse("export_remove", args=[export.pk])).status_code == 404
    assert list(client.get(reverse("export_list")).context["page"]) == []
    assert content(export, by=officer) != b""


def test_five_ways_to_a_person_of_another_kelurahan_are_closed(client):  # AC-W65
    mine, other = kelurahan("73.71.09.1001"), kelurahan("73.71.09.1002")
    person = WorkerFactory(name="Kenanga Rahasia", kelurahan=other)
    own = WorkerFactory(name="Andi", kelurahan=mine)
    neighbour = UserFactory(officer=True, region=other)
    theirs = written(neighbour)
    officer = UserFactory(officer=True, region=mine)
    client.force_login(officer)

    listed = client.get(reverse("workers:worker_list"))
    opened = client.get(person.get_absolute_url())
    edited = client.post(reverse("workers:worker_correct", args=[person.pk]), {"address": "lain", "reason": "x"})
    exported = lines(written(officer, terms={"kelurahan": other.pk}), by=officer)
    downloaded = client.get(reverse("export_file", args=[theirs.pk]))

    assert list(listed.context["page"]) == [own]
    assert [opened.status_code, edited.status_code, downloaded.status_code] == [404, 404, 404]
    assert [row[0] for row in exported[1:-1]] == ["Andi"]
    person.refresh_from_db()
    assert person.address == ""


def test_the_owner_asks_waits_downloads_and_removes(client, officer):
    WorkerFactory(name="Andi Nurhayati")
    client.force_login(officer)

    shown = client.get(f"{REQUEST}?q=andi")
    assert "andi" in shown.text
    asked = client.post(f"{REQUEST}?q=andi&page=x", {"reason": "rapat", "file_format": "csv"})
    export = Export.objects.get()
    assert asked.url == export.get_absolute_url()
    assert export.terms == {"q": "andi"}
    assert 'hx-trigger="every 3s"' in client.get(asked.url).text
    assert client.get(reverse("export_file", args=[export.pk])).status_code == 404

    (queued,) = DBTaskResult.objects.all()
    queued.task.call(*queued.args_kwargs["args"], **queued.args_kwargs["kwargs"])
    assert "Berkas siap diunduh" in client.get(asked.url).text
    file = client.get(reverse("export_file", args=[export.pk]))
    assert "Andi Nurhayati" in file.getvalue().decode()
    assert file["Content-Disposition"].startswith('attachment; filename="workers-')
    assert AuditEntry.objects.filter(event="export.download", subject_id=str(export.pk)).count() == 1

    assert "Hapus berkas" in client.get(reverse("export_remove", args=[export.pk])).text
    assert client.post(reverse("export_remove", args=[export.pk])).url == reverse("export_list")
    assert client.get(reverse("export_file", args=[export.pk])).status_code == 404
    assert client.post(reverse("export_remove", args=[export.pk])).status_code == 404
    assert "Sudah dihapus" in client.get(reverse("export_list")).text


def test_the_list_says_what_to_do_when_it_is_empty(client, officer):
    client.force_login(officer)

    assert "Belum ada unduhan" in client.get(reverse("export_list")).text


@pytest.mark.parametrize("count", [1, 3])
def test_list_queries_do_not_grow(client, officer, count, django_assert_num_queries):
    for _ in range(count):
        requested(officer)
    client.force_login(officer)

    with django_assert_num_queries(3):  # session, user, page
        response = client.get(reverse("export_list"))

    assert len(response.context["page"]) == count


def test_filters_that_cannot_be_read_are_said(client, officer):
    client.force_login(officer)

    assert "tidak dapat dibaca" in client.get(f"{REQUEST}?desil=99").text
    response = client.post(f"{REQUEST}?desil=99", {"reason": "rapat", "file_format": "csv"})
    assert response.status_code == 422


@pytest.mark.parametrize(("user", "kind", "status"), [({"bpjs": True}, "workers", 403), ({}, "nothing", 404)])
def test_what_is_no_list_for_the_user_is_refused(client, user, kind, status):
    client.force_login(UserFactory(**user))

    assert client.get(reverse("export_request", args=[kind])).status_code == status


def test_an_auditor_is_not_offered_whole_numbers(client):
    client.force_login(UserFactory(auditor=True))

    assert "whole_nik" not in client.get(REQUEST).context["form"].fields


# --- how it ends ---


def test_after_a_day_the_file_is_gone_and_the_row_stays(
    client, officer, time_machine, django_capture_on_commit_callbacks
):
    WorkerFactory(name="Andi")
    export = written(officer, terms={"q": "andi"})
    fresh = written(UserFactory())
    Export.objects.filter(pk=fresh.pk).update(finished_at=timezone.now() + timedelta(hours=2))
    client.force_login(officer)
    time_machine.move_to(timezone.now() + timedelta(hours=24, seconds=1))
    client.force_login(officer)

    assert client.get(reverse("export_file", args=[export.pk])).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        call_command("remove_exports")

    path = export.path
    export.refresh_from_db()
    assert not default_storage.exists(path)
    assert (export.path, export.terms, export.words, export.reason) == ("", {}, {}, "rapat")
    assert export.removed_at is not None
    assert default_storage.exists(fresh.path)
    assert exports.remove_expired(timezone.now()) == 0


def test_what_never_got_written_is_given_up_with_its_password(officer):
    export = requested(officer, file_format="xlsx", password=PASSWORD)

    assert exports.remove_expired(timezone.now() + timedelta(hours=23)) == 0
    exports.remove_expired(timezone.now() + timedelta(hours=25))

    export.refresh_from_db()
    assert (export.status, export.trouble, export.sealed_password) == ("failed", exports.GIVEN_UP, "")


def test_one_that_is_being_written_cannot_be_removed(client, officer):
    export = requested(officer)
    client.force_login(officer)

    assert client.post(reverse("export_remove", args=[export.pk])).status_code == 404


def test_a_file_is_written_once(officer):
    export = written(officer)
    before = AuditEntry.objects.count()

    exports.write_export(export.pk, by=officer)

    assert AuditEntry.objects.count() == before


def test_a_silent_writer_is_started_again_by_a_button(client, officer, time_machine):
    export = requested(officer)
    client.force_login(officer)
    assert "Tulis ulang" not in client.get(export.get_absolute_url()).text
    client.post(export.get_absolute_url())
    assert DBTaskResult.objects.count() == 0

    time_machine.move_to(timezone.now() + timedelta(seconds=31))
    assert "Tulis ulang" in client.get(export.get_absolute_url()).text
    client.post(export.get_absolute_url())

    assert DBTaskResult.objects.count() == 1


def test_a_file_that_cannot_be_noted_is_not_left_behind(officer, monkeypatch):
    export, stored = requested(officer), default_storage.listdir("")
    monkeypatch.setattr(exports, "KEPT", "a day")  # adding it to a moment fails, when the file is stored already

    with pytest.raises(TypeError):
        exports.write_export(export.pk, by=officer)

    assert default_storage.listdir("") == stored


WRITER = """
import django, sys
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.MEDIA_ROOT = sys.argv[4]
from accounts.models import User
from monitoring import exports
exports.CHUNK = 3
advance = exports.Export.advance
def slowly(export, **values):
    advance(export, **values)
    if values["rows_done"]:
        print("row", values["rows_done"], flush=True)
        sys.stdin.readline()
exports.Export.advance = slowly
exports.write_export(exports.UUID(sys.argv[2]), by=User.objects.get(pk=sys.argv[3]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_writer_killed_midway_leaves_nothing_and_the_next_writes_the_same(officer, tmp_path):
    WorkerFactory.create_batch(7)
    undisturbed = lines(written(officer), by=officer)[:-1]
    export = requested(officer)
    named = AuditEntry.objects.filter(event="worker.export").count()
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, connection.settings_dict["NAME"], str(export.pk), str(officer.pk), tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
    )
    assert writer.stdout.readline() == b"row 3\n"
    exports.write_export(export.pk, by=officer)  # while another is at it
    export.refresh_from_db()
    assert (export.status, export.rows_done) == ("writing", 3)

    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    deadline = time.monotonic() + 5
    while export.status != ExportStatus.DONE and time.monotonic() < deadline:  # until the server has noticed
        exports.write_export(export.pk, by=officer)
        export.refresh_from_db()

    assert lines(export, by=officer)[:-1] == undisturbed
    assert AuditEntry.objects.filter(event="worker.export").count() == named + 1
