from datetime import date, datetime, timedelta

import pytest

from claims import rules
from claims.benefits import last_day_to_claim
from claims.enums import ClaimStatus as S
from claims.enums import Outcome
from claims.models import Claim
from tests.accounts.factories import AgreementFactory, HospitalFactory, UserFactory
from tests.claims.factories import ACCIDENT, WITA, ClaimFactory, claim_in
from tests.workers.factories import WorkerFactory

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=WITA)
SECOND = timedelta(seconds=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("caller", "codes"),
    [
        ({"officer": True}, []),
        ({"hospital_staff": True}, []),
        ({}, ["not_a_reporter"]),
        ({"bpjs": True}, ["not_a_reporter"]),
        ({"auditor": True}, ["not_a_reporter"]),
    ],
)
def test_who_may_report(caller, codes):
    assert rules.may_report(UserFactory(**caller), worker=WorkerFactory()).codes == codes


@pytest.mark.django_db
def test_a_person_whom_the_registry_does_not_know_is_reported_elsewhere():
    decision = rules.may_report(UserFactory(hospital_staff=True), worker=None)

    assert decision.codes == ["worker_unknown"]
    assert "BPJS Ketenagakerjaan" in decision.reasons[0].remedy


@pytest.mark.parametrize(
    ("accident_at", "codes"),
    [
        pytest.param(NOW - SECOND, [], id="a second ago"),
        pytest.param(NOW, [], id="now"),
        pytest.param(NOW + SECOND, ["accident_in_the_future"], id="AC-K5, AC-W32: in a second"),
        pytest.param(NOW - timedelta(hours=48), [], id="A7: 48 hours ago"),
        pytest.param(NOW - timedelta(hours=49), [], id="AC-W34: late is accepted"),
        pytest.param(datetime(2021, 11, 24, 0, 0, tzinfo=WITA), [], id="A12: five years ago"),
        pytest.param(datetime(2021, 11, 23, 23, 59, tzinfo=WITA), ["lapsed"], id="AC-W35: five years and a day ago"),
    ],
)
def test_which_accidents_can_be_reported(accident_at, codes):
    assert rules.is_reportable(accident_at=accident_at, now=NOW, reported=None).codes == codes


def test_a_second_report_of_one_accident_is_led_to_the_first():  # AC-C14
    decision = rules.is_reportable(accident_at=ACCIDENT, now=NOW, reported=Claim(number="2611-00007"))

    assert decision.codes == ["already_reported"]
    assert "2611-00007" in decision.reasons[0].text


@pytest.mark.parametrize(
    ("accident_on", "last"),
    [
        (date(2021, 11, 24), date(2026, 11, 24)),
        (date(2024, 2, 28), date(2029, 2, 28)),
        (date(2024, 2, 29), date(2029, 3, 1)),
    ],
)
def test_the_last_day_to_claim(accident_on, last):  # A12
    assert last_day_to_claim(accident_on) == last


@pytest.mark.parametrize(
    ("after", "hours_late"),
    [
        (timedelta(0), 0),
        (timedelta(hours=48) - SECOND, 0),
        (timedelta(hours=48), 0),
        (timedelta(hours=48) + SECOND, 1),
        (timedelta(hours=49), 1),
        (timedelta(hours=49) + SECOND, 2),
        (timedelta(days=4), 48),
    ],
)
def test_a_late_report_is_marked_with_its_hours(after, hours_late):  # A7, AC-W34
    claim = Claim(accident_at=ACCIDENT, reported_at=ACCIDENT + after)

    assert rules.report_clock(claim, now=NOW).hours_late == hours_late


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (datetime(2026, 11, 23, 14, 40, tzinfo=WITA), timedelta(hours=23)),
        (datetime(2026, 11, 24, 13, 40, tzinfo=WITA), timedelta(0)),
        (datetime(2026, 11, 25, 13, 40, tzinfo=WITA), timedelta(0)),
    ],
)
def test_the_time_left_for_the_report(now, left):  # A7
    clock = rules.report_clock(Claim(accident_at=ACCIDENT, reported_at=ACCIDENT), now=now)

    assert (clock.due_at, clock.left) == (datetime(2026, 11, 24, 13, 40, tzinfo=WITA), left)


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"place": "Tempat lain"}, ["key_used"]),
        ({"accident_at": ACCIDENT + SECOND}, ["key_used"]),
    ],
)
def test_one_submission_key_is_one_notice(change, codes):  # AC-W31, AC-K7
    sent = Claim(place="Pasar Terong", accident_at=ACCIDENT)
    notice = {"place": "Pasar Terong", "accident_at": ACCIDENT, **change}

    assert rules.is_same_notice(sent, notice).codes == codes


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2026, 2, 12), ["no_agreement"]),
        (date(2026, 2, 13), []),
        (date(2027, 2, 12), []),
        (date(2027, 2, 13), ["no_agreement"]),
    ],
)
def test_a_case_goes_only_to_a_hospital_with_an_agreement_in_force(day, codes):
    agreement = AgreementFactory(period=(date(2026, 2, 13), date(2027, 2, 13)))

    assert rules.may_receive(agreement.hospital, on=day).codes == codes


@pytest.mark.django_db
def test_the_hospital_where_the_patient_is_comes_first():
    first, here = HospitalFactory(partner=True), HospitalFactory(partner=True)

    assert rules.proposed_hospital(ClaimFactory(reported_from=here), on=NOW.date()) == here
    assert rules.proposed_hospital(ClaimFactory(), on=NOW.date()) == first


