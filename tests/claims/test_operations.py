from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection

from accounts.models import User
from casework import audit
from casework.decisions import Refused
from casework.models import AuditEntry
from claims import operations
from claims.enums import ClaimStatus as S
from claims.enums import Outcome
from claims.models import Claim
from enrollment.enums import Verdict
from enrollment.models import CoverageCheck
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.claims.factories import ACCIDENT, WITA, ClaimFactory, CoverageCheckFactory, claim_in
from tests.regions.factories import kecamatan
from tests.workers.factories import WorkerFactory
from workers.models import Worker

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=WITA)
NOTICE = {
    "accident_at": ACCIDENT,
    "place": "Pasar Terong, Jl. Terong",
    "cause": "Tertimpa karung beras",
    "chronology": "Saat menurunkan beras dari truk, satu karung jatuh mengenai lengan kiri.",
    "informant_name": "Daeng Tutu",
    "informant_phone": "081234567890",
}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def events(claim: Claim) -> list[str]:
    return [entry.event for entry in audit.entries_of(claim)]


def at_once(*deeds):
    """Each deed in its own thread and connection; what they gave back or were refused with."""

    def run(deed):
        try:
            return deed()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


class TestReport:
    @pytest.mark.django_db
    def test_an_officers_report_waits_for_routing(self):  # AC-K1
        officer = UserFactory(officer=True)
        worker = WorkerFactory()

        claim = operations.report_claim(by=officer, worker=worker.pk, submission_key=uuid4(), **NOTICE)

        claim.refresh_from_db()
        assert (claim.number, claim.status, claim.hospital) == ("2611-00001", S.SUSPECTED, None)
        assert (claim.reported_by, claim.reported_at, claim.reported_from) == (officer, NOW, None)
        assert {name: getattr(claim, name) for name in NOTICE} == NOTICE
        assert events(claim) == ["claim.report"]

    @pytest.mark.django_db
    @pytest.mark.parametrize("verdict", Verdict)
    def test_a_partner_hospitals_report_is_routed_to_itself_at_once(self, verdict):  # A3, AC-W29
        answer = CoverageCheckFactory(verdict=verdict)

        claim = operations.report_claim(by=answer.asked_by, check=answer.number, submission_key=uuid4(), **NOTICE)

        claim.refresh_from_db()
        assert (claim.status, claim.hospital, claim.coverage_check) == (S.ROUTED, answer.hospital, answer)
        assert claim.worker == answer.worker
        assert events(claim) == ["claim.report", "claim.route"]

    @pytest.mark.django_db
    def test_a_hospital_without_an_agreement_reports_and_waits(self):
        staff = UserFactory(hospital_staff=True, hospital=HospitalFactory())
        answer = CoverageCheckFactory(asked_by=staff)

        claim = operations.report_claim(by=staff, check=answer.number, submission_key=uuid4(), **NOTICE)

        assert (claim.status, claim.hospital, claim.reported_from) == (S.SUSPECTED, None, staff.hospital)
        assert list(Claim.objects.visible_to(staff)) == [claim]

    @pytest.mark.django_db
    def test_a_late_report_is_accepted_and_marked(self):  # AC-W34
        accident = {**NOTICE, "accident_at": NOW - timedelta(hours=50)}
        officer, worker = UserFactory(officer=True), WorkerFactory()

        claim = operations.report_claim(by=officer, worker=worker.pk, submission_key=uuid4(), **accident)

        assert claim.hours_late == 2
        assert audit.entries_of(claim).get().facts == {"to": "suspected", "hours_late": 2}

    @pytest.mark.django_db
    def test_a_resend_gives_the_same_claim(self):  # AC-W31, AC-K8
        answer = CoverageCheckFactory()
        sent = {"by": answer.asked_by, "check": answer.number, "submission_key": uuid4(), **NOTICE}

        first = operations.report_claim(**sent)
        with time_machine.travel(NOW + timedelta(days=3)):
            again = operations.report_claim(**sent)

        assert again == first
        assert events(first) == ["claim.report", "claim.route"]

    @pytest.mark.django_db
    def test_a_used_key_with_other_contents_is_refused(self):  # AC-K7
        officer, worker, key = UserFactory(officer=True), WorkerFactory(), uuid4()
        first = operations.report_claim(by=officer, worker=worker.pk, submission_key=key, **NOTICE)

        with pytest.raises(Refused, match="key_used"):
            operations.report_claim(by=officer, worker=worker.pk, submission_key=key, **{**NOTICE, "place": "Lain"})

        assert Claim.objects.get() == first
        assert events(first) == ["claim.report"]

    @pytest.mark.django_db
    def test_somebody_elses_key_gives_nothing_away(self):
        claim = ClaimFactory(submission_key=UUID(int=1))
        officer = UserFactory(officer=True)

        with pytest.raises(Refused, match="key_used"):
            operations.report_claim(by=officer, worker=claim.worker_id, submission_key=UUID(int=1), **NOTICE)

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("accident_at", "code"),
        [
            (NOW + timedelta(minutes=1), "accident_in_the_future"),
            (datetime(2021, 11, 23, 12, 0, tzinfo=WITA), "lapsed"),
        ],
    )
    def test_a_refused_report_leaves_no_trace(self, accident_at, code):  # AC-K5, AC-W32, AC-W35
        officer, worker = UserFactory(officer=True), WorkerFactory()

        with pytest.raises(Refused, match=code):
            operations.report_claim(
                by=officer, worker=worker.pk, submission_key=uuid4(), **{**NOTICE, "accident_at": accident_at}
            )

        assert (Claim.objects.count(), AuditEntry.objects.count()) == (0, 0)

    @pytest.mark.django_db
    @pytest.mark.parametrize("minute", [datetime(2026, 11, 22, 0, 0), datetime(2026, 11, 22, 23, 59)])
    def test_one_accident_is_reported_once(self, minute):  # AC-C14
        first = ClaimFactory()
        answer = CoverageCheckFactory(worker=first.worker)

        with pytest.raises(Refused, match="already_reported") as refused:
            operations.report_claim(
                by=answer.asked_by,
                check=answer.number,
                submission_key=uuid4(),
                **{**NOTICE, "accident_at": minute.replace(tzinfo=WITA)},
            )

        assert first.number in refused.value.messages[0]
        assert Claim.objects.get() == first

    @pytest.mark.django_db
    @pytest.mark.parametrize("change", [{"withdrawn": True}, {"accident_at": ACCIDENT - timedelta(days=1)}])
    def test_a_withdrawn_report_or_another_day_is_no_obstacle(self, change):
        first = ClaimFactory(**change)
        officer = UserFactory(officer=True)

        claim = operations.report_claim(by=officer, worker=first.worker_id, submission_key=uuid4(), **NOTICE)

        assert claim.status == S.SUSPECTED

    @pytest.mark.django_db
    def test_nobody_reports_out_of_scope(self):  # AC-W65
        worker, answer = WorkerFactory(), CoverageCheckFactory()
        elsewhere = UserFactory(officer=True, region=kecamatan("73.71.01"))
        colleague = UserFactory(hospital_staff=True)

        with pytest.raises(Worker.DoesNotExist):
            operations.report_claim(by=elsewhere, worker=worker.pk, submission_key=uuid4(), **NOTICE)
        with pytest.raises(CoverageCheck.DoesNotExist):
            operations.report_claim(by=colleague, check=answer.number, submission_key=uuid4(), **NOTICE)
        with pytest.raises(Worker.DoesNotExist):
            operations.report_claim(by=colleague, worker=worker.pk, submission_key=uuid4(), **NOTICE)

    @pytest.mark.django_db
    def test_opening_the_form_leaves_a_trace_at_the_person(self):  # AC-W74
        officer, answer = UserFactory(officer=True), CoverageCheckFactory()

        by_officer = operations.open_report(by=officer, worker=answer.worker_id)
        by_hospital = operations.open_report(by=answer.asked_by, check=answer.number)

        assert (by_officer, by_hospital) == ((None, answer.worker), (answer, answer.worker))
        assert [(entry.event, entry.actor_id) for entry in audit.entries_of(answer.worker)] == [
            ("worker.view", officer.pk),
            ("worker.view", answer.asked_by_id),
        ]

    @pytest.mark.django_db
    def test_an_answer_about_nobody_leads_to_bpjs(self):
        answer = CoverageCheckFactory(worker=None, question="7371091708909999", verdict=Verdict.UNKNOWN)

        assert operations.open_report(by=answer.asked_by, check=answer.number) == (answer, None)
        with pytest.raises(Refused, match="worker_unknown"):
            operations.report_claim(by=answer.asked_by, check=answer.number, submission_key=uuid4(), **NOTICE)

    @pytest.mark.django_db(transaction=True)
    def test_a_double_click_makes_one_claim(self):  # AC-W31
        officer, worker, key = UserFactory(officer=True), WorkerFactory(), uuid4()

        def report():
            return operations.report_claim(by=officer, worker=worker.pk, submission_key=key, **NOTICE)

        assert len({claim.pk for claim in at_once(report, report, report)}) == 1
        assert events(Claim.objects.get()) == ["claim.report"]

    @pytest.mark.django_db(transaction=True)
    def test_officer_and_hospital_reporting_at_once_make_one_claim(self):  # AC-C14
        answer = CoverageCheckFactory()
        officer, staff = UserFactory(officer=True), answer.asked_by

        results = at_once(
            lambda: operations.report_claim(by=officer, worker=answer.worker_id, submission_key=uuid4(), **NOTICE),
            lambda: operations.report_claim(by=staff, check=answer.number, submission_key=uuid4(), **NOTICE),
        )

        assert [result.codes for result in results if isinstance(result, Refused)] == [["already_reported"]]
        assert Claim.objects.count() == 1


