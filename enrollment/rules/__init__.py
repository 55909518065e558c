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
from enrollment.rules.contributions import CITY_BASE, MonthlyContribution, income_base, monthly_contribution
from enrollment.rules.coverage import (
    CoverageAnswer,
    CoveredPeriod,
    History,
    answer_coverage,
    may_ask,
)
from enrollment.rules.months import first_of_month, month_after
from enrollment.rules.proposals import (
    Selection,
    Terms,
    covered_among,
    open_batches_of,
    policy_in_force,
    select_workers,
)
from enrollment.rules.replies import check_answer

__all__ = [
    "CITY_BASE",
    "CoverageAnswer",
    "CoveredPeriod",
    "History",
    "MonthlyContribution",
    "Selection",
    "Terms",
    "answer_coverage",
    "check_answer",
    "covered_among",
    "first_of_month",
    "income_base",
    "may_approve",
    "may_ask",
    "may_download",
    "may_enroll",
    "may_propose",
    "may_read_reply",
    "may_record_receipt",
    "may_reject",
    "may_send",
    "may_withdraw",
    "month_after",
    "monthly_contribution",
    "open_batches_of",
    "policy_in_force",
    "select_workers",
]
