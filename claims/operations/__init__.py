"""Every change of a claim: select within scope, lock, ask, change, leave one audit entry."""

from claims.operations.cases import (
    admit_claim,
    approve_claim,
    list_claims,
    open_report,
    report_claim,
    route_claim,
    send_back_claim,
    treat_claim,
    verify_claim,
    view_claim,
    withdraw_claim,
)
from claims.operations.deaths import forward_death, report_death, view_death
from claims.operations.estimates import ask_instalment, estimate_claim, recompute_estimates, view_estimates

__all__ = [
    "admit_claim",
    "approve_claim",
    "ask_instalment",
    "estimate_claim",
    "forward_death",
    "list_claims",
    "open_report",
    "recompute_estimates",
    "report_claim",
    "report_death",
    "route_claim",
    "send_back_claim",
    "treat_claim",
    "verify_claim",
    "view_claim",
    "view_death",
    "view_estimates",
    "withdraw_claim",
]
