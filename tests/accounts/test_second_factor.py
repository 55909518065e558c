"""Codes and recovery codes through the forms; passkeys are in tests/browser/test_second_factor.py."""

import re
import time
from datetime import date

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from django.urls import reverse

from accounts.models import SecurityPolicy
from accounts.roles import Role
from casework import audit, sealing
from tests.accounts.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def log_in(client, user, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def give_app(client, user) -> str:
    """Sets up codes for the user through the page, and returns their secret."""
    client.force_login(user)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    client.logout()
    return secret


@pytest.fixture
def clock():
    """Stands at the start of a code's 30 seconds, so that no code changes under a test."""
    with time_machine.travel(time.time() // 30 * 30, tick=False) as clock:
        yield clock


@pytest.fixture
def user():
    return UserFactory(officer=True)


def test_the_page_to_set_up_codes_draws_the_secret_without_pictures_from_data(client, user):
    client.force_login(user)
    html = client.get(reverse("mfa_activate_totp")).content.decode()

    assert '<svg viewBox="0 0 ' in html
    assert "data:" not in html
    assert 'class="qr"' in html


def test_codes_are_set_up_and_then_asked_for(client, user, clock, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        secret = give_app(client, user)
    assert [letter.to for letter in mailoutbox] == [[user.email]]
    clock.shift(30)

    first = log_in(client, user)
    assert first.headers["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session

    second = client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert second.headers["Location"] == reverse("home")
    assert [(entry.event, entry.facts) for entry in audit.entries_of(user)] == [
        ("account.add_factor", {"kind": "totp"}),
        ("account.add_factor", {"kind": "recovery_codes"}),
        ("account.use_factor", {"kind": "totp"}),
        ("account.login", {"methods": ["password", "totp"]}),
    ]


@pytest.mark.parametrize("wait", [-30, 30])
def test_only_the_code_of_these_30_seconds_counts(client, user, clock, wait):  # ASVS 6.5.5
    secret = give_app(client, user)
    clock.shift(90)
    log_in(client, user)
    code = code_now(secret)
    clock.shift(wait)

    response = client.post(reverse("mfa_authenticate"), {"code": code})

    assert response.context["form"].errors == {
        "code": ["Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya, lalu ketik lagi."]
    }
    assert [entry.event for entry in audit.entries_of(user)][-1] == "account.fail_factor"


def test_a_code_is_good_once(client, user, clock):  # ASVS 6.5.1
    secret = give_app(client, user)
    clock.shift(30)
    for _ in range(2):
        client.logout()
        log_in(client, user)
        response = client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_guessing_codes_is_stopped(client, user, clock):  # ASVS 6.6.3
    secret = give_app(client, user)
    clock.shift(30)
    log_in(client, user)
    for _ in range(6):
        response = client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert response.context["form"].errors == {"code": ["Terlalu banyak percobaan. Tunggu 5 menit, lalu coba lagi."]}
    assert client.post(reverse("mfa_authenticate"), {"code": code_now(secret)}).status_code == 200


def test_a_recovery_code_opens_once_and_is_shown_once(client, user, clock):
    give_app(client, user)
    Authenticator.objects.filter(type="recovery_codes").update(data={**recovery(user).data, "viewed_at": None})
    client.force_login(user)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"<li>(\d{8})</li>", page)
    assert len(codes) == 10
    assert re.findall(r"<li>(\d{8})</li>", client.get(reverse("mfa_view_recovery_codes")).content.decode()) == []

    for expected in (302, 200):
        client.logout()
        log_in(client, user)
        assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == expected


def recovery(user) -> Authenticator:
    return Authenticator.objects.get(user=user, type="recovery_codes")


def test_seeds_lie_sealed_in_the_database(client, user, clock):  # ASVS 6.5.2
    secret = give_app(client, user)
    stored = Authenticator.objects.get(user=user, type="totp").data["secret"]

    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))
    assert sealing.unseal_text(stored, purpose="mfa") == secret
    assert len(sealing.unseal_text(recovery(user).data["seed"], purpose="mfa")) == 80


@pytest.mark.django_db(transaction=True)
def test_a_password_from_a_letter_does_not_step_over_the_second_factor(  # ASVS 6.4.3
    client, user, clock, mailoutbox
):
    give_app(client, user)
    client.post(reverse("account_reset_password"), {"email": user.email})
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
    link = re.search(r"http://testserver(\S+)", mailoutbox[-1].body)[1]
    page = client.get(link, follow=True)
    new = "tiga ekor kuda laut biru"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})

    assert "_auth_user_id" not in client.session
    assert log_in(client, user, new).headers["Location"] == reverse("mfa_authenticate")


@pytest.mark.parametrize("trait", ["bpjs", "auditor", "hospital_staff", "admin"])
def test_whose_role_needs_a_factor_sets_one_up_before_anything_else(client, clock, trait):  # ASVS 6.3.3
    user = UserFactory() if trait == "admin" else UserFactory(**{trait: True})
    log_in(client, user)

    for page in ("home", "device_list", "account_change_password", "account_list"):
        assert client.get(reverse(page)).headers["Location"] == reverse("mfa_index")
    html = client.get(reverse("mfa_index")).content.decode()
    assert "Peran Anda masuk dengan langkah kedua." in html

    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})

    assert client.get(reverse("device_list")).status_code == 200


def test_an_officer_comes_in_without(client, user):
    log_in(client, user)

    assert client.get(reverse("device_list")).status_code == 200


def test_a_policy_row_changes_who_needs_one_from_its_day_on(client):
    SecurityPolicy.objects.create(effective_on=date(2026, 2, 13), second_factor_roles=[], source="Untuk pengujian")
    SecurityPolicy.objects.create(
        effective_on=date(2099, 1, 1), second_factor_roles=[Role.ADMIN], source="Untuk pengujian"
    )
    log_in(client, UserFactory())

    assert client.get(reverse("device_list")).status_code == 200


def test_the_last_factor_of_who_needs_one_stays(client, clock):
    user = UserFactory(bpjs=True)
    give_app(client, user)
    client.force_login(user)

    page = client.post(reverse("mfa_deactivate_totp"))

    assert page.context["form"].non_field_errors() == [
        "Langkah kedua terakhir tidak dapat dilepas, karena peran Anda mewajibkannya. Pasang yang baru dulu."
    ]
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_who_needs_none_may_take_it_off_again(client, user, clock):
    give_app(client, user)
    client.force_login(user)
    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.filter(user=user).exists()
    assert [entry.event for entry in audit.entries_of(user)][-2:] == ["account.remove_factor"] * 2


def test_a_factor_is_changed_only_after_a_fresh_log_in(client, user, clock):  # ASVS 7.5.1
    client.force_login(user)
    clock.shift(6 * 60)

    for page in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(page)).headers["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize(("demo", "roles"), [(True, []), (False, ["admin", "bpjs", "auditor", "hospital"])])
def test_sample_data_asks_nobody_and_a_real_city_asks_all_but_officers(settings, demo, roles):
    settings.DEMO = demo
    call_command("load_security_policy")
    call_command("load_security_policy")

    assert [row.second_factor_roles for row in SecurityPolicy.objects.all()] == [roles]
