"""The days on which nothing falls due: the national list and the city's corrections of it (rule T1, ADR 0022)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from holidays import GOVERNMENT, PUBLIC
from holidays.countries import Indonesia

from accounts.models import User
from accounts.roles import Role
from casework import proposals
from casework.decisions import Decision
from enrollment.models import HolidayChange


@dataclass(frozen=True)
class Holidays:
    """Says of a day whether it is a holiday or joint leave. Without corrections it is the national list."""

    added: frozenset[date] = frozenset()
    struck: frozenset[date] = frozenset()

    def __contains__(self, day: date) -> bool:
        return day in self.added or (day not in self.struck and day in national_days(day.year))


NATIONAL = Holidays()


@cache
def national_days(year: int) -> dict[date, str]:
    """Holidays and joint leave of a year by day, each with its Indonesian name."""
    return dict(Indonesia(years=year, categories=(PUBLIC, GOVERNMENT), language="id"))


def holidays_in_force() -> Holidays:
    """The national list with every signed correction; of one day the newest counts."""
    changes = HolidayChange.objects.decided().order_by("approved_at", "pk")
    newest = dict(changes.values_list("day", "is_holiday"))
    return Holidays(
        added=frozenset(day for day, is_holiday in newest.items() if is_holiday),
        struck=frozenset(day for day, is_holiday in newest.items() if not is_holiday),
    )


def may_change_holiday(user: User, *, day: date, is_holiday: bool, waits: bool, known: Holidays) -> Decision:
    """Whether this user may propose a correction. `waits`: one of that day does already; `known`: what is in force."""
    return _admin_only(user) & Decision.unless(
        (
            (day in known) == is_holiday,
            "nothing_changes",
            "Hari itu sudah tercatat begitu.",
            "Periksa tanggalnya.",
        ),
        (
            waits,
            "change_waits",
            "Perubahan hari itu sudah menunggu persetujuan.",
            "Setujui atau tolak dulu yang itu.",
        ),
    )


def may_reject_holiday(change: HolidayChange, user: User) -> Decision:
    """Whether this user may throw the proposal away: any admin, also who proposed it."""
    return _admin_only(user) & proposals.is_open(change, called="Perubahan")


def may_approve_holiday(change: HolidayChange, user: User) -> Decision:
    """Whether this user may give the second signature."""
    return may_reject_holiday(change, user) & proposals.is_of_another(change, user)


def _admin_only(user: User) -> Decision:
    return Decision.unless(
        (user.role != Role.ADMIN, "not_an_admin", "Hari libur dicatat oleh admin kota.", "Hubungi admin kota."),
    )
