"""The pages of keepers, and one's own devices."""

from datetime import date

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from accounts.devices import device_name
from accounts.models import User
from accounts.roles import Role
from tests.accounts.factories import PASSWORD, HospitalFactory, UserFactory
from tests.regions.factories import kecamatan

pytestmark = pytest.mark.django_db

PHONE = (
    "Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
)


@pytest.fixture
def admin(client):
    user = UserFactory(name="Admin Kota")
    client.force_login(user)
    return user


def listed(client, **query) -> list[str]:
    return [account.name for account in client.get(reverse("account_list"), query).context["page"]]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_however_long(client, admin, count, django_assert_num_queries):
    UserFactory.create_batch(count, hospital_staff=True)

    with django_assert_num_queries(3):  # session, user, page
        client.get(reverse("account_list"))


def test_a_lead_sees_the_accounts_of_the_own_hospital_and_nobody_else_does(client):
    lead = UserFactory(lead=True, name="Ketua")
    UserFactory(role=Role.HOSPITAL, hospital=lead.hospital, name="Perawat")
    other = UserFactory(hospital_staff=True, name="Orang lain")
    client.force_login(lead)

    assert listed(client) == ["Ketua", "Perawat"]
    assert client.get(reverse("account_detail", args=[other.pk])).status_code == 404


@pytest.mark.parametrize("trait", ["officer", "hospital_staff", "bpjs", "auditor"])
@pytest.mark.parametrize("page", ["account_list", "account_invite", "account_end_all_sessions"])
def test_others_are_turned_away(client, trait, page):
    client.force_login(UserFactory(**{trait: True}))

    assert client.get(reverse(page)).status_code == 403


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Admin Kota", "Baso", "Citra", "Daeng"]),
        ({"q": "bas"}, ["Baso"]),
        ({"q": "baso contoh"}, ["Baso"]),
        ({"role": "officer"}, ["Baso", "Daeng"]),
        ({"state": "over"}, ["Citra", "Daeng"]),
        ({"state": "alive"}, ["Admin Kota", "Baso"]),
        ({"q": "\x00"}, ["Admin Kota", "Baso", "Citra", "Daeng"]),
    ],
)
def test_the_list_is_narrowed_by_name_role_and_state(client, admin, query, names):
    UserFactory(officer=True, name="Baso", email="baso@contoh.example")
    UserFactory(bpjs=True, name="Citra", ended=True, ended_by=admin)
    UserFactory(officer=True, name="Daeng", valid_until=date(2026, 1, 1))

    assert listed(client, **query) == names


@pytest.mark.parametrize("count", [1, 3])
def test_an_admin_invites_an_officer_through_the_page(
    client, admin, mailoutbox, django_capture_on_commit_callbacks, count
):
    region = kecamatan()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(count):
            response = client.post(
                reverse("account_invite"),
                {
                    "name": "Sitti Rahmah",
                    "email": f"sitti{number}@contoh.example",
                    "role": "officer",
                    "region": region.pk,
                    "hospital": HospitalFactory().pk,  # chosen before the role was changed: left out
                    "is_lead": "on",
                    "valid_until_0": "31",
                    "valid_until_1": "12",
                    "valid_until_2": "2099",
                },
            )

    account = User.objects.latest("pk")
    assert response.headers["Location"] == reverse("account_detail", args=[account.pk])
    assert (account.region, account.hospital, account.is_lead) == (region, None, False)
    assert account.valid_until == date(2099, 12, 31)
    assert len(mailoutbox) == count


@pytest.mark.parametrize(
    ("role", "errors"),
    [
        ("", {"role": ["Pilih peran."]}),
        ("officer", {"region": ["Pilih wilayah tugas petugas."]}),
        ("hospital", {"hospital": ["Pilih rumah sakit tempat staf bekerja."]}),
    ],
)
def test_a_role_is_asked_for_its_place(client, admin, role, errors):
    response = client.post(reverse("account_invite"), {"name": "Sitti", "email": "sitti@contoh.example", "role": role})

    assert (response.status_code, response.context["form"].errors) == (422, errors)


def test_a_lead_invites_staff_of_the_own_hospital_whatever_is_sent(client):
    lead = UserFactory(lead=True)
    client.force_login(lead)
    client.post(
        reverse("account_invite"),
        {"name": "Perawat", "email": "perawat@contoh.example", "role": "admin", "hospital": "1", "is_lead": "on"},
    )

    account = User.objects.get(email="perawat@contoh.example")
    assert (account.role, account.hospital, account.is_lead) == (Role.HOSPITAL, lead.hospital, False)


