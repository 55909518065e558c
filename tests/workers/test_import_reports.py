"""What leaves the portal about an imported list."""

import csv
import io

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.urls import reverse

from casework import uploads
from casework.audit import entries_of
from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.casework.bad_files import upload
from tests.casework.workbooks import sheet_of, workbook_of
from tests.workers.test_registry_file import ROW, csv_of
from workers.operations import check_import, import_registry
from workers.registry_file import COLUMNS, open_registry
from workers.views import reports

OTHERS = {**ROW, "kode_kelurahan": "7371091009", "kelurahan": "", "kecamatan": ""}  # of another region
ROWS = [  # spreadsheet rows 2 to 7
    {**ROW, "nik": "8203101708720002"},
    {**ROW, "nik": "12", "nama": "=HYPERLINK(1)", "alamat": " jl.  lama "},
    {**ROW, "nik": "8203101708720004", "no_hp": "+62 812 3456 7890"},
    dict.fromkeys(ROW, ""),
    {**OTHERS, "nik": "8203101708720006"},
    {**ROW, "nik": "8203101708720007", "jenis_kelamin": "-"},
]


@pytest.fixture
def officer(db, client):
    call_command("load_regions", stdout=io.StringIO())
    call_command("load_occupations", stdout=io.StringIO())
    officer = UserFactory(officer=True, region=Region.objects.get(pk="73.71.14"))
    client.force_login(officer)
    return officer


def checked(officer, content, name="daftar.csv"):
    registry_import = import_registry(by=officer, content=ContentFile(content), name=name, posting=officer.region)
    check_import(registry_import.pk, by=officer)
    return registry_import


@pytest.fixture
def registry_import(officer):
    return checked(officer, csv_of(*ROWS, delimiter=";").getvalue())


def got(client, page, registry_import):
    response = client.get(reverse(f"workers:{page}", args=[registry_import.pk]))
    return response.headers, b"".join(response)


def lines(content, delimiter=","):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


REPORT = [
    ["row", "outcome", "column", "code", "value", "message"],
    ["3", "refused", "alamat", "spaces", " jl.  lama ", "Spasi yang berlebih dihapus."],
    ["3", "refused", "nik", "nik_length", "12", "NIK baru 2 angka, kurang 14 lagi."],
    ["4", "repaired", "no_hp", "phone_form", "'+62 812 3456 7890", "Dibaca sebagai 081234567890."],
    [
        "6", "refused", "kode_kelurahan", "out_of_scope", "7371091009",
        "Karuwisi Utara, Panakkukang di luar wilayah berkas ini. Kirim baris ini ke petugas wilayah itu.",
    ],
    ["7", "review", "jenis_kelamin", "sex", "'-",
     "“-” tidak dikenal. Lengkapi di halaman baris ini, atau tulis L atau P dan unggah lagi."],
]  # fmt: skip


def test_the_report_has_one_line_for_each_finding(client, registry_import):  # AC-I26
    headers, content = got(client, "import_findings", registry_import)

    assert headers["Content-Disposition"] == 'attachment; filename="temuan.csv"'
    assert sorted(lines(content)) == sorted(REPORT)


def test_the_report_is_also_a_workbook(client, registry_import):
    headers, content = got(client, "import_findings_workbook", registry_import)
    names, *rows = uploads.sheet_rows(io.BytesIO(content))

    assert (names, headers["Content-Disposition"]) == (["Temuan"], 'attachment; filename="temuan.xlsx"')
    assert sorted(row[1:] for row in rows) == sorted(REPORT)


def test_the_rows_to_mend_come_back_as_they_stood(client, officer, registry_import):
    headers, content = got(client, "import_handed_back", registry_import)

    assert headers["Content-Disposition"] == 'attachment; filename="baris-untuk-diperbaiki.csv"'
    header, *rows = lines(content, ";")
    assert header == list(ROW)
    told = [{**row, "nama": row["nama"].replace("=", "'=")} for row in (ROWS[1], ROWS[4], ROWS[5])]
    told[2]["jenis_kelamin"] = "'-"
    assert rows == [list(row.values()) for row in told]
    assert [(entry.event, entry.facts.get("what")) for entry in entries_of(registry_import)][-1:] == [
        ("import.download", "handed_back")
    ]


