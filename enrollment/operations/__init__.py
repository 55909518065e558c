"""What enrolment does. Each in one transaction: select within scope, lock, ask, change, leave one audit entry."""

from enrollment.operations.batches import (
    add_worker,
    approve_batch,
    close_batch,
    download_batch,
    hand_back_batch,
    last_deed,
    lock_batch,
    propose_batch,
    reconcile_batch,
    reject_batch,
    reopen_batch,
    send_batch,
    take_out_lines,
    view_lines,
    withdraw_batch,
)
from enrollment.operations.bills import (
    close_bill,
    compare_bill,
    decline_closing,
    open_bill_file,
    order_payment,
    payable_of,
    read_bill,
    second_closing,
    settle_difference,
    unsettle_difference,
    view_differences,
)
from enrollment.operations.coverage import check_coverage, repeat_check, view_answer
from enrollment.operations.doors import open_door, review_door, view_opening
from enrollment.operations.gaps import list_gaps
from enrollment.operations.knowledge import KnownAnswer, answer_as_known, ask_as_known
from enrollment.operations.receipts import record_receipt
from enrollment.operations.rechecks import answer_recheck, ask_recheck, view_recheck
from enrollment.operations.replies import read_reply

__all__ = [
    "KnownAnswer",
    "add_worker",
    "answer_as_known",
    "answer_recheck",
    "approve_batch",
    "ask_as_known",
    "ask_recheck",
    "check_coverage",
    "close_batch",
    "close_bill",
    "compare_bill",
    "decline_closing",
    "download_batch",
    "hand_back_batch",
    "last_deed",
    "list_gaps",
    "lock_batch",
    "open_bill_file",
    "open_door",
    "order_payment",
    "payable_of",
    "propose_batch",
    "read_bill",
    "read_reply",
    "reconcile_batch",
    "record_receipt",
    "reject_batch",
    "reopen_batch",
    "repeat_check",
    "review_door",
    "second_closing",
    "send_batch",
    "settle_difference",
    "take_out_lines",
    "unsettle_difference",
    "view_answer",
    "view_differences",
    "view_lines",
    "view_opening",
    "view_recheck",
    "withdraw_batch",
]
