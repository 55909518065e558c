from datetime import date

import pytest

from accounts.roles import Role
from casework.decisions import Decision
from enrollment import rules
from enrollment.enums import BatchStatus
from enrollment.models import Batch
from enrollment.workflow import WORKFLOW
from tests.accounts.factories import UserFactory

TODAY = date(2026, 11, 24)
PROPOSER, ADMIN, BPJS, OFFICER = (
    UserFactory.build(pk=pk, role=role)
    for pk, role in enumerate([Role.OFFICER, Role.ADMIN, Role.BPJS, Role.OFFICER], start=1)
)
ASKS = {
    "lock": lambda batch: rules.may_lock(batch, PROPOSER),
    "reopen": lambda batch: rules.may_reopen(batch, PROPOSER),
    "approve": lambda batch: rules.may_approve(batch, ADMIN, signed=[]),
    "hand_back": lambda batch: rules.may_hand_back(batch, ADMIN, note="Desil belum jelas", signed=[]),
    "reject": lambda batch: rules.may_reject(batch, ADMIN, note="Desil belum jelas", signed=[]),
    "withdraw": lambda batch: rules.may_withdraw(batch, PROPOSER),
    "send": lambda batch: rules.may_send(batch, BPJS),
    "answer": lambda batch: rules.may_read_reply(batch, BPJS),
    "reconcile": lambda batch: rules.may_reconcile_batch(batch, ADMIN, month_agrees=True),
    "close": lambda batch: rules.may_close_batch(batch, ADMIN, unanswered=0, month_closed=True),
}


def batch(status=BatchStatus.LOCKED, **fields) -> Batch:
    return Batch(status=status, proposed_by_id=PROPOSER.pk, **fields)


@pytest.mark.parametrize("status", BatchStatus)
@pytest.mark.parametrize("action", WORKFLOW.moves)
def test_every_action_in_every_state(action, status):  # AC-B1
    decision = ASKS[action](batch(status))

    allowed = {
        ("lock", "draft"),
        ("approve", "locked"),
        ("hand_back", "locked"),
        ("reopen", "returned"),
        ("reject", "locked"),
        ("withdraw", "draft"),
        ("withdraw", "locked"),
        ("withdraw", "returned"),
        ("send", "approved"),
        ("answer", "sent"),
        ("reconcile", "answered"),
        ("close", "reconciled"),
    }
    refusal = [("wrong_status", f"Statusnya sekarang “{status.label}”.")]
    assert [(reason.code, reason.text) for reason in decision.reasons] == (
        [] if (action, status) in allowed else refusal
    )


@pytest.mark.parametrize("status", BatchStatus)
def test_lines_change_in_a_draft_only(status):
    assert rules.may_edit(batch(status), PROPOSER).codes == ([] if status == "draft" else ["wrong_status"])


@pytest.mark.parametrize("status", BatchStatus)
def test_the_file_is_there_once_it_was_taken(status):
    decision = rules.may_download(batch(status), BPJS)

    assert decision.codes == ([] if status in ("sent", "answered", "reconciled", "closed") else ["wrong_status"])


def test_nobody_gives_two_signatures():  # AC-B4, AC-B5, AC-B8
    own = Batch(status=BatchStatus.LOCKED, proposed_by_id=ADMIN.pk)
    for signed, code in (([], "same_person"), ([ADMIN.pk], "already_signed")):
        asked = own if code == "same_person" else batch()
        assert rules.may_approve(asked, ADMIN, signed=signed).codes == [code]
        assert rules.may_reject(asked, ADMIN, note="Salah", signed=signed).codes == [code]
        assert rules.may_hand_back(asked, ADMIN, note="Salah", signed=signed).codes == [code]


@pytest.mark.parametrize("rule", [rules.may_reject, rules.may_hand_back])
def test_a_refusal_needs_a_reason(rule):  # AC-B10
    assert rule(batch(), ADMIN, note="  ", signed=[]).codes == ["reason_missing"]


@pytest.mark.parametrize(
    ("amount", "tiers", "needed"),
    [
        (16_800, [100_000_000], 1),
        (100_000_000, [100_000_000], 1),
        (100_000_001, [100_000_000], 2),
        (500_000_000, [100_000_000, 500_000_000], 2),
        (500_000_001, [100_000_000, 500_000_000], 3),
        (500_000_001, [], 1),
    ],
)
def test_each_tier_asks_for_one_more_approval(amount, tiers, needed):
    assert rules.approvals_needed(amount, tiers=tiers) == needed


def test_a_colleague_may_free_who_stands_in_a_forsaken_draft():
    for status in ("draft", "returned"):
        assert rules.may_withdraw(batch(status), OFFICER).codes == []
        assert rules.may_withdraw(batch(status), ADMIN).codes == ["not_the_proposer"]


