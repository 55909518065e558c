"""How the file to BPJS Ketenagakerjaan is written, and how the city changes it (rules.md section 5)."""

import csv
from datetime import UTC, datetime
from io import BytesIO
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from casework import uploads
from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import batch_file, operations, rules
from enrollment.models import ExportTemplate
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import BatchFactory, BatchLineFactory, ExportTemplateFactory

COLUMNS = (
    "NIK KTP | nik\nNama | nama | upper\nLahir | tanggal_lahir | dmy\nLahir ringkas|tanggal_lahir|ymd\nJenis | jenis"
)
SAID = {"how": "csv", "columns": COLUMNS, "source": "Surat contoh 1/2026"}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


def page(name, **kwargs):
    return reverse(f"enrollment:{name}", kwargs=kwargs)


def signed(**said) -> ExportTemplate:
    first, second = UserFactory.create_batch(2)
    template = operations.propose_template(by=first, **SAID | said)
    return operations.approve_template(template.pk, by=second)


def content(batch, by) -> tuple[str, bytes]:
    name, parts = operations.download_batch(batch.pk, by=by)
    return name, b"".join(parts)


@pytest.mark.django_db
def test_without_a_version_of_the_city_the_file_has_the_columns_built_in():
    line = BatchLineFactory(batch__approved=True)
    bpjs = UserFactory(bpjs=True)

    operations.send_batch(line.batch.pk, by=bpjs)
    name, file = content(line.batch, bpjs)

    assert name == f"kelompok-{line.batch.number}.csv"
    header, row = csv.reader(file.decode().splitlines())
    assert header == ["\ufeffnomor_kelompok", *[heading for heading, _ in batch_file.COLUMNS][1:]]
    facts = line.facts["file"]
    assert row[:4] == [line.batch.number, str(line.number), facts["nik"], facts["name"]]
    assert row[16:] == ["", "JKK+JKM", "APBD", "2026-12", "16800", "Tambah", "", ""]


@pytest.mark.django_db
def test_a_batch_keeps_the_version_in_force_when_it_was_sent():
    bpjs = UserFactory(bpjs=True)
    before, after = BatchLineFactory.create_batch(2, batch__approved=True)
    operations.send_batch(before.batch.pk, by=bpjs)
    template = signed()
    batch = operations.send_batch(after.batch.pk, by=bpjs)
    signed(columns="NIK saja | nik")

    assert batch.template == template
    header, row = csv.reader(content(after.batch, bpjs)[1].decode().splitlines())
    assert header == ["\ufeffNIK KTP", "Nama", "Lahir", "Lahir ringkas", "Jenis"]
    born = after.worker.birth_on
    assert row == [after.worker.nik, after.worker.name.upper(), f"{born:%d-%m-%Y}", f"{born:%Y%m%d}", "Tambah"]
    assert content(before.batch, bpjs)[1].decode().startswith("\ufeffnomor_kelompok,")


@pytest.mark.django_db
def test_a_version_can_be_a_workbook():
    bpjs = UserFactory(bpjs=True)
    line = BatchLineFactory(batch__approved=True)
    signed(how="xlsx", columns="NIK | nik\nPendapatan | pendapatan\nTelepon | nomor_hp | dmy")
    operations.send_batch(line.batch.pk, by=bpjs)

    name, file = content(line.batch, bpjs)

    assert name == f"kelompok-{line.batch.number}.xlsx"
    assert list(uploads.sheet_rows(BytesIO(file)))[1:] == [
        ["1", "NIK", "Pendapatan", "Telepon"],
        ["2", line.worker.nik],
    ]


@pytest.mark.django_db
def test_a_version_counts_after_a_second_signature_and_is_never_edited():
    first, second = UserFactory.create_batch(2)

    template = operations.propose_template(by=first, **SAID)

    assert template.version == 2
    assert rules.template_in_force() is None
    with pytest.raises(Refused) as refused:
        operations.approve_template(template.pk, by=first)
    assert refused.value.codes == ["same_person"]
    with pytest.raises(Refused) as refused:
        operations.propose_template(by=second, **SAID | {"how": "xlsx"})
    assert refused.value.codes == ["change_waits"]
    operations.approve_template(template.pk, by=second)
    assert rules.template_in_force() == template
    with pytest.raises(Refused) as refused:
        operations.approve_template(template.pk, by=second)
    assert refused.value.codes == ["not_waiting"]
    with pytest.raises(Refused) as refused:
        operations.propose_template(by=second, **SAID)
    assert refused.value.codes == ["nothing_changes"]
    assert operations.propose_template(by=second, **SAID | {"how": "xlsx"}).version == 3
    events = AuditEntry.objects.order_by("pk").values_list("event", flat=True)
    assert list(events) == ["template.propose", "template.approve", "template.propose"]