@pytest.mark.django_db
def test_looking_at_a_claim_leaves_a_trace():  # AC-W74
    claim = ClaimFactory()
    officer = UserFactory(officer=True)

    assert operations.view_claim(claim.number, by=officer) == claim
    assert [(entry.event, entry.actor_id) for entry in audit.entries_of(claim)] == [("claim.view", officer.pk)]


@pytest.mark.django_db
def test_a_claim_out_of_scope_is_not_there():
    claim = claim_in(S.ADMITTED)

    with pytest.raises(Claim.DoesNotExist):
        operations.view_claim(claim.number, by=UserFactory(hospital_staff=True))

    assert events(claim) == []


TREATMENT = {
    "care_from": date(2026, 11, 22),
    "care_to": date(2026, 11, 24),
    "outcome": Outcome.RECOVERED,
    "treatment": "Luka dijahit.",
    "cost": 1_250_000,
}


@pytest.mark.django_db
def test_the_path_from_the_report_to_bpjs():
    answer = CoverageCheckFactory()
    staff, verifier, approver = answer.asked_by, UserFactory(), UserFactory()

    claim = operations.report_claim(by=staff, check=answer.number, submission_key=uuid4(), **NOTICE)
    operations.admit_claim(claim.pk, by=staff)
    operations.treat_claim(claim.pk, by=staff, **TREATMENT)
    operations.verify_claim(claim.pk, by=verifier, seen=3)
    operations.send_back_claim(claim.pk, by=approver, note="Kuitansi belum terbaca.")
    operations.treat_claim(claim.pk, by=staff, **{**TREATMENT, "cost": 1_000_000})
    operations.verify_claim(claim.pk, by=verifier, seen=6, note="Sudah cocok.")
    operations.approve_claim(claim.pk, by=approver, seen=7)
    operations.forward_claim(claim.pk, by=verifier, reference="TT-JKK/0042")

    claim.refresh_from_db()
    assert (claim.status, claim.verified_by, claim.approved_by) == (S.FORWARDED, verifier, approver)
    assert (claim.forwarded_by, claim.reference) == (verifier, "TT-JKK/0042")
    assert (claim.admitted_at, claim.verified_at, claim.approved_at, claim.forwarded_at) == (NOW, NOW, NOW, NOW)
    assert (claim.cost, claim.outcome, claim.care_to) == (1_000_000, Outcome.RECOVERED, date(2026, 11, 24))
    assert [(entry.event, entry.actor_id, entry.note) for entry in audit.entries_of(claim)] == [
        ("claim.report", staff.pk, ""),
        ("claim.route", staff.pk, ""),
        ("claim.admit", staff.pk, ""),
        ("claim.treat", staff.pk, ""),
        ("claim.verify", verifier.pk, ""),
        ("claim.send_back", approver.pk, "Kuitansi belum terbaca."),
        ("claim.treat", staff.pk, ""),
        ("claim.verify", verifier.pk, "Sudah cocok."),
        ("claim.approve", approver.pk, ""),
        ("claim.forward", verifier.pk, "TT-JKK/0042"),
    ]


