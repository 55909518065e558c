import re

import pytest
from django.conf import settings

from monitoring.trail import words_of

EVENTS = sorted(
    {
        event
        for path in (settings.BASE_DIR / "accounts").glob("*.py")
        for event in re.findall(r'"(account\.[a-z_]+)"', path.read_text())
    }
)


def test_accounts_leave_traces():
    assert {"account.login", "account.invite", "account.add_factor"} <= set(EVENTS)


@pytest.mark.parametrize("event", EVENTS)
def test_the_trail_has_words_for_what_happens_to_accounts(event):
    assert words_of(event) != event
