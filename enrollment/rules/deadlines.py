"""Until when contributions are due and may still be paid (rules T1, T4, T5), by the calendar of working days."""

from __future__ import annotations

from collections.abc import Collection, Container
from datetime import date, timedelta

from casework.decisions import Decision
from enrollment.rules.contributions import SCHEDULE
from enrollment.rules.holidays import NATIONAL
from enrollment.rules.months import month_after

PAYMENT_RULES = {rule["code"]: rule["value"] for rule in SCHEDULE["payment_rules"]}
DUE_DAY = PAYMENT_RULES["BPU_DUE_DAY"]  # rule T1
MAX_ARREARS_MONTHS = PAYMENT_RULES["BPU_MAX_ARREARS_MONTHS"]  # rules T4, T5
SATURDAY = 5


def contribution_due_on(month: date, *, wage_earner: bool = False, holidays: Container[date] = NATIONAL) -> date:
    """The last day to pay a contribution month in time (rule T1). Wage earners have until the month after."""
    due = (month_after(month) if wage_earner else month).replace(day=DUE_DAY)
    return working_day_from(due, holidays=holidays)


def working_day_from(day: date, *, holidays: Container[date] = NATIONAL) -> date:
    """The day itself, or the next that is neither weekend, holiday nor joint leave.

    That joint leave (cuti bersama) moves a due date is unconfirmed. `holidays` are those in force (holidays_in_force).
    """
    while day.weekday() >= SATURDAY or day in holidays:
        day += timedelta(days=1)
    return day


def after_working_days(day: date, count: int, *, holidays: Container[date] = NATIONAL) -> date:
    """The working day that is `count` working days after that day."""
    for _ in range(count):
        day = working_day_from(day + timedelta(days=1), holidays=holidays)
    return day


def may_settle_arrears(unpaid_months: Collection[date]) -> Decision:
    """Whether participation goes on when these months, named by their first day, are paid now (rules T4, T5)."""
    return Decision.unless(
        (
            max_in_a_row(unpaid_months) > MAX_ARREARS_MONTHS,
            "participation_ended",
            f"Lebih dari {MAX_ARREARS_MONTHS} bulan berturut-turut tanpa iuran, jadi kepesertaan berakhir.",
            "Daftarkan lagi orangnya. Bila donatur terlambat membayar, tanyakan pengecualian ke BPJS Ketenagakerjaan.",
        ),
    )


def max_in_a_row(months: Collection[date]) -> int:
    """The longest run of months that follow one another."""
    longest = run = 0
    previous = None
    for month in sorted(set(months)):
        run = run + 1 if previous is not None and month_after(previous) == month else 1
        longest, previous = max(longest, run), month
    return longest
