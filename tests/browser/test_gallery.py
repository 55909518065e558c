import pytest
from playwright.sync_api import expect

from tests.accounts.factories import UserFactory
from tests.browser.chromium import DESK, PHONE, assert_page_ok

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.ui.gallery"), pytest.mark.django_db(transaction=True)]

PAGES = ["/gallery/", "/gallery/confirm/", "/gallery/missing/", "/gallery/broken/", "/accounts/login/"]


@pytest.fixture
def gallery(live_server):
    return f"{live_server.url}/gallery/"


@pytest.fixture
def log_in_to_gallery(gallery, log_in):
    """A function that opens the gallery as someone with these traits, else as an admin."""

    def open_gallery(*, viewport=DESK, **who):
        page = log_in(UserFactory(**who), viewport=viewport)
        page.goto(gallery)
        return page

    return open_gallery


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def test_pages_can_be_read_tapped_and_trusted(live_server, open_context, viewport, scheme):
    page = open_context(viewport=viewport, scheme=scheme).new_page()
    for path in PAGES:
        page.goto(live_server.url + path)
        assert_page_ok(page)


def test_nothing_scrolls_sideways_at_320_px(gallery, open_context):
    page = open_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(gallery)

    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_after_a_failed_submit_the_summary_has_the_focus_and_leads_to_the_field(gallery, open_context):
    page = open_context().new_page()
    page.goto(gallery)
    page.get_by_role("button", name="Simpan").click()

    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_page_ok(page)

    page.get_by_role("link", name="Isi tanggal lahir.").click()

    expect(page.get_by_label("Tanggal", exact=True).first).to_be_focused()


def test_a_form_is_refused_in_our_words_without_scripts(gallery, open_context):
    page = open_context(scripts=False).new_page()
    page.goto(gallery)
    page.get_by_role("button", name="Simpan").click()

    expect(page.get_by_role("heading", name="Ada 6 isian yang perlu diperbaiki")).to_be_visible()


def test_progress_is_asked_again_by_itself(gallery, open_context):
    page = open_context().new_page()
    with page.expect_request(lambda request: request.headers.get("hx-request") == "true", timeout=6_000):
        page.goto(gallery)

    expect(page.get_by_text("340.000 dari 1.000.000 baris")).to_be_visible()
    expect(page.locator("#proses")).to_have_count(1)


def test_a_lost_connection_is_said_and_nothing_is_lost(gallery, open_context):
    context = open_context()
    page = context.new_page()
    page.goto(gallery)
    page.get_by_label("NIK").fill("7371090000000001")
    context.set_offline(True)

    expect(page.locator("#net-note")).to_have_text(
        "Koneksi terputus. Isian Anda masih ada di halaman ini. Coba lagi setelah tersambung."
    )
    expect(page.get_by_label("NIK")).to_have_value("7371090000000001")

    context.set_offline(False)

    expect(page.locator("#net-note")).to_be_hidden()


def test_an_ended_session_is_said_and_the_part_stays(gallery, open_context):
    page = open_context().new_page()
    page.goto(gallery)
    page.route("**/gallery/?*", lambda route: route.fulfill(status=302, headers={"Location": "/accounts/login/"}))
    page.route("**/gallery/", lambda route: route.fulfill(status=302, headers={"Location": "/accounts/login/"}))

    expect(page.locator("#net-note")).to_contain_text("Sesi Anda berakhir.")
    expect(page.locator("#proses")).to_be_visible()


def test_the_menu_of_the_account_opens_and_closes_by_keyboard(log_in_to_gallery):
    page = log_in_to_gallery()
    menu = page.locator("details.acct")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")

    expect(menu.get_by_role("button", name="Keluar")).to_be_visible()

    page.keyboard.press("Escape")

    expect(menu.get_by_role("button", name="Keluar")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


@pytest.mark.parametrize("trait", ["officer", "hospital_staff"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_menus_with_and_without_a_rail_can_be_read_and_tapped(log_in_to_gallery, trait, viewport):
    assert_page_ok(log_in_to_gallery(viewport=viewport, **{trait: True}))


def test_a_printed_page_has_ink_on_white_also_after_the_dark_choice(gallery, open_context):
    context = open_context(scheme="dark")
    context.add_cookies([{"name": "theme", "value": "dark", "url": gallery}])
    page = context.new_page()
    page.goto(gallery)
    page.emulate_media(media="print")

    assert page.evaluate("getComputedStyle(document.querySelector('.facts dd')).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.querySelector('.verdict__word')).color") == "rgb(0, 0, 0)"
    expect(page.locator(".topbar .chip-btn, .btn, .envbar").first).to_be_hidden()
