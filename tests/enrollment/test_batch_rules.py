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
    "approve": lambda batch: rules.may_approve(batch, ADMIN),
    "reject": lambda batch: rules.may_reject(batch, ADMIN, note="Desil belum jelas"),
    "withdraw": lambda batch: rules.may_withdraw(batch, PROPOSER),
    "send": lambda batch: rules.may_send(batch, BPJS),
    "answer": lambda batch: rules.may_read_reply(batch, BPJS),
}


def batch(status=BatchStatus.PROPOSED, **fields) -> Batch:
    return Batch(status=status, proposed_by_id=PROPOSER.pk, **fields)


@pytest.mark.parametrize("status", BatchStatus)
@pytest.mark.parametrize("action", WORKFLOW.moves)
def test_every_action_in_every_state(action, status):  # AC-B1
    decision = ASKS[action](batch(status))

    allowed = {
        ("approve", "proposed"),
        ("reject", "proposed"),
        ("withdraw", "proposed"),
        ("send", "approved"),
        ("answer", "sent"),
    }
    refusal = [("wrong_status", f"Statusnya sekarang “{status.label}”.")]
    assert [(reason.code, reason.text) for reason in decision.reasons] == (
        [] if (action, status) in allowed else refusal
    )


@pytest.mark.parametrize("status", BatchStatus)
def test_the_file_is_there_once_it_was_taken(status):
    decision = rules.may_download(batch(status), BPJS)

    assert decision.codes == ([] if status in ("sent", "answered") else ["wrong_status"])


def test_nobody_gives_both_signatures():  # AC-B4
    own = Batch(status=BatchStatus.PROPOSED, proposed_by_id=ADMIN.pk)

    assert rules.may_approve(own, ADMIN).codes == ["same_person"]
    assert rules.may_reject(own, ADMIN, note="Salah").codes == ["same_person"]


def test_a_rejection_needs_a_reason():  # AC-B10
    assert rules.may_reject(batch(), ADMIN, note="  ").codes == ["reason_missing"]


@pytest.mark.parametrize(
    ("ask", "codes"),
    [
        (lambda: rules.may_approve(batch(), OFFICER), ["not_an_admin"]),
        (lambda: rules.may_approve(batch(), PROPOSER), ["not_an_admin", "same_person"]),
        (lambda: rules.may_reject(batch(), BPJS, note=""), ["not_an_admin", "reason_missing"]),
        (lambda: rules.may_withdraw(batch(), OFFICER), ["not_the_proposer"]),
        (lambda: rules.may_withdraw(batch(), ADMIN), ["not_the_proposer"]),
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
