from datetime import UTC, date, datetime

import pytest
from factory import LazyFunction

from accounts.roles import Role
from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import (
    DesilRecordFactory,
    OccupationFactory,
    PolicyFactory,
    WorkerExitFactory,
    WorkerFactory,
)
from workers.enums import Employment, OccupationCategory, Sex
from workers.models import Worker
from workers.rules import check_age, check_eligibility, check_registration, may_work_in

pytestmark = pytest.mark.django_db

ON = date(2026, 11, 24)
KK = "7371090101150009"
IMAM = {"code": "IMM", "name": "Imam masjid", "category": OccupationCategory.RELIGIOUS}
KADER = {"code": "KDR", "name": "Kader posyandu", "category": OccupationCategory.COMMUNITY}

CASES = [  # what is special, desil, policy, day, expected codes
    pytest.param({}, 1, {}, ON, [], id="plain"),
    pytest.param({}, 4, {}, ON, [], id="AC-W55 desil at the limit"),
    pytest.param({}, 5, {}, ON, ["desil_too_high"], id="AC-W55 desil above the limit"),
    pytest.param({}, 5, {"desil_limit": 5}, ON, [], id="E7 the limit is the policy's"),
    pytest.param({}, None, {}, ON, ["desil_unknown"], id="desil unknown"),
    pytest.param({}, 2, {"release": "2026-4"}, ON, ["desil_unknown"], id="desil of another release"),
    pytest.param({"family_card_number": ""}, 2, {}, ON, ["desil_unknown"], id="no family card"),
    pytest.param({"occupation": IMAM}, None, {}, ON, [], id="E10 religious worker without desil"),
    pytest.param({"occupation": IMAM}, 9, {}, ON, [], id="E10 religious worker in desil 9"),
    pytest.param({"occupation": KADER}, 9, {}, ON, [], id="E10 kader in desil 9"),
    pytest.param({"second_occupation": KADER}, 9, {}, ON, [], id="E4 E10 kader beside other work"),
    pytest.param(
        {"occupation": KADER}, 9, {"by_office": ["religious"]}, ON, ["desil_too_high"], id="E10 kader not by office"
    ),
    pytest.param({"birth_on": date(1961, 11, 25)}, 1, {}, ON, [], id="AC-W58 AC-I10 65 tomorrow"),
    pytest.param({"birth_on": date(1961, 11, 24)}, 1, {}, ON, ["too_old"], id="AC-W58 AC-I10 65 today"),
    pytest.param({"birth_on": date(2009, 11, 24)}, 1, {}, ON, [], id="E6 17 today"),
    pytest.param({"birth_on": date(2009, 11, 25)}, 1, {}, ON, ["too_young"], id="E6 17 tomorrow"),
    pytest.param({"birth_on": date(2009, 11, 25)}, 1, {"minimum_age": 16}, ON, [], id="E6 the age is the policy's"),
    pytest.param({"birth_on": date(1960, 2, 29)}, 1, {}, date(2025, 2, 28), [], id="born 29 Feb, 28 Feb 2025"),
    pytest.param({"birth_on": date(1960, 2, 29)}, 1, {}, date(2025, 3, 1), ["too_old"], id="born 29 Feb, 1 Mar 2025"),
    pytest.param({"birth_on": date(1963, 2, 28)}, 1, {}, date(2028, 2, 29), ["too_old"], id="28 Feb 1963, 29 Feb 2028"),
    pytest.param({"birth_on": date(1963, 3, 1)}, 1, {}, date(2028, 2, 29), [], id="1 Mar 1963, 29 Feb 2028"),
    pytest.param({"birth_on": date(2008, 2, 29)}, 1, {}, date(2025, 2, 28), ["too_young"], id="leapling not yet 17"),
    pytest.param({"birth_on": date(2008, 2, 29)}, 1, {}, date(2025, 3, 1), [], id="leapling 17"),
    pytest.param({"is_resident": False}, 1, {}, ON, ["not_resident"], id="E8 other KTP"),
    pytest.param({"is_resident": False}, 1, {"residents_only": False}, ON, [], id="E8 the rule is the policy's"),
    pytest.param({"employment": Employment.WAGE_EARNER}, 1, {}, ON, ["wage_earner"], id="E9 wage earner"),
    pytest.param({"employment": Employment.CIVIL_SERVANT}, 1, {}, ON, ["civil_servant"], id="E9 civil servant"),
    pytest.param(
        {"occupation": IMAM, "employment": Employment.CIVIL_SERVANT}, 1, {}, ON, ["civil_servant"], id="E9 before E10"
    ),
    pytest.param({"survivor": LazyFunction(WorkerFactory)}, 1, {}, ON, ["linked"], id="linked to another record"),
    pytest.param({"exits": "moved"}, 1, {}, ON, ["exited"], id="left the programme"),
    pytest.param({"exits": "moved", "occupation": IMAM}, 9, {}, ON, ["exited"], id="left the programme, by office"),
    pytest.param({"exits": "returned"}, 1, {}, ON, [], id="left and came back"),
    pytest.param(
        {"anonymised_at": datetime(2031, 1, 1, tzinfo=UTC), "occupation": IMAM},
        None,
        {},
        ON,
        ["anonymised"],
        id="X9 nobody is known behind the row",
    ),
    pytest.param(
        {"birth_on": date(1950, 1, 1), "is_resident": False, "employment": Employment.WAGE_EARNER},
        7,
        {},
        ON,
        ["desil_too_high", "too_old", "not_resident", "wage_earner"],
        id="every reason at once",
    ),
]


