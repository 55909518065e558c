"""Policies need two admins, by rule, by page and by constraint."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import SecurityPolicy
from accounts.roles import Role
from casework.audit import entries_of
from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment.models import ApprovalPolicy
from monitoring.forms import ApprovalPolicyForm
from monitoring.models import RetentionPolicy
from monitoring.policies import approve_policy, propose_policy, reject_policy
from tests.accounts.factories import UserFactory
from tests.workers.factories import DesilReleaseFactory, PolicyFactory
from workers.models import Policy

pytestmark = pytest.mark.django_db

TOMORROW = timezone.localdate() + timedelta(days=1)
MODELS = {
    "registry": Policy,
    "accounts": SecurityPolicy,
    "retention": RetentionPolicy,
    "approvals": ApprovalPolicy,
}
RETENTION = {"person_years": 7, "question_years": 3, "import_days": 60, "draft_days": 14, "trail_years": 12}
REGISTRY = {"release": "2026-4", "desil_limit": 6, "minimum_age": 18, "residents_only": True, "by_office": []}
REGISTRY |= {"grace_days": 60}


def proposal(by, **changes) -> RetentionPolicy:
    values = {"effective_on": TOMORROW, "source": "SK Wali Kota 12/2027", **RETENTION, **changes}
    return propose_policy("retention", by=by, **values)


def codes_of(act) -> list[str]:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.codes


def test_a_proposal_holds_nothing_before_another_approves():
    proposer, other = UserFactory.create_batch(2)
    policy = proposal(proposer)
    assert RetentionPolicy.objects.in_force(TOMORROW) is None

    approve_policy("retention", policy.pk, by=other)

    assert RetentionPolicy.objects.in_force(TOMORROW) == policy
    assert RetentionPolicy.objects.in_force(timezone.localdate()) is None
    assert [(entry.event, entry.actor_id) for entry in entries_of(policy)] == [
        ("policy.propose", proposer.pk),
        ("policy.approve", other.pk),
    ]
    assert entries_of(policy).last().facts["person_years"] == 7


def test_a_proposal_waits_on_the_home_page_of_every_other_admin(client):
    proposer, other = UserFactory.create_batch(2)
    PolicyFactory()
    proposal(proposer)
    proposal(other, effective_on=TOMORROW + timedelta(days=1))

    def waiting(user) -> list[str]:
        client.force_login(user)
        return [task.title for task in client.get(reverse("home")).context["tasks"]]

    assert waiting(proposer) == ["1 kebijakan menunggu persetujuan"]
    assert waiting(UserFactory()) == ["2 kebijakan menunggu persetujuan"]


def test_nobody_approves_their_own():  # AC-W67
    proposer = UserFactory()
    policy = proposal(proposer)

    assert codes_of(lambda: approve_policy("retention", policy.pk, by=proposer)) == ["same_person"]


@pytest.mark.parametrize("role", [Role.BPJS, Role.AUDITOR])
def test_other_roles_decide_nothing(role):
    policy, other = proposal(UserFactory()), UserFactory(role=role)

    assert codes_of(lambda: proposal(other, effective_on=TOMORROW + timedelta(days=1))) == ["not_an_admin"]
    assert codes_of(lambda: approve_policy("retention", policy.pk, by=other)) == ["not_an_admin"]
    assert codes_of(lambda: reject_policy("retention", policy.pk, by=other, note="x")) == ["not_an_admin"]


def test_nothing_begins_today_or_on_a_day_that_is_taken():
    admin = UserFactory()
    proposal(admin)

    assert codes_of(lambda: proposal(admin, effective_on=timezone.localdate())) == ["in_the_past"]
    assert codes_of(lambda: proposal(admin)) == ["day_taken"]


def test_a_proposal_whose_day_has_come_is_too_late(time_machine):
    proposer, other = UserFactory.create_batch(2)
    policy = proposal(proposer)
    time_machine.move_to(timezone.now() + timedelta(days=1))

    assert codes_of(lambda: approve_policy("retention", policy.pk, by=other)) == ["too_late"]


def test_what_is_decided_is_not_decided_again():
    proposer, other = UserFactory.create_batch(2)
    policy = proposal(proposer)
    approve_policy("retention", policy.pk, by=other)

    assert codes_of(lambda: approve_policy("retention", policy.pk, by=other)) == ["not_waiting"]
    assert codes_of(lambda: reject_policy("retention", policy.pk, by=other, note="x")) == ["not_waiting"]


def test_a_rejected_proposal_frees_its_day_and_stays_on_the_trail():
    admin = UserFactory()
    reject_policy("retention", proposal(admin).pk, by=admin, note="Salah tahun")

    assert not RetentionPolicy.objects.exists()
    entry = AuditEntry.objects.get(event="policy.reject")
    assert (entry.note, entry.facts["trail_years"]) == ("Salah tahun", 12)
    proposal(admin)


def rows(kind, **signed) -> object:
    day = {"effective_on": date(2030, 1, 1), "source": "x", **signed}
    return {
        "registry": lambda: Policy.objects.create(**day, **REGISTRY),
        "accounts": lambda: SecurityPolicy.objects.create(**day, second_factor_roles=[]),
        "retention": lambda: RetentionPolicy.objects.create(**day, **RETENTION),
        "approvals": lambda: ApprovalPolicy.objects.create(**day, tiers=[100_000_000]),
    }[kind]()


@pytest.mark.parametrize("kind", ["registry", "accounts", "retention", "approvals"])
@pytest.mark.parametrize(
    ("signatures", "constraint"),
    [
        (("proposed_by", "proposed_at", "approved_by", "approved_at"), "approver_is_not_proposer"),
        (("approved_by", "approved_at"), "approver_is_not_proposer"),
        (("proposed_by",), "proposal_is_signed"),
        (("proposed_by", "proposed_at", "approved_at"), "approval_is_signed"),
    ],
    ids=["both by one", "never proposed", "no time", "nobody"],
)
def test_the_database_refuses_what_two_did_not_sign(kind, signatures, constraint):
    admin, now = UserFactory(), timezone.now()
    signed = {name: admin if name.endswith("_by") else now for name in signatures}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows(kind, **signed)


@pytest.mark.parametrize("kind", ["registry", "accounts", "retention", "approvals"])
def test_an_unapproved_row_is_in_force_for_nobody(kind):
    rows(kind, proposed_by=UserFactory(), proposed_at=timezone.now())

    model = {"registry": Policy, "accounts": SecurityPolicy, "retention": RetentionPolicy, "approvals": ApprovalPolicy}[
        kind
    ]
    assert not model.objects.decided().exists()


DAY = dict(
    zip(("effective_on_0", "effective_on_1", "effective_on_2"), TOMORROW.strftime("%d %m %Y").split(), strict=True)
)
TYPED = {
    "registry": REGISTRY,
    "accounts": {"second_factor_roles": ["admin", "officer"]},
    "retention": RETENTION,
    "approvals": {"tiers": "Rp100.000.000; 500.000.000"},
}


@pytest.mark.parametrize(
    ("typed", "tiers"),
    [
        ("", []),
        ("100.000.000", [100_000_000]),
        ("100.000.000; 500.000.000", [100_000_000, 500_000_000]),
        ("500.000.000; 100.000.000", None),
        ("1; 2; 3", None),
        ("0", None),
        ("banyak", None),
    ],
)
def test_tiers_rise(typed, tiers):
    form = ApprovalPolicyForm({**DAY, "source": "SK 12/2027", "tiers": typed})

    assert (form.cleaned_data["tiers"] if form.is_valid() else None) == tiers


def test_tiers_are_told_in_words():
    assert ApprovalPolicyForm.says({"tiers": [100_000_000]}) == [
        ("Banyaknya persetujuan", "1; 2 di atas Rp100.000.000 sebulan")
    ]


@pytest.mark.parametrize("kind", TYPED)
def test_one_admin_proposes_and_another_approves_on_pages(client, kind):
    PolicyFactory(effective_on=date(2026, 1, 1))
    DesilReleaseFactory(name=REGISTRY["release"])
    proposer, other = UserFactory.create_batch(2)
    client.force_login(proposer)
    page = client.get(reverse("policy_propose", args=[kind]))
    assert page.status_code == 200
    answer = client.post(reverse("policy_propose", args=[kind]), {**DAY, "source": "SK 12/2027", **TYPED[kind]})
    assert answer.headers["Location"] == reverse("policy_list")
    model = {"registry": Policy, "accounts": SecurityPolicy, "retention": RetentionPolicy, "approvals": ApprovalPolicy}[
        kind
    ]
    policy = model.objects.get(effective_on=TOMORROW)
    approval = reverse("policy_approve", args=[kind, policy.pk])

    assert "Pengusul tidak boleh juga menyetujui." in client.get(approval).content.decode()
    assert client.post(approval).status_code == 422
    assert approval not in client.get(reverse("policy_list")).content.decode()

    client.force_login(other)
    assert approval in client.get(reverse("policy_list")).content.decode()
    assert client.post(approval).headers["Location"] == reverse("policy_list")
    policy.refresh_from_db()
    assert (policy.proposed_by, policy.approved_by) == (proposer, other)
    assert "Akan berlaku" in client.get(reverse("policy_list")).content.decode()


def test_a_proposal_is_rejected_on_its_page_with_a_reason(client):
    policy = proposal(UserFactory())
    client.force_login(UserFactory())
    page = reverse("policy_reject", args=["retention", policy.pk])

    assert client.post(page, {"note": ""}).status_code == 422
    assert client.post(page, {"note": "Belum dibahas"}).headers["Location"] == reverse("policy_list")
    assert not RetentionPolicy.objects.exists()


def test_a_policy_that_rests_on_a_release_that_has_not_come_is_refused_at_its_field(client):
    client.force_login(UserFactory())
    response = client.post(reverse("policy_propose", args=["registry"]), {**DAY, "source": "SK", **REGISTRY})

    assert response.context["form"].errors == {
        "release": [
            "DTSEN rilis 2026-4 belum diterima, jadi tidak ada keluarga yang desilnya diketahui. "
            "Catat dulu rilisnya dan masukkan datanya, atau pilih rilis lain."
        ]
    }
    assert not Policy.objects.exists()


def test_a_trail_kept_shorter_than_the_persons_is_refused_at_its_field(client):
    client.force_login(UserFactory())
    typed = {**DAY, "source": "SK", **RETENTION, "trail_years": 6}
    response = client.post(reverse("policy_propose", args=["retention"]), typed)

    assert response.context["form"].errors == {
        "trail_years": ["Jejak audit disimpan paling singkat selama data orang."]
    }


def test_a_kind_that_does_not_exist_is_not_found(client):
    client.force_login(UserFactory())

    assert client.get(reverse("policy_propose", args=["benefits"])).status_code == 404
    assert client.get(reverse("policy_approve", args=["benefits", 1])).status_code == 404


def test_an_auditor_reads_them_without_buttons(client):
    proposal(UserFactory())
    client.force_login(UserFactory(auditor=True))
    html = client.get(reverse("policy_list")).content.decode()

    assert "Menunggu persetujuan" in html
    assert "Usulkan" not in html
