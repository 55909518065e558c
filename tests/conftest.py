import os
import shutil
from contextlib import ExitStack

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck, Phase, settings

from config import database

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WITHOUT_CHROMIUM = "Chromium is not installed"

# How long an example takes says something about the machine's other work, not about the rule.
settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("proof", settings.get_profile("portal"), phases=[Phase.generate])  # see prove_scopes
settings.register_profile("thorough", settings.get_profile("portal"), max_examples=10_000)  # see make histories
settings.load_profile("portal")


def pytest_sessionstart(session):
    """The database runs as long as the tests: the one of DATABASE_URL, or else the embedded one."""
    stack = ExitStack()
    try:
        stack.enter_context(database.at_hand())
    except database.DatabaseUnavailable as problem:
        pytest.exit(str(problem), returncode=pytest.ExitCode.USAGE_ERROR)
    session.config.add_cleanup(stack.close)


def pytest_collection_modifyitems(items):
    """Without Chromium everything else still runs; in CI a browser test then fails instead."""
    if CHROMIUM or os.environ.get("CI") == "true":
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=WITHOUT_CHROMIUM))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = sum(WITHOUT_CHROMIUM in report.longreprtext for report in skipped)
    if left_out:
        terminalreporter.write_line(
            f"{left_out} browser tests were left out: install Chromium to run them (apt install chromium).",
            yellow=True,
        )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests with real transactions empty the tables afterwards, which the trail refuses; test_audit switches it on."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_auditentry DISABLE TRIGGER casework_audit_no_truncate")
        cursor.execute("ALTER TABLE casework_auditlink DISABLE TRIGGER casework_audit_no_truncate")


@pytest.fixture(autouse=True)
def _limits_count_anew():
    """Log-in limits live in the cache; one test's guessing must not lock another out."""
    cache.clear()
