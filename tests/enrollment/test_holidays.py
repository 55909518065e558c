"""The days on which nothing falls due, and how the city corrects the national list (rule T1)."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations, rules
from enrollment.models import HolidayChange
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import HolidayChangeFactory

DECREE = Path(__file__).parents[1] / "data" / "holidays_2026.csv"
APRIL_15 = date(2026, 4, 15)  # a Wednesday
AUGUST_17 = date(2026, 8, 17)  # a Monday, and the 15th is a Saturday
SAID = {"name": "Cuti bersama contoh", "source": "SKB contoh 1/2026"}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 4, 1, 2, tzinfo=UTC), tick=False)


def page(name, **kwargs):
    return reverse(f"enrollment:{name}", kwargs=kwargs)


def signed(day, *, is_holiday):
    first, second = UserFactory.create_batch(2)
    change = operations.propose_holiday(by=first, day=day, is_holiday=is_holiday, **SAID)
    return operations.approve_holiday(change.pk, by=second)


def test_the_list_of_2026_is_that_of_the_decree():
    """SKB 1497/2025, 2/2025 and 5/2025 of 19 September 2025, as printed."""
    with DECREE.open(newline="") as file:
        decreed = {date.fromisoformat(row["date"]) for row in csv.DictReader(file)}

    assert set(rules.national_days(2026)) == decreed


@pytest.mark.parametrize(
    ("holidays", "april", "august"),
    [
        (rules.NATIONAL, 15, 18),
        (rules.Holidays(added=frozenset({APRIL_15})), 16, 18),
        (rules.Holidays(struck=frozenset({AUGUST_17})), 15, 17),
        (rules.Holidays(added=frozenset({AUGUST_17, date(2026, 8, 18)})), 15, 19),
    ],
)
def test_a_correction_moves_the_day_on_which_a_month_falls_due(holidays, april, august):
    assert rules.contribution_due_on(date(2026, 4, 1), holidays=holidays).day == april
    assert rules.contribution_due_on(date(2026, 8, 1), holidays=holidays).day == august
    assert rules.gap_to(date(2026, 4, 1), length=1, holidays=holidays).due_on.day == april


@pytest.mark.django_db
def test_a_correction_counts_after_a_second_signature_and_the_newest_of_a_day_wins():
    first, second = UserFactory.create_batch(2)

    change = operations.propose_holiday(by=first, day=APRIL_15, is_holiday=True, **SAID)

    assert rules.holidays_in_force() == rules.NATIONAL
    with pytest.raises(Refused) as refused:
        operations.approve_holiday(change.pk, by=first)
    assert refused.value.codes == ["same_person"]
    operations.approve_holiday(change.pk, by=second)
    assert rules.holidays_in_force() == rules.Holidays(added=frozenset({APRIL_15}))
    facts = {"day": "2026-04-15", "is_holiday": True, **SAID}
    assert [(entry.event, entry.facts) for entry in AuditEntry.objects.order_by("pk")] == [
        ("holiday.propose", facts),
        ("holiday.approve", facts),
    ]
    signed(APRIL_15, is_holiday=False)
    signed(AUGUST_17, is_holiday=False)
    assert rules.holidays_in_force() == rules.Holidays(struck=frozenset({APRIL_15, AUGUST_17}))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("traits", "day", "is_holiday", "codes"),
    [
        ({"officer": True}, APRIL_15, True, ["not_an_admin"]),
        ({}, AUGUST_17, True, ["nothing_changes"]),
        ({}, APRIL_15, False, ["nothing_changes"]),
        ({}, date(2026, 4, 16), True, ["change_waits"]),
    ],
)
def test_what_may_be_proposed(traits, day, is_holiday, codes):
    operations.propose_holiday(by=UserFactory(), day=date(2026, 4, 16), is_holiday=True, **SAID)

    with pytest.raises(Refused) as refused:
        operations.propose_holiday(by=UserFactory(**traits), day=day, is_holiday=is_holiday, **SAID)

    assert refused.value.codes == codes
    assert (HolidayChange.objects.count(), AuditEntry.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_the_database_holds_the_signatures_apart():
    change = signed(APRIL_15, is_holiday=True)
    waiting = operations.propose_holiday(by=UserFactory(), day=AUGUST_17, is_holiday=False, **SAID)

    with pytest.raises(IntegrityError, match="approver_is_not_proposer"), transaction.atomic():
        HolidayChange.objects.filter(pk=change.pk).update(approved_by=change.proposed_by)
    with pytest.raises(IntegrityError, match="holiday_waits_once"), transaction.atomic():
        HolidayChangeFactory(day=waiting.day)


@pytest.mark.django_db
def test_the_pages_of_the_list(client):
    first, second = UserFactory.create_batch(2)
    client.force_login(first)
    typed = {"day_0": "15", "day_1": "4", "day_2": "2026", "is_holiday": "1", **SAID}

    again = client.post(page("holiday_propose"), {**typed, "day_0": "17", "day_1": "8"})
    done = client.post(page("holiday_propose"), typed)
    change = HolidayChange.objects.get()
    own = client.post(page("holiday_approve", pk=change.pk))

    assert (again.status_code, done.status_code, own.status_code) == (422, 302, 422)
    assert list(again.context["form"].errors) == ["day"]
    client.force_login(second)
    assert client.get(page("holiday_approve", pk=change.pk)).status_code == 200
    assert client.post(page("holiday_approve", pk=change.pk)).status_code == 302
    assert client.post(page("holiday_reject", pk=change.pk), {"note": "Keliru"}).status_code == 422
    signed(AUGUST_17, is_holiday=False)
    days = {row["day"]: row for row in client.get(page("holiday_list")).context["days"]}
    assert len(days) == 25 + 1
    assert (days[APRIL_15]["is_added"], days[AUGUST_17]["is_struck"]) == (True, True)
    assert client.get(page("holiday_list") + "?year=2027").context["changes"] == []


@pytest.mark.django_db
def test_a_proposal_can_be_thrown_away(client):
    admin = UserFactory()
    change = operations.propose_holiday(by=admin, day=APRIL_15, is_holiday=True, **SAID)
    client.force_login(admin)

    silent = client.post(page("holiday_reject", pk=change.pk), {"note": ""})
    done = client.post(page("holiday_reject", pk=change.pk), {"note": "Salah tanggal"})

    assert (silent.status_code, done.status_code, HolidayChange.objects.count()) == (422, 302, 0)
    assert AuditEntry.objects.filter(event="holiday.reject").get().note == "Salah tanggal"
