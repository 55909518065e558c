"""Six questions tell what kind of case it is; what nobody knows stays open, and the patient is treated all the same."""

from dataclasses import asdict
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from casework import audit
from casework.decisions import Refused
from claims import operations, rules
from claims.enums import CaseKind as K
from claims.enums import ClaimStatus as S
from claims.models import Claim
from claims.triage import QUESTIONS, Triage
from enrollment.enums import Accident, Verdict
from tests.accounts.factories import UserFactory
from tests.claims.factories import ACCIDENT, ClaimFactory, CoverageCheckFactory, claim_in
from tests.claims.test_operations import NOTICE, NOW
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import WorkerFactory

ALL = ("at_work", "on_ordered_task", "on_usual_way", "in_traffic")
NO = dict.fromkeys(ALL, False)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def officer(db):
    return UserFactory(officer=True)


@pytest.mark.parametrize(
    ("answers", "kind", "laka_lantas", "still_open"),
    [
        # rule A1: work, or the way to and from it, or what work sends one for: one yes suffices
        ({"at_work": True, "in_traffic": False}, K.WORK, "3", ()),
        ({"on_ordered_task": True, "in_traffic": False}, K.WORK, "3", ()),
        ({"on_usual_way": True, "in_traffic": False}, K.WORK, "3", ()),
        # AC-C13
        ({"on_usual_way": True, "in_traffic": True}, K.WORK_IN_TRAFFIC, "2", ()),
        ({"at_work": True, "in_traffic": True, "is_single_vehicle": True}, K.WORK_IN_TRAFFIC, "2", ()),
        ({**NO, "in_traffic": True}, K.TRAFFIC, "1", ()),
        (NO, K.OTHER, "0", ()),
        # rule A3: without an answer it stays a suspicion
        ({}, K.UNCLEAR, None, ALL),
        ({"at_work": True}, K.UNCLEAR, None, ("in_traffic",)),
        ({"in_traffic": True}, K.UNCLEAR, None, ALL[:3]),
        ({"at_work": False, "on_usual_way": False, "in_traffic": True}, K.UNCLEAR, None, ("on_ordered_task",)),
        # a disease from the work environment (rule A1)
        ({"is_disease": True, "at_work": True}, K.DISEASE, None, ()),
        ({**NO, "is_disease": True}, K.OTHER, "0", ()),
        ({"is_disease": True}, K.UNCLEAR, None, ALL[:3]),
    ],
)
def test_what_the_answers_say(answers, kind, laka_lantas, still_open):
    triage = Triage(**answers)

    assert (triage.kind, triage.open_questions) == (kind, still_open)
    assert triage.accident == laka_lantas


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ({}, []),
        ({"in_traffic": True, "is_single_vehicle": False}, []),
        ({"is_single_vehicle": False}, ["single_vehicle_not_in_traffic"]),
        ({"in_traffic": False, "is_single_vehicle": True}, ["single_vehicle_not_in_traffic"]),
        ({"is_disease": True, "in_traffic": True}, ["disease_in_traffic"]),
        ({"is_disease": True, "in_traffic": False}, []),
    ],
)
def test_answers_that_do_not_go_together(answers, codes):
    assert rules.is_consistent(Triage(**answers)).codes == codes


@pytest.mark.django_db
@pytest.mark.parametrize("status", S)
def test_it_is_answered_until_the_first_signature(status):
    decision = rules.may_triage(claim_in(status), UserFactory())

    assert decision.codes == (["wrong_status"] if status in (S.VERIFIED, S.APPROVED, S.FORWARDED, S.WITHDRAWN) else [])


@pytest.mark.django_db
def test_by_whoever_has_the_case():
    claim = claim_in(S.ROUTED)

    assert rules.may_triage(claim, UserFactory(role=Role.HOSPITAL, hospital=claim.hospital))
    assert rules.may_triage(claim, UserFactory(hospital_staff=True)).codes == ["other_hospital"]
    assert rules.may_triage(claim, UserFactory(auditor=True)).codes == ["wrong_role"]


