"""Which pages open without a log-in: these and no others (AC-P1)."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.decorators import public
from tests.accounts.factories import UserFactory
from tests.test_structure import patterns

OPEN = {
    "account_login",
    "account_logout",  # also leaves a log-in that waits for its second factor
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
FOR_ALL = {
    "help",
    "privacy",  # the same for everybody, without data
    "enrollment:coverage_verify",  # whoever holds an answer sheet has its code; the page names nobody
    "claims:note_verify",  # the same for whoever holds a referral note
}
BY_TOKEN = {  # a hospital's system says who it is in each call; the document about them names nobody
    "enrollment:api_coverage",
    "enrollment:api_fhir",
    "enrollment:api_document",
}


def test_only_the_doors_open_without_a_log_in():
    opened = {name for name, entry in patterns() if not getattr(entry.callback, "login_required", True)}

    assert opened - FOR_ALL - BY_TOKEN == OPEN


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["home", "account_list", "device_list", "mfa_index", "account_change_password"])
def test_a_stranger_gets_the_log_in_page_and_nothing_else(client, page):  # AC-P1
    url = reverse(page)

    assert client.get(url).headers["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_log_in_leads_to_own_pages_only(client, target):
    user = UserFactory(officer=True)
    response = client.post(
        reverse("account_login"), {"login": user.email, "password": "perahu pinisi di losari", "next": target}
    )

    assert response.headers["Location"] == reverse("home")


def test_a_public_view_says_so():
    assert public(lambda request: None).roles == frozenset()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "args", "role"),
    [
        ("enrollment:batch_approve", ["2611-00001"], {}),
        ("enrollment:batch_file", ["2611-00001"], {"bpjs": True}),
        ("claims:claim_approve", ["2611-00001"], {}),
        ("export_request", ["workers"], {}),
        ("export_file", ["5f0cf2a8-53a0-4d5d-9f1c-53b9c2b8f0aa"], {}),
    ],
)
def test_money_and_exports_want_a_log_in_that_is_fresh(client, time_machine, name, args, role):
    time_machine.move_to(datetime(2026, 11, 22, 1, 0, tzinfo=UTC), tick=False)
    client.force_login(UserFactory(**role))
    time_machine.move_to(datetime(2026, 11, 22, 1, 6, tzinfo=UTC), tick=False)

    response = client.get(reverse(name, args=args))

    assert response.status_code == 302
    assert response.url.startswith("/accounts/reauthenticate/")
