"""What a work accident or a death gives in money: schedule, facts, estimate, deadlines. No database."""

from claims.benefits.deadlines import (
    STAGE_1_WITHIN,
    death_benefit_due,
    final_report_due,
    first_report_due,
    last_day_to_claim,
    last_day_to_claim_disease,
)
from claims.benefits.estimate import Estimate, PaidRun, entitled_heirs, estimate_benefits, paid_run
from claims.benefits.facts import Child, Disability, Facts, HomeCare, Prosthesis, Trip, facts_from_json
from claims.benefits.facts_in_words import changes_between, facts_in_words
from claims.benefits.lines import Line, Note
from claims.benefits.plan import Instalment, payment_plan
from claims.benefits.schedule import SCHEDULES, NoSchedule, NotInSchedule, Schedule, read_schedules, schedule_on
from claims.benefits.school import SchoolYear, levels_from, school_years
from claims.benefits.texts import RULE_TEXTS, RuleText

__all__ = [
    "RULE_TEXTS",
    "SCHEDULES",
    "STAGE_1_WITHIN",
    "Child",
    "Disability",
    "Estimate",
    "Facts",
    "HomeCare",
    "Instalment",
    "Line",
    "NoSchedule",
    "NotInSchedule",
    "Note",
    "PaidRun",
    "Prosthesis",
    "RuleText",
    "Schedule",
    "SchoolYear",
    "Trip",
    "changes_between",
    "death_benefit_due",
    "entitled_heirs",
    "estimate_benefits",
    "facts_from_json",
    "facts_in_words",
    "final_report_due",
    "first_report_due",
    "last_day_to_claim",
    "last_day_to_claim_disease",
    "levels_from",
    "paid_run",
    "payment_plan",
    "read_schedules",
    "schedule_on",
    "school_years",
]
