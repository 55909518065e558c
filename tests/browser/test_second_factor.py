"""Passkeys, codes and recovery codes as a person meets them, with Chromium's own virtual authenticator."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from accounts.models import SecurityPolicy
from tests.accounts.factories import PASSWORD, UserFactory
from tests.browser.chromium import DESK, PHONE, assert_page_ok

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def portal(live_server):
    """The address under which Chromium allows passkeys without TLS."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def user():
    """BPJS staff, whose role needs a second factor where no policy says otherwise."""
    return UserFactory(bpjs=True, name="Rahmawati")


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def page(request, open_context):
    return open_context(viewport=request.param).new_page()


def give_authenticator(page: Page) -> None:
    """A fingerprint reader that always agrees."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def type_password(page: Page, portal: str, user) -> None:
    page.goto(f"{portal}/accounts/login/")
    page.get_by_label("Surel").fill(user.email)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()


def log_out(page: Page) -> None:
    page.locator("details.acct > summary").click()
    page.get_by_role("button", name="Keluar").click()
    page.wait_for_url("**/login/")


def code_now(secret: str) -> str:
    left = 30 - time.time() % 30
    if left < 8:  # the form would arrive when the code has changed
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_passkey_is_set_up_before_anything_else_and_then_logs_in_alone(page, portal, user):
    give_authenticator(page)
    type_password(page, portal, user)
    expect(page.get_by_role("heading", name="Keamanan akun")).to_be_visible()
    assert_page_ok(page)
    page.goto(f"{portal}/accounts/devices/")
    expect(page.get_by_role("heading", name="Keamanan akun")).to_be_visible()

    page.get_by_role("link", name="Pasang kunci sandi").click()
    assert_page_ok(page)
    page.get_by_label("Nama kunci sandi").fill("Laptop kantor")
    page.get_by_role("button", name="Pasang kunci sandi").click()
    expect(page.get_by_role("heading", name="Kode cadangan")).to_be_visible()
    expect(page.locator(".codes li")).to_have_count(10)
    assert_page_ok(page)
    page.get_by_role("link", name="Sudah saya simpan").click()
    expect(page.get_by_role("link", name="Lepas Laptop kantor")).to_be_visible()
    assert_page_ok(page)

    log_out(page)
    assert_page_ok(page)
    page.get_by_role("button", name="Pakai kunci sandi").click()
    page.wait_for_url(f"{portal}/")
    page.goto(f"{portal}/accounts/devices/")
    expect(page.get_by_text("(perangkat ini)")).to_be_visible()
    assert_page_ok(page)


def test_a_passkey_stands_beside_the_password_too(page, portal, user):
    give_authenticator(page)
    type_password(page, portal, user)
    page.goto(f"{portal}/accounts/factors/passkeys/add/")
    page.get_by_role("button", name="Pasang kunci sandi").click()
    expect(page.get_by_role("heading", name="Kode cadangan")).to_be_visible()
    page.goto(f"{portal}/accounts/devices/")
    log_out(page)

    type_password(page, portal, user)
    expect(page.get_by_role("heading", name="Langkah kedua")).to_be_visible()
    assert_page_ok(page)
    page.get_by_role("button", name="Pakai kunci sandi").click()
    page.wait_for_url(f"{portal}/")


def test_without_a_device_the_page_says_what_else_to_do(page, portal, user):
    SecurityPolicy.objects.create(effective_on="2026-01-01", second_factor_roles=[], source="Untuk pengujian")
    page.add_init_script("navigator.credentials.get = () => Promise.reject(new Error('cancelled'))")
    page.goto(f"{portal}/accounts/login/")
    page.get_by_role("button", name="Pakai kunci sandi").click()

    expect(page.get_by_text("Kunci sandi tidak jadi dipakai.")).to_be_visible()
    assert_page_ok(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_codes_are_set_up_and_asked_for_and_a_recovery_code_stands_in(open_context, portal, user, scripts):
    page = open_context(viewport=PHONE, scripts=scripts).new_page()
    type_password(page, portal, user)
    page.get_by_role("link", name="Pasang aplikasi kode").click()
    secret = page.locator("b.num").inner_text()
    page.get_by_label("Kode").fill(code_now(secret))
    page.get_by_role("button", name="Pasang aplikasi kode").click()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10

    page.goto(f"{portal}/accounts/logout/")
    page.get_by_role("button", name="Keluar").last.click()
    type_password(page, portal, user)
    page.get_by_label("Kode").fill(codes[0])
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(f"{portal}/")

    assert Authenticator.objects.get(user=user, type="recovery_codes").data["used_mask"] == 1


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_keepers_pages_can_be_read_and_tapped(log_in, live_server, viewport):
    staff = UserFactory(hospital_staff=True, name="Andi Muhammad Nurhidayatullah Syamsuddin Dg. Mattola")
    page = log_in(UserFactory(name="Admin Kota"), viewport=viewport)
    people = [f"people/{path}" for path in ("", "invite/", f"{staff.pk}/", f"{staff.pk}/end/", f"{staff.pk}/move/")]
    for path in (*people, "devices/", "factors/", "factors/app/activate/", "password/change/"):
        page.goto(f"{live_server.url}/accounts/{path}")
        assert_page_ok(page)