def test_closing_asks_for_answers_and_a_closed_month():
    answered, reconciled = batch(BatchStatus.ANSWERED), batch(BatchStatus.RECONCILED)
    assert rules.may_reconcile_batch(answered, ADMIN, month_agrees=False).codes == ["month_not_reconciled"]
    assert rules.may_close_batch(reconciled, ADMIN, unanswered=2, month_closed=False).codes == [
        "lines_unanswered",
        "month_not_closed",
    ]


@pytest.mark.parametrize(
    ("ask", "codes"),
    [
        (lambda: rules.may_approve(batch(), OFFICER, signed=[]), ["not_an_admin"]),
        (lambda: rules.may_approve(batch(), PROPOSER, signed=[]), ["not_an_admin", "same_person"]),
        (lambda: rules.may_reject(batch(), BPJS, note="", signed=[]), ["not_an_admin", "reason_missing"]),
        (lambda: rules.may_withdraw(batch(), OFFICER), ["not_the_proposer"]),
        (lambda: rules.may_withdraw(batch(), ADMIN), ["not_the_proposer"]),
        (lambda: rules.may_lock(batch(BatchStatus.DRAFT), OFFICER), ["not_the_proposer"]),
        (lambda: rules.may_edit(batch(BatchStatus.DRAFT), OFFICER), ["not_the_proposer"]),
        (lambda: rules.may_reopen(batch(BatchStatus.RETURNED), OFFICER), ["not_the_proposer"]),
        (lambda: rules.may_reconcile_batch(batch(BatchStatus.ANSWERED), BPJS, month_agrees=True), ["not_an_admin"]),
        (
            lambda: rules.may_close_batch(batch(BatchStatus.RECONCILED), OFFICER, unanswered=0, month_closed=True),
            ["not_an_admin"],
        ),
        (lambda: rules.may_send(batch(BatchStatus.APPROVED), ADMIN), ["not_bpjs"]),
        (lambda: rules.may_download(batch(BatchStatus.SENT), ADMIN), ["not_bpjs"]),
        (lambda: rules.may_read_reply(batch(BatchStatus.SENT), OFFICER), ["not_bpjs"]),
    ],
)
def test_each_deed_belongs_to_one_role(ask, codes):
    assert ask().codes == codes


@pytest.mark.parametrize(
    ("user", "start_month", "codes"),
    [
        (OFFICER, date(2026, 11, 1), []),
        (OFFICER, date(2027, 1, 1), []),
        (OFFICER, date(2026, 10, 1), ["month_is_past"]),  # AC-W62
        (OFFICER, date(2027, 2, 1), ["month_too_far"]),
        (OFFICER, date(2026, 12, 2), ["not_a_month"]),
        (ADMIN, date(2026, 12, 1), ["not_an_officer"]),
        (BPJS, date(2026, 12, 1), ["not_an_officer"]),
    ],
)
def test_who_proposes_for_which_month(user, start_month, codes):
    assert rules.may_propose(user, start_month=start_month, today=TODAY).codes == codes


@pytest.mark.parametrize(
    ("user", "month", "received_on", "codes"),
    [
        (BPJS, date(2026, 11, 1), TODAY, []),
        (BPJS, date(2026, 12, 1), TODAY, []),
        (BPJS, date(2027, 1, 1), TODAY, ["month_too_far"]),
        (BPJS, date(2026, 11, 2), TODAY, ["not_a_month"]),
        (BPJS, date(2026, 11, 1), date(2026, 11, 25), ["received_in_future"]),
        (ADMIN, date(2026, 11, 1), TODAY, ["not_bpjs"]),
    ],
)
def test_who_records_a_receipt_of_which_month(user, month, received_on, codes):
    assert rules.may_record_receipt(user, month=month, received_on=received_on, today=TODAY).codes == codes


def test_every_reason_against_a_worker_is_listed():  # AC-B25, AC-W17
    not_eligible = Decision.unless((True, "desil_too_high", "Desil 6."))

    decision = rules.may_enroll(eligible=not_eligible, open_batch="2611-00007", covered=True, suspected=True)

    assert decision.codes == ["desil_too_high", "already_proposed", "already_covered"]
    assert decision.reasons[1].text == "Sudah ada di kelompok 2611-00007."
    assert rules.may_enroll(eligible=Decision(), open_batch="", covered=False, suspected=False)
    assert rules.may_enroll(eligible=Decision(), open_batch="", covered=False, suspected=True).codes == [
        "suspected_double"
    ]


def test_months_follow_each_other_over_the_year():
    assert rules.month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert rules.month_after(date(2026, 1, 1)) == date(2026, 2, 1)
    assert rules.first_of_month(date(2026, 2, 28)) == date(2026, 2, 1)
