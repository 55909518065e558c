import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NEW = "tiga ekor kuda laut biru"


@pytest.fixture
def user():
    return UserFactory(officer=True)


def log_in(client, email, password):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_the_right_password_opens_the_portal(client, user):
    response = log_in(client, user.email, PASSWORD)

    assert (response.status_code, response.headers["Location"]) == (302, reverse("home"))
    assert client.session["_auth_user_id"] == str(user.pk)


def test_after_the_log_in_the_page_that_was_asked_for_opens(client, user):
    wanted = reverse("account_change_password")
    login = client.get(wanted).headers["Location"]
    hidden = re.search(r'name="next" value="([^"]+)"', client.get(login).content.decode())[1]

    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": hidden})

    assert response.headers["Location"] == wanted


@pytest.mark.parametrize("email", ["known", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client, user, email):
    response = log_in(client, user.email if email == "known" else email, "not the password")

    assert response.context["form"].non_field_errors() == [
        "Surel atau kata sandi keliru. Periksa keduanya, lalu coba lagi."
    ]
    assert "_auth_user_id" not in client.session


def test_guessing_is_stopped(client, user):
    for _ in range(11):
        response = log_in(client, user.email, "not the password")

    assert log_in(client, user.email, PASSWORD).status_code != 302
    assert "Terlalu banyak percobaan" in response.content.decode()


def test_an_ended_account_does_not_come_in(client):
    ended = UserFactory(officer=True, is_active=False)

    log_in(client, ended.email, PASSWORD)

    assert "_auth_user_id" not in client.session


def test_leaving_takes_a_post(client, user):
    client.force_login(user)

    assert "<h1>Keluar dari Jagai?</h1>" in client.get(reverse("account_logout")).content.decode()
    assert "_auth_user_id" in client.session

    response = client.post(reverse("account_logout"), follow=True)

    assert "_auth_user_id" not in client.session
    assert [str(message) for message in response.context["messages"]] == ["Anda sudah keluar."]


def test_a_password_is_changed_by_its_owner(client, user):
    client.force_login(user)

    response = client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )

    assert response.headers["Location"] == reverse("home")
    user.refresh_from_db()
    assert user.check_password(NEW)


@pytest.mark.parametrize(
    ("old", "new", "again", "errors"),
    [
        ("", "", "", {"oldpassword": 1, "password1": 1, "password2": 1}),
        ("not the password", NEW, NEW, {"oldpassword": 1}),
        (PASSWORD, "short", "short", {"password1": 1}),
        (PASSWORD, NEW, NEW + "x", {"password2": 1}),
    ],
)
def test_a_password_that_will_not_do_is_refused(client, user, old, new, again, errors):
    client.force_login(user)

    response = client.post(
        reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": again}
    )

    assert {name: len(messages) for name, messages in response.context["form"].errors.items()} == errors
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_a_forgotten_password_is_made_anew_by_a_letter(client, user, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": user.email})
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    [letter] = mailoutbox
    assert letter.subject == "Jagai: Buat kata sandi baru"
    link = re.search(r"http://testserver(\S+)", letter.body)[1]

    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "<h1>Tautan tidak berlaku lagi</h1>" in client.get(link, follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_stranger_gets_no_letter_and_the_same_page(client, user, mailoutbox):
    known = client.post(reverse("account_reset_password"), {"email": user.email}, follow=True)
    stranger = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True)
    assert mailoutbox == []  # the letter is the worker's business, so that both answers take the same time
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)

    assert len(mailoutbox) == 1
    assert known.request["PATH_INFO"] == stranger.request["PATH_INFO"] == reverse("account_reset_password_done")


@pytest.mark.parametrize("path", ["signup/", "email/", "password/set/", "confirm-email/"])
def test_nothing_else_of_allauth_is_offered(client, user, path):
    client.force_login(user)

    assert client.get(f"/accounts/{path}").status_code == 404


def test_the_words_of_the_log_in_page_are_ours(client):
    html = client.get(reverse("account_login")).content.decode()

    assert re.findall(r"<label[^>]*>([^<]+)</label>", html) == ["Surel", "Kata sandi"]
    assert "placeholder" not in html
