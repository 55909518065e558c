"""The desk in FHIR R4: a CoverageEligibilityRequest is read, and answered by resources that fhir.resources accepts."""

import json
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from fhir.resources.R4B.coverageeligibilityresponse import CoverageEligibilityResponse
from fhir.resources.R4B.operationoutcome import OperationOutcome

from enrollment.api.fhir import LOOKS
from enrollment.enums import Accident, Verdict
from enrollment.models import CoverageCheck
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import ContributionFactory, MembershipFactory
from tests.enrollment.test_api import NIK, ask, connected
from tests.enrollment.test_trouble import read_only

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
FHIR = reverse("enrollment:api_fhir")
ASKED = {
    "resourceType": "CoverageEligibilityRequest",
    "identifier": [{"system": "urn:rs:igd", "value": "IGD-77"}],
    "status": "active",
    "purpose": ["validation"],
    "created": "2026-11-22",
    "insurer": {"display": "BPJS Ketenagakerjaan"},
    "patient": {"identifier": {"system": "https://fhir.kemkes.go.id/id/nik", "value": NIK}},
    "servicedPeriod": {"start": "2026-11-22T13:40:00+08:00"},
    "extension": [
        {"url": "urn:jagai:purpose", "valueCode": "emergency"},
        {"url": "urn:jagai:laka-lantas", "valueCode": "2"},
    ],
}
NAMED = {
    "contained": [
        {"resourceType": "Patient", "id": "x", "birthDate": "1990-08-17", "name": [{"text": "Baso Syamsuddin"}]}
    ],
    "patient": {"reference": "#x"},
}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def secret(db):
    return connected(UserFactory(lead=True))


def sent(secret, **more):
    request = {name: value for name, value in (ASKED | more).items() if value is not None}
    return ask(secret, request, address=FHIR, content_type="application/fhir+json")


def member(**more):
    return MembershipFactory(
        worker__name="Baso Syamsuddin", worker__nik=NIK, worker__birth_on=date(1990, 8, 17),
        participant_number="26030000001", **more,
    )  # fmt: skip


def answered(response) -> dict:
    """The response as it was sent, once fhir.resources has read it."""
    CoverageEligibilityResponse.model_validate_json(response.content)
    return json.loads(response.content)


def refused(response) -> list[tuple[str, str]]:
    OperationOutcome.model_validate_json(response.content)
    issues = json.loads(response.content)["issue"]
    return [(issue["code"], issue["details"]["coding"][0]["code"]) for issue in issues]


def test_a_paid_member_is_active(secret):
    ContributionFactory(membership=member())

    response = sent(secret)

    check = CoverageCheck.objects.get()
    assert (response.status_code, response["Content-Type"]) == (200, "application/fhir+json")
    assert (check.accident, check.event_at) == (Accident.TRAFFIC_AT_WORK, datetime(2026, 11, 22, 5, 40, tzinfo=UTC))
    assert answered(response) == {
        "resourceType": "CoverageEligibilityResponse",
        "contained": [
            {
                "resourceType": "Patient",
                "id": "patient",
                "name": [{"text": "Baso Syamsuddin"}],
                "birthDate": "1990-08-17",
            }
        ],
        "extension": [
            {"url": "urn:jagai:verdict", "valueCode": "active"},
            {"url": "urn:jagai:reason", "valueCode": "active"},
            {
                "url": "urn:jagai:payer",
                "valueString": "Jasa Raharja lebih dulu, perawatan paling banyak Rp20.000.000. Perlu laporan polisi.",
            },
            {"url": "urn:jagai:payer", "valueString": "BPJS Ketenagakerjaan, program Jaminan Kecelakaan Kerja."},
            {
                "url": "urn:jagai:next-step",
                "valueString": "Cocokkan nama dan tanggal lahir dengan kartu identitas.",
            },
            {
                "url": "urn:jagai:next-step",
                "valueString": "Laporkan dugaan kecelakaan kerja (tahap I) paling lambat 2×24 jam.",
            },
            {"url": "urn:jagai:next-step", "valueString": "Simpan lembar jawaban di berkas pasien."},
            {
                "url": "urn:jagai:verify",
                "valueUri": f"http://testserver/coverage/2611-00001/verify/{check.code}/",
            },
        ],
        "identifier": [{"system": "urn:jagai:answer", "value": "2611-00001"}],
        "status": "active",
        "purpose": ["validation"],
        "patient": {"reference": "#patient"},
        "servicedDate": "2026-11-22",
        "created": "2026-11-22T14:32:00+08:00",
        "request": {
            "identifier": {"system": "urn:rs:igd", "value": "IGD-77"},
            "display": "CoverageEligibilityRequest",
        },
        "outcome": "complete",
        "disposition": "AKTIF. Terlindungi Jaminan Kecelakaan Kerja dan Jaminan Kematian. "
        "Layanan gawat darurat tetap diberikan. Jawaban ini bukan jaminan pembayaran.",
        "insurer": {"display": "BPJS Ketenagakerjaan"},
        "insurance": [
            {
                "coverage": {
                    "identifier": {"system": "urn:jagai:participant-number", "value": "26030000001"},
                    "display": "Jaminan Kecelakaan Kerja, BPJS Ketenagakerjaan",
                },
                "inforce": True,
                "benefitPeriod": {"start": "2026-03-01"},
            }
        ],
    }


