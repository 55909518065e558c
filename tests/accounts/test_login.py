"""Guessing, proving again and what the trail hears of it."""

import time
from ipaddress import ip_network

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.template.response import SimpleTemplateResponse as Page
from django.test import RequestFactory
from django.urls import reverse

from accounts.decorators import fresh_login, throttled
from accounts.models import User
from casework import audit
from casework.models import AuditEntry
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

WRONG = "bukan kata sandinya"
LOCKED = "Terlalu banyak percobaan. Tunggu 5 menit, lalu coba lagi."
OFFICE = "10.20.30.40"


def log_in(client, email, password, address="203.0.113.7"):
    return client.post(reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=address)


def says(response) -> list[str]:
    return response.context["form"].non_field_errors()


@pytest.mark.parametrize("known", [True, False])
def test_five_wrong_passwords_lock_the_name_whether_it_exists_or_not(client, known):  # AC-W70
    email = UserFactory().email if known else "nobody@contoh.example"
    answers = [says(log_in(client, email, WRONG)) for _ in range(6)]

    assert answers == [["Surel atau kata sandi keliru. Periksa keduanya, lalu coba lagi."]] * 5 + [[LOCKED]]
    assert says(log_in(client, email, PASSWORD, address="198.51.100.1")) == [LOCKED]


def test_the_lock_opens_after_five_minutes(client):
    user = UserFactory()
    with time_machine.travel(time.time(), tick=False) as clock:
        for _ in range(6):
            log_in(client, user.email, WRONG)
        clock.shift(301)
        assert log_in(client, user.email, PASSWORD).status_code == 302


def test_one_address_is_locked_after_twenty_wrong_passwords_of_many_names(client):
    answers = [says(log_in(client, f"nobody{number}@contoh.example", WRONG)) for number in range(21)]

    assert answers[-2:] == [["Surel atau kata sandi keliru. Periksa keduanya, lalu coba lagi."], [LOCKED]]


def test_a_clerk_who_goes_on_typing_does_not_lock_out_the_hospital(client, settings):  # AC-W70
    settings.OFFICE_NETWORKS = [ip_network("10.20.30.0/24")]
    clerk, colleague = UserFactory.create_batch(2, hospital_staff=True)
    for _ in range(60):
        last = log_in(client, clerk.email, WRONG, address=OFFICE)
    assert says(last) == [LOCKED]

    assert log_in(client, colleague.email, PASSWORD, address=OFFICE).status_code == 302


def test_an_office_bears_more_names_that_mistype_than_a_lone_address(client, settings):
    settings.OFFICE_NETWORKS = [ip_network("10.20.30.0/24")]
    for number in range(40):
        log_in(client, f"nobody{number}@contoh.example", WRONG, address=OFFICE)

    assert log_in(client, UserFactory().email, PASSWORD, address=OFFICE).status_code == 302


def test_a_known_and_an_unknown_name_cost_the_same_work(client, monkeypatch):  # AC-W70
    """Counted, not timed: the slow part is the hash, once for either."""
    hashes = []
    count = User.set_password
    check = User.check_password
    monkeypatch.setattr(User, "set_password", lambda user, raw: hashes.append("dummy") or count(user, raw))
    monkeypatch.setattr(User, "check_password", lambda user, raw: hashes.append("real") or check(user, raw))
    known = UserFactory()
    hashes.clear()

    log_in(client, known.email, WRONG)
    log_in(client, "nobody@contoh.example", WRONG)

    assert hashes == ["real", "dummy"]


def test_the_trail_hears_who_came_in_and_who_failed_but_no_password(client):  # AC-A2
    user = UserFactory()
    log_in(client, user.email, WRONG)
    log_in(client, "nobody@contoh.example", WRONG)
    log_in(client, user.email, PASSWORD)
    client.post(reverse("account_logout"))

    assert [(entry.event, entry.subject_id, entry.actor_id) for entry in AuditEntry.objects.order_by("pk")] == [
        ("account.login_fail", str(user.pk), None),
        ("account.login_fail", "", None),
        ("account.login", str(user.pk), user.pk),
        ("account.logout", str(user.pk), user.pk),
    ]
    written = str(list(AuditEntry.objects.values()))
    assert [secret for secret in (WRONG, PASSWORD, "nobody@") if secret in written] == []


