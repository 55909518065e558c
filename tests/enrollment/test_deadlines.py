from datetime import date

import pytest

from enrollment import rules

MONTHS = [date(2026, month, 1) for month in range(1, 13)]


@pytest.mark.parametrize(
    ("month", "due"),
    [
        (date(2026, 4, 1), date(2026, 4, 15)),  # Wednesday
        (date(2026, 3, 1), date(2026, 3, 16)),  # Sunday
        (date(2026, 8, 1), date(2026, 8, 18)),  # Saturday, Sunday, Independence Day
        (date(2026, 2, 1), date(2026, 2, 18)),  # Sunday, joint leave, Imlek
        (date(2030, 6, 1), date(2030, 6, 17)),  # Saturday
    ],
)
def test_bpu_pay_until_the_15th_of_the_same_month(month, due):  # rule T1
    assert rules.contribution_due_on(month) == due


def test_wage_earners_pay_a_month_later():  # rule T1
    assert rules.contribution_due_on(date(2026, 12, 1), wage_earner=True) == date(2027, 1, 15)


def test_a_list_of_holidays_can_be_given():
    assert rules.contribution_due_on(date(2026, 4, 1), holidays={date(2026, 4, 15)}) == date(2026, 4, 16)


@pytest.mark.parametrize(
    ("unpaid", "codes"),
    [
        ([], []),
        ([4, 5, 6], []),
        ([4, 5, 6, 7], ["participation_ended"]),  # rule T5
        ([7, 5, 4, 6], ["participation_ended"]),
        ([4, 5, 6, 6], []),
        ([1, 2, 4, 5, 7, 8], []),  # never more than three in a row
    ],
)
def test_more_than_three_unpaid_months_in_a_row_end_participation(unpaid, codes):  # rules T4, T5
    assert rules.may_settle_arrears([MONTHS[month - 1] for month in unpaid]).codes == codes


def test_a_run_goes_over_new_year():
    unpaid = [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]

    assert rules.may_settle_arrears(unpaid).codes == ["participation_ended"]
