"""Every change of a claim: select within scope, lock, ask, change, leave one audit entry."""

from claims.operations.cases import (
    admit_claim,
    approve_claim,
    correct_accident_time,
    forward_claim,
    list_claims,
    open_report,
    report_claim,
    route_claim,
    send_back_claim,
    treat_claim,
    triage_claim,
    verify_claim,
    view_claim,
    withdraw_claim,
)
from claims.operations.deaths import forward_death, report_death, view_death
from claims.operations.estimates import ask_instalment, estimate_claim, recompute_estimates, view_estimates
from claims.operations.referrals import issue_note, print_note
from claims.operations.transfers import (
    accept_transfer,
    list_transfers,
    propose_transfer,
    refuse_transfer,
    view_stay,
    view_transfer,
    withdraw_transfer,
)

__all__ = [
    "accept_transfer",
    "admit_claim",
    "approve_claim",
    "ask_instalment",
    "correct_accident_time",
    "estimate_claim",
    "forward_claim",
    "forward_death",
    "issue_note",
    "list_claims",
    "list_transfers",
    "open_report",
    "print_note",
    "propose_transfer",
    "recompute_estimates",
    "refuse_transfer",
    "report_claim",
    "report_death",
    "route_claim",
    "send_back_claim",
    "treat_claim",
    "triage_claim",
    "verify_claim",
    "view_claim",
    "view_death",
    "view_estimates",
    "view_stay",
    "view_transfer",
    "withdraw_claim",
    "withdraw_transfer",
]
