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
from enrollment.rules.gaps import ALARM_DAYS, Gap, alarm_on, gap_of, gap_to
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
from enrollment.rules.questions import Question
from enrollment.rules.receipts import amounts_due, is_worth_recording
from enrollment.rules.replies import check_answer

__all__ = [
    "ALARM_DAYS",
    "CITY_BASE",
    "INCOME_BASES",
    "PROGRAMS",
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
    "check_answer",
    "check_workers",
    "contribution_due_on",
    "costs_of",
    "first_of_month",
    "gap_of",
    "gap_to",
    "income_base",
    "is_worth_recording",
    "may_approve",
    "may_ask",
    "may_download",
    "may_enroll",
    "may_propose",
    "may_reach",
    "may_read_reply",
    "may_record_receipt",
    "may_reject",
    "may_repeat",
    "may_send",
    "may_settle_arrears",
    "may_withdraw",
    "month_after",
    "monthly_contribution",
    "payer_order",
    "policy_in_force",
    "program_name",
    "select_workers",
    "working_day_from",
]
