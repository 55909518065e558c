import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.urls("tests.ui.gallery")


@pytest.fixture
def visitor():
    """A browser that nobody logged in with; broken pages answer instead of raising."""
    return Client(raise_request_exception=False)


def test_every_shared_piece_renders(visitor):
    assert visitor.get("/gallery/").status_code == 200
    assert visitor.get("/gallery/confirm/").status_code == 200


def test_a_failed_form_keeps_what_was_typed_and_says_so_in_the_title(visitor):
    response = visitor.post("/gallery/", {"nik": "7371090000000001", "born_on_0": "31", "born_on_1": "2"})
    html = response.content.decode()

    assert response.status_code == 422
    assert "<title>Kesalahan: Contoh semua bagian – Jagai Kota Makassar</title>" in html
    assert 'value="7371090000000001"' in html
    assert '<li><a href="#id_born_on_field">Lengkapi tanggal, bulan, dan tahun.</a></li>' in html


def test_messages_stand_on_top_in_their_tone(visitor):
    html = visitor.get("/gallery/").content.decode()

    assert re.findall(r'class="note note--(ok|bad) mb-4" role="(\w+)"', html) == [("ok", "status"), ("bad", "alert")]


def test_a_page_sends_the_strict_policy(visitor):
    policy = visitor.get("/gallery/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(("demo", "count"), [(True, 1), (False, 0)])
def test_sample_data_is_said_to_be_sample_data(visitor, settings, demo, count):
    settings.DEMO = demo

    assert visitor.get("/gallery/").content.decode().count("Data contoh, bukan data warga") == count


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/nothing/", 404, "Halaman tidak ditemukan"),
        ("/gallery/forbidden/", 403, "Halaman ini di luar tugas Anda"),
        ("/gallery/odd/", 400, "Permintaan tidak terbaca"),
        ("/gallery/broken/", 500, "Maaf, ada kesalahan di pihak kami"),
        ("/gallery/away/", 503, "Maaf, Jagai sedang tidak dapat dipakai"),
    ],
)
def test_trouble_has_a_page_with_a_number_that_the_log_knows(visitor, caplog, path, status, title):
    response = visitor.get(path)
    html = response.content.decode()

    assert response.status_code == status
    assert f"<h1>{title}</h1>" in html
    number = re.search('Nomor rujukan <span class="mono">([0-9A-F]{4}-[0-9A-F]{4})</span>', html)[1]
    assert f"Error page {status} shown with reference {number}" in caplog.messages
    assert "secret" not in html


def test_a_form_without_its_token_is_refused_on_a_page_of_ours():
    response = Client(enforce_csrf_checks=True).post("/gallery/", {})

    assert response.status_code == 403
    assert "<h1>Halaman ini terlalu lama terbuka</h1>" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/gallery/broken/", "/gallery/away/", "/gallery/odd/"])
def test_pages_for_trouble_ask_the_database_nothing(officer_client, path, django_assert_num_queries):
    officer_client.raise_request_exception = False
    with django_assert_num_queries(2):  # session and user of the log-in middleware; the page adds none
        officer_client.get(path)


@pytest.fixture
def officer_client(client):
    client.force_login(UserFactory(officer=True, name="Sitti Rahmah"))
    return client


@pytest.mark.django_db
def test_the_account_menu_says_who_and_where_and_logs_out_by_post(officer_client):
    html = officer_client.get("/gallery/").content.decode()

    assert "Sitti Rahmah<small>Petugas kota, " in html
    assert ">SR<" in html
    assert f'<form method="post" action="{reverse("account_logout")}">' in html


@pytest.mark.django_db
def test_a_theme_is_kept_and_printed(officer_client):
    response = officer_client.post(reverse("theme_set"), {"theme": "dark", "next": "/gallery/?page=2"})

    assert response.headers["Location"] == "/gallery/?page=2"
    assert '<html lang="id" data-theme="dark">' in officer_client.get("/gallery/").content.decode()

    officer_client.post(reverse("theme_set"), {"theme": "", "next": "/gallery/"})

    assert '<html lang="id">' in officer_client.get("/gallery/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_a_theme_never_leads_elsewhere(officer_client, elsewhere):
    response = officer_client.post(reverse("theme_set"), {"theme": "dark", "next": elsewhere})

    assert response.headers["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_theme_is_not_printed(officer_client):
    officer_client.cookies["theme"] = '"><script>'

    assert '<html lang="id">' in officer_client.get("/gallery/").content.decode()
