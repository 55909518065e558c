"""Systems of hospitals: connected, given another token and cut off by who keeps the hospital's accounts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from accounts.operations import send_reset_letter
from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations
from enrollment.enums import Purpose
from enrollment.models import ApiClient, ApiToken
from tests.accounts.factories import HospitalFactory, UserFactory

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
DAYS = timedelta(days=90)
LIST = reverse("enrollment:client_list")


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def lead(db):
    return UserFactory(lead=True)


def connect(by, hospital=None, name="SIMRS IGD", purposes=("emergency",)) -> tuple[ApiToken, str]:
    return operations.connect_system(
        by=by, hospital=hospital or by.hospital, name=name, purposes=list(purposes), life=DAYS
    )


def page_of(name: str, client: ApiClient) -> str:
    return reverse(f"enrollment:client_{name}", args=[client.pk])


def test_a_token_is_shown_and_never_kept(lead):
    token, secret = connect(lead)

    kept = ApiToken.objects.get()
    assert secret.startswith("jagai_")
    assert len(secret) == 49  # 256 bits
    assert (kept.tail, kept.ends_at, kept.used_at) == (secret[-4:], NOW + DAYS, None)
    assert secret not in str([*ApiToken.objects.values(), *AuditEntry.objects.values()])
    assert operations.enter_by_token(secret) == token


def test_who_connected_what_is_on_the_trail(lead):
    token, _ = connect(lead, purposes=("emergency", "referral"))

    entry = AuditEntry.objects.get()
    assert (entry.event, entry.actor_id, entry.note) == ("api_client.connect", lead.pk, "SIMRS IGD")
    assert entry.facts == {
        "hospital": lead.hospital_id,
        "purposes": ["emergency", "referral"],
        "ends_at": "2027-02-20T06:32:00Z",
        "token": token.pk,
    }


def test_an_admin_connects_any_hospital_and_a_lead_the_own_one(lead):
    other = HospitalFactory()

    assert connect(UserFactory(), other)[0].client.hospital == other
    with pytest.raises(Refused) as refused:
        connect(lead, other, name="SIMRS lain")
    assert refused.value.codes == ["not_your_hospital"]


@pytest.mark.parametrize("trait", ["hospital_staff", "officer", "bpjs", "auditor"])
def test_nobody_else_connects_anything(db, trait):
    with pytest.raises(Refused) as refused:
        connect(UserFactory(**{trait: True}), UserFactory(lead=True).hospital)

    assert "not_a_keeper" in refused.value.codes
    assert ApiToken.objects.count() == User.objects.filter(is_system=True).count() == 0


def test_a_name_is_used_once_while_it_is_in_use(lead):
    first, _ = connect(lead)
    with pytest.raises(Refused) as refused:
        connect(lead)
    operations.end_client(first.client.pk, by=lead, note="Ganti sistem")

    assert refused.value.codes == ["name_taken"]
    assert connect(lead)[0].client != first.client


def test_without_a_purpose_there_is_nothing_to_ask_for(lead):
    with pytest.raises(Refused) as refused:
        connect(lead, purposes=())

    assert refused.value.codes == ["no_purpose"]


def test_the_last_use_is_noted_to_the_minute(lead, time_machine):
    _, secret = connect(lead)
    seen = []
    for seconds in (0, 59, 60):
        time_machine.move_to(NOW + timedelta(seconds=seconds), tick=False)
        operations.enter_by_token(secret)
        seen.append(ApiToken.objects.get().used_at - NOW)

    assert seen == [timedelta(0), timedelta(0), timedelta(seconds=60)]


@pytest.mark.parametrize(("after", "codes"), [(DAYS - timedelta(seconds=1), []), (DAYS, ["token_over"])])
def test_a_token_ends_on_time(lead, time_machine, after, codes):
    _, secret = connect(lead)
    time_machine.move_to(NOW + after, tick=False)

    assert refusals(secret) == codes


def refusals(secret: str) -> list[str]:
    try:
        operations.enter_by_token(secret)
    except Refused as refused:
        return refused.codes
    return []


@pytest.mark.parametrize("overlap", [timedelta(0), timedelta(days=7)])
def test_the_old_token_goes_on_for_the_overlap_at_most(lead, overlap):
    token, old = connect(lead)

    renewed, new = operations.renew_token(token.client.pk, by=lead, life=timedelta(days=180), overlap=overlap)

    token.refresh_from_db()
    assert (token.ends_at, renewed.ends_at) == (NOW + overlap, NOW + timedelta(days=180))
    assert refusals(old) == (["token_over"] if overlap == timedelta(0) else [])
    assert refusals(new) == []
    assert AuditEntry.objects.latest("pk").event == "api_client.renew"


def test_an_overlap_gives_no_token_more_time_than_it_had(lead, time_machine):
    token, _ = connect(lead)
    time_machine.move_to(NOW + DAYS - timedelta(days=1), tick=False)

    operations.renew_token(token.client.pk, by=lead, life=DAYS, overlap=timedelta(days=7))

    token.refresh_from_db()
    assert token.ends_at == NOW + DAYS


def test_a_system_that_is_cut_off_is_so_at_once_and_stays_so(lead):
    token, secret = connect(lead)
    operations.end_client(token.client.pk, by=lead, note="Token terkirim lewat surel")

    assert refusals(secret) == ["token_over"]
    for deed in (
        lambda: operations.end_client(token.client.pk, by=lead, note="Lagi"),
        lambda: operations.renew_token(token.client.pk, by=lead, life=DAYS, overlap=DAYS),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.codes == ["ended"]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.event, entry.note) == ("api_client.end", "Token terkirim lewat surel")


def test_another_hospitals_system_is_not_there(lead):
    theirs = connect(UserFactory(lead=True))[0].client

    with pytest.raises(ApiClient.DoesNotExist):
        operations.end_client(theirs.pk, by=lead, note="x")


def test_nobody_logs_in_as_a_system_or_finds_it_among_the_people(lead):
    account = connect(lead)[0].client.account
    send_reset_letter(account.email)

    assert not AuditEntry.objects.filter(event="account.ask_reset").exists()
    assert not account.may_enter(NOW.date())
    assert account not in User.objects.visible_to(UserFactory())
    assert account not in User.objects.visible_to(lead)


@pytest.mark.parametrize("change", [{"password": "md5$x"}, {"is_lead": True}])
def test_the_database_keeps_a_system_from_becoming_a_person(lead, change):
    account = connect(lead)[0].client.account

    with pytest.raises(IntegrityError, match="accounts_user_system_is_a_hospitals"), transaction.atomic():
        User.objects.filter(pk=account.pk).update(**change)


@pytest.mark.parametrize(
    ("model", "change", "constraint"),
    [
        (ApiClient, {"purposes": []}, "enrollment_api_client_has_purposes"),
        (ApiClient, {"purposes": ["curious"]}, "enrollment_api_client_has_purposes"),
        (ApiClient, {"ended_at": NOW}, "enrollment_api_client_end_is_signed"),
        (ApiToken, {"digest": "jagai_x"}, "enrollment_api_token_has_a_digest"),
        (ApiToken, {"ends_at": NOW - DAYS}, "enrollment_api_token_ends_after_its_making"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(lead, model, change, constraint):
    connect(lead)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.update(**change)


def test_a_lead_connects_a_system_on_the_page_and_sees_its_token_once(lead, client):
    client.force_login(lead)
    typed = {"name": "SIMRS IGD", "purposes": ["emergency", "referral"], "life": "90"}

    page = client.post(reverse("enrollment:client_connect"), typed).content.decode()

    token = ApiToken.objects.get()
    shown = page.partition('<output class="mono secret">')[2].partition("</output>")[0]
    assert operations.enter_by_token(shown) == token
    assert (token.client.account.hospital, token.client.purposes) == (lead.hospital, ["emergency", "referral"])
    assert shown not in client.get(page_of("detail", token.client)).content.decode()
    assert "SIMRS IGD" in client.get(LIST).content.decode()


def test_an_admin_names_the_hospital(client, lead):
    client.force_login(UserFactory())
    typed = {"name": "SIMRS IGD", "purposes": [Purpose.EMERGENCY], "life": "365"}
    missing = client.post(reverse("enrollment:client_connect"), typed)
    client.post(reverse("enrollment:client_connect"), typed | {"hospital": lead.hospital_id})

    assert missing.status_code == 422
    assert ApiToken.objects.get().client.hospital == lead.hospital


def test_a_refusal_is_told_on_the_page(lead, client):
    connect(lead)
    client.force_login(lead)

    page = client.post(
        reverse("enrollment:client_connect"), {"name": "SIMRS IGD", "purposes": ["emergency"], "life": "90"}
    )

    assert page.status_code == 422
    assert "Rumah sakit ini sudah punya sambungan dengan nama itu." in page.content.decode()


def test_a_token_is_changed_and_a_system_cut_off_on_their_pages(lead, client):
    system = connect(lead)[0].client
    client.force_login(lead)
    page = client.post(page_of("renew", system), {"life": "180", "overlap": "0"}).content.decode()
    shown = page.partition('<output class="mono secret">')[2].partition("</output>")[0]
    before = refusals(shown)
    answer = client.post(page_of("end", system), {"note": "Tidak dipakai lagi"})

    assert (before, refusals(shown)) == ([], ["token_over"])
    assert answer.url == page_of("detail", system)
    told = client.get(page_of("detail", system)).content.decode()
    assert "Sambungan ini sudah diakhiri." in told
    for page, typed in {"renew": {"life": "90", "overlap": "0"}, "end": {"note": "Lagi"}}.items():
        refused = client.post(page_of(page, system), typed)
        assert refused.status_code == 422
        assert "Sambungan ini sudah diakhiri." in refused.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(lead, client, count, django_assert_num_queries):
    for number in range(count):
        connect(lead, name=f"SIMRS {number}")
    client.force_login(lead)

    with django_assert_num_queries(5):  # session, user, clients, tokens, who made them
        page = client.get(LIST)

    assert len(page.context["clients"]) == count
