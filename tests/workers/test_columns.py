"""Which column of an uploaded list is which: guessed, confirmed on a page, remembered."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from casework.audit import entries_of
from casework.decisions import Refused
from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.casework import bad_files
from tests.casework.workbooks import sheet_of, workbook_of
from tests.workers.factories import WorkerFactory
from tests.workers.test_registry_file import ROW, csv_of
from workers.enums import ImportStatus
from workers.models import ColumnMapping, RegistryImport, Worker
from workers.operations import (
    accept_import,
    check_import,
    confirm_columns,
    decide_rows,
    import_registry,
    store_import,
)
from workers.registry_file import Layout, Unreadable
from workers.rules import check_columns

UPLOAD = reverse("workers:import_upload")
TITLES = {  # as another office writes them
    "No. KTP": "nik", "Nama Lengkap": "nama", "L/P": "jenis_kelamin", "Tgl Lahir": "tanggal_lahir", "Siapa": "",
    "Profesi": "pekerjaan", "Kode Desa": "kode_kelurahan",
}  # fmt: skip
LIST = "\n".join([";".join(TITLES), f"{ROW['nik']};ANDI;L;17-08-1972;x;TUKANG CUKUR;7371141002"]).encode()


@pytest.fixture
def officer(db):
    call_command("load_regions", stdout=io.StringIO())
    call_command("load_occupations", stdout=io.StringIO())
    return UserFactory(officer=True, region=Region.objects.get(pk="73.71.14"))


@pytest.fixture
def page(client, officer):
    """Uploads a file and gives the address of the page that asks for its columns."""
    client.force_login(officer)

    def upload(content=LIST, name="daftar.csv"):
        response = client.post(UPLOAD, {"file": SimpleUploadedFile(name, content), "posting": "73.71.14"})
        return response.url

    return upload


def taken_in(officer, content=LIST, *, ask=True, name="daftar.csv"):
    return import_registry(by=officer, content=ContentFile(content), name=name, posting=officer.region, ask=ask)


def answers(columns, **more):
    return {f"column_{place}": column for place, column in enumerate(columns)} | more


@pytest.mark.parametrize(
    ("columns", "known_only", "codes"),
    [
        (list(ROW), False, []),
        (["nik", "nama", "jenis_kelamin", "tanggal_lahir", "pekerjaan", "kelurahan", ""], False, []),
        (["nik", "nama"], False, ["column_missing"]),
        (["nik", "nama", "jenis_kelamin", "tanggal_lahir", "pekerjaan"], False, ["column_missing"]),
        (["nama"], False, ["nik_column_missing"]),
        (["nik", "no_hp"], True, []),  # AC-W52
        (["no_hp", "nama"], True, ["nik_column_missing"]),
        (["nik", ""], True, ["nothing_to_change"]),
        ([*ROW, "nik"], False, ["column_twice"]),
    ],
)
def test_which_columns_can_be_read(columns, known_only, codes):  # AC-I4
    assert check_columns(columns, known_only=known_only).codes == codes


def test_what_is_missing_is_named_in_one_sentence():  # AC-I4
    (reason,) = check_columns(["nik", "nama", "desil"], known_only=False).reasons

    assert str(reason) == (
        "Kolom ini belum ada: jenis_kelamin, tanggal_lahir, pekerjaan, kode_kelurahan atau kelurahan. "
        "Pilih kolomnya, atau tandai bahwa berkas ini hanya memperbarui pekerja yang sudah terdaftar."
    )


def test_titles_of_another_office_are_guessed_and_asked(client, officer, page):
    response = client.get(page())

    rows = [(row["title"], row["examples"], row["field"].value()) for row in response.context["form"].rows()]
    assert rows == [
        ("No. KTP", [ROW["nik"]], "nik"),
        ("Nama Lengkap", ["ANDI"], "nama"),
        ("L/P", ["L"], "jenis_kelamin"),
        ("Tgl Lahir", ["17-08-1972"], "tanggal_lahir"),
        ("Siapa", ["x"], ""),
        ("Profesi", ["TUKANG CUKUR"], "pekerjaan"),
        ("Kode Desa", ["7371141002"], "kode_kelurahan"),
    ]
    assert "Judul ini tidak dikenal: Siapa." in response.content.decode()
    assert (RegistryImport.objects.get().status, DBTaskResult.objects.count()) == (ImportStatus.COLUMNS, 0)


def test_confirmed_columns_are_checked_and_remembered(client, officer, page):
    address = page()
    chosen = ["nik", "nama", "jenis_kelamin", "tanggal_lahir", "alamat", "pekerjaan", "kode_kelurahan"]
    response = client.post(address, answers(chosen))

    registry_import = RegistryImport.objects.get()
    assert response.url == registry_import.get_absolute_url()
    assert (registry_import.status, DBTaskResult.objects.count()) == (ImportStatus.QUEUED, 1)
    assert Layout.of(registry_import.layout).examples == ()
    assert [entry.event for entry in entries_of(registry_import)] == ["import.upload", "import.confirm"]
    check_import(registry_import.pk, by=officer)
    assert list(registry_import.staged.values_list("row", "nik", "address")) == [(2, ROW["nik"], "x")]

    assert client.get(address).url == registry_import.get_absolute_url()  # asked once
    again = client.get(page(LIST + b"\n"))  # the same titles in the next file
    assert [row["field"].value() for row in again.context["form"].rows()] == chosen
    assert ColumnMapping.objects.get().confirmed_by == officer


def test_a_later_choice_replaces_the_remembered_one(officer):
    for column in ("alamat", "tempat_lahir"):
        registry_import = taken_in(officer)
        columns = [known or column for known in TITLES.values()]
        confirm_columns(registry_import.pk, by=officer, columns=columns)

    assert ColumnMapping.objects.get().columns == [column or "tempat_lahir" for column in TITLES.values()]


def test_a_wrong_choice_leaves_no_trace(client, officer, page):
    address = page()
    response = client.post(address, answers(["nik", "nik", "", "", "", "", ""]))

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Dipilih lebih dari sekali: NIK. Sisakan satu kolom.",
        "Kolom ini belum ada: nama, jenis_kelamin, tanggal_lahir, pekerjaan, kode_kelurahan atau kelurahan. "
        "Pilih kolomnya, atau tandai bahwa berkas ini hanya memperbarui pekerja yang sudah terdaftar.",
    ]
    assert [row["field"].value() for row in response.context["form"].rows()][:3] == ["nik", "nik", ""]
    assert RegistryImport.objects.get().status == ImportStatus.COLUMNS
    assert ColumnMapping.objects.count() == 0


def test_a_file_that_only_changes_people_needs_a_word(client, officer, page):  # AC-W52
    address = page(f"nik;No WA\n{ROW['nik']};081234567890".encode())

    assert client.post(address, answers(["nik", "no_hp"])).status_code == 422
    assert client.post(address, answers(["nik", "no_hp"], known_only="on")).status_code == 302
    assert RegistryImport.objects.get().status == ImportStatus.QUEUED


def test_a_list_of_two_columns_changes_that_one_thing_and_names_who_is_not_there(officer):  # AC-W52, AC-W53
    place = Region.objects.get(pk="73.71.14.1002")
    person = WorkerFactory(nik=ROW["nik"], kelurahan=place, phone="081200000000", address="JL. LAMA", income=900_000)
    content = f"nik;No WA\n{ROW['nik']};081234567890\n8203101708720002;081234567891\n12;081234567892".encode()
    registry_import = taken_in(officer, content)
    confirm_columns(registry_import.pk, by=officer, columns=["nik", "no_hp"], known_only=True)
    check_import(registry_import.pk, by=officer)

    assert list(registry_import.findings.values_list("row", "code")) == [
        (2, "nik_changed"),
        (3, "nik_not_registered"),
        (4, "nik_length"),
    ]
    assert [(row.row, row.verdict, row.changes) for row in registry_import.staged.all()] == [
        (2, "review", {"phone": ["081200000000", "081234567890"]}),
        (3, "refused", None),
        (4, "refused", None),
    ]
    decide_rows(registry_import.pk, by=officer, decision="taken", rows=[2])
    accept_import(registry_import.pk, by=UserFactory())  # known people alone: an admin's matter (AC-D32)
    store_import(registry_import.pk)
    before, person = person, Worker.objects.get()
    assert (person.phone, person.address, person.income, person.name) == (
        "081234567890", "JL. LAMA", 900_000, before.name,
    )  # fmt: skip


def test_a_workbook_says_where_it_is_read(client, page):
    sheet = sheet_of(["DAFTAR PEKERJA"], list(ROW), list(ROW.values()))
    response = client.get(page(workbook_of(sheet, sheet_of(["x"]), names=("Kapasa", "Lain")), "daftar.xlsx"))

    text = response.content.decode()
    assert "Berkas ini berisi 2 lembar. Hanya lembar pertama, “Kapasa”, yang dibaca." in text
    assert "Judul kolom ditemukan di baris 2." in text
    assert RegistryImport.objects.get().name == "daftar.xlsx"


def test_confirming_needs_the_region_and_the_right_moment(officer):
    registry_import = taken_in(officer, csv_of(ROW).getvalue())
    elsewhere = UserFactory(officer=True, region=Region.objects.get(pk="73.71.09"))

    with pytest.raises(RegistryImport.DoesNotExist):
        confirm_columns(registry_import.pk, by=elsewhere, columns=list(ROW))
    confirm_columns(registry_import.pk, by=officer, columns=list(ROW))
    with pytest.raises(Refused) as refusal:
        confirm_columns(registry_import.pk, by=officer, columns=list(ROW))

    assert refusal.value.codes == ["wrong_status"]


def test_a_choice_that_came_too_late_changes_nothing(client, officer, page):
    address = page()
    registry_import = RegistryImport.objects.get()
    chosen = list(TITLES.values())
    RegistryImport.objects.filter(pk=registry_import.pk).update(status=ImportStatus.CANCELLED)

    assert client.post(address, answers(chosen)).url == registry_import.get_absolute_url()
    assert DBTaskResult.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("daftar.xls", bad_files.OLE, "Jenis berkas ini tidak diterima. Gunakan .xlsx atau .csv."),  # AC-I1
        ("daftar.ods", bad_files.open_document(), "Jenis berkas ini tidak diterima. Gunakan .xlsx atau .csv."),
        ("daftar.pdf", bad_files.pdf(), "Jenis berkas ini tidak diterima. Gunakan .xlsx atau .csv."),
        (
            "daftar.xlsx",
            LIST,
            "Berkas ini rusak dan tidak dapat dibuka. Simpan ulang dari aplikasinya, lalu unggah lagi.",
        ),  # AC-I2
        (
            "daftar.xlsx",
            bad_files.bomb(),
            "Berkas ini mengembang terlalu besar saat dibuka. Bagi daftarnya menjadi beberapa berkas.",
        ),
        (
            "daftar.xlsx",
            bad_files.workbook({"xl/vbaProject.bin": b"x"}),
            "Berkas ini berisi makro. Simpan sebagai .xlsx tanpa makro, lalu unggah lagi.",
        ),
        (
            "daftar.csv",
            workbook_of(sheet_of(list(ROW))),
            "Isi berkas ini bukan CSV seperti namanya. Gunakan .xlsx atau .csv.",
        ),
        ("daftar.csv", b"a;b\n1;2", None),
        ("daftar.csv", b"nik;nik\n1;2", "Judul kolom ini ada dua kali: nik. Hapus salah satunya."),  # AC-I4
    ],
)
def test_what_is_no_list_is_refused_in_one_sentence_and_not_kept(officer, name, content, message):
    with pytest.raises(Unreadable) as refusal:
        taken_in(officer, content, name=name)

    assert str(refusal.value) == (message or f"Baris pertama bukan judul kolom. Judul yang dikenal: {', '.join(ROW)}.")
    assert RegistryImport.objects.count() == 0


def test_without_a_page_to_ask_on_every_column_must_be_there(officer):
    with pytest.raises(Unreadable, match=r"^Kolom ini belum ada: nama,"):
        taken_in(officer, b"nik;no_hp\n1;2", ask=False)
    assert taken_in(officer, ask=False).status == ImportStatus.QUEUED


def test_wrong_contents_are_told_at_the_field(client, officer):
    client.force_login(officer)
    response = client.post(UPLOAD, {"file": SimpleUploadedFile("daftar.xlsx", LIST), "posting": "73.71.14"})

    assert (response.status_code, response.context["form"].errors["file"]) == (
        422,
        ["Berkas ini rusak dan tidak dapat dibuka. Simpan ulang dari aplikasinya, lalu unggah lagi."],
    )