def test_a_changed_password_reaches_trail_and_owner(client, mailoutbox, django_capture_on_commit_callbacks):
    user = UserFactory()
    client.force_login(user)
    new = "tiga ekor kuda laut biru"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert [entry.event for entry in audit.entries_of(user)] == ["account.set_password"]
    assert [(letter.to, letter.subject) for letter in mailoutbox] == [([user.email], "Jagai: Perubahan keamanan akun")]
    assert client.get(reverse("device_list")).status_code == 200  # this session stays, others end


def visit(view, client, method="get"):
    request = getattr(RequestFactory(), method)("/deed/?page=2")
    request.user = User.objects.get(pk=client.session["_auth_user_id"])
    request.session = client.session
    return view(request)


@fresh_login
def deed(request):
    return Page("base.html")


@pytest.mark.parametrize(
    ("minutes", "method", "asked"), [(4, "get", False), (6, "get", True), (29, "post", False), (31, "post", True)]
)
def test_a_sensitive_deed_wants_a_log_in_that_is_fresh(client, minutes, method, asked):
    with time_machine.travel(time.time(), tick=False) as clock:
        client.force_login(UserFactory(officer=True))
        for _ in range(minutes):  # busy, so that the session itself lives
            clock.shift(60)
            client.get(reverse("device_list"))
        response = visit(deed, client, method)

    assert response.status_code == (302 if asked else 200)
    assert response.headers.get("Location", "") == (
        "/accounts/reauthenticate/?next=%2Fdeed%2F%3Fpage%3D2" if asked else ""
    )


def test_proving_it_again_leads_back_and_is_fresh_again(client):
    user = UserFactory()
    with time_machine.travel(time.time(), tick=False) as clock:
        client.force_login(user)
        clock.shift(10 * 60)
        wanted = reverse("account_invite")
        asked = client.get(wanted)
        assert asked.headers["Location"] == f"{reverse('account_reauthenticate')}?next=%2Faccounts%2Fpeople%2Finvite%2F"
        wrong = client.post(asked.headers["Location"], {"password": WRONG})
        assert wrong.context["form"].errors == {"password": ["Kata sandi keliru. Ketik lagi."]}

        right = client.post(asked.headers["Location"], {"password": PASSWORD})

        assert right.headers["Location"] == wanted
        assert client.get(wanted).status_code == 200


@throttled("coverage")
def look_up(request):
    return Page("base.html")


def test_the_sixth_look_up_in_ten_seconds_is_refused_in_indonesian(client):  # AC-P28
    with time_machine.travel(time.time(), tick=False) as clock:
        client.force_login(UserFactory(hospital_staff=True))
        statuses = [visit(look_up, client, "post").status_code for _ in range(6)]
        refused = visit(look_up, client, "post")
        assert visit(look_up, client).status_code == 200  # opening the form is no look-up
        clock.shift(11)
        again = visit(look_up, client, "post")

    assert statuses == [200] * 5 + [429]
    assert "<h1>Terlalu banyak percobaan</h1>" in refused.content.decode()
    assert again.status_code == 200


def test_one_user_does_not_use_up_the_look_ups_of_another(client):
    client.force_login(UserFactory(hospital_staff=True))
    for _ in range(6):
        visit(look_up, client, "post")
    client.force_login(UserFactory(hospital_staff=True))

    assert visit(look_up, client, "post").status_code == 200


def test_reads_are_counted_where_they_are_what_costs(client):
    search = throttled("search", reads=True)(lambda request: Page("base.html"))
    client.force_login(UserFactory())

    assert [visit(search, client).status_code for _ in range(61)] == [200] * 60 + [429]


def test_a_limit_that_nobody_wrote_down_is_a_mistake_at_start():
    with pytest.raises(ImproperlyConfigured, match="names no limit for nothing"):
        throttled("nothing")
