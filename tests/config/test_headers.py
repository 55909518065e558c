from contextlib import closing

import pytest
from django.urls import reverse

from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db

ON_EVERY_ANSWER = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def headers_of(response, names):
    return {name: response.headers.get(name) for name in names}


@pytest.mark.parametrize("path", [reverse("account_login"), "/not-there/", "/static/ui/app.css"])
def test_every_answer_is_closed_to_other_sites_and_devices(client, path):
    with closing(client.get(path)) as response:
        assert headers_of(response, ON_EVERY_ANSWER) == ON_EVERY_ANSWER
        assert "camera=()" in response.headers["Permissions-Policy"]


def test_a_page_of_somebody_logged_in_is_kept_nowhere(client):
    client.force_login(UserFactory())

    assert client.get(reverse("account_logout")).headers["Cache-Control"] == "no-store"


def test_a_static_file_may_be_kept(client):
    with closing(client.get("/static/ui/app.css")) as response:
        assert "no-store" not in response.headers["Cache-Control"]


def test_trace_is_refused(client):
    response = client.trace("/")

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, POST"
