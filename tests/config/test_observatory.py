"""Our headers, as production sends them, by the rules that Mozilla's HTTP Observatory publishes.

Source of the points: developer.mozilla.org/en-US/observatory/docs/tests_and_scoring, read in November 2026. Everybody
begins with 100; penalties are taken off; from 90 on bonuses are added; 100 and more is A+.
"""

import re
import runpy
from contextlib import closing
from http.cookies import SimpleCookie

import pytest
from django.urls import reverse

from tests.config.test_start import PRODUCTION

pytestmark = pytest.mark.django_db

PRIVATE_REFERRERS = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
UNSAFE_SOURCES = {"'unsafe-inline'", "'unsafe-eval'", "data:", "http:", "https:", "*"}
SIX_MONTHS = 15_768_000


def csp_points(headers) -> int:
    if "Content-Security-Policy" not in headers:
        return -25
    directives = {
        name: set(sources)
        for name, *sources in (part.split() for part in headers["Content-Security-Policy"].split(";") if part.strip())
    }
    if set().union(*directives.values()) & UNSAFE_SOURCES:
        return -20
    return 10 if directives.get("default-src") == {"'none'"} else 5


def cookie_points(headers, cookies: SimpleCookie) -> int:
    if not cookies:
        return 0
    if not all(cookie["secure"] for cookie in cookies.values()):
        return -5 if "Strict-Transport-Security" in headers else -20
    if not all(cookie["httponly"] for cookie in cookies.values()):
        return -30
    return 5 if all(cookie["samesite"] in ("Lax", "Strict") for cookie in cookies.values()) else -20


def cors_points(headers) -> int:
    return -50 if headers.get("Access-Control-Allow-Origin") == "*" else 0


def hsts_points(headers) -> int:
    lasts = re.match(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    if lasts is None:
        return -20
    return 0 if int(lasts[1]) >= SIX_MONTHS else -10


def referrer_points(headers) -> int:
    if "Referrer-Policy" not in headers:
        return 0
    return 5 if headers["Referrer-Policy"] in PRIVATE_REFERRERS else -5


def script_points(body: str) -> int:
    sources = re.findall(r"<script\b[^>]*\bsrc=\"([^\"]*)\"", body)
    return 0 if all(re.match(r"/[^/]", source) for source in sources) else -5


def sniffing_points(headers) -> int:
    return 0 if headers.get("X-Content-Type-Options") == "nosniff" else -5


def framing_points(headers) -> int:
    if "frame-ancestors" in headers.get("Content-Security-Policy", ""):
        return 5
    return 0 if headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN") else -20


def resource_points(headers) -> int:
    return 0 if headers.get("Cross-Origin-Resource-Policy", "same-origin") in ("same-origin", "same-site") else -20


def score(headers, cookies: SimpleCookie, body: str) -> int:
    points = [
        csp_points(headers),
        cookie_points(headers, cookies),
        cors_points(headers),
        hsts_points(headers),
        referrer_points(headers),
        script_points(body),
        sniffing_points(headers),
        framing_points(headers),
        resource_points(headers),
    ]
    without_bonus = 100 + sum(point for point in points if point < 0)
    return without_bonus + sum(point for point in points if point > 0) * (without_bonus >= 90)


@pytest.fixture
def production(settings, monkeypatch):
    """The settings of production that decide on headers and cookies."""
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    values = runpy.run_module("config.settings.production")
    for name, value in values.items():
        if name.startswith(("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_")):
            setattr(settings, name, value)
    return settings


@pytest.mark.parametrize(
    ("path", "status", "total"),
    [
        (reverse("account_login"), 200, 100 + 10 + 5 + 5 + 5),  # policy, cookies, referrer, frames
        ("/static/ui/app.css", 200, 100 + 10 + 5 + 5),  # no cookies here
        ("/static/ui/icons.svg", 200, 100 + 10 + 5 + 5),
        ("/static/not-there.css", 404, 100 + 10 + 5 + 5),
        ("/accounts/login/?next=//evil.example", 200, 100 + 10 + 5 + 5 + 5),
    ],
)
def test_pages_files_and_errors_earn_a_plus(production, client, path, status, total):
    with closing(client.get(path, secure=True)) as response:
        body = response.getvalue().decode()

        assert response.status_code == status
        assert score(response.headers, response.cookies, body) == total


def test_plain_http_is_led_to_https_on_the_same_host(production, client):
    response = client.get("/workers/")

    assert (response.status_code, response.headers["Location"]) == (301, "https://testserver/workers/")


@pytest.mark.parametrize(
    ("name", "value", "total"),
    [
        ("Content-Security-Policy", None, 75),  # X-Frame-Options still keeps frames out
        ("Content-Security-Policy", "default-src 'self' 'unsafe-inline'", 80),
        ("Access-Control-Allow-Origin", "*", 50),
        ("Strict-Transport-Security", None, 80),
        ("Strict-Transport-Security", "max-age=86400", 90 + 25),
        ("Referrer-Policy", "unsafe-url", 95 + 20),
        ("X-Content-Type-Options", None, 95 + 25),
        ("Cross-Origin-Resource-Policy", "cross-origin", 80),
    ],
)
def test_a_weaker_header_scores_lower(production, client, name, value, total):
    response = client.get(reverse("account_login"), secure=True)
    headers = dict(response.headers)
    headers.pop(name, None)
    if value is not None:
        headers[name] = value

    assert score(headers, response.cookies, response.text) == total