def test_an_ended_cover_is_not_in_force(secret):
    member(period=(date(2026, 3, 1), date(2026, 10, 1)))

    answer = answered(sent(secret))

    assert (answer["outcome"], answer["insurance"][0]["inforce"]) == ("complete", False)
    assert answer["insurance"][0]["benefitPeriod"] == {"start": "2026-03-01", "end": "2026-09-30"}
    assert answer["disposition"].startswith("TIDAK AKTIF. ")


def test_doubt_is_partial_and_never_not_in_force(secret):  # AC-W10
    answer = answered(sent(secret))

    assert (answer["outcome"], answer["disposition"][:13]) == ("partial", "BELUM PASTI. ")
    assert answer["insurance"] == [{"coverage": {"display": "Jaminan Kecelakaan Kerja, BPJS Ketenagakerjaan"}}]
    assert answer["patient"] == {"display": "Belum dapat dipastikan"}
    assert "contained" not in answer


def test_every_answer_has_its_row_in_the_table():
    assert set(LOOKS) == set(Verdict)
    assert LOOKS[Verdict.UNKNOWN].inforce is None


@pytest.mark.parametrize(
    "named",
    [
        {},
        NAMED,
        {"contained": [NAMED["contained"][0] | {"name": [{"given": ["Baso"], "family": "Syamsuddin"}]}],
         "patient": {"reference": "#x"}},
        {"contained": [{"resourceType": "Patient", "id": "x", "identifier": [
            {"system": "urn:other", "value": "1"},
            {"system": "urn:jagai:participant-number", "value": "26030000001"}]}],
         "patient": {"reference": "#x"}},
    ],
)  # fmt: skip
def test_a_patient_is_meant_by_number_or_by_name_and_birth_date(secret, named):
    ContributionFactory(membership=member())

    assert answered(sent(secret, **named))["outcome"] == "complete"


def test_a_day_begins_at_midnight_in_makassar_and_work_is_the_usual(secret):
    sent(secret, servicedPeriod=None, servicedDate="2026-11-20", extension=ASKED["extension"][:1], identifier=None)

    check = CoverageCheck.objects.get()
    assert (check.event_at, check.accident) == (datetime(2026, 11, 19, 16, tzinfo=UTC), Accident.WORK)


@pytest.mark.parametrize(
    ("more", "status", "issues"),
    [
        ({"status": "cancelled"}, 422, [("invalid", "status_not_active")]),
        ({"patient": None}, 400, [("invalid", "invalid")]),
        ({"resourceType": "Patient"}, 400, [("invalid", "invalid")]),
        ({"extension": None}, 400, [("invalid", "invalid")]),
        ({"patient": {"identifier": {"value": None}}}, 422, [("invalid", "null")]),
        ({"purpose": ["benefits"]}, 422, [("invalid", "purpose_not_validation")]),
        ({"servicedPeriod": None}, 422, [("invalid", "event_missing")]),
        ({"servicedPeriod": {"start": "2026-11-22"}}, 200, []),
        ({"patient": {"display": "Baso"}}, 422, [("invalid", "no_key")]),
        ({"patient": {"reference": "#y"}, "contained": NAMED["contained"]}, 422, [("invalid", "no_key")]),
        ({"contained": [{"resourceType": "Patient", "id": "x"}], "patient": {"reference": "#x"}}, 422,
         [("invalid", "no_key")]),
        ({"extension": [{"url": "urn:jagai:purpose", "valueCode": "follow_up"}]}, 403,
         [("forbidden", "purpose_not_allowed")]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_an_outcome_with_code_and_sentence(secret, more, status, issues):
    response = sent(secret, **more)

    assert (response.status_code, response["Content-Type"]) == (status, "application/fhir+json")
    assert ([] if status == 200 else refused(response)) == issues


def test_no_token_and_too_much_are_outcomes_too(secret):
    statuses = [sent(secret).status_code for _ in range(5)]

    assert statuses == [200] * 5
    assert refused(sent(secret)) == [("throttled", "too_often")]
    assert refused(sent("")) == [("login", "token_missing")]


@pytest.mark.django_db(transaction=True)
def test_an_ill_portal_is_doubt_with_the_time_to_retry(time_machine):
    secret = connected(UserFactory(lead=True))
    with read_only():
        response = sent(secret)

    outcome = json.loads(response.content)
    assert response.status_code == 503
    assert [issue["code"] for issue in outcome["issue"]] == ["transient", "transient"]
    assert outcome["issue"][1]["details"]["text"] == (
        "BELUM PASTI. Coba lagi mulai 14.33 WITA. Layanan gawat darurat tetap diberikan."
    )