@pytest.mark.django_db
def test_an_officer_routes_to_a_partner():
    claim, officer, partner = ClaimFactory(), UserFactory(officer=True), HospitalFactory(partner=True)

    operations.route_claim(claim.pk, by=officer, hospital=partner, note="Terdekat.")

    claim.refresh_from_db()
    assert (claim.status, claim.hospital, claim.revision) == (S.ROUTED, partner, 1)
    assert [(entry.event, entry.note) for entry in audit.entries_of(claim)] == [("claim.route", "Terdekat.")]


@pytest.mark.django_db
def test_a_sent_back_claim_has_lost_its_first_signature():
    claim = claim_in(S.VERIFIED)

    operations.send_back_claim(claim.pk, by=UserFactory(), note="Tanggal rawat keliru.")

    claim.refresh_from_db()
    assert (claim.status, claim.verified_by, claim.verified_at) == (S.RETURNED, None, None)


@pytest.mark.django_db
def test_the_reporter_withdraws_with_a_reason():
    claim = claim_in(S.ROUTED)

    operations.withdraw_claim(claim.pk, by=UserFactory(officer=True), note="Ternyata bukan saat bekerja.")

    claim.refresh_from_db()
    assert claim.status == S.WITHDRAWN
    assert audit.entries_of(claim).get().note == "Ternyata bukan saat bekerja."


