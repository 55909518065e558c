import os
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import SecurityPolicy
from tests.accounts.factories import PASSWORD
from tests.browser.chromium import DESK, chromium, new_context


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests. Playwright runs an event loop in this thread, where Django's ORM would refuse."""
    allowed = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as browser:
        yield browser
    if allowed is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True)
def _served_with_least_rights(transactional_db):
    """Connections that the server opens act as jagai_app, as in production; the test's own stays the owner's."""
    call_command("database_roles", stdout=StringIO())
    options = connections.settings["default"]["OPTIONS"]
    owners = options["options"]
    options["options"] = f"{owners} -c role=jagai_app"
    yield
    options["options"] = owners


@pytest.fixture
def open_context(browser: Browser):
    """A function that opens someone's own browser (viewport=, scheme=, scripts=); all are closed after the test."""
    contexts: list[BrowserContext] = []

    def open_one(**options) -> BrowserContext:
        contexts.append(new_context(browser, **options))
        return contexts[-1]

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def log_in(live_server, open_context):
    """A function that logs a user in by the form, in a browser of their own, and returns its page.

    The policy asks nobody for a second factor; test_second_factor asks for it.
    """
    SecurityPolicy.objects.create(effective_on=date(2026, 1, 1), second_factor_roles=[], source="Untuk pengujian")

    def log_in_as(user, *, viewport: dict = DESK, scripts: bool = True) -> Page:
        page = open_context(viewport=viewport, scripts=scripts).new_page()
        page.goto(f"{live_server.url}/accounts/login/")
        page.get_by_label("Surel").fill(user.email)
        page.get_by_label("Kata sandi").fill(PASSWORD)
        page.get_by_role("button", name="Masuk", exact=True).click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    return log_in_as