def test_mended_rows_can_be_uploaded_again(client, officer, registry_import):
    _, content = got(client, "import_handed_back", registry_import)
    mended = content.decode().replace(";12;", ";8203101708720003;").replace("\r\n12;", "\r\n8203101708720003;")
    again = checked(officer, mended.encode())

    first = again.staged.order_by("row").first()
    assert (first.nik, first.name, first.verdict) == ("8203101708720003", "'=HYPERLINK(1)", "repaired")


def test_the_rows_of_a_workbook_come_back_as_a_workbook(client, officer):
    titles = ["No. KTP", *list(ROW)[1:]]
    sheet = sheet_of(["DAFTAR"], titles, list(ROW.values()), ["12", *list(ROW.values())[1:]])
    registry_import = checked(officer, workbook_of(sheet), "daftar.xlsx")
    headers, content = got(client, "import_handed_back", registry_import)

    assert headers["Content-Disposition"] == 'attachment; filename="baris-untuk-diperbaiki.xlsx"'
    assert list(uploads.sheet_rows(io.BytesIO(content)))[1:] == [
        ["1", *titles],
        ["2", "12", *list(ROW.values())[1:]],
    ]


def test_long_lists_leave_as_csv_and_not_as_a_workbook(client, officer, monkeypatch):
    monkeypatch.setattr(reports, "MOST_ROWS_AT_ONCE", 1)
    titles, row = list(ROW), list(ROW.values())
    book = workbook_of(sheet_of(titles, ["12", *row[1:]], ["13", *row[1:]]))
    registry_import = checked(officer, book, "daftar.xlsx")

    report = client.get(reverse("workers:import_findings_workbook", args=[registry_import.pk]))
    headers, content = got(client, "import_handed_back", registry_import)

    assert report.headers["Location"] == reverse("workers:import_findings", args=[registry_import.pk])
    assert headers["Content-Disposition"] == 'attachment; filename="baris-untuk-diperbaiki.csv"'
    assert [cells[0] for cells in lines(content)] == ["nik", "12", "13"]


def test_the_rows_with_one_finding_are_listed(client, registry_import):
    address = reverse("workers:import_finding_list", args=[registry_import.pk])
    response = client.get(address, {"code": "nik_length", "column": "nik"})

    assert [(found.row, column, found.value, message) for found, column, message in response.context["rows"]] == [
        (3, "NIK", "12", "NIK baru 2 angka, kurang 14 lagi.")
    ]
    assert [entry.facts for entry in entries_of(registry_import)][-1] == {"code": "nik_length", "column": "nik"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_findings_costs_the_same_for_any_number(client, officer, count, django_assert_num_queries):
    registry_import = checked(officer, csv_of(*[{**ROW, "nik": str(n)} for n in range(count)]).getvalue())
    address = reverse("workers:import_finding_list", args=[registry_import.pk])

    with django_assert_num_queries(7):
        response = client.get(address, {"code": "nik_length", "column": "nik"})

    assert len(response.context["rows"]) == count


def test_a_kind_that_did_not_occur_is_an_empty_list(client, registry_import):
    address = reverse("workers:import_finding_list", args=[registry_import.pk])

    assert [found.row for found, *_ in client.get(address).context["rows"]] == [3, 3, 4, 6, 7]
    assert "Tidak ada baris dengan temuan ini" in client.get(address, {"code": "phone"}).content.decode()
    assert client.get(address, {"code": "tidak_ada"}).status_code == 404


def test_the_sample_is_a_list_that_can_be_read(client, officer):
    response = client.get(reverse("workers:import_sample"))
    content = b"".join(response)
    accepted = uploads.registry_table(upload("contoh-daftar.xlsx", content))

    assert response["Content-Disposition"] == 'attachment; filename="contoh-daftar.xlsx"'
    assert open_registry(accepted.content).columns == COLUMNS
    anywhere = UserFactory(officer=True, region=Region.objects.get(pk="73.71"))
    registry_import = checked(anywhere, content, "contoh.xlsx")
    assert [row.verdict for row in registry_import.staged.all()] == ["review"]  # nobody is registered by it
