"""A list as another office keeps it, from upload to the rows that come back."""

import io

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests.accounts.factories import UserFactory
from tests.browser.chromium import DESK, PHONE, assert_page_ok
from tests.casework.workbooks import DATE, number, sheet_of, workbook_of
from tests.workers.factories import DesilRecordFactory, DesilReleaseFactory, PolicyFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLES = [
    "No",
    "No. KTP",
    "Nomor Kartu Keluarga",
    "Nama Lengkap",
    "L/P",
    "Tgl Lahir",
    "Alamat",
    "Kel/Desa",
    "Pekerjaan",
]
PEOPLE = [
    ["1", "7371142908850000", "7371140509156001", "ANDI AMBO PETTALOLO", "Laki2", number(31288, style=DATE)],
    ["2", number("7371141708900000"), "", "SITTI NURHAYATI", "P", "17-08-1990"],
    ["3", "7371.1455.0890.0000", "", "HJ. SITTI DG. KEBO, S.Pd.", "-", "15/08/1990"],
    ["4", "737114", "", "BASO", "L", "31-02-1990"],
]
PLACE_AND_WORK = ["JL. KUMALA NO. 180", "Kapasa", "Tukang parkir"]


def the_list():
    rows = [[*person, *PLACE_AND_WORK] for person in PEOPLE]
    return workbook_of(
        sheet_of(["DAFTAR PEKERJA RENTAN"], [], TITLES, *rows), sheet_of(["x"]), names=("Kapasa", "Daya")
    )


@pytest.fixture
def officer():
    PolicyFactory()
    call_command("load_regions", stdout=io.StringIO())
    call_command("load_occupations", stdout=io.StringIO())
    return UserFactory(officer=True, region_id="73.71.14")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_workbook_is_uploaded_matched_checked_and_given_back(live_server, log_in, officer, tmp_path, viewport):
    file = tmp_path / "daftar kapasa.xlsx"
    file.write_bytes(the_list())
    page = log_in(officer, viewport=viewport)
    page.goto(f"{live_server.url}/workers/imports/upload/")
    assert_page_ok(page)

    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Unggah daftar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cocokkan kolom")
    expect(page.get_by_label("No. KTP dibaca sebagai")).to_have_value("nik")
    expect(page.locator("main")).to_contain_text("Judul kolom ditemukan di baris 3.")
    assert_page_ok(page)

    page.get_by_label("Pekerjaan dibaca sebagai").select_option("")
    page.get_by_role("button", name="Periksa daftar").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Kolom ini belum ada: pekerjaan.")
    assert_page_ok(page)

    page.get_by_label("Pekerjaan dibaca sebagai").select_option("pekerjaan")
    page.get_by_role("button", name="Periksa daftar").click()
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    page.reload()
    expect(page.get_by_role("heading", name="Temuan menurut jenisnya")).to_be_visible()
    assert_page_ok(page)

    page.get_by_role("row").filter(has_text="dibulatkan oleh Excel").get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("7.37114E+15")
    assert_page_ok(page)

    page.get_by_role("link", name="Lengkapi baris").first.click()
    expect(page.get_by_role("textbox", name="NIK")).to_be_visible()
    assert_page_ok(page)

    page.go_back()
    page.go_back()
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh baris untuk diperbaiki").click()
    assert download.value.suggested_filename == "baris-untuk-diperbaiki.xlsx"


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_snapshot_says_who_would_move_before_it_is_accepted(live_server, log_in, officer, tmp_path, viewport):
    """Without JavaScript, by an officer of the whole city."""
    officer.region_id = "73.71"
    officer.save()
    release = DesilReleaseFactory(name="2026-3")
    DesilRecordFactory(family_card_number="7371090101150001", release="2026-2", desil=3)
    file = tmp_path / "dtsen.csv"
    file.write_text("no_kk,desil\n7371090101150001,6\n12,1\n")
    page = log_in(officer, viewport=viewport, scripts=False)
    page.goto(f"{live_server.url}/workers/releases/{release.pk}/upload/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Unggah data").click()
    page.get_by_role("button", name="Periksa daftar").click()
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    page.reload()
    expect(page.get_by_role("heading", name="Yang akan bergeser")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Naik melewati batas")).to_contain_text("1")
    page.get_by_role("button", name="Terima 1 baris").click()
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    page.reload()
    expect(page.get_by_role("heading", name="Yang bergeser")).to_be_visible()
