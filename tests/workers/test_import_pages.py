"""Pages of imported registry files: upload, check, acceptance, held rows."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from casework.audit import entries_about, entries_of
from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.regions.factories import kecamatan
from tests.workers.factories import PolicyFactory, WorkerFactory
from tests.workers.test_registry_file import ROW, csv_of
from workers.enums import ImportStatus
from workers.forms import ImportForm
from workers.models import ImportPulse, RegistryImport, Worker

UPLOAD = reverse("workers:import_upload")


@pytest.fixture
def reference_data(db):
    PolicyFactory()
    call_command("load_regions", stdout=io.StringIO())
    call_command("load_occupations", stdout=io.StringIO())


@pytest.fixture
def importer(reference_data, client):
    user = UserFactory(officer=True, region=kecamatan("73.71.14"))
    client.force_login(user)
    return user


def post(client, content, *, posting="73.71.14", name="daftar.csv", **more):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content), "posting": posting, **more})


def upload(client, content, **more):
    """Uploads a list and confirms its columns as they were guessed."""
    asked = client.get(post(client, content, **more).url).context["form"]
    columns = {f"column_{place}": column for place, column in enumerate(asked.layout.columns)}
    return client.post(reverse("workers:import_columns", args=[RegistryImport.objects.first().pk]), columns)


def run_worker():
    """What the background worker does with its queue, in this test's own transaction."""
    for queued in DBTaskResult.objects.all():
        queued.task.call(*queued.args_kwargs["args"], **queued.args_kwargs["kwargs"])


def test_an_upload_is_checked_shown_and_accepted(client, importer):
    content = csv_of(ROW, {**ROW, "nik": "12"}, {**ROW, "nik": "8203105708726002"}).getvalue()

    response = upload(client, content)

    registry_import = RegistryImport.objects.get()
    assert response.url == registry_import.get_absolute_url()
    waiting = client.get(response.url)
    assert 'hx-trigger="every 3s"' in waiting.text

    run_worker()
    ready = client.get(response.url)

    assert 'hx-trigger="every 3s"' not in ready.text
    assert [(kind["code"], kind["column"], kind["verdict"], kind["rows"]) for kind in ready.context["kinds"]] == [
        ("nik_length", "nik", "refused", 1),
        ("nik_sex_mismatch", "nik", "accepted", 1),
    ]
    assert [row.row for row in ready.context["examples"]] == [2, 4]
    assert "Terima 2 baris" in ready.text
    assert Worker.objects.count() == 0

    assert client.post(reverse("workers:import_accept", args=[registry_import.pk])).url == response.url
    assert "Menyimpan daftar" in client.get(response.url).text
    run_worker()

    assert Worker.objects.count() == 2
    assert "Terima 2 baris" not in client.get(response.url).text
    report = client.get(reverse("workers:import_findings", args=[registry_import.pk])).getvalue()
    rows = list(csv.reader(io.StringIO(report.decode("utf-8-sig"))))
    assert rows[0] == ["row", "outcome", "column", "code", "value", "message"]
    assert [row[:5] for row in rows[1:]] == [
        ["3", "refused", "nik", "nik_length", "12"],
        ["4", "accepted", "nik", "nik_sex_mismatch", "8203105708726002"],
    ]
    assert [entry.event for entry in entries_of(registry_import)] == [
        "import.upload",
        "import.confirm",
        "import.check",
        "import.present",
        "import.accept",
        "import.finish",
        "import.download",
    ]


def test_a_clean_file_is_said_so(client, importer):
    response = upload(client, csv_of(ROW).getvalue())
    run_worker()
    client.post(reverse("workers:import_accept", args=[RegistryImport.objects.get().pk]))
    run_worker()

    assert "Semua baris diterima." in client.get(response.url).text


def test_a_file_can_be_let_go(client, importer):  # AC-I37
    response = upload(client, csv_of(ROW).getvalue())
    run_worker()
    cancel = reverse("workers:import_cancel", args=[RegistryImport.objects.get().pk])
    client.post(cancel)

    assert "Tidak ada barisnya yang disimpan." in client.get(response.url).text
    assert "Statusnya sekarang" in client.post(cancel, follow=True).text


