from datetime import date

import pytest

from tests.accounts.factories import UserFactory
from tests.browser.chromium import DESK, PHONE, assert_page_ok
from tests.enrollment.factories import MembershipFactory
from tests.workers.factories import DuplicatePairFactory, PolicyFactory, WorkerFactory
from workers.models import Worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_officers_compare_and_link_two_records(log_in, live_server):  # AC-D26
    PolicyFactory()
    first, second = UserFactory(officer=True, name="Andi Pertama"), UserFactory(officer=True, name="Besse Kedua")
    one = WorkerFactory(
        name="Muh. Samsudin Dg. Nai",
        nik="7371090403900001",
        birth_on=date(1990, 3, 4),
        phone="081242424242",
        address="Lr. 4 No. 12",
    )
    other = WorkerFactory(name="Muhammad Syamsuddin", nik="7371090403900007", birth_on=date(1990, 4, 3))
    MembershipFactory(worker=one)
    pair = DuplicatePairFactory(one=one, other=other, rules=["nik", "birth"], likeness=0.81)

    page = log_in(first, viewport=PHONE)
    page.goto(f"{live_server.url}/workers/pairs/")
    assert_page_ok(page)
    page.get_by_role("link", name="Bandingkan").click()
    assert_page_ok(page)
    page.get_by_role("radio", name="Sama: satu orang terdaftar dua kali").check()
    page.get_by_role("textbox", name="Alasan").fill("KTP dan KK sama.")
    page.get_by_role("button", name="Simpan jawaban").click()
    page.get_by_text("Petugas lain perlu menyetujuinya").wait_for()
    assert_page_ok(page)

    page = log_in(second, viewport=DESK)
    page.goto(f"{live_server.url}{pair.get_absolute_url()}")
    assert_page_ok(page)
    page.get_by_role("textbox", name="Alasan").fill("Saya setuju.")
    page.get_by_role("button", name="Setujui: orang yang sama").click()
    page.get_by_text("Kedua data ditautkan sebagai satu orang.").first.wait_for()
    page.get_by_role("link", name="Muhammad Syamsuddin").first.click()
    assert_page_ok(page)

    assert Worker.objects.get(pk=other.pk).survivor == one
