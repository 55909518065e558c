"""The emergency desk in real Chromium, on a phone and on a desk's screen: three answers, and three ways to a number."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from enrollment.models import CoverageCheck
from tests.accounts.factories import UserFactory
from tests.browser.chromium import DESK, PHONE, assert_page_ok
from tests.casework.test_qr import card
from tests.enrollment.factories import ContributionFactory, MembershipFactory
from tests.workers.factories import WorkerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NUMBER = "26030000001"
DETECTOR = """
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect() { return [{ rawValue: "26030000001" }]; }
  };
  navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
"""  # what a phone's browser has, and this one has not


@pytest.fixture
def clerk():
    today = timezone.localdate()
    membership = MembershipFactory(worker__nik="7371091708900001", participant_number=NUMBER)
    ContributionFactory(membership=membership, month=today.replace(day=1))
    WorkerFactory(nik="7371091708900002")
    last_month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    ContributionFactory(membership__worker__nik="7371091708900003", month=last_month)
    return UserFactory(hospital_staff=True)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_three_answers_that_nobody_misreads(clerk, log_in, live_server, viewport):
    page = log_in(clerk, viewport=viewport)
    looks = set()
    for nik, word, lead in (
        ("7371091708900001", "Aktif", "Peserta aktif pada waktu kejadian."),
        ("7371091708900002", "Tidak aktif", "Bukan peserta aktif pada waktu kejadian."),
        ("7371091708900003", "Belum pasti", "Belum dapat dipastikan sekarang."),
    ):
        page.goto(f"{live_server.url}/coverage/")
        page.get_by_label("NIK atau nomor peserta").press_sequentially(nik)
        page.keyboard.press("Enter")  # as a hand scanner ends a number
        expect(page.locator(".verdict__word")).to_have_text(word)
        expect(page.locator(".verdict__why b")).to_have_text(lead)
        expect(page.locator("main")).to_contain_text("Layanan gawat darurat tetap diberikan")
        assert nik not in page.url
        assert_page_ok(page)
        head = page.locator(".verdict__head")
        looks.add(head.evaluate("(e) => getComputedStyle(e).backgroundColor + e.querySelector('use').href.baseVal"))

    assert len(looks) == 3


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_photo_of_the_card_is_enough(clerk, log_in, live_server, scripts):
    page = log_in(clerk, viewport=PHONE, scripts=scripts)
    page.goto(f"{live_server.url}/coverage/")
    page.get_by_text("Pindai kartu peserta").click()
    photo = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": card(NUMBER, size=(2400, 1800))}
    page.get_by_label("Foto kode QR di kartu peserta").set_input_files(photo)
    if not scripts:
        page.get_by_role("button", name="Cek kepesertaan").click()

    expect(page.locator(".verdict__word")).to_have_text("Aktif")
    assert CoverageCheck.objects.get().question == NUMBER


def test_the_camera_of_a_phone_reads_the_card_in_the_page(clerk, log_in, live_server):
    page = log_in(clerk, viewport=PHONE)
    page.add_init_script(DETECTOR)
    sent = []
    page.on("request", lambda request: sent.append((request.method, request.url)))
    page.goto(f"{live_server.url}/coverage/")
    page.get_by_text("Pindai kartu peserta").click()
    assert_page_ok(page)
    page.get_by_role("button", name="Nyalakan kamera").click()

    expect(page.locator(".verdict__word")).to_have_text("Aktif")
    assert CoverageCheck.objects.get().question == NUMBER
    assert [url for method, url in sent if method == "POST"] == [f"{live_server.url}/coverage/"]
    assert [url for _, url in sent if NUMBER in url] == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_emergency_door_from_the_desk_to_the_review(clerk, log_in, viewport):
    WorkerFactory(name="Sitti Aminah", birth_on=timezone.datetime(1985, 8, 8).date())
    page = log_in(clerk, viewport=viewport)
    page.get_by_role("link", name="Cek kepesertaan").first.click()
    page.get_by_role("link", name="Buka pintu darurat").click()
    assert_page_ok(page)
    page.get_by_label("Nama lengkap").fill("Siti Aminah")
    page.get_by_label("Tahun lahir").fill("1985")
    page.get_by_label("Mengapa identitasnya").fill("Tidak sadar, tanpa KTP.")
    page.get_by_role("button", name="Buka pintu darurat").click()
    expect(page.locator(".verdict__word")).to_have_text("Tidak aktif")
    expect(page.locator("main")).not_to_contain_text("Aminah")
    assert_page_ok(page)

    admin = log_in(UserFactory(), viewport=viewport)
    admin.get_by_role("link", name="1 pintu darurat belum ditinjau").click()
    assert_page_ok(admin)
    admin.get_by_role("link", name="Tinjau").click()
    expect(admin.locator("main")).to_contain_text("Siti Aminah")
    assert_page_ok(admin)
    admin.get_by_label("Beralasan", exact=True).check()
    admin.get_by_role("button", name="Simpan tinjauan").click()
    expect(admin.locator("main")).to_contain_text("ditinjau.")
