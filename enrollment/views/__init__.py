from enrollment.views.api import (
    api_coverage,
    api_document,
    api_fhir,
)
from enrollment.views.batches import (
    batch_detail,
    batch_file,
    batch_list,
    batch_propose,
    batch_reply,
    reply_example,
)
from enrollment.views.budgets import (
    budget_approve,
    budget_list,
    budget_plan,
    budget_propose,
    budget_reject,
    fund_record,
)
from enrollment.views.cards import (
    card_file,
    card_hand_over,
    card_list,
    card_make,
    card_make_one,
    card_replace,
    card_sheet,
    card_withdraw,
)
from enrollment.views.coverage import (
    coverage_again,
    coverage_answer,
    coverage_check,
    coverage_list,
    coverage_verify,
)
from enrollment.views.deeds import (
    batch_add,
    batch_approve,
    batch_hand_back,
    batch_lock,
    batch_reject,
    batch_reopen,
    batch_send,
    batch_take_out,
    batch_withdraw,
)
from enrollment.views.doors import (
    door_list,
    door_open,
    door_review,
)
from enrollment.views.gaps import (
    gap_list,
)
from enrollment.views.holidays import (
    holiday_approve,
    holiday_list,
    holiday_propose,
    holiday_reject,
)
from enrollment.views.knowledge import (
    coverage_look_back,
)
from enrollment.views.months import (
    bill_close,
    bill_compare,
    bill_decline,
    bill_example,
    bill_file,
    bill_order,
    bill_read,
    bill_second,
    difference_settle,
    difference_unsettle,
    month_changes,
    month_detail,
    month_list,
)
from enrollment.views.receipts import (
    receipt_list,
    receipt_record,
)
from enrollment.views.rechecks import (
    coverage_recheck,
    recheck_answer,
    recheck_list,
)
from enrollment.views.replies import (
    reply_detail,
    reply_file,
)
from enrollment.views.tokens import (
    client_connect,
    client_detail,
    client_end,
    client_list,
    client_renew,
)
from enrollment.views.trouble import (
    server_error,
)

__all__ = [
    "api_coverage",
    "api_document",
    "api_fhir",
    "batch_add",
    "batch_approve",
    "batch_detail",
    "batch_file",
    "batch_hand_back",
    "batch_list",
    "batch_lock",
    "batch_propose",
    "batch_reject",
    "batch_reopen",
    "batch_reply",
    "batch_send",
    "batch_take_out",
    "batch_withdraw",
    "bill_close",
    "bill_compare",
    "bill_decline",
    "bill_example",
    "bill_file",
    "bill_order",
    "bill_read",
    "bill_second",
    "budget_approve",
    "budget_list",
    "budget_plan",
    "budget_propose",
    "budget_reject",
    "card_file",
    "card_hand_over",
    "card_list",
    "card_make",
    "card_make_one",
    "card_replace",
    "card_sheet",
    "card_withdraw",
    "client_connect",
    "client_detail",
    "client_end",
    "client_list",
    "client_renew",
    "coverage_again",
    "coverage_answer",
    "coverage_check",
    "coverage_list",
    "coverage_look_back",
    "coverage_recheck",
    "coverage_verify",
    "difference_settle",
    "difference_unsettle",
    "door_list",
    "door_open",
    "door_review",
    "fund_record",
    "gap_list",
    "holiday_approve",
    "holiday_list",
    "holiday_propose",
    "holiday_reject",
    "month_changes",
    "month_detail",
    "month_list",
    "receipt_list",
    "receipt_record",
    "recheck_answer",
    "recheck_list",
    "reply_detail",
    "reply_example",
    "reply_file",
    "server_error",
]