def test_a_refusal_stands_on_the_form(client, admin):
    UserFactory(email="sitti@contoh.example")
    response = client.post(
        reverse("account_invite"), {"name": "Sitti", "email": "Sitti@contoh.example", "role": "bpjs"}
    )

    assert response.context["form"].non_field_errors() == [
        "Alamat surel ini sudah punya akun, dan satu orang memegang satu peran. "
        "Ubah penugasan akun itu, atau pakai alamat surel lain."
    ]


@pytest.mark.parametrize(
    ("page", "data", "done"),
    [
        ("account_end", {"note": "Pindah"}, "Akun diakhiri."),
        ("account_extend", {}, "Hari terakhir diubah."),
        ("account_move", {"role": "bpjs", "note": "Pindah"}, "Penugasan diubah."),
        ("account_remove_factors", {"note": "Datang sendiri"}, "Langkah kedua dicabut."),
        ("account_end_sessions", {"note": "HP hilang"}, "Orangnya dikeluarkan dari semua perangkat."),
    ],
)
def test_each_deed_asks_first_and_then_says_what_it_did(client, admin, page, data, done):
    account = UserFactory(officer=True, name="Sitti Rahmah")
    url = reverse(page, args=[account.pk])

    assert "Sitti Rahmah?</h1>" in client.get(url).content.decode()
    response = client.post(url, data, follow=True)

    assert [str(message) for message in response.context["messages"]] == [done]


@pytest.mark.parametrize("page", ["account_end", "account_remove_factors", "account_end_sessions", "account_move"])
def test_a_deed_without_its_reason_is_not_done(client, admin, page):
    account = UserFactory(officer=True)

    response = client.post(reverse(page, args=[account.pk]), {"role": "bpjs"})

    assert (response.status_code, response.context["form"].errors["note"]) == (
        422,
        ["Isi cara Anda memastikan orangnya." if page == "account_remove_factors" else "Isi alasan."],
    )


@pytest.mark.parametrize(
    ("account", "links"),
    [
        (lambda admin: UserFactory(officer=True), ["extend", "move", "end-sessions", "remove-factors", "end"]),
        (
            lambda admin: UserFactory(officer=True, password=None),
            ["resend", "extend", "move", "end-sessions", "remove-factors", "end"],
        ),
        (lambda admin: UserFactory(officer=True, ended=True, ended_by=admin), ["reopen"]),
        (lambda admin: admin, []),
    ],
    ids=["active", "invited", "ended", "own"],
)
def test_the_page_offers_what_may_be_done(client, admin, account, links):
    url = reverse("account_detail", args=[account(admin).pk])
    html = client.get(url).content.decode()

    assert [part.split('/"')[0] for part in html.split(f'href="{url}')[1:]] == links


def test_everybody_is_logged_out_also_the_admin(client, admin):
    response = client.post(reverse("account_end_all_sessions"), {"note": "Kebobolan"})

    assert response.headers["Location"] == reverse("account_login")
    assert client.get(reverse("device_list")).status_code == 302


def log_in(user, agent=PHONE) -> Client:
    browser = Client(headers={"User-Agent": agent})
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return browser


def test_own_devices_are_listed_and_ended_one_by_one_or_all(client):
    user = UserFactory(officer=True)
    here, phone, desk = log_in(user), log_in(user), log_in(user, "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0")

    sessions = here.get(reverse("device_list")).context["sessions"]
    assert [(session["name"], session["here"]) for session in sessions] == [
        ("Chrome di Android", True),
        ("Chrome di Android", False),
        ("Firefox di Windows", False),
    ]

    here.post(reverse("device_end", args=[sessions[1]["pk"]]))
    assert [browser.get(reverse("device_list")).status_code for browser in (here, phone, desk)] == [200, 302, 200]
    here.post(reverse("device_end_others"))
    assert [browser.get(reverse("device_list")).status_code for browser in (here, phone, desk)] == [200, 302, 302]


def test_nobody_ends_a_device_of_another(client):
    user, other = UserFactory.create_batch(2, officer=True)
    mine, theirs = log_in(user), log_in(other)
    session = UserSession.objects.get(user=other)

    assert mine.post(reverse("device_end", args=[session.pk])).status_code == 404
    assert theirs.get(reverse("device_list")).status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Chrome di Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1", "Safari di iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge di Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0", "Firefox di Linux"),
        ("curl/8", "Peramban lain"),
        ("", "Peramban lain"),
    ],
)
def test_a_device_is_named_by_what_it_says_of_itself(agent, name):
    assert device_name(agent) == name
