from functools import partial
from itertools import product

import pytest

from claims import rules
from claims.enums import ClaimStatus as S
from claims.enums import TransferStatus
from claims.models import Claim
from claims.querysets import TURN
from claims.workflow import TRANSFER, WORKFLOW
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.claims.factories import claim_in

ALLOWED = {
    ("route", S.SUSPECTED),
    ("admit", S.ROUTED),
    ("treat", S.ADMITTED),
    ("treat", S.TREATED),
    ("treat", S.RETURNED),
    ("transfer", S.ROUTED),
    ("transfer", S.ADMITTED),
    ("transfer", S.TREATED),
    ("verify", S.TREATED),
    ("send_back", S.TREATED),
    ("send_back", S.VERIFIED),
    ("approve", S.VERIFIED),
    ("forward", S.APPROVED),
    ("withdraw", S.SUSPECTED),
    ("withdraw", S.ROUTED),
}
RULES = {
    "route": rules.may_route,
    "admit": rules.may_admit,
    "treat": rules.may_treat,
    "transfer": partial(rules.may_propose_transfer, waiting=None),
    "verify": rules.may_verify,
    "send_back": rules.may_send_back,
    "approve": rules.may_approve,
    "forward": rules.may_forward,
    "withdraw": rules.may_withdraw,
}


def the_right_person_for(action: str, claim: Claim):
    if action in ("admit", "treat", "transfer"):
        return UserFactory(hospital_staff=True, hospital=claim.hospital or HospitalFactory())
    return UserFactory()


@pytest.mark.django_db
@pytest.mark.parametrize(("action", "status"), list(product(RULES, S)))
def test_every_action_in_every_status(action, status):  # AC-B1, AC-W38, AC-W37
    claim = claim_in(status)
    if action == "transfer":
        claim.outcome = ""  # a concluded case is not moved; tests/claims/test_transfers.py
    decision = RULES[action](claim, the_right_person_for(action, claim))

    named = f"Statusnya sekarang “{status.label}”." in [reason.text for reason in decision.reasons]
    assert (bool(decision), named) == ((action, status) in ALLOWED, (action, status) not in ALLOWED)


def test_every_action_has_its_rule():
    assert set(RULES) == set(WORKFLOW.moves)


def test_every_status_is_somebodys_turn_or_final():
    left = {source for move in WORKFLOW.moves.values() for source in move.sources}

    assert set(S) - left == {S.FORWARDED, S.WITHDRAWN}
    assert set(TURN) == left


def test_every_answer_to_a_transfer_is_final():
    assert {move.target for move in TRANSFER.moves.values()} == set(TransferStatus) - {TransferStatus.PROPOSED}
    assert {source for move in TRANSFER.moves.values() for source in move.sources} == {TransferStatus.PROPOSED}