def admin(_claim):
    return UserFactory()


def verifier(claim):
    return claim.verified_by


def its_hospital(claim):
    return UserFactory(hospital_staff=True, hospital=claim.hospital)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "who", "deed", "arguments", "codes"),
    [
        (S.SUSPECTED, admin, operations.route_claim, {"hospital": "elsewhere"}, ["no_agreement"]),
        (S.ADMITTED, its_hospital, operations.admit_claim, {}, ["wrong_status"]),
        (S.ROUTED, its_hospital, operations.treat_claim, TREATMENT, ["wrong_status"]),
        (S.ADMITTED, its_hospital, operations.treat_claim, {**TREATMENT, "care_to": None}, ["care_end_unknown"]),
        (S.TREATED, its_hospital, operations.verify_claim, {"seen": 0}, ["wrong_role"]),
        (S.TREATED, admin, operations.verify_claim, {"seen": 9}, ["changed_since"]),
        (S.TREATED, admin, operations.approve_claim, {"seen": 0}, ["wrong_status"]),
        (S.VERIFIED, verifier, operations.approve_claim, {"seen": 0}, ["same_person"]),
        (S.VERIFIED, admin, operations.approve_claim, {"seen": 9}, ["changed_since"]),
        (S.TREATED, admin, operations.send_back_claim, {"note": " "}, ["reason_missing"]),
        (S.APPROVED, admin, operations.send_back_claim, {"note": "Salah."}, ["wrong_status"]),
        (S.APPROVED, its_hospital, operations.forward_claim, {"reference": "TT-1"}, ["wrong_role"]),
        (S.VERIFIED, admin, operations.forward_claim, {"reference": "TT-1"}, ["wrong_status"]),
        (S.FORWARDED, admin, operations.forward_claim, {"reference": "TT-1"}, ["wrong_status", "already_forwarded"]),
        (S.FORWARDED, admin, operations.send_back_claim, {"note": "Salah."}, ["wrong_status"]),
        (S.SUSPECTED, admin, operations.withdraw_claim, {"note": ""}, ["reason_missing"]),
        (S.TREATED, admin, operations.withdraw_claim, {"note": "Salah."}, ["wrong_status"]),
    ],
)
def test_a_refused_deed_leaves_no_trace(status, who, deed, arguments, codes):  # AC-W37, AC-W67
    claim = claim_in(status)
    if "hospital" in arguments:
        arguments = {"hospital": HospitalFactory()}

    with pytest.raises(Refused) as refused:
        deed(claim.pk, by=who(claim), **arguments)

    assert refused.value.codes == codes
    assert Claim.objects.values().get() == Claim.objects.filter(pk=claim.pk, status=status, revision=0).values().get()
    assert events(claim) == []


