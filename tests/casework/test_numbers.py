import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection, transaction

from casework.numbers import NumberConverter, next_number


@pytest.mark.django_db
def test_numbers_start_anew_each_month_in_makassar():
    with time_machine.travel(datetime(2026, 11, 30, 15, 59, tzinfo=UTC)):  # 23.59 WITA
        assert [next_number("claim"), next_number("claim"), next_number("coverage")] == [
            "2611-00001",
            "2611-00002",
            "2611-00001",
        ]
    with time_machine.travel(datetime(2026, 11, 30, 16, 0, tzinfo=UTC)):
        assert next_number("claim") == "2612-00001"


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_leave_no_hole():
    def take(_):
        try:
            with transaction.atomic():
                return next_number("coverage")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        numbers = list(pool.map(take, range(50)))

    assert sorted(int(number[5:]) for number in numbers) == list(range(1, 51))


@pytest.mark.django_db
def test_a_number_returns_when_its_transaction_fails():
    with transaction.atomic():
        next_number("claim")
        transaction.set_rollback(True)

    assert next_number("claim").endswith("-00001")


@pytest.mark.parametrize(
    ("text", "fits"),
    [("2611-00417", True), ("2611-1000000", True), ("2611-417", False), ("2611-0041\x00", False), ("propose", False)],
)
def test_addresses_take_only_numbers_that_can_be_given_out(text, fits):
    assert bool(re.fullmatch(NumberConverter.regex, text)) == fits