@pytest.mark.django_db
def test_a_patient_elsewhere_is_proposed_to_the_partner():
    elsewhere = HospitalFactory()
    claim = ClaimFactory(reported_from=elsewhere)

    assert rules.proposed_hospital(claim, on=NOW.date()) is None

    partner = HospitalFactory(partner=True)
    assert rules.proposed_hospital(claim, on=NOW.date()) == partner


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rule", "status", "allowed"),
    [
        (rules.may_route, S.SUSPECTED, {"officer", "admin"}),
        (rules.may_admit, S.ROUTED, {"hospital"}),
        (rules.may_treat, S.ADMITTED, {"hospital"}),
        (rules.may_verify, S.TREATED, {"admin"}),
        (rules.may_send_back, S.VERIFIED, {"admin"}),
        (rules.may_approve, S.VERIFIED, {"admin"}),
        (rules.may_withdraw, S.ROUTED, {"officer", "hospital", "admin"}),
    ],
)
def test_which_roles_may_do_what(rule, status, allowed):  # AC-W64
    claim = claim_in(status)
    if claim.hospital is not None:
        claim.reported_from = claim.hospital
    callers = {
        "officer": UserFactory(officer=True),
        "hospital": UserFactory(hospital_staff=True, hospital=claim.hospital or HospitalFactory()),
        "admin": UserFactory(),
        "bpjs": UserFactory(bpjs=True),
        "auditor": UserFactory(auditor=True),
    }

    decisions = {name: rule(claim, user) for name, user in callers.items()}

    assert {name for name, decision in decisions.items() if decision} == allowed
    refused = [decision.codes for name, decision in decisions.items() if name not in allowed]
    assert refused == [["wrong_role"]] * len(refused)


@pytest.mark.django_db
@pytest.mark.parametrize(("rule", "status"), [(rules.may_admit, S.ROUTED), (rules.may_treat, S.ADMITTED)])
def test_another_hospital_neither_admits_nor_treats(rule, status):
    assert rule(claim_in(status), UserFactory(hospital_staff=True)).codes == ["other_hospital"]


@pytest.mark.django_db
def test_a_hospital_withdraws_only_what_it_reported():
    claim = claim_in(S.ROUTED)

    assert rules.may_withdraw(claim, UserFactory(hospital_staff=True, hospital=claim.hospital)).codes == [
        "not_the_reporter"
    ]


@pytest.mark.django_db
def test_one_person_never_gives_both_signatures():  # AC-B5, AC-W67
    claim = claim_in(S.VERIFIED)

    assert rules.may_approve(claim, claim.verified_by).codes == ["same_person"]
    assert rules.may_approve(claim, UserFactory()).codes == []


@pytest.mark.django_db
@pytest.mark.parametrize(("rule", "status"), [(rules.may_verify, S.TREATED), (rules.may_approve, S.VERIFIED)])
def test_whoever_reported_signs_nothing(rule, status):  # AC-B4: an officer who became an admin
    claim = claim_in(status, reported_by=UserFactory())

    assert rule(claim, claim.reported_by).codes == ["own_report"]


@pytest.mark.django_db
def test_a_patient_still_in_care_is_not_verified():  # A9
    claim = claim_in(S.TREATED, outcome=Outcome.STILL_TREATED, care_to=None)

    assert rules.may_verify(claim, UserFactory()).codes == ["still_treated"]


@pytest.mark.django_db
def test_the_later_signer_hears_who_was_first():  # AC-W68
    claim = claim_in(S.APPROVED)
    claim.verified_by.name, claim.approved_by.name = "Sitti Rahmah", "Andi Baso"

    verify, approve = rules.may_verify(claim, UserFactory()), rules.may_approve(claim, UserFactory())

    assert [verify.codes, approve.codes] == [["wrong_status", "already_verified"], ["wrong_status", "already_approved"]]
    assert [verify.reasons[1].text, approve.reasons[1].text] == [
        "Sudah diperiksa oleh Sitti Rahmah.",
        "Sudah disetujui oleh Andi Baso.",
    ]


@pytest.mark.parametrize(("seen", "codes"), [(4, []), (3, ["changed_since"]), (5, ["changed_since"])])
def test_a_signature_holds_for_what_the_page_showed(seen, codes):  # AC-B22
    assert rules.saw_the_latest(Claim(revision=4), seen=seen).codes == codes


@pytest.mark.parametrize(
    ("note", "codes"), [("Kuitansi belum ada.", []), ("", ["reason_missing"]), (" \n", ["reason_missing"])]
)
def test_a_reason_has_words(note, codes):  # AC-B10, AC-K16
    assert rules.names_a_reason(note).codes == codes


TODAY = date(2026, 11, 24)
YESTERDAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 25)


@pytest.mark.parametrize(
    ("care_from", "care_to", "outcome", "codes"),
    [
        (date(2026, 11, 22), TODAY, Outcome.RECOVERED, []),
        (date(2026, 11, 22), date(2026, 11, 22), Outcome.DECEASED, []),
        (TODAY, None, Outcome.STILL_TREATED, []),
        (date(2026, 11, 21), TODAY, Outcome.RECOVERED, ["care_before_accident"]),
        (TOMORROW, None, Outcome.STILL_TREATED, ["care_from_in_the_future"]),
        (TODAY, YESTERDAY, Outcome.RECOVERED, ["care_ends_before_it_began"]),
        (TODAY, TOMORROW, Outcome.RECOVERED, ["care_to_in_the_future"]),
        (TODAY, None, Outcome.PARTIAL_FUNCTIONAL, ["care_end_unknown"]),
        (TODAY, TODAY, Outcome.STILL_TREATED, ["still_treated_has_an_end"]),
    ],
)
def test_days_of_care_fit_accident_and_statement(care_from, care_to, outcome, codes):  # A9
    claim = Claim(accident_at=ACCIDENT)

    decision = rules.is_plausible_treatment(claim, care_from=care_from, care_to=care_to, outcome=outcome, today=TODAY)

    assert decision.codes == codes
