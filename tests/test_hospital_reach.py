"""Rule X7: of a person without a case hospital staff reach the answer and nothing beyond it, whatever they ask or open.

The person's every other field holds a value that stands nowhere else, so that finding it anywhere is a leak.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrollment.enums import Accident, LineStatus, Payer, Purpose
from enrollment.models import CoverageCheck
from enrollment.operations import connect_system
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.enrollment.factories import (
    BatchFactory,
    BatchLineFactory,
    ContributionFactory,
    DoorOpeningFactory,
    MembershipFactory,
)
from tests.workers.factories import DesilRecordFactory, OccupationFactory, PolicyFactory, WorkerFactory
from workers.enums import ImportStatus
from workers.models import ImportFinding, RegistryImport, Worker

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
NAME, NIK, BORN, CARD = "Kenanga Rahasia", "7371095708909901", date(1990, 8, 17), "26039990001"
ANSWERED = {
    "name": "Kenanga Rahasia",
    "masked NIK": "7371 09•• •••• 9901",
    "number": CARD,
    "birth date": "17 Agustus 1990",
}


@pytest.fixture(autouse=True)
def _free_to_try(time_machine, settings):
    """The clock stands still, and limits on how often would hide what is behind them."""
    time_machine.move_to(NOW, tick=False)
    settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(settings.ACCOUNT_RATE_LIMITS, "")


@pytest.fixture
def person(db) -> Worker:
    PolicyFactory()
    officer = UserFactory(officer=True, name="Pencatat Tersembunyi")
    upload = RegistryImport.objects.create(
        name="daftar-tersembunyi.csv",
        sha256="",
        path="imports/tersembunyi.csv",
        posting=officer.region,
        status=ImportStatus.DONE,
        rows_total=1,
        rows_done=1,
        rows_refused=1,
        uploaded_by=officer,
        finished_at=NOW,
    )
    ImportFinding.objects.create(registry_import=upload, row=2, column="nik", code="nik_registered", value=NIK)
    person = WorkerFactory(
        name=NAME,
        nik=NIK,
        birth_on=BORN,
        birth_place="Lahirtersembunyi",
        mother_name="Ibu Tersembunyi",
        address="Jl. Tersembunyi 7",
        phone="081299887766",
        family_card_number="7371099901150042",
        income=1_234_567,
        occupation=OccupationFactory(code="XYZ", name="Pekerjaantersembunyi"),
        registered_by=officer,
    )
    DesilRecordFactory(family_card_number=person.family_card_number, source="Sumbertersembunyi", desil=3)
    batch = BatchFactory(sent=True, number="2609-00077", note="Catatantersembunyi", proposed_by=officer)
    line = BatchLineFactory(batch=batch, worker=person, number=77, status=LineStatus.DROPPED)
    cover = MembershipFactory(worker=person, participant_number=CARD, line=line)
    ContributionFactory(membership=cover, amount=17_171, receipt__reference="TT-TERSEMBUNYI")
    return person


def secrets_of(person: Worker) -> dict[str, str]:
    """What no answer holds, as it would stand in a page; without spaces, as pages are searched."""
    return {
        "key": str(person.pk),
        "NIK": NIK,
        "family card": person.family_card_number,
        "birth place": person.birth_place,
        "mother": "IbuTersembunyi",
        "address": "Jl.Tersembunyi7",
        "phone": person.phone,
        "income": "1.234.567",
        "occupation": person.occupation.name,
        "kelurahan": str(person.kelurahan.name).replace(" ", ""),
        "desil source": "Sumbertersembunyi",
        "who registered": "PencatatTersembunyi",
        "batch": "2609-00077",
        "note of the batch": "Catatantersembunyi",
        "list": "daftar-tersembunyi",
        "contribution": "17.171",
        "receipt": "TT-TERSEMBUNYI",
    }


def told_by(response, values: dict[str, str]) -> list[str]:
    page = response.getvalue().decode().replace(" ", "") + str(response.headers)
    return [name for name, value in values.items() if value.replace(" ", "") in page]


def typed_on(question: dict, **fields) -> dict:
    day = {f"event_at_{place}": part for place, part in enumerate(("22", "11", "2026", "13.40"))}
    return {**day, "accident": fields["accident"], "purpose": fields["purpose"], **question}


BIRTH = {"birth_on_0": "17", "birth_on_1": "8", "birth_on_2": "1990"}
WRONG_BIRTH = {**BIRTH, "birth_on_0": "18"}
QUESTIONS = {  # by what is asked, and whether that means the person
    "NIK": ({"question": NIK}, True),
    "participant number": ({"question": CARD}, True),
    "name and birth date": ({"name": NAME, **BIRTH}, True),
    "NIK with its name": ({"question": NIK, "name": NAME, **BIRTH}, True),
    "NIK with another name": ({"question": NIK, "name": "Melati Terbuka"}, False),
    "NIK with another birth date": ({"question": NIK, **WRONG_BIRTH}, False),
    "number with another name": ({"question": CARD, "name": "Melati Terbuka"}, False),
    "name with another birth date": ({"name": NAME, **WRONG_BIRTH}, False),
    "half a name": ({"name": "Kenanga", **BIRTH}, False),
    "the family card": ({"question": "7371099901150042"}, False),
    "the emergency door": ({"name": NAME, "birth_year": "1990", "reason": "Tidak sadar."}, False),
}


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    asked=st.sampled_from(sorted(QUESTIONS)),
    accident=st.sampled_from(Accident.values),
    purpose=st.sampled_from(Purpose.values),
    is_lead=st.booleans(),
    covered=st.booleans(),
    twice=st.booleans(),
)
def test_an_answer_tells_what_it_is_for_and_nothing_else(client, person, asked, covered, twice, is_lead, **fields):
    question, means_the_person = QUESTIONS[asked]
    with transaction.atomic():
        if not covered:
            person.memberships.get().contributions.all().delete()
        if twice:
            WorkerFactory(name=NAME, birth_on=date(1990, 2, 1))  # another one of that name, born in that year
        client.force_login(UserFactory(hospital_staff=True, is_lead=is_lead))
        address = "enrollment:door_open" if "reason" in question else "enrollment:coverage_check"
        response = client.post(reverse(address), typed_on(question, **fields))
        check = CoverageCheck.objects.get()
        pages = [response] + [
            client.get(page)
            for page in (
                check.get_absolute_url(),
                check.get_verify_url(),
                reverse("enrollment:coverage_list"),
                reverse("enrollment:coverage_recheck", args=[check.number]),
                f"{reverse('claims:claim_report')}?worker={person.pk}",
            )
        ]
        again = client.post(reverse("enrollment:coverage_again", args=[check.number]), follow=True)
        hidden = secrets_of(person) | ({} if means_the_person else ANSWERED)
        leaks = [told_by(page, hidden) for page in (*pages, again)]
        transaction.set_rollback(True)

    leaks[5] = [field for field in leaks[5] if field != "key"]  # the form of a report repeats its own address
    assert leaks == [[]] * 7


TYPED_AS = {"question": "number", "name": "name"}
IN_JSON = ANSWERED | {"birth date": "1990-08-17"}


def in_json(question: dict, *, accident: str, purpose: str) -> dict:
    body = {TYPED_AS[field]: value for field, value in question.items() if field in TYPED_AS}
    if "birth_on_0" in question:
        body["birth_on"] = f"1990-08-{question['birth_on_0']}"
    return body | {"event_at": "2026-11-22T13:40:00+08:00", "accident": accident, "purpose": purpose}


def in_fhir(question: dict, *, accident: str, purpose: str) -> dict:
    patient = {"resourceType": "Patient", "id": "x"}
    if "question" in question:
        system = "urn:jagai:participant-number" if question["question"] == CARD else "https://fhir.kemkes.go.id/id/nik"
        patient["identifier"] = [{"system": system, "value": question["question"]}]
    if "name" in question:
        patient["name"] = [{"text": question["name"]}]
    if "birth_on_0" in question:
        patient["birthDate"] = f"1990-08-{question['birth_on_0']}"
    return {
        "resourceType": "CoverageEligibilityRequest",
        "status": "active",
        "purpose": ["validation"],
        "created": "2026-11-22",
        "insurer": {"display": "BPJS Ketenagakerjaan"},
        "contained": [patient],
        "patient": {"reference": "#x"},
        "servicedPeriod": {"start": "2026-11-22T13:40:00+08:00"},
        "extension": [
            {"url": "urn:jagai:purpose", "valueCode": purpose},
            {"url": "urn:jagai:laka-lantas", "valueCode": accident},
        ],
    }


DOORS = {"enrollment:api_coverage": in_json, "enrollment:api_fhir": in_fhir}


@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    door=st.sampled_from(sorted(DOORS)),
    asked=st.sampled_from(sorted(name for name, (question, _) in QUESTIONS.items() if "reason" not in question)),
    accident=st.sampled_from(Accident.values),
    purpose=st.sampled_from(Purpose.values),
    covered=st.booleans(),
)
def test_a_system_of_a_hospital_is_told_no_more_than_its_people(client, person, door, asked, covered, **fields):
    question, means_the_person = QUESTIONS[asked]
    with transaction.atomic():
        lead = UserFactory(lead=True)
        if not covered:
            person.memberships.get().contributions.all().delete()
        _, token = connect_system(
            by=lead, hospital=lead.hospital, name="SIMRS", purposes=Purpose.values, life=timedelta(days=90)
        )
        response = client.post(
            reverse(door),
            DOORS[door](question, **fields),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )
        kept = CoverageCheck.objects.get()
        hidden = secrets_of(person) | {"income": "1234567", "contribution": "17171"}
        leaks = told_by(response, hidden | ({} if means_the_person else IN_JSON))
        transaction.set_rollback(True)

    assert (response.status_code, leaks) == (200, [])
    assert (kept.worker_id == person.pk) is means_the_person


LEADS_OUT = {"account_logout", "account_reset_password_from_key"}  # to the log-in, and for who is not in


def addresses(resolver, values: dict[str, list], prefix: str = ""):
    """Every address of the portal, with each of the person's keys where it takes one of that kind."""
    for entry in resolver.url_patterns:
        if not isinstance(entry, URLPattern):
            yield from addresses(entry, values, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
            continue
        if entry.name in LEADS_OUT:
            continue
        wanted = {name: type(converter).__name__ for name, converter in entry.pattern.converters.items()}
        for keys in product(*(values.get(kind, ["x"]) for kind in wanted.values())):
            yield reverse(f"{prefix}{entry.name}", kwargs=dict(zip(wanted, keys, strict=True)) or None)


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_other_address_of_the_portal_tells_more(client, person, method):
    """Also with the person's own keys, which staff never learn, and after an answer about the person."""
    staff = UserFactory(hospital_staff=True, hospital=HospitalFactory(partner=True), is_lead=True)
    client.force_login(staff)
    client.post(reverse("enrollment:coverage_check"), typed_on({"question": NIK}, accident="3", purpose="emergency"))
    check, opening = CoverageCheck.objects.get(), DoorOpeningFactory(opened_by=staff)
    upload = RegistryImport.objects.get()
    values = {
        "UUIDConverter": [person.pk, upload.pk],
        "IntConverter": [opening.pk, person.registered_by_id],
        "NumberConverter": [check.number, "2609-00077"],
        "SlugConverter": ["registry"],
        "CodeConverter": [check.code],
        "MonthConverter": [date(2026, 11, 1)],
        "PayerConverter": [Payer.APBD],
    }

    leaks = {}
    for address in addresses(get_resolver(), values):
        with transaction.atomic():
            client.force_login(staff)
            response = getattr(client, method)(address)
            unknown = {field: value for field, value in secrets_of(person).items() if value not in address}
            if found := told_by(response, unknown):
                leaks[address] = found
            transaction.set_rollback(True)

    assert leaks == {}
