"""Month by month: paid, unpaid, waiting, or nothing to pay."""

from datetime import UTC, date, datetime

import pytest

from enrollment.rules import CoveredPeriod, History, years_of

ENTERED = datetime(2026, 1, 2, tzinfo=UTC)
SIGNS = {"paid": "v", "unpaid": "x", "waiting": "?", "none": "."}


def period(start: date, end: date | None = None) -> CoveredPeriod:
    return CoveredPeriod("JKK_JKM", "APBD", "26030000001", start, end, ENTERED)


def drawn(history: History, on: date) -> dict[int, str]:
    return {year.year: "".join(SIGNS[month.state] for month in year.months) for year in years_of(history, on=on)}


def paid(*months: tuple[int, int]) -> dict[date, date]:
    return {date(year, month, 1): date(year, month, 12) for year, month in months}


@pytest.mark.parametrize(
    ("periods", "months", "on", "expected"),
    [
        ([], (), date(2026, 11, 22), {}),
        # 15 November 2026 is a Sunday: due on Monday the 16th (rule T1)
        ([period(date(2026, 9, 1))], [(2026, 9)], date(2026, 11, 16), {2026: "........vx?."}),
        ([period(date(2026, 9, 1))], [(2026, 9)], date(2026, 11, 17), {2026: "........vxx."}),
        # cover from the middle of a month on, and to the middle of one
        (
            [period(date(2026, 3, 20), date(2026, 5, 2))],
            [(2026, 4)],
            date(2026, 11, 22),
            {2026: "..xvx......."},
        ),
        ([period(date(2026, 3, 1), date(2026, 5, 1))], [(2026, 3)], date(2026, 11, 22), {2026: "..vx........"}),
        # a gap between two periods; the years, the latest first; paid in advance (rule T9)
        (
            [period(date(2025, 11, 1), date(2026, 1, 1)), period(date(2026, 3, 1))],
            [(2025, 11), (2026, 3), (2026, 4), (2027, 1)],
            date(2026, 4, 10),
            {2027: "v...........", 2026: "..vv........", 2025: "..........vx"},
        ),
        # begins next year
        ([period(date(2027, 1, 1))], (), date(2026, 12, 20), {2027: "............"}),
    ],
)
def test_every_month_has_its_state(periods, months, on, expected):
    assert drawn(History(tuple(periods), paid(*months)), on) == expected


def test_a_year_counts_its_months():
    [year] = years_of(History((period(date(2026, 8, 1)),), paid((2026, 8))), on=date(2026, 11, 10))

    assert (year.paid, year.unpaid) == (1, 2)
    assert year.months[7].received_on == date(2026, 8, 12)
