from datetime import date

import pytest

from accounts import rules
from accounts.models import SecurityPolicy, User
from accounts.roles import Role

ADMIN = User(pk=1, role=Role.ADMIN)
LEAD = User(pk=2, role=Role.HOSPITAL, hospital_id=7, is_lead=True)
STAFF = User(pk=3, role=Role.HOSPITAL, hospital_id=7)
OFFICER = User(pk=4, role=Role.OFFICER, region_id="73.71.09")
OTHER_LEAD = User(pk=5, role=Role.HOSPITAL, hospital_id=7, is_lead=True)
ENDED = User(pk=6, role=Role.HOSPITAL, hospital_id=7, is_active=False, ended_at=date(2026, 3, 1))
TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("role", list(Role))
def test_without_a_policy_all_but_officers_need_a_second_factor(role):  # ASVS 6.3.3
    assert rules.needs_second_factor(role, policy=None) is (role != Role.OFFICER)


@pytest.mark.parametrize("role", list(Role))
def test_a_policy_says_who_needs_a_second_factor(role):
    policy = SecurityPolicy(second_factor_roles=[Role.ADMIN, Role.OFFICER])

    assert rules.needs_second_factor(role, policy=policy) is (role in (Role.ADMIN, Role.OFFICER))


@pytest.mark.parametrize(
    ("user", "role", "hospital_id", "is_lead", "taken", "codes"),
    [
        (ADMIN, Role.BPJS, None, False, False, []),
        (ADMIN, Role.HOSPITAL, 7, True, False, []),
        (ADMIN, Role.BPJS, None, False, True, ["address_taken"]),
        (LEAD, Role.HOSPITAL, 7, False, False, []),
        (LEAD, Role.HOSPITAL, 8, False, False, ["not_your_staff"]),
        (LEAD, Role.HOSPITAL, 7, True, False, ["not_your_staff"]),
        (LEAD, Role.ADMIN, None, False, True, ["not_your_staff", "address_taken"]),
        (STAFF, Role.HOSPITAL, 7, False, False, ["not_a_keeper"]),
        (STAFF, Role.ADMIN, None, False, False, ["not_a_keeper", "not_your_staff"]),
        (OFFICER, Role.OFFICER, None, False, False, ["not_a_keeper"]),
    ],
)
def test_who_may_invite_whom(user, role, hospital_id, is_lead, taken, codes):
    decision = rules.may_invite(user, role=role, hospital_id=hospital_id, is_lead=is_lead, taken=taken)

    assert decision.codes == codes


@pytest.mark.parametrize(
    ("user", "account", "codes"),
    [
        (ADMIN, OFFICER, []),
        (ADMIN, LEAD, []),
        (ADMIN, ADMIN, ["own_account"]),
        (ADMIN, ENDED, ["ended"]),
        (LEAD, STAFF, []),
        (LEAD, LEAD, ["own_account", "is_lead"]),
        (LEAD, OTHER_LEAD, ["is_lead"]),
        (STAFF, LEAD, ["not_a_keeper", "is_lead"]),
        (OFFICER, STAFF, ["not_a_keeper"]),
    ],
)
def test_who_may_change_which_account(user, account, codes):
    assert rules.may_change(account, user).codes == codes


@pytest.mark.parametrize(
    ("user", "account", "codes"),
    [
        (ADMIN, ENDED, []),
        (LEAD, ENDED, []),
        (ADMIN, STAFF, ["not_ended"]),
        (LEAD, OTHER_LEAD, ["not_ended", "is_lead"]),
        (OFFICER, ENDED, ["not_a_keeper"]),
    ],
)
def test_who_may_reopen_which_account(user, account, codes):
    assert rules.may_reopen(account, user).codes == codes


@pytest.mark.parametrize(
    ("until", "codes"), [(date(2026, 11, 23), ["in_the_past"]), (TODAY, []), (date(2027, 1, 1), []), (None, [])]
)
def test_a_last_day_has_not_passed(until, codes):
    assert rules.may_last(until=until, on=TODAY).codes == codes


@pytest.mark.parametrize(
    ("user", "role", "region_id", "codes"),
    [
        (ADMIN, Role.OFFICER, "73.71.10", []),
        (ADMIN, Role.BPJS, None, []),
        (ADMIN, Role.OFFICER, "73.71.09", ["same_posting"]),
        (LEAD, Role.BPJS, None, ["not_an_admin"]),
    ],
)
def test_a_posting_is_changed_by_an_admin_and_into_another(user, role, region_id, codes):  # AC-P7
    assert rules.may_move(OFFICER, user, role=role, region_id=region_id, hospital_id=None).codes == codes


@pytest.mark.parametrize(("password", "codes"), [("", []), ("set", ["already_taken_up"])])
def test_an_invitation_is_sent_again_until_it_is_taken_up(password, codes):
    account = User()
    account.set_password(password or None)

    assert rules.may_resend(account).codes == codes


@pytest.mark.parametrize(("admins", "codes"), [(0, []), (1, ["admin_exists"])])
def test_only_a_portal_without_admins_begins(admins, codes):
    assert rules.may_begin(admins=admins).codes == codes


@pytest.mark.parametrize(("user", "codes"), [(ADMIN, []), (LEAD, ["not_an_admin"])])
def test_only_an_admin_logs_everybody_out(user, codes):
    assert rules.may_end_all_sessions(user).codes == codes