@pytest.mark.django_db
def test_no_deed_reaches_a_claim_out_of_scope():  # AC-W65
    claim = claim_in(S.ROUTED)
    for stranger in (
        UserFactory(hospital_staff=True),
        UserFactory(officer=True, region=kecamatan("73.71.01")),
        UserFactory(bpjs=True),
        User(role="unknown"),
    ):
        with pytest.raises(Claim.DoesNotExist):
            operations.withdraw_claim(claim.pk, by=stranger, note="Iseng.")

    assert events(claim) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("status", "deed", "signer", "code"),
    [
        (S.TREATED, operations.verify_claim, "verified_by_id", "already_verified"),
        (S.VERIFIED, operations.approve_claim, "approved_by_id", "already_approved"),
    ],
)
def test_two_signing_at_once_make_one_signature(status, deed, signer, code):  # AC-W68, AC-B23
    claim = claim_in(status)
    one, other = UserFactory(), UserFactory()

    results = at_once(lambda: deed(claim.pk, by=one, seen=0), lambda: deed(claim.pk, by=other, seen=0))

    (refused,) = [result for result in results if isinstance(result, Refused)]
    (signed,) = [result for result in results if isinstance(result, Claim)]
    claim.refresh_from_db()
    assert code in refused.codes
    assert getattr(claim, signer) == getattr(signed, signer)
    assert len(events(claim)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_forwarding_at_once_leave_one_receipt():  # AC-W68, AC-W37
    claim = claim_in(S.APPROVED)
    one, other = UserFactory(), UserFactory()

    results = at_once(
        lambda: operations.forward_claim(claim.pk, by=one, reference="TT-1"),
        lambda: operations.forward_claim(claim.pk, by=other, reference="TT-2"),
    )

    (refused,) = [result for result in results if isinstance(result, Refused)]
    (forwarded,) = [result for result in results if isinstance(result, Claim)]
    claim.refresh_from_db()
    assert refused.codes == ["wrong_status", "already_forwarded"]
    assert (claim.reference, claim.forwarded_by_id) == (forwarded.reference, forwarded.forwarded_by_id)
    assert events(claim) == ["claim.forward"]


@pytest.mark.django_db(transaction=True)
def test_a_new_record_of_treatment_overtakes_a_signature():  # AC-B22
    claim = claim_in(S.TREATED)
    staff, verifier = its_hospital(claim), UserFactory()

    results = at_once(
        lambda: operations.treat_claim(claim.pk, by=staff, **TREATMENT),
        lambda: operations.verify_claim(claim.pk, by=verifier, seen=0),
    )

    assert len([result for result in results if isinstance(result, Refused)]) == 1
    assert len(events(claim)) == 1
