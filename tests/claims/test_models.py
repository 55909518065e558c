from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from claims.enums import ClaimStatus as S
from claims.enums import Outcome
from claims.models import Claim
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.claims.factories import ACCIDENT, ClaimFactory, claim_in
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import WorkerFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "change", "constraint"),
    [
        (S.APPROVED, lambda claim: {"approved_by": claim.verified_by}, "claims_claim_approver_is_not_verifier"),
        (S.VERIFIED, lambda claim: {"verified_by": claim.reported_by}, "claims_claim_reporter_signs_nothing"),
        (S.APPROVED, lambda claim: {"approved_by": claim.reported_by}, "claims_claim_reporter_signs_nothing"),
        (S.VERIFIED, lambda claim: {"verified_at": None}, "claims_claim_verification_is_signed"),
        (S.APPROVED, lambda claim: {"approved_at": None}, "claims_claim_approval_is_signed"),
        (S.TREATED, lambda claim: {"status": S.VERIFIED}, "claims_claim_signatures_fit_status"),
        (S.VERIFIED, lambda claim: {"status": S.APPROVED}, "claims_claim_signatures_fit_status"),
        (S.VERIFIED, lambda claim: {"status": S.RETURNED}, "claims_claim_signatures_fit_status"),
        (S.FORWARDED, lambda claim: {"approved_by": None, "approved_at": None}, "claims_claim_signatures_fit_status"),
        (S.FORWARDED, lambda claim: {"forwarded_at": None}, "claims_claim_forwarding_is_signed"),
        (S.FORWARDED, lambda claim: {"reference": ""}, "claims_claim_forwarded_fits_status"),
        (S.FORWARDED, lambda claim: {"status": S.APPROVED}, "claims_claim_forwarded_fits_status"),
        (S.APPROVED, lambda claim: {"status": S.FORWARDED}, "claims_claim_forwarded_fits_status"),
        (S.FORWARDED, lambda claim: {"care_to": None}, "claims_claim_concluded_once_verified"),
        (S.SUSPECTED, lambda claim: {"status": S.ROUTED}, "claims_claim_hospital_known_once_routed"),
        (
            S.SUSPECTED,
            lambda claim: {"accident_at": claim.reported_at + timedelta(seconds=1)},
            "accident_before_report",
        ),
        (S.TREATED, lambda claim: {"care_to": date(2026, 11, 21)}, "claims_claim_care_ends_after_it_began"),
        (S.ADMITTED, lambda claim: {"care_to": date(2026, 11, 23)}, "claims_claim_care_ends_after_it_began"),
        (S.ADMITTED, lambda claim: {"status": S.TREATED}, "claims_claim_treatment_known_once_treated"),
        (S.TREATED, lambda claim: {"outcome": ""}, "claims_claim_treatment_known_once_treated"),
        (S.VERIFIED, lambda claim: {"outcome": Outcome.STILL_TREATED}, "claims_claim_concluded_once_verified"),
        (S.VERIFIED, lambda claim: {"care_to": None}, "claims_claim_concluded_once_verified"),
        (S.SUSPECTED, lambda claim: {"informant_phone": "telepon"}, "claims_claim_informant_phone_form"),
    ],
)
def test_what_the_database_refuses(status, change, constraint):
    claim = claim_in(status)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**change(claim))


@pytest.mark.django_db
def test_one_submission_key_is_one_claim():  # AC-W31
    claim = ClaimFactory()

    with pytest.raises(IntegrityError, match="submission_key"), transaction.atomic():
        ClaimFactory(submission_key=claim.submission_key)


@pytest.mark.django_db
def test_one_accident_is_one_claim_until_it_is_withdrawn():  # AC-C14: the day is that of Makassar
    claim = ClaimFactory(accident_at=ACCIDENT.replace(hour=0, minute=0))

    with pytest.raises(IntegrityError, match="claims_claim_accident_reported_once"), transaction.atomic():
        ClaimFactory(worker=claim.worker, accident_at=ACCIDENT.replace(hour=23, minute=59))
    ClaimFactory(worker=claim.worker, accident_at=ACCIDENT.replace(hour=0, minute=0) - timedelta(minutes=1))
    Claim.objects.filter(pk=claim.pk).update(status=S.WITHDRAWN)
    ClaimFactory(worker=claim.worker, accident_at=ACCIDENT.replace(hour=23, minute=59))


