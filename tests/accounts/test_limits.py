"""Limits on how often: counted in one statement, by all at once, and only what was let through."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from accounts import limits
from accounts.models import RateUse

NOON = 1_800_000_000


def tried(limit: str, count: int, *, user: str = "1", key: str = "a") -> list[bool]:
    return [limits.consume("coverage", limit, of={"user": user, "key": key}) for _ in range(count)]


@pytest.mark.django_db
def test_what_was_done_long_enough_ago_no_longer_counts(time_machine):
    time_machine.move_to(NOON, tick=False)
    at_once = tried("2/10s/user", 3)
    time_machine.move_to(NOON + 9.9, tick=False)
    too_soon = tried("2/10s/user", 1)
    time_machine.move_to(NOON + 10, tick=False)

    assert (at_once, too_soon, tried("2/10s/user", 3)) == ([True, True, False], [False], [True, True, False])


@pytest.mark.django_db
def test_everybody_has_their_own_count_and_a_place_has_one_for_all():
    limit = "2/m/user,3/m/key"

    assert tried(limit, 3, user="1") == [True, True, False]
    assert tried(limit, 2, user="2") == [True, False]
    assert tried(limit, 1, user="3", key="b") == [True]


@pytest.mark.django_db
def test_what_is_refused_uses_up_nothing_of_the_place():  # AC-W70
    limit = "1/m/user,2/m/key"
    tried(limit, 9, user="1")

    assert tried(limit, 1, user="2") == [True]


@pytest.mark.django_db
def test_it_takes_one_query_and_none_without_a_limit(django_assert_num_queries):
    with django_assert_num_queries(1):
        tried("5/10s/user,200/h/user,600/h/key", 1)
    with django_assert_num_queries(0):
        assert tried("", 1) == [True]


@pytest.mark.django_db(transaction=True)
def test_two_processes_count_together():
    tried("9/m/user,20/m/key", 1)

    def eight(place: int) -> int:
        try:
            return sum(tried("9/m/user,20/m/key", 8))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(eight, range(2))) == 8


@pytest.mark.django_db
def test_counters_in_which_nothing_counts_are_dropped_at_night(time_machine):
    time_machine.move_to(NOON, tick=False)
    tried("1/m/user,1/h/key", 1)
    time_machine.move_to(NOON + 61, tick=False)
    out = StringIO()
    call_command("forget_rate_uses", stdout=out)

    assert out.getvalue() == "1 penghitung dibuang.\n"
    assert RateUse.objects.count() == 1
