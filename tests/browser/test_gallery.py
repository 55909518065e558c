import pytest
from playwright.sync_api import expect

from tests.browser.chromium import DESK, PHONE, assert_page_ok

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.ui.gallery"), pytest.mark.django_db(transaction=True)]

PAGES = ["/gallery/", "/gallery/confirm/", "/gallery/missing/", "/gallery/broken/", "/accounts/login/"]


@pytest.fixture
def gallery(live_server):
    return f"{live_server.url}/gallery/"


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
