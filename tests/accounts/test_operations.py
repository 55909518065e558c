import re
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import operations
from accounts.models import User
from accounts.roles import Role
from casework import audit
from casework.decisions import Refused
from casework.models import AuditEntry
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.regions.factories import kecamatan

pytestmark = pytest.mark.django_db

NEW = "tiga ekor kuda laut biru"


@pytest.fixture
def admin():
    return UserFactory()


def events_of(account) -> list[str]:
    return [entry.event for entry in audit.entries_of(account)]


def link_in(letter) -> str:
    return re.search(r"http://testserver(\S+)", letter.body)[1]


def invite(by, **changes):
    fields = {"email": "Sitti@contoh.example", "name": "Sitti", "role": Role.BPJS}
    return operations.invite_account(by=by, **{**fields, **changes})


def take_up(client, letter):
    page = client.get(link_in(letter), follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})


def test_an_invitation_opens_an_account_without_a_password_and_mails_the_link(
    admin, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        account = invite(admin, role=Role.OFFICER, region=kecamatan(), valid_until=date(2099, 12, 31))

    assert (account.email, account.has_usable_password(), account.invited_by) == ("sitti@contoh.example", False, admin)
    [letter] = mailoutbox
    assert letter.to == ["sitti@contoh.example"]
    [entry] = audit.entries_of(account)
    assert (entry.event, entry.actor_id, entry.facts["role"]) == ("account.invite", admin.pk, "officer")
    assert link_in(letter) not in str(entry.facts)


def test_the_link_makes_the_password_once(client, admin, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        account = invite(admin)

    take_up(client, mailoutbox[0])

    account.refresh_from_db()
    assert account.check_password(NEW)
    assert "<h1>Tautan tidak berlaku lagi</h1>" in client.get(link_in(mailoutbox[0]), follow=True).content.decode()
    assert events_of(account) == ["account.invite", "account.set_password"]


def test_an_address_has_one_account(admin):
    UserFactory(email="sitti@contoh.example")

    with pytest.raises(Refused) as refused:
        invite(admin)

    assert refused.value.codes == ["address_taken"]  # AC-P8: one person is never proposer here and approver there
    assert AuditEntry.objects.count() == 0


def test_an_invitation_is_sent_again_until_it_is_taken_up(
    client, admin, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        account = invite(admin)
        operations.resend_invitation(account.pk, by=admin)
    take_up(client, mailoutbox[1])

    with pytest.raises(Refused) as refused:
        operations.resend_invitation(account.pk, by=admin)

    assert refused.value.codes == ["already_taken_up"]
    assert events_of(account) == ["account.invite", "account.resend", "account.set_password"]


def test_an_account_is_ended_not_deleted(client, admin):
    account = UserFactory(officer=True)
    client.force_login(account)

    operations.end_account(account.pk, by=admin, note="Pindah tugas")

    account.refresh_from_db()
    assert (account.is_active, account.ended_by) == (False, admin)
    assert client.get(reverse("device_list")).status_code == 302
    [entry] = audit.entries_of(account)
    assert (entry.event, entry.actor_id, entry.note) == ("account.end", admin.pk, "Pindah tugas")


def test_an_ended_account_comes_back_with_nothing_of_the_old_one(
    client, admin, mailoutbox, django_capture_on_commit_callbacks
):
    account = UserFactory(officer=True, ended=True)
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"})

    with django_capture_on_commit_callbacks(execute=True):
        operations.reopen_account(account.pk, by=admin, valid_until=None, note="Kembali bertugas")

    account.refresh_from_db()
    assert (account.is_active, account.ended_at, account.has_usable_password()) == (True, None, False)
    assert not Authenticator.objects.filter(user=account).exists()
    take_up(client, mailoutbox[0])
    assert events_of(account) == ["account.reopen", "account.set_password"]


def test_the_last_day_moves(admin):
    account = UserFactory(officer=True, valid_until=date(2026, 1, 1))

    operations.extend_account(account.pk, by=admin, valid_until=date(2099, 1, 1))

    account.refresh_from_db()
    assert account.valid_until == date(2099, 1, 1)
    with pytest.raises(Refused):
        operations.extend_account(account.pk, by=admin, valid_until=date(2026, 1, 1))
    assert events_of(account) == ["account.extend"]


def test_another_posting_is_written_down_with_the_old_one(admin):
    hospital = HospitalFactory()
    account = UserFactory(lead=True)
    before = account.hospital_id

    operations.move_account(account.pk, by=admin, role=Role.HOSPITAL, region=None, hospital=hospital, note="Pindah")

    account.refresh_from_db()
    assert (account.hospital, account.is_lead) == (hospital, False)
    [entry] = audit.entries_of(account)
    assert (entry.facts["before"]["hospital"], entry.facts["hospital"]) == (before, hospital.pk)


def test_lost_factors_are_taken_away_with_a_word_about_who_asked(client, admin):
    account = UserFactory(bpjs=True)
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(account)

    operations.remove_factors(account.pk, by=admin, note="Datang sendiri dengan kartu pegawai")

    assert not Authenticator.objects.filter(user=account).exists()
    assert client.get(reverse("device_list")).status_code == 302
    [entry] = audit.entries_of(account)
    assert (entry.event, entry.note) == ("account.remove_factors", "Datang sendiri dengan kartu pegawai")


def test_an_admin_logs_one_person_out_or_all(client, admin):
    one, other = UserFactory(officer=True), UserFactory(bpjs=True)
    client.force_login(one)
    operations.end_sessions(one.pk, by=admin, note="HP hilang")
    assert client.get(reverse("device_list")).status_code == 302

    client.force_login(other)
    assert client.get(reverse("device_list")).status_code == 200
    assert operations.end_all_sessions(by=admin, note="Kebobolan") == 3
    assert client.get(reverse("device_list")).status_code == 302


@pytest.mark.parametrize(
    "deed",
    [
        lambda pk, by: operations.end_account(pk, by=by, note="x"),
        lambda pk, by: operations.extend_account(pk, by=by, valid_until=None),
        lambda pk, by: operations.resend_invitation(pk, by=by),
        lambda pk, by: operations.remove_factors(pk, by=by, note="x"),
        lambda pk, by: operations.end_sessions(pk, by=by, note="x"),
        lambda pk, by: operations.reopen_account(pk, by=by, valid_until=None, note="x"),
        lambda pk, by: operations.move_account(pk, by=by, role=Role.BPJS, region=None, hospital=None, note="x"),
    ],
    ids=["end", "extend", "resend", "remove_factors", "end_sessions", "reopen", "move"],
)
@pytest.mark.parametrize("keeper", ["lead of another hospital", "clerk", "officer", "auditor"])
def test_nobody_reaches_an_account_that_is_not_theirs_to_keep(deed, keeper):
    account = UserFactory(hospital_staff=True)
    by = {
        "lead of another hospital": lambda: UserFactory(lead=True),
        "clerk": lambda: UserFactory(role=Role.HOSPITAL, hospital=account.hospital),
        "officer": lambda: UserFactory(officer=True),
        "auditor": lambda: UserFactory(auditor=True),
    }[keeper]()

    with pytest.raises(User.DoesNotExist):
        deed(account.pk, by)

    assert AuditEntry.objects.count() == 0


def test_nobody_ends_their_own_account(admin):
    with pytest.raises(Refused) as refused:
        operations.end_account(admin.pk, by=admin, note="x")

    assert refused.value.codes == ["own_account"]


def test_the_first_admin_comes_by_command_and_only_the_first(mailoutbox, capsys, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("invite_first_admin", "kepala@contoh.example", "Kepala Bagian")

    assert mailoutbox[0].to == ["kepala@contoh.example"]
    assert User.objects.get().role == Role.ADMIN
    with pytest.raises(CommandError, match="Sudah ada admin kota yang aktif"):
        call_command("invite_first_admin", "lain@contoh.example", "Orang Lain")


def test_an_ended_account_cannot_take_a_password_from_an_old_link_and_enter(
    client, admin, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        account = invite(admin)
    operations.end_account(account.pk, by=admin, note="Salah undang")
    take_up(client, mailoutbox[0])

    response = client.post(reverse("account_login"), {"login": account.email, "password": NEW})

    assert response.headers["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session
