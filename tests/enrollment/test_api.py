"""The desk for systems of hospitals: the same question and answer as the page, by token, in JSON."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from casework.models import AuditEntry, Kind
from enrollment import operations
from enrollment.api import openapi
from enrollment.enums import Purpose, Verdict
from enrollment.models import ApiToken, CoverageCheck
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.enrollment.factories import ContributionFactory, MembershipFactory, ReceiptFactory
from tests.enrollment.test_trouble import locked, read_only

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)  # 14.32 WITA
COVERAGE = reverse("enrollment:api_coverage")
NIK = "7371091708900001"
ASKED = {"number": NIK, "event_at": "2026-11-22T13:40:00+08:00", "purpose": "emergency"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def lead(db):
    return UserFactory(lead=True)


@pytest.fixture
def secret(lead):
    return connected(lead)


@pytest.fixture
def patient(db):
    membership = MembershipFactory(
        worker__name="Baso Syamsuddin", worker__nik=NIK, worker__birth_on=date(1990, 8, 17),
        participant_number="26030000001",
    )  # fmt: skip
    receipt = ReceiptFactory(recorded_at=datetime(2026, 11, 12, 2, tzinfo=UTC))
    ContributionFactory(membership=membership, receipt=receipt)
    return membership.worker


def connected(by, *, purposes=(Purpose.EMERGENCY, Purpose.REFERRAL), name="SIMRS IGD") -> str:
    _, secret = operations.connect_system(
        by=by, hospital=by.hospital, name=name, purposes=list(purposes), life=timedelta(days=90)
    )
    return secret


def ask(secret, asked=None, address=COVERAGE, content_type="application/json", **more):
    body = asked if isinstance(asked, bytes) else json.dumps(ASKED | more if asked is None else asked)
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    return client.post(address, body, content_type=content_type, headers=headers)


def test_a_paid_member_is_active_as_on_the_page(secret, patient):  # AC-W1
    response = ask(secret)

    check = CoverageCheck.objects.get()
    assert (response.status_code, response["Content-Type"], response["Cache-Control"]) == (
        200,
        "application/json",
        "no-store",
    )
    assert response.json() == {
        "number": "2611-00001",
        "verdict": "active",
        "code": "active",
        "reason": "Terlindungi Jaminan Kecelakaan Kerja dan Jaminan Kematian.",
        "next_steps": [
            "Cocokkan nama dan tanggal lahir dengan kartu identitas.",
            "Laporkan dugaan kecelakaan kerja (tahap I) paling lambat 2×24 jam.",
            "Simpan lembar jawaban di berkas pasien.",
        ],
        "payers": ["BPJS Ketenagakerjaan, program Jaminan Kecelakaan Kerja."],
        "asked_at": "2026-11-22T14:32:00+08:00",
        "event_at": "2026-11-22T13:40:00+08:00",
        "known_at": "2026-11-12T02:00:00Z",
        "accident": "3",
        "purpose": "emergency",
        "entered_after_event": False,
        "in_force": [
            {"code": "JKK", "name": "Jaminan Kecelakaan Kerja"},
            {"code": "JKM", "name": "Jaminan Kematian"},
        ],
        "person": {
            "name": "Baso Syamsuddin",
            "nik": "7371 09•• •••• 0001",
            "birth_on": "1990-08-17",
            "age_at_event": 36,
            "age_today": 36,
        },
        "cover": {
            "participant_number": "26030000001",
            "payer": "APBD Kota Makassar",
            "programs": [
                {"code": "JKK", "name": "Jaminan Kecelakaan Kerja"},
                {"code": "JKM", "name": "Jaminan Kematian"},
            ],
            "starts_on": "2026-03-01",
            "last_day": None,
            "last_paid_month": "2026-11-01",
        },
        "digest": check.digest,
        "verify_url": f"http://testserver/coverage/2611-00001/verify/{check.code}/",
        "treat_anyway": "Layanan gawat darurat tetap diberikan.",
        "no_guarantee": "Jawaban ini bukan jaminan pembayaran.",
    }


def test_the_system_stands_on_answer_and_trail_like_a_person_of_the_hospital(secret, patient, lead):
    ask(secret)

    check, entry = CoverageCheck.objects.get(), AuditEntry.objects.get(event="coverage.check")
    assert (check.asked_by.name, check.hospital) == ("SIMRS IGD", lead.hospital)
    assert (entry.actor_id, entry.actor_name, entry.actor_place) == (
        check.asked_by_id,
        "SIMRS IGD",
        str(lead.hospital),
    )
    assert entry.persons == [str(patient.pk)]
    assert entry.facts == {
        "hit": True, "question": "…0001", "purpose": "emergency", "verdict": "active", "code": "active"
    }  # fmt: skip


def test_an_answer_is_opened_on_the_page_by_the_hospitals_people(secret, patient, client, lead):
    number = ask(secret).json()["number"]
    client.force_login(lead)

    page = client.get(reverse("enrollment:coverage_answer", args=[number])).content.decode()

    assert "Ditanyakan SIMRS IGD" in page


def test_an_ended_cover_says_its_last_day(secret):
    MembershipFactory(worker__nik=NIK, period=(date(2026, 3, 1), date(2026, 10, 1)))

    answer = ask(secret).json()

    assert (answer["verdict"], answer["cover"]["last_day"]) == ("inactive", "2026-09-30")
    assert answer["in_force"] == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "not_found"),
        ({"number": "", "name": "Baso", "birth_on": "1990-08-17"}, "not_found"),
    ],
)
def test_a_stranger_is_doubt_and_shows_nobody(secret, more, code):  # AC-W10
    answer = ask(secret, **more).json()

    assert (answer["verdict"], answer["code"], answer["person"], answer["cover"]) == ("unknown", code, None, None)


def test_what_does_not_fit_the_number_shows_nobody(secret, patient):  # AC-C7
    answer = ask(secret, name="Rahim").json()

    assert (answer["code"], answer["person"], answer["cover"]) == ("data_name", None, None)


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ({"number": "73710917"  "0890000"}, ["nik_length"]),  # AC-W10
        ({"number": ""}, ["no_key"]),  # AC-P26
        ({"number": "", "name": "Baso"}, ["birth_missing"]),
        ({"event_at": "2026-11-22T14:33:00+08:00"}, ["event_in_future"]),  # AC-W32
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_says_why_and_gets_no_number(secret, more, codes):
    response = ask(secret, **more)

    problem = response.json()
    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert [reason["code"] for reason in problem["reasons"]] == codes
    assert all(reason["reason"] and reason["next"] for reason in problem["reasons"])
    assert problem["code"] == codes[0]
    assert CoverageCheck.objects.count() == 0
    assert AuditEntry.objects.get(event="coverage.refuse").facts["refused"] == codes


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        (b"{", [""]),
        (b"[]", [""]),
        (b'"\xff"', [""]),
        ({}, ["event_at", "purpose"]),
        (ASKED | {"nik": NIK}, ["nik"]),
        (ASKED | {"name": "a\x00b"}, ["name"]),
        (ASKED | {"event_at": 1_700_000_000}, ["event_at"]),
        (ASKED | {"event_at": "2026-11-22T13:40:00"}, ["event_at"]),
        (ASKED | {"birth_on": 7168}, ["birth_on"]),
        (ASKED | {"purpose": "curious"}, ["purpose"]),
        (ASKED | {"number": 7371091708900001}, ["number"]),
    ],
)
def test_a_body_of_the_wrong_form_is_named_by_field_and_not_repeated(secret, sent, fields):
    response = ask(secret, sent)

    assert response.status_code == 400
    assert [reason["field"] for reason in response.json()["reasons"]] == fields
    assert NIK not in response.content.decode()


def test_without_an_agreement_a_system_learns_nothing(db, patient):
    hospital = HospitalFactory()
    secret = connected(UserFactory(lead=True, hospital=hospital))

    response = ask(secret)

    assert (response.status_code, response.json()["code"]) == (403, "no_agreement")
    assert "Baso" not in response.content.decode()


def test_a_token_is_good_for_its_purposes_alone(secret, patient):
    response = ask(secret, purpose="follow_up")

    assert (response.status_code, response.json()["code"]) == (403, "purpose_not_allowed")
    assert response.json()["reasons"][0]["reason"] == "Sambungan ini hanya untuk keperluan: gawat darurat, rujukan."
    assert AuditEntry.objects.get(event="api_client.deny").facts["reason"] == "purpose_not_allowed"


@pytest.mark.parametrize(("shown", "code"), [("", "token_missing"), ("jagai_x", "token_unknown")])
def test_nobody_gets_in_without_a_token(db, patient, shown, code):
    response = ask(shown)

    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert response.json()["code"] == code
    assert CoverageCheck.objects.count() == 0


def test_a_session_is_no_token(lead, client, patient):
    client.force_login(lead)

    assert client.post(COVERAGE, json.dumps(ASKED), content_type="application/json").status_code == 401


def test_an_unknown_token_is_on_the_trail_but_floods_it_not(db):
    statuses = [ask("jagai_x").status_code for _ in range(31)]

    assert statuses == [401] * 30 + [429]
    entries = AuditEntry.objects.filter(event="api_client.deny")
    assert (entries.count(), entries[0].actor_name, entries[0].kind) == (30, "sistem", Kind.READ)
    assert entries[0].facts == {"page": "enrollment:api_coverage", "reason": "token_unknown"}


def test_a_sixth_question_within_a_second_is_too_much(secret, patient, lead):
    UserFactory(hospital_staff=True, hospital=lead.hospital)

    statuses = [ask(secret).status_code for _ in range(6)]
    refused = ask(secret)

    assert statuses == [200] * 5 + [429]
    assert (refused["Retry-After"], refused.json()["code"]) == ("60", "too_often")
    assert refused.json()["detail"] == "Sistem Anda terlalu sering bertanya. Tunggu satu menit, lalu coba lagi."
    assert AuditEntry.objects.filter(event="api_client.deny").count() == 2


@pytest.mark.parametrize(
    ("method", "content_type", "body", "status"),
    [
        ("get", "application/json", b"", 405),
        ("put", "application/json", b"{}", 405),
        ("post", "text/plain", b"{}", 415),
        ("post", "application/json", b" " * 16_385, 413),
    ],
)
def test_what_is_no_question_is_told_so(secret, method, content_type, body, status):
    headers = {"Authorization": f"Bearer {secret}"}
    response = getattr(Client(), method)(
        COVERAGE, **({} if method == "get" else {"data": body, "content_type": content_type}), headers=headers
    )

    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json()["status"] == status


def test_an_old_token_works_until_the_stated_overlap_ends(lead, secret, patient, time_machine):
    client = ApiToken.objects.get().client
    _, new = operations.renew_token(client.pk, by=lead, life=timedelta(days=90), overlap=timedelta(days=7))
    time_machine.move_to(NOW + timedelta(days=7, seconds=-1), tick=False)
    during = [ask(shown).status_code for shown in (secret, new)]
    time_machine.move_to(NOW + timedelta(days=7), tick=False)

    assert during == [200, 200]
    assert [ask(shown).status_code for shown in (secret, new)] == [401, 200]
    assert ask(secret).json()["code"] == "token_over"


@pytest.mark.parametrize(
    ("said", "event_at"),
    [
        ("2026-11-22T23:06:00+17:26", "2026-11-22T13:40:00+08:00"),  # which PostgreSQL does not know
        ("2026-11-22T05:40:00Z", "2026-11-22T13:40:00+08:00"),
        ("0224-03-20T18:47:37+17:26", "0224-03-20T09:21:37+08:00"),
    ],
)
def test_every_offset_of_a_moment_is_read(secret, patient, said, event_at):
    response = ask(secret, event_at=said)

    assert response.status_code == 200
    assert response.json()["event_at"] == event_at


def test_a_moment_before_the_calendar_is_refused(secret):
    response = ask(secret, event_at="0001-01-01T00:00:00+17:26")

    assert response.status_code == 400
    assert CoverageCheck.objects.count() == 0


def test_the_document_is_what_the_code_says_and_open_to_all(db, client):
    served = client.get(reverse("enrollment:api_document"))
    kept = settings.BASE_DIR / "docs" / "openapi.json"

    assert served.json() == json.loads(kept.read_text()) == json.loads(json.dumps(openapi.document()))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("illness", ["locked", "read only"])
def test_a_system_is_told_that_nobody_knows_and_when_to_try_again(time_machine, settings, illness):
    settings.DESK_PATIENCE = 0.2
    secret = connected(UserFactory(lead=True))
    ill = {"locked": lambda: locked("LOCK TABLE enrollment_coveragecheck IN ACCESS EXCLUSIVE MODE")}
    with ill.get(illness, read_only)():
        response = ask(secret)

    assert (response.status_code, response["Retry-After"]) == (503, "60")
    problem = response.json()
    assert (problem["verdict"], problem["retry_at"]) == (Verdict.UNKNOWN, "2026-11-22T14:33:00+08:00")
    assert problem["treat_anyway"] == "Layanan gawat darurat tetap diberikan."
    assert CoverageCheck.objects.count() == 0