def test_a_refused_acceptance_says_why(client, importer):  # AC-D32
    WorkerFactory(nik=ROW["nik"], kelurahan=Region.objects.get(pk="73.71.14.1002"), name=ROW["nama"])
    response = upload(client, csv_of(ROW).getvalue())
    run_worker()

    assert "minta admin kota melanjutkan" in client.get(response.url).text
    refused = client.post(reverse("workers:import_accept", args=[RegistryImport.objects.get().pk]), follow=True)
    assert [str(message) for message in refused.context["messages"]] == [
        "100 % baris sudah ada dalam berkas ini atau dalam data. "
        "Periksa apakah berkasnya benar. Bila benar, minta admin kota melanjutkan."
    ]


def test_who_goes_before_is_named(client, importer):  # AC-I29
    other = UserFactory(officer=True, name="Rahma Daeng Kebo", region=kecamatan("73.71.09"))
    RegistryImport.objects.create(
        name="x.csv", sha256="x", path="x", posting=other.region, uploaded_by=other, status=ImportStatus.CHECKING
    )

    assert "Sekarang giliran Rahma Daeng Kebo" in client.get(upload(client, csv_of(ROW).getvalue()).url).text


def test_held_rows_are_decided_on_their_page(client, importer):  # AC-I31
    person = WorkerFactory(
        nik=ROW["nik"], kelurahan=Region.objects.get(pk="73.71.14.1002"), name=ROW["nama"], phone="081200000000"
    )
    others = [{**ROW, "nik": f"820310170872{n:04d}", "jenis_kelamin": "-"} for n in range(7000, 7002)]
    good = [{**ROW, "nik": f"820310170872{n:04d}"} for n in range(8000, 8003)]
    upload(client, csv_of(ROW, *others, *good).getvalue())
    run_worker()
    registry_import = RegistryImport.objects.get()
    held = reverse("workers:import_held", args=[registry_import.pk])

    page = client.get(held)
    assert [(kind["code"], kind["rows"]) for kind in page.context["kinds"]] == [("nik_changed", 1), ("sex", 2)]
    changes = {
        change["label"]: (change["old"], str(change["new"])) for change in page.context["page"].rows[0].differences
    }
    assert changes["Nomor HP"] == ("081200000000", "081100052838")
    assert changes["Pekerjaan"][1] == "Tukang cukur"
    assert entries_about(person.pk).last().event == "import.view"

    client.post(held, {"decision": "nonsense"})
    client.post(held, {"decision": "left", "code": "sex"})
    client.post(held, {"decision": "taken", "row": "2"})
    assert list(registry_import.staged.filter(verdict="review").values_list("row", "decision")) == [
        (2, "taken"),
        (3, "left"),
        (4, "left"),
    ]
    client.post(reverse("workers:import_accept", args=[registry_import.pk]))
    run_worker()
    person.refresh_from_db()
    assert person.phone == "081100052838"
    assert "Ambil semua" not in client.get(held).text