def test_a_report_keeps_the_answers_and_one_without_any_is_taken(officer):
    asked = Triage(on_usual_way=True, in_traffic=True, is_single_vehicle=False)
    first, second = (WorkerFactory(kelurahan=kelurahan()) for _ in range(2))
    told = operations.report_claim(by=officer, worker=first.pk, submission_key=uuid4(), triage=asked, **NOTICE)
    bare = operations.report_claim(by=officer, worker=second.pk, submission_key=uuid4(), **NOTICE)

    assert Claim.objects.get(pk=told.pk).triage == asked
    assert bare.triage == Triage()
    assert bare.triage.kind == K.UNCLEAR


def test_the_same_key_with_other_answers_is_refused(officer):
    key, worker = uuid4(), WorkerFactory(kelurahan=kelurahan())
    operations.report_claim(by=officer, worker=worker.pk, submission_key=key, **NOTICE)

    with pytest.raises(Refused) as refused:
        operations.report_claim(
            by=officer, worker=worker.pk, submission_key=key, triage=Triage(in_traffic=True), **NOTICE
        )
    assert refused.value.codes == ["key_used"]


def test_later_answers_are_kept_with_those_before(officer):
    claim = ClaimFactory(worker__kelurahan=kelurahan(), in_traffic=True)
    revision = claim.revision
    later = Triage(at_work=True, in_traffic=True)

    for _ in range(2):  # the same again leaves no entry
        claim = operations.triage_claim(claim.pk, by=officer, triage=later)

    assert (claim.triage, claim.revision) == (later, revision + 1)
    (entry,) = audit.entries_of(claim)
    assert entry.event == "claim.triage"
    assert entry.facts == {"before": asdict(Triage(in_traffic=True)), "after": asdict(later)}


@pytest.mark.django_db
def test_the_database_holds_that_a_single_vehicle_is_in_traffic():
    with pytest.raises(IntegrityError, match="claims_claim_single_vehicle_is_traffic"), transaction.atomic():
        ClaimFactory(is_single_vehicle=True)


def test_the_page_of_the_claim_says_kind_payers_papers_and_what_is_open(client, officer):
    check = CoverageCheckFactory(verdict=Verdict.ACTIVE, worker__kelurahan=kelurahan())
    claim = ClaimFactory(worker=check.worker, coverage_check=check, in_traffic=True, is_single_vehicle=True)
    client.force_login(officer)
    html = client.get(claim.get_absolute_url()).content.decode()
    assert "Belum jelas" in html
    assert "Belum dijawab: Sedang bekerja?" in html
    assert "Urutan penjamin" not in html

    form = {
        "at_work": "yes",
        "on_ordered_task": "",
        "on_usual_way": "",
        "in_traffic": "yes",
        "is_single_vehicle": "yes",
    }
    page = reverse("claims:claim_triage", args=[claim.number])
    assert '<option value="yes" selected>' in client.get(page).content.decode()
    html = client.post(page, form, follow=True).content.decode()

    assert "Dugaan kecelakaan kerja di lalu lintas" in html
    assert "lakaLantas 2" in html
    assert "Perlu laporan polisi; kecelakaan tunggal, tanyakan dahulu kepada Jasa Raharja" in html
    assert html.index("1. Jasa Raharja lebih dulu") < html.index("2. BPJS Ketenagakerjaan, program")
    assert "Belum dijawab" not in html


def test_contradictions_are_told_at_their_question(client, officer):
    claim = ClaimFactory(worker__kelurahan=kelurahan())
    client.force_login(officer)

    response = client.post(reverse("claims:claim_triage", args=[claim.number]), {"is_single_vehicle": "no"})

    assert response.status_code == 422
    assert "Kecelakaan tunggal hanya ditanyakan bila kejadiannya di lalu lintas." in response.content.decode()
    assert Claim.objects.get().triage == Triage()


@pytest.mark.django_db
def test_what_the_desk_said_is_filled_in(client):
    check = CoverageCheckFactory(accident=Accident.TRAFFIC_AT_WORK, event_at=ACCIDENT)
    client.force_login(check.asked_by)

    html = client.get(f"{reverse('claims:claim_report')}?check={check.number}").content.decode()

    assert html.count('<option value="yes" selected>') == 2  # at work, in traffic
    assert [name for name in QUESTIONS if f'name="{name}"' not in html] == []


def test_out_of_scope_there_is_nothing(client, officer):
    claim = ClaimFactory(worker__kelurahan=kelurahan())
    client.force_login(UserFactory(officer=True, region=kecamatan("73.71.12")))

    assert client.get(reverse("claims:claim_triage", args=[claim.number])).status_code == 404
