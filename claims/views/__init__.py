from claims.views.deaths import death_detail, death_forward, death_list, death_report
from claims.views.deeds import (
    claim_admit,
    claim_approve,
    claim_correct_time,
    claim_detail,
    claim_forward,
    claim_route,
    claim_send_back,
    claim_transfer,
    claim_treat,
    claim_triage,
    claim_verify,
    claim_withdraw,
)
from claims.views.estimates import claim_estimate, claim_estimate_facts, instalment_ask, instalment_list, rule_list
from claims.views.referrals import note_file, note_issue, note_verify
from claims.views.reports import claim_list, claim_report
from claims.views.transfers import stay_detail, transfer_accept, transfer_list, transfer_refuse, transfer_withdraw

__all__ = [
    "claim_admit",
    "claim_approve",
    "claim_correct_time",
    "claim_detail",
    "claim_estimate",
    "claim_estimate_facts",
    "claim_forward",
    "claim_list",
    "claim_report",
    "claim_route",
    "claim_send_back",
    "claim_transfer",
    "claim_treat",
    "claim_triage",
    "claim_verify",
    "claim_withdraw",
    "death_detail",
    "death_forward",
    "death_list",
    "death_report",
    "instalment_ask",
    "instalment_list",
    "note_file",
    "note_issue",
    "note_verify",
    "rule_list",
    "stay_detail",
    "transfer_accept",
    "transfer_list",
    "transfer_refuse",
    "transfer_withdraw",
]