def test_nothing_is_decided_while_rows_are_stored(client, importer):
    upload(client, csv_of({**ROW, "jenis_kelamin": "-"}).getvalue())
    run_worker()
    registry_import = RegistryImport.objects.get()
    client.post(reverse("workers:import_accept", args=[registry_import.pk]))

    held = reverse("workers:import_held", args=[registry_import.pk])
    assert "Statusnya sekarang" in client.post(held, {"decision": "left", "row": "2"}, follow=True).text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Berkas ini kosong."),
        (b"%PDF-1.7", "Isi berkas ini bukan CSV seperti namanya. Gunakan .xlsx atau .csv."),
        (b"nik,NIK\n1,2", "Judul kolom ini ada dua kali: nik. Hapus salah satunya."),
    ],
)
def test_what_is_no_registry_file_is_said_in_one_sentence(client, importer, content, message):  # AC-I2
    response = post(client, content)

    assert response.status_code == 422
    assert response.context["form"].errors == {"file": [message]}
    assert (RegistryImport.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_the_same_file_again_needs_a_reason(client, importer):  # AC-I28
    content = csv_of(ROW).getvalue()
    upload(client, content)
    run_worker()
    first = RegistryImport.objects.get()
    client.post(reverse("workers:import_accept", args=[first.pk]))
    run_worker()

    refused = post(client, content)
    assert refused.context["form"].non_field_errors() == [
        f"Berkas ini sudah diimpor pada {timezone.localdate():%d-%m-%Y} oleh {importer.name}. "
        "Tulis alasannya bila memang perlu diimpor lagi."
    ]
    again = client.get(upload(client, content, reason="Ada NIK yang tertinggal").url)

    assert "Alasan diimpor lagi: Ada NIK yang tertinggal." in again.text


def test_no_file_is_said_so(client, importer):
    response = client.post(UPLOAD, {"posting": "73.71.14"})

    assert response.context["form"].errors == {"file": ["Pilih berkas .xlsx atau .csv."]}


def test_a_region_of_others_cannot_be_posted(client, importer):  # AC-W50
    response = post(client, csv_of(ROW).getvalue(), posting="73.71.09")

    assert list(response.context["form"].errors) == ["posting"]
    assert RegistryImport.objects.count() == 0


def test_a_file_that_is_too_big_is_refused(client, importer, settings):
    form_file = SimpleUploadedFile("daftar.csv", b"x")
    form_file.size = 300_000_001

    form = ImportForm({"posting": "73.71.14"}, {"file": form_file}, user=importer)

    assert form.errors == {"file": ["Ukuran berkas 300 MB. Paling besar 300 MB."]}


def test_a_failed_import_says_why(client, importer):
    response = upload(
        client, csv_of(*[{**ROW, "nik": f"820310170872{n:04d}"} for n in range(9)]).getvalue() + b'"' + b"x" * 200_000
    )
    run_worker()

    assert "Periksa tanda kutip yang tidak ditutup." in client.get(response.url).text


def test_work_that_was_killed_can_be_continued(client, importer):
    response = upload(client, csv_of(ROW).getvalue())
    DBTaskResult.objects.all().delete()
    registry_import = RegistryImport.objects.get()
    again = reverse("workers:import_continue", args=[registry_import.pk])

    client.post(again)
    assert DBTaskResult.objects.count() == 0  # it may still be at work
    assert "Lanjutkan" not in client.get(response.url).text

    ImportPulse.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert "Pemeriksaan dapat diulang dengan aman." in client.get(response.url).text
    client.post(again)
    run_worker()
    client.post(reverse("workers:import_accept", args=[registry_import.pk]))
    DBTaskResult.objects.all().delete()
    ImportPulse.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert "Belum ada baris yang tersimpan" in client.get(response.url).text
    client.post(again)
    run_worker()

    assert RegistryImport.objects.get().status == ImportStatus.DONE


@pytest.mark.parametrize("count", [1, 3])
def test_import_list_queries_do_not_grow(client, importer, count, django_assert_num_queries):
    for _ in range(count):
        RegistryImport.objects.create(name="x.csv", sha256="x", path="x", posting=importer.region, uploaded_by=importer)
    RegistryImport.objects.create(
        name="lain.csv", sha256="x", path="x", posting=kecamatan("73.71.09"), uploaded_by=importer
    )

    with django_assert_num_queries(3):  # session, user, page
        response = client.get(reverse("workers:import_list"))

    assert [registry_import.name for registry_import in response.context["page"]] == ["x.csv"] * count


def test_an_import_of_another_region_is_not_there(client, importer):
    registry_import = RegistryImport.objects.create(
        name="x.csv", sha256="x", path="x", posting=kecamatan("73.71.09"), uploaded_by=importer
    )

    assert client.get(registry_import.get_absolute_url()).status_code == 404
    assert client.get(reverse("workers:import_findings", args=[registry_import.pk])).status_code == 404


def test_an_import_is_undone_with_a_reason(client, importer):
    response = upload(client, csv_of(ROW).getvalue())
    run_worker()
    registry_import = RegistryImport.objects.get()
    page = reverse("workers:import_undo", args=[registry_import.pk])
    assert "Impor ini tidak dapat dibatalkan" in client.get(page).text
    assert client.post(page, {"reason": "Keliru"}).status_code == 422

    client.post(reverse("workers:import_accept", args=[registry_import.pk]))
    run_worker()
    assert page in client.get(response.url).text
    assert client.post(page, {"reason": ""}).context["form"].errors == {"reason": ["Tulis alasannya."]}
    assert client.post(page, {"reason": "Berkas keliru"}).url == response.url
    assert "Impor ini sedang dibatalkan." in client.get(response.url).text

    DBTaskResult.objects.all().delete()
    ImportPulse.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert "pembatalan dapat diulang dengan aman" in client.get(response.url).text
    client.post(reverse("workers:import_continue", args=[registry_import.pk]))
    run_worker()

    assert Worker.objects.count() == 0
    assert "1 baris dibatalkan" in client.get(response.url).text
