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


class Hand:
    """Types and taps as a person with a phone does, and counts what it takes them."""

    KEY, TAP = 0.3, 1.2  # seconds: some 40 words a minute, and finding the next thing to tap

    def __init__(self, page):
        self.page, self.keys, self.taps = page, 0, 0

    @property
    def seconds(self) -> float:
        return self.keys * self.KEY + self.taps * self.TAP

    def type(self, label: str, text: str) -> None:
        box = self.page.get_by_label(label, exact=True)
        box.fill(text)
        self.keys, self.taps = self.keys + len(text), self.taps + 1

    def choose(self, label: str, value: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(value)
        self.taps += 2

    def tick(self, label: str) -> None:
        self.page.get_by_label(label).check()
        self.taps += 1

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.taps += 1


OPTIONAL = " (boleh dikosongkan)"
NEXT = "Simpan dan lanjut"


def begin(page, live_server) -> Hand:
    hand = Hand(page)
    page.goto(f"{live_server.url}/workers/register/")
    hand.type(f"NIK{OPTIONAL}", "7371091708900001")
    hand.press("Cari pekerja")
    expect(page.get_by_role("heading", name="Hasil pencarian")).to_be_visible()
    hand.press("Daftarkan pekerja")
    return hand


def fill_identity(hand: Hand) -> None:
    hand.type("Nama lengkap", "Daeng Rewa")
    for label, part in (("Tanggal", "17"), ("Bulan", "8"), ("Tahun", "1990")):
        hand.type(label, part)
    hand.tick("Laki-laki")


def fill_home(hand: Hand) -> None:
    hand.choose("Kelurahan tempat tinggal sekarang", "73.71.09.1009")
    hand.type(f"Alamat sekarang{OPTIONAL}", "Jl. Urip Sumoharjo 12")
    hand.type(f"RT{OPTIONAL}", "4")
    hand.type(f"RW{OPTIONAL}", "2")
    hand.type(f"Nomor HP{OPTIONAL}", "081234567890")


def fill_work(hand: Hand) -> None:
    hand.choose("Pekerjaan", "NLP")
    hand.type(f"Tempat kerja{OPTIONAL}", "Paotere")
    hand.type(f"Hari dan jam kerja{OPTIONAL}", "tiap hari 05-11")
    hand.type(f"Pendapatan sebulan{OPTIONAL}", "1300000")


def fill_family(hand: Hand) -> None:
    hand.type(f"Nomor KK{OPTIONAL}", "7371090101150001")
    hand.choose(f"Desil keluarga{OPTIONAL}", "2")
    hand.type(f"Sumber desil{OPTIONAL}", "DTSEN kelurahan")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_nik_is_read_while_it_is_typed(live_server, log_in, officer, viewport):
    page = log_in(officer, viewport=viewport)
    begin(page, live_server)
    page.get_by_label("NIK", exact=True).fill("")
    page.get_by_label("NIK", exact=True).press_sequentially("7371 0917")

    expect(page.locator("#nik-baca")).to_have_text("NIK baru 8 angka, kurang 8 lagi.")

    page.get_by_label("NIK", exact=True).fill("7371 0917 0890 0001")

    expect(page.locator("#nik-baca")).to_contain_text("17 Agustus 1990")
    assert_page_ok(page)


def test_reading_the_nik_without_scripts_loses_nothing(live_server, log_in, officer):
    page = log_in(officer, scripts=False)
    fill_identity(begin(page, live_server))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Baca NIK di tab baru").click()

    expect(opened.value.locator(".decode--ok")).to_contain_text("17 Agustus 1990")
    expect(page.get_by_label("Nama lengkap")).to_have_value("Daeng Rewa")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_worker_is_registered_in_under_90_seconds_though_the_connection_is_cut(live_server, log_in, officer, scripts):
    page = log_in(officer, viewport=PHONE, scripts=scripts)
    hand = begin(page, live_server)
    fill_identity(hand)
    hand.press(NEXT)
    expect(page.get_by_role("heading", name="Tempat tinggal", exact=True)).to_be_visible()

    page.context.set_offline(True)
    fill_home(hand)
    page.get_by_role("button", name=NEXT).click(no_wait_after=True)
    if scripts:
        expect(page.locator("#net-note")).to_contain_text("Isian Anda masih ada di halaman ini.")
        page.context.set_offline(False)
        hand.press(NEXT)
    else:  # what was sent is sent again
        expect(page).to_have_url("chrome-error://chromewebdata/")
        page.context.set_offline(False)
        page.reload()

    expect(page.get_by_role("heading", name="Pekerjaan", exact=True)).to_be_visible()
    hand.press("Kembali")
    expect(page.get_by_label(f"Alamat sekarang{OPTIONAL}", exact=True)).to_have_value("Jl. Urip Sumoharjo 12")
    hand.press(NEXT)
    fill_work(hand)
    hand.press(NEXT)
    fill_family(hand)
    hand.press(NEXT)
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa, lalu daftarkan")
    hand.tick("Pekerja sudah diberi tahu")
    hand.press("Daftarkan")

    expect(page.get_by_role("heading", level=1)).to_have_text("Daeng Rewa")
    worker = Worker.objects.get()
    assert (worker.address, worker.rt, worker.phone) == ("Jl. Urip Sumoharjo 12", "004", "081234567890")
    assert (worker.workplace, worker.income, worker.desil_in("2026-3")) == ("Paotere", 1_300_000, 2)
    assert hand.seconds < 90


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_of_a_registration_can_be_read(live_server, log_in, officer, viewport):
    page = log_in(officer, viewport=viewport)
    hand = begin(page, live_server)
    for fill in (fill_identity, fill_home, fill_work, fill_family):
        fill(hand)
        assert_page_ok(page)
        here = page.url
        hand.press(NEXT)
        page.wait_for_url(lambda url, here=here: url != here)
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa, lalu daftarkan")
    assert_page_ok(page)
    hand.press("Daftarkan")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.goto(f"{live_server.url}/workers/register/")
    expect(page.get_by_role("heading", name="Belum selesai")).to_be_visible()
    assert_page_ok(page)


def test_the_list_narrows_while_a_name_is_typed(live_server, log_in, officer):
    WorkerFactory(name="Andi Nurhayati")
    WorkerFactory(name="Baso Syamsuddin")
    page = log_in(officer)
    page.goto(f"{live_server.url}/workers/")
    page.get_by_label("Nama pekerja").press_sequentially("nur")

    expect(page.locator("#jumlah")).to_have_text("1 pekerja cocok")
    expect(page.locator("#hasil tbody tr")).to_have_count(1)
    assert_page_ok(page)

    page.get_by_role("list", name="Saringan aktif").get_by_role("link").click()

    expect(page.locator("#hasil tbody tr")).to_have_count(2)