@pytest.mark.django_db
def test_a_claim_names_nobody():
    claim = ClaimFactory(worker__name="Baso Rahasia")

    assert str(claim) == f"klaim {claim.number}"


@pytest.fixture
def three_claims():
    """One per place of interest: an approved one, an unrouted one and one of a worker without a kelurahan."""
    here, there = kelurahan("73.71.09.1009"), kelurahan("73.71.01.1001")
    return (
        claim_in(S.APPROVED, worker=WorkerFactory(kelurahan=here)),
        ClaimFactory(worker=WorkerFactory(kelurahan=there), reported_from=HospitalFactory()),
        claim_in(S.ADMITTED, worker=WorkerFactory(kelurahan=None)),
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("caller", "seen"),
    [
        (lambda claims: UserFactory(officer=True), [0]),
        (lambda claims: UserFactory(officer=True, region=kecamatan("73.71.01")), [1]),
        (lambda claims: UserFactory(officer=True, region=kecamatan("73.71.02")), []),
        (lambda claims: UserFactory(officer=True, region=kelurahan("73.71.09.1009").parent.parent), [0, 1]),
        (lambda claims: UserFactory(hospital_staff=True, hospital=claims[0].hospital), [0]),
        (lambda claims: UserFactory(hospital_staff=True, hospital=claims[1].reported_from), [1]),
        (lambda claims: UserFactory(hospital_staff=True), []),
        (lambda claims: UserFactory(), [0, 1, 2]),
        (lambda claims: UserFactory(auditor=True), [0, 1]),
        (lambda claims: UserFactory(bpjs=True), [0]),
        (lambda claims: UserFactory.build(role="unknown"), []),
    ],
    ids=["officer", "other officer", "nobody's", "city", "hospital", "reporter", "other hospital", "admin", "auditor",
         "bpjs", "unknown"],
)  # fmt: skip
def test_who_sees_which_claims(three_claims, caller, seen):  # AC-P5, AC-W65, X7
    visible = Claim.objects.visible_to(caller(three_claims))

    assert {claim.pk for claim in visible} == {three_claims[place].pk for place in seen}


@pytest.mark.django_db
def test_a_hospital_loses_sight_of_what_went_to_another():  # AC-P11
    claim = claim_in(S.ROUTED, reported_from=HospitalFactory())

    assert not Claim.objects.visible_to(UserFactory(hospital_staff=True, hospital=claim.reported_from)).exists()


@pytest.mark.django_db
def test_what_waits_for_whom():
    claims = {status: claim_in(status) for status in S}
    claims["mine"] = claim_in(S.VERIFIED, reported_at=ACCIDENT + timedelta(hours=2))
    verifier = claims["mine"].verified_by

    def waiting(user):
        return {name for name, claim in claims.items() if claim in Claim.objects.waiting_for(user)}

    assert waiting(UserFactory(officer=True)) == {S.SUSPECTED}
    assert waiting(UserFactory(hospital_staff=True, hospital=claims[S.ROUTED].hospital)) == {S.ROUTED}
    assert waiting(UserFactory(hospital_staff=True, hospital=claims[S.RETURNED].hospital)) == {S.RETURNED}
    assert waiting(UserFactory()) == {S.TREATED, S.VERIFIED, S.APPROVED, "mine"}
    assert waiting(verifier) == {S.TREATED, S.VERIFIED, S.APPROVED}
    assert waiting(UserFactory(bpjs=True)) == set()
    turns = [claim.is_my_turn for claim in Claim.objects.turn_first(verifier)]
    assert turns == [True] * 3 + [False] * 7