@pytest.mark.django_db
def test_a_rejected_version_goes_and_the_trail_keeps_what_it_said():
    template = ExportTemplateFactory()

    operations.reject_template(template.pk, by=UserFactory(), note="Belum ada suratnya")

    assert ExportTemplate.objects.count() == 0
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.note, entry.facts["columns"]) == ("template.reject", "Belum ada suratnya", "NIK | nik")


@pytest.mark.django_db
@pytest.mark.parametrize("trait", ["officer", "bpjs", "auditor"])
def test_only_admins_decide_on_versions(trait):
    with pytest.raises(Refused) as refused:
        operations.propose_template(by=UserFactory(**{trait: True}), **SAID)

    assert refused.value.codes == ["not_an_admin"]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (" | nik", "column_form"),
        ("NIK | nik | dmy | upper", "column_form"),
        ("N" * 61 + " | nik", "column_form"),
        ("NIK", "field_unknown"),
        ("NIK | birth_on", "field_unknown"),
        ("NIK | nik | besar", "format_unknown"),
        ("NIK | nik\nnik | nama", "header_twice"),
        ("Nama | nama", "nik_missing"),
        ("", "nik_missing"),
    ],
)
def test_wrong_columns_are_refused_by_name(columns, code):
    with pytest.raises(Refused) as refused:
        rules.read_columns(columns)

    assert refused.value.codes == [code]


def test_the_columns_in_force_are_read_as_they_are_written():
    read = rules.read_columns(rules.as_text(rules.columns_of(None)))

    assert read == rules.columns_of(None)
    assert [(column["header"], column["field"]) for column in read] == list(batch_file.COLUMNS)
    assert rules.as_text(rules.read_columns(COLUMNS)).splitlines()[3] == "Lahir ringkas | tanggal_lahir | ymd"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"version": 1}, "enrollment_template_follows_the_first"),
        ({"proposed_by": None, "proposed_at": None}, "enrollment_template_is_proposed"),
    ],
)
def test_the_database_holds_what_a_version_is(values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ExportTemplateFactory(**values)


@pytest.mark.django_db
def test_two_admins_change_the_format_on_its_pages(client):
    first, second = UserFactory.create_batch(2)
    client.force_login(first)
    assert "nomor_kelompok | nomor_kelompok" in client.get(page("template_propose")).content.decode()
    wrong = client.post(page("template_propose"), SAID | {"columns": "Nama | nama"})
    assert wrong.status_code == 422
    assert "Belum ada kolom berisi nik." in wrong.content.decode()
    client.post(page("template_propose"), SAID)
    template = ExportTemplate.objects.get()
    own = client.post(page("template_approve", pk=template.pk))
    assert "Pengusul tidak boleh juga menyetujui." in own.content.decode()

    client.force_login(second)
    html = client.post(page("template_approve", pk=template.pk), follow=True).content.decode()

    assert "Yang berlaku: versi 2, CSV" in html
    assert "NIK KTP" in html
    late = client.post(page("template_reject", pk=template.pk), {"note": "Salah"})
    assert late.status_code == 422
    other = ExportTemplateFactory(version=template.version + 1)
    client.post(page("template_reject", pk=other.pk), {"note": "Salah"})
    assert list(ExportTemplate.objects.all()) == [template]


@pytest.mark.django_db
def test_the_page_hands_out_a_workbook_as_one(client):
    line = BatchLineFactory(batch=BatchFactory(sent=True, template=ExportTemplateFactory(format="xlsx")))
    client.force_login(UserFactory(bpjs=True))

    response = client.get(page("batch_file", number=line.batch.number))

    assert response["Content-Disposition"].endswith('.xlsx"')
    assert b"".join(response.streaming_content)[:2] == b"PK"


@pytest.mark.django_db
def test_the_database_holds_that_one_version_waits():
    ExportTemplateFactory()

    with pytest.raises(IntegrityError, match="enrollment_template_waits_once"), transaction.atomic():
        ExportTemplateFactory()


@pytest.mark.django_db(transaction=True)
def test_of_two_versions_proposed_at_once_one_waits_and_the_other_is_told(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=True)
    admins, outcomes = UserFactory.create_batch(2), []
    barrier = Barrier(2)

    def propose(admin):
        try:
            barrier.wait()
            operations.propose_template(by=admin, **SAID)
            outcomes.append("done")
        except Refused as refused:
            outcomes.extend(refused.codes)
        finally:
            connection.close()

    threads = [Thread(target=propose, args=[admin]) for admin in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["change_waits", "done"]
    assert ExportTemplate.objects.count() == 1