EXITS = {
    "": [],
    "moved": [{}],
    "returned": [{"returned_on": date(2026, 11, 1), "returned_by": LazyFunction(UserFactory)}],
}


@pytest.mark.parametrize(("traits", "desil", "policy", "on", "codes"), CASES)
def test_rule_and_queryset_agree_on_who_is_eligible(traits, desil, policy, on, codes):
    traits = dict(traits)
    occupation = OccupationFactory(**traits.pop("occupation", {}))
    exits = EXITS[traits.pop("exits", "")]
    if "second_occupation" in traits:
        traits["second_occupation"] = OccupationFactory(**traits["second_occupation"])
    worker = WorkerFactory(**traits, occupation=occupation)
    for left in exits:
        WorkerExitFactory(worker=worker, **left)
    DesilRecordFactory.create_batch(desil is not None, family_card_number=worker.family_card_number or KK, desil=desil)
    policy = PolicyFactory(**policy)

    decision = check_eligibility(worker, policy=policy, on=on)

    assert decision.codes == codes
    asked = Worker.objects.filter(pk=worker.pk)
    assert list(asked.eligible(policy, on)) == [worker] * (codes == [])
    assert list(asked.ineligible(policy, on)) == [worker] * (codes != [])
    assert all(reason.text.endswith(".") and reason.remedy.endswith(".") for reason in decision.reasons)


def test_the_refusal_says_desil_and_snapshot():  # AC-W55
    worker = WorkerFactory()
    DesilRecordFactory(family_card_number=worker.family_card_number, desil=5)

    (reason,) = check_eligibility(worker, policy=PolicyFactory(), on=ON).reasons

    assert reason.text == "Desil keluarga 5 pada DTSEN rilis 2026-3, batasnya 4."


@pytest.mark.parametrize(
    ("user", "place", "codes"),
    [
        ({"officer": True}, "73.71.09.1009", []),
        ({"officer": True}, "73.71.10.1009", ["out_of_scope"]),
        ({"officer": True}, "73.71", ["out_of_scope"]),
        ({}, "73.71.10.1009", []),
        ({"auditor": True}, "73.71.10.1009", ["not_a_registrar"]),
        ({"bpjs": True}, "73.71.10.1009", ["not_a_registrar"]),
        ({"hospital_staff": True}, "73.71.10.1009", ["not_a_registrar"]),
    ],
)
def test_who_may_register_where(user, place, codes):  # AC-W50
    kelurahan("73.71.09.1009")
    kelurahan("73.71.10.1009")

    assert may_work_in(UserFactory(**user), Region.objects.get(pk=place)).codes == codes


def test_an_officer_of_one_kelurahan_does_not_reach_the_next():
    officer = UserFactory(role=Role.OFFICER, region=kelurahan("73.71.09.1001"))

    assert may_work_in(officer, kecamatan("73.71.09")).codes == ["out_of_scope"]
    assert may_work_in(officer, kelurahan("73.71.09.1002")).codes == ["out_of_scope"]
    assert may_work_in(officer, kelurahan("73.71.09.1001")).codes == []


PERSON = {"nik": "7371091708900001", "birth_on": date(1990, 8, 17), "sex": Sex.MALE, "family_card_number": ""}


@pytest.mark.parametrize(
    ("particulars", "codes"),
    [
        ({}, []),
        ({"nik": "737109170890001"}, ["nik_length"]),
        ({"nik": "7371091708900000"}, ["nik_sequence_0000"]),
        ({"nik": "7371091708900000", "nik_confirmed": True}, []),
        ({"sex": Sex.FEMALE}, ["nik_sex_mismatch"]),
        ({"birth_on": date(1991, 8, 17), "sex": Sex.FEMALE}, ["nik_birth_mismatch", "nik_sex_mismatch"]),
        ({"birth_on": date(1991, 8, 17), "sex": Sex.FEMALE, "nik_confirmed": True}, []),
        ({"nik": "7371098508900001"}, ["nik_invalid_date"]),
        ({"nik": "7371098508900001", "nik_confirmed": True}, ["nik_invalid_date"]),
        ({"nik": "7371098508900001", "nik_evidence": "KTP asli"}, []),
        ({"birth_on": ON, "nik_confirmed": True}, []),
        ({"birth_on": date(2026, 11, 25), "nik_confirmed": True}, ["born_in_future"]),
        ({"desil": 3}, ["family_card_missing"]),
        ({"desil": 3, "family_card_number": "7371090101150001"}, []),
    ],
)
def test_what_a_registration_needs(particulars, codes):
    decision = check_registration(
        **{"desil": None, "nik_confirmed": False, "nik_evidence": "", **PERSON, **particulars},
        by=UserFactory(),
        on=ON,
        kelurahan=kelurahan(),
    )

    assert decision.codes == codes


@pytest.mark.parametrize(
    ("birth_on", "codes"),
    [
        (date(1961, 3, 11), []),
        (date(1961, 3, 10), ["too_old"]),
        (date(2009, 3, 10), []),
        (date(2009, 3, 11), ["too_young"]),
    ],
)
def test_the_age_alone(birth_on, codes):  # rules E2, E6
    worker = Worker(birth_on=birth_on)

    assert check_age(worker, minimum_age=17, on=date(2026, 3, 10)).codes == codes
