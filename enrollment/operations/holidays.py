from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit, proposals
from enrollment import rules
from enrollment.models import HolidayChange


@transaction.atomic
def propose_holiday(*, by: User, day: date, is_holiday: bool, name: str, source: str) -> HolidayChange:
    """A day that the national list has wrong, after the decree named in `source`. Counts after a second signature."""
    waits = HolidayChange.objects.filter(day=day, approved_by=None).exists()
    known = rules.holidays_in_force()
    rules.may_change_holiday(by, day=day, is_holiday=is_holiday, waits=waits, known=known).require()
    change = HolidayChange.objects.create(
        day=day, is_holiday=is_holiday, name=name, source=source, proposed_by=by, proposed_at=timezone.now()
    )
    audit.record("holiday.propose", change, by=by, note=source, facts=_content(change))
    return change


@transaction.atomic
def approve_holiday(pk: int, *, by: User) -> HolidayChange:
    change = HolidayChange.objects.select_for_update(no_key=True).get(pk=pk)
    rules.may_approve_holiday(change, by).require()
    proposals.sign(change, by=by, event="holiday.approve", facts=_content(change))
    return change


@transaction.atomic
def reject_holiday(pk: int, *, by: User, note: str) -> None:
    """The proposal goes; the trail keeps what it said."""
    change = HolidayChange.objects.select_for_update(no_key=True).get(pk=pk)
    rules.may_reject_holiday(change, by).require()
    proposals.throw_away(change, by=by, event="holiday.reject", note=note, facts=_content(change))


def _content(change: HolidayChange) -> dict[str, Any]:
    return {"day": change.day, "is_holiday": change.is_holiday, "name": change.name, "source": change.source}
