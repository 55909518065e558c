from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from tests.accounts.factories import PASSWORD, HospitalFactory, UserFactory
from tests.regions.factories import kecamatan

pytestmark = pytest.mark.django_db

PAGE = "device_list"
LOGIN = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)  # 08.00 WITA


def is_in(client) -> bool:
    return client.get(reverse(PAGE)).status_code == 200


@pytest.fixture
def officer(client):
    user = UserFactory(officer=True)
    with time_machine.travel(LOGIN, tick=False):
        client.force_login(user)
    return user


@pytest.mark.parametrize(("minutes", "inside"), [(29, True), (31, False)])
def test_thirty_idle_minutes_end_a_session(client, officer, minutes, inside):
    with time_machine.travel(LOGIN + timedelta(minutes=minutes), tick=False):
        assert is_in(client) is inside


@pytest.mark.parametrize(("minutes", "inside"), [(8 * 60 - 1, True), (8 * 60 + 1, False)])
def test_eight_hours_end_a_session_however_busy(client, officer, minutes, inside):
    for passed in range(20, 8 * 60, 20):
        with time_machine.travel(LOGIN + timedelta(minutes=passed), tick=False):
            assert is_in(client)

    with time_machine.travel(LOGIN + timedelta(minutes=minutes), tick=False):
        assert is_in(client) is inside


def test_a_page_within_a_minute_of_the_last_writes_no_session(client, officer, django_assert_num_queries):
    with time_machine.travel(LOGIN + timedelta(seconds=59), tick=False), django_assert_num_queries(2):
        client.get(reverse("account_logout"))  # session, user


def test_logging_in_gives_a_new_key_and_its_own_eight_hours(client):
    user = UserFactory(officer=True)
    with time_machine.travel(LOGIN, tick=False):
        client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})  # a session without a user
        before = client.session.session_key
    with time_machine.travel(LOGIN + timedelta(minutes=10), tick=False):
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

        assert client.session.session_key != before
        assert client.session["started"] == (LOGIN + timedelta(minutes=10)).timestamp()
    assert not Session.objects.filter(pk=before).exists()


# Midnight in Makassar is 16.00 UTC.
@pytest.mark.parametrize(
    ("valid_until", "inside"),
    [(date(2026, 11, 23), False), (date(2026, 11, 24), True), (date(2026, 11, 25), True), (None, True)],
)
def test_an_account_lasts_to_midnight_of_its_last_day_also_for_who_is_inside(client, valid_until, inside):  # AC-P2
    user = UserFactory(officer=True, valid_until=None)
    with time_machine.travel(datetime(2026, 11, 24, 15, 58, tzinfo=UTC), tick=False):
        client.force_login(user)
        User.objects.filter(pk=user.pk).update(valid_until=valid_until)
        assert is_in(client) is inside

    with time_machine.travel(datetime(2026, 11, 24, 16, 0, tzinfo=UTC), tick=False):
        assert is_in(client) is (valid_until in (date(2026, 11, 25), None))


@pytest.mark.parametrize(
    "change",
    [
        lambda: {"region": kecamatan("73.71.10")},
        lambda: {"role": Role.ADMIN, "region": None},
        lambda: {"role": Role.HOSPITAL, "region": None, "hospital": HospitalFactory()},
        lambda: {"is_active": False},
        lambda: {"sessions_ended_at": datetime(2026, 11, 24, tzinfo=UTC)},
        lambda: {"password": "another"},
    ],
    ids=["region", "role", "hospital", "ended", "logged out", "password"],
)
def test_a_session_is_over_at_the_next_page_when_what_it_stands_on_changes(client, change):  # AC-P2
    user = UserFactory(officer=True)
    client.force_login(user)
    assert is_in(client)

    User.objects.filter(pk=user.pk).update(**change())

    assert not is_in(client)


def test_a_session_outlives_what_it_does_not_stand_on(client):
    user = UserFactory(officer=True)
    client.force_login(user)

    User.objects.filter(pk=user.pk).update(name="Nama lain", valid_until=date(2099, 1, 1))

    assert is_in(client)


def test_leaving_forgets_the_session_and_clears_the_browser(client):
    client.force_login(UserFactory())
    key = client.session.session_key

    response = client.post(reverse("account_logout"))

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(pk=key).exists()
