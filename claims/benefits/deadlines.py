"""Until when something of a claim has to happen. The figures stand in the benefit schedule's `time_limits`."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from claims.benefits.schedule import time_limit
from enrollment.rules import after_working_days

STAGE_1_WITHIN = timedelta(hours=time_limit("REPORT_STAGE_1")["hours"])  # rule A7
STAGE_2_WITHIN = timedelta(hours=time_limit("REPORT_STAGE_2")["hours"])  # rule A8


def first_report_due(accident_at: datetime) -> datetime:
    """Stage I: 2 x 24 hours from the accident or the diagnosis, through weekends and holidays (rule A7)."""
    return accident_at + STAGE_1_WITHIN


def final_report_due(doctor_stated_at: datetime) -> datetime:
    """Stage II: 2 x 24 hours from the doctor's statement (rule A8)."""
    return doctor_stated_at + STAGE_2_WITHIN


def last_day_to_claim(accident_on: date) -> date:
    """Rule A12. An accident on 29 February has its anniversary on 1 March."""
    return years_after(accident_on, time_limit("CLAIM_EXPIRY_ACCIDENT")["years"])


def last_day_to_claim_disease(diagnosed_on: date, *, work_ended_on: date | None = None) -> date | None:
    """Rule A12. None when the diagnosis came too long after the work ended: nothing can be claimed."""
    limit = time_limit("CLAIM_EXPIRY_PAK")
    if work_ended_on is not None and diagnosed_on > years_after(work_ended_on, limit["diagnosis_within_years"]):
        return None
    return years_after(diagnosed_on, limit["years"])


def death_benefit_due(complete_on: date) -> date:
    """JKM is paid within so many working days of a complete file (rule M6)."""
    return after_working_days(complete_on, time_limit("JKM_PAYMENT")["working_days"])


def years_after(day: date, years: int) -> date:
    """The anniversary; that of a 29 February is 1 March of a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
