"""The months of one person's cover, year by year: what is paid, what is not, what still has time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from enrollment.enums import MonthState
from enrollment.rules.coverage import History
from enrollment.rules.deadlines import contribution_due_on
from enrollment.rules.months import first_of_month, month_after


@dataclass(frozen=True, slots=True)
class Month:
    month: date  # its first day
    state: MonthState
    received_on: date | None  # where it is paid


@dataclass(frozen=True, slots=True)
class Year:
    year: int
    months: tuple[Month, ...]  # twelve

    def count(self, state: MonthState) -> int:
        return sum(month.state == state for month in self.months)

    @property
    def paid(self) -> int:
        return self.count(MonthState.PAID)

    @property
    def unpaid(self) -> int:
        return self.count(MonthState.UNPAID)


def years_of(history: History, *, on: date) -> tuple[Year, ...]:
    """Each year since cover began, to the running one or the last paid month, the latest first; none without cover."""
    if not history.periods:
        return ()
    first = min(period.start for period in history.periods).year
    last = max([on.year, first, *(month.year for month in history.paid)])
    return tuple(
        Year(year, tuple(_month(history, date(year, number, 1), on) for number in range(1, 13)))
        for year in range(last, first - 1, -1)
    )


def _month(history: History, month: date, on: date) -> Month:
    """A month is due while a period holds at least one of its days; it waits until its due day (rule T1) is over."""
    if month in history.paid:
        return Month(month, MonthState.PAID, history.paid[month])
    end = month_after(month)
    covered = any(period.start < end and (period.end is None or month < period.end) for period in history.periods)
    if not covered or month > first_of_month(on):
        return Month(month, MonthState.NONE, None)
    return Month(month, MonthState.WAITING if on <= contribution_due_on(month) else MonthState.UNPAID, None)
