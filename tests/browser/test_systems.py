"""The head of a unit connects the hospital's system, changes its token and cuts it off."""

import pytest

from enrollment.models import ApiToken
from tests.accounts.factories import UserFactory
from tests.browser.chromium import DESK, PHONE, assert_page_ok

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("viewport", "scripts"), [(PHONE, True), (DESK, False)])
def test_a_system_is_connected_and_its_token_shown_once(log_in, live_server, viewport, scripts):
    page = log_in(UserFactory(lead=True, name="Rosmiati"), viewport=viewport, scripts=scripts)
    page.goto(f"{live_server.url}/accounts/people/")
    page.get_by_role("link", name="Sambungan sistem").click()
    page.get_by_role("link", name="Sambungkan sistem").click()
    if scripts:
        assert_page_ok(page)
    page.get_by_role("textbox", name="Nama sistem").fill("SIMRS IGD")
    page.get_by_role("checkbox", name="Gawat darurat").check()
    page.get_by_role("button", name="Buat token").click()
    shown = page.locator("output").inner_text()
    if scripts:
        assert_page_ok(page)
    page.get_by_role("link", name="Sudah saya salin").click()
    if scripts:
        assert_page_ok(page)

    assert shown.endswith(ApiToken.objects.get().tail)
    assert shown not in page.content()
