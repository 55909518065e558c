"""Contribution months, each named by its first day."""

from datetime import date


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def month_after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_back(day: date, *, count: int) -> list[date]:
    """So many months, the latest first: the one after that day's, the day's own, and those before it."""
    latest = month_after(first_of_month(day))
    number = latest.year * 12 + latest.month - 1
    return [date((number - back) // 12, (number - back) % 12 + 1, 1) for back in range(count)]


def months_between(earlier: date, later: date) -> int:
    """How many months lie strictly between the two: none between January and February."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month - 1
