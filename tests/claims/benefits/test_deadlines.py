from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from claims import benefits

WITA = ZoneInfo("Asia/Makassar")


def test_reports_are_due_after_48_hours_through_weekends():  # rules A7, A8
    friday = datetime(2026, 2, 13, 14, 30, tzinfo=WITA)

    assert benefits.first_report_due(friday) == friday + timedelta(hours=48)
    assert benefits.final_report_due(friday) == datetime(2026, 2, 15, 14, 30, tzinfo=WITA)


@pytest.mark.parametrize(
    ("accident_on", "last"),
    [(date(2026, 2, 13), date(2031, 2, 13)), (date(2024, 2, 29), date(2029, 3, 1))],
)
def test_the_right_to_claim_lasts_five_years(accident_on, last):  # rule A12
    assert benefits.last_day_to_claim(accident_on) == last


@pytest.mark.parametrize(
    ("diagnosed_on", "last"),
    [(date(2026, 3, 31), date(2031, 3, 31)), (date(2026, 4, 1), None)],
)
def test_a_disease_is_diagnosed_within_three_years_of_the_work(diagnosed_on, last):  # rule A12
    assert benefits.last_day_to_claim_disease(diagnosed_on, work_ended_on=date(2023, 3, 31)) == last


def test_a_disease_of_one_who_still_works_has_five_years():
    assert benefits.last_day_to_claim_disease(date(2026, 4, 1)) == date(2031, 4, 1)


@pytest.mark.parametrize(
    ("complete_on", "due"),
    [
        (date(2026, 11, 23), date(2026, 11, 26)),  # Monday to Thursday
        (date(2026, 11, 20), date(2026, 11, 25)),  # over a weekend
        (date(2026, 12, 22), date(2026, 12, 29)),  # over 24 and 25 December and a weekend
    ],
)
def test_jkm_is_paid_within_three_working_days(complete_on, due):  # rule M6
    assert benefits.death_benefit_due(complete_on) == due
