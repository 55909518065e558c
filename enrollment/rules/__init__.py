"""What enrolment answers. Nothing here writes."""

from enrollment.rules.batches import (
    may_approve,
    may_download,
    may_enroll,
    may_propose,
    may_read_reply,
    may_record_receipt,
    may_reject,
    may_send,
    may_withdraw,
)
from enrollment.rules.contributions import (
    CITY_BASE,
    INCOME_BASES,
    PROGRAMS,
    MonthlyContribution,
    income_base,
    monthly_contribution,
    program_name,
)
from enrollment.rules.coverage import (
    CoverageAnswer,
    CoveredPeriod,
    History,
    answer_coverage,
    answer_nobody,
    may_ask,
    may_repeat,
)
from enrollment.rules.deadlines import (
    after_working_days,
    contribution_due_on,
    may_settle_arrears,
    working_day_from,
)
from enrollment.rules.doors import (
    REVIEW_WITHIN,
    answer_through_door,
    door_answer_closes_at,
    door_closes_at,
    may_open_door,
    may_read_answer,
    may_review_door,
    review_due_on,
)
from enrollment.rules.gaps import ALARM_DAYS, Gap, alarm_on, gap_of, gap_to
from enrollment.rules.knowledge import may_ask_as_known
from enrollment.rules.months import first_of_month, month_after
from enrollment.rules.payers import payer_order
from enrollment.rules.proposals import (
    Selection,
    Terms,
    check_workers,
    costs_of,
    may_reach,
    policy_in_force,
    select_workers,
)
from enrollment.rules.questions import Question, number_on_card
from enrollment.rules.receipts import amounts_due, is_worth_recording
from enrollment.rules.rechecks import may_answer_recheck, may_ask_recheck, recheck_due_at
from enrollment.rules.replies import check_answer

__all__ = [
    "ALARM_DAYS",
    "CITY_BASE",
    "INCOME_BASES",
    "PROGRAMS",
    "REVIEW_WITHIN",
    "CoverageAnswer",
    "CoveredPeriod",
    "Gap",
    "History",
    "MonthlyContribution",
    "Question",
    "Selection",
    "Terms",
    "after_working_days",
    "alarm_on",
    "amounts_due",
    "answer_coverage",
    "answer_nobody",
    "answer_through_door",
    "check_answer",
    "check_workers",
    "contribution_due_on",
    "costs_of",
    "door_answer_closes_at",
    "door_closes_at",
    "first_of_month",
    "gap_of",
    "gap_to",
    "income_base",
    "is_worth_recording",
    "may_answer_recheck",
    "may_approve",
    "may_ask",
    "may_ask_as_known",
    "may_ask_recheck",
    "may_download",
    "may_enroll",
    "may_open_door",
    "may_propose",
    "may_reach",
    "may_read_answer",
    "may_read_reply",
    "may_record_receipt",
    "may_reject",
    "may_repeat",
    "may_review_door",
    "may_send",
    "may_settle_arrears",
    "may_withdraw",
    "month_after",
    "monthly_contribution",
    "number_on_card",
    "payer_order",
    "policy_in_force",
    "program_name",
    "recheck_due_at",
    "review_due_on",
    "select_workers",
    "working_day_from",
]
