import pytest
from playwright.sync_api import expect

from tests.accounts.factories import UserFactory
from tests.browser.chromium import DESK, PHONE, assert_page_ok
from tests.regions.factories import kelurahan
from tests.workers.factories import OccupationFactory, PolicyFactory, WorkerFactory
from workers.models import Worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def officer():
    PolicyFactory()
    OccupationFactory()
    kelurahan()
    return UserFactory(officer=True)


def open_registration(page, live_server):
    page.goto(f"{live_server.url}/workers/register/")
    page.get_by_label("Nomor peserta").fill("26000000001")
    page.get_by_role("button", name="Cari pekerja").click()
    expect(page.get_by_role("heading", name="Hasil pencarian")).to_be_visible()
    page.locator("main").get_by_role("link", name="Daftarkan pekerja").click()


def fill(page):
    page.get_by_label("NIK", exact=True).fill("7371 0917 0890 0001")
    page.get_by_label("Nama lengkap").fill("Daeng Rewa")
    for label, part in (("Tanggal", "17"), ("Bulan", "8"), ("Tahun", "1990")):
        page.get_by_label(label, exact=True).fill(part)
    page.get_by_label("Laki-laki").check()
    page.get_by_label("Kelurahan tempat tinggal sekarang").select_option("73.71.09.1009")
    page.get_by_label("Pekerjaan", exact=True).select_option("NLP")
    page.get_by_label("Pekerja sudah diberi tahu untuk apa datanya dipakai.").check()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_nik_is_read_while_it_is_typed(live_server, log_in, officer, viewport):
    page = log_in(officer, viewport=viewport)
    open_registration(page, live_server)
    page.get_by_label("NIK", exact=True).press_sequentially("7371 0917")

    expect(page.locator("#nik-baca")).to_have_text("NIK baru 8 angka, kurang 8 lagi.")

    fill(page)

    expect(page.locator("#nik-baca")).to_contain_text("17 Agustus 1990")
    assert_page_ok(page)

    page.get_by_role("button", name="Daftarkan pekerja").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Daeng Rewa")
    assert_page_ok(page)


def test_registering_works_without_scripts_and_reading_the_nik_loses_nothing(live_server, log_in, officer):
    page = log_in(officer, scripts=False)
    open_registration(page, live_server)
    fill(page)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Baca NIK di tab baru").click()

    expect(opened.value.locator(".decode--ok")).to_contain_text("17 Agustus 1990")

    page.get_by_role("button", name="Daftarkan pekerja").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Daeng Rewa")
    assert Worker.objects.count() == 1


def test_the_list_narrows_while_a_name_is_typed(live_server, log_in, officer):
    WorkerFactory(name="Andi Nurhayati")
    WorkerFactory(name="Baso Syamsuddin")
    page = log_in(officer)
    page.goto(f"{live_server.url}/workers/")
    page.get_by_label("Nama pekerja").press_sequentially("nur")

    expect(page.locator("#jumlah")).to_have_text("1 pekerja cocok dengan saringan")
    expect(page.locator("#hasil tbody tr")).to_have_count(1)
    assert_page_ok(page)

    page.get_by_role("link", name="Nama: nur Hapus saringan").click()

    expect(page.locator("#hasil tbody tr")).to_have_count(2)
