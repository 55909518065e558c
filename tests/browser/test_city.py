"""The invented city, seen by each role on a phone and at a desk. `make screens` keeps the README's pictures."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command

from monitoring.demo import DEMO_PASSWORD
from tests.browser.chromium import DESK, PHONE, assert_page_ok, screenshot
from ui.navigation import MENUS
from workers.models import Worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROLES = {
    "officer": "petugas.panakkukang@contoh.example",
    "hospital": "rs.primaya@contoh.example",
    "admin": "admin.satu@contoh.example",
    "bpjs": "bpjs@contoh.example",
    "auditor": "auditor@contoh.example",
}
DETAIL = "main table tbody a[href], main .tasks a[href]"


@pytest.fixture
def pictures(tmp_path) -> Path:
    return Path(os.environ.get("SCREENS") or tmp_path)


@pytest.fixture
def enter(live_server, open_context):
    """A function that opens the invented city as one of its demo accounts."""
    call_command("load_reference_data", verbosity=0)
    call_command("seed_demo", workers=400, verbosity=0)

    def enter_as(role: str, *, viewport: dict):
        page = open_context(viewport=viewport).new_page()
        page.goto(f"{live_server.url}/accounts/login/")
        page.locator("input[name=login]").fill(ROLES[role])
        page.locator("input[name=password]").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    return enter_as


def test_every_place_and_its_first_case_can_be_read_on_phone_and_desk(enter, live_server):
    for role in ROLES:
        for viewport in (PHONE, DESK):
            page = enter(role, viewport=viewport)
            menu = page.locator("nav a[href^='/']").evaluate_all("links => links.map((link) => link.pathname)")
            assert len(set(menu)) >= len(MENUS[role].main)
            for path in sorted(set(menu)):
                page.goto(live_server.url + path)
                assert_page_ok(page)
                for case in page.locator(DETAIL).evaluate_all("links => links.map((link) => link.href)")[:1]:
                    page.goto(case)
                    assert_page_ok(page)
            page.close()


def test_pictures_of_home_registration_and_answer(enter, live_server, pictures):
    officer = enter("officer", viewport=DESK)
    screenshot(officer, pictures / "home.png")

    officer.goto(f"{live_server.url}/workers/register/")
    officer.get_by_label("Nomor peserta").fill("000000")
    officer.get_by_role("button", name="Cari pekerja").click()
    officer.locator("main").get_by_role("button", name="Daftarkan pekerja").click()
    officer.get_by_label("NIK", exact=True).fill("7371 0957 0890 0000")
    officer.locator(".decode--ok").wait_for()
    screenshot(officer, pictures / "register.png")

    covered = Worker.objects.filter(coveragecheck__verdict="active").first()
    hospital = enter("hospital", viewport=DESK)
    hospital.goto(f"{live_server.url}/coverage/")
    hospital.get_by_label("NIK atau nomor peserta").fill(covered.nik)
    hospital.get_by_role("button", name="Cek kepesertaan").click()
    hospital.locator(".verdict__word").wait_for()
    screenshot(hospital, pictures / "answer.png")
    assert hospital.locator(".verdict__word").inner_text().lower() == "aktif"
