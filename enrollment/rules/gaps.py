"""Who stands to lose what, and when, because months are not paid (rules T1, T4, T5, T10, M2)."""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from enrollment.enums import LONGEST_GAP, Package, Payer
from enrollment.rules.contributions import monthly_contribution
from enrollment.rules.deadlines import contribution_due_on
from enrollment.rules.holidays import NATIONAL
from enrollment.rules.months import first_of_month, month_after, months_between

ALARM_DAYS = (5, 10, 14)  # of a month: before the 15th, when it is due


@dataclass(frozen=True, slots=True)
class Gap:
    """The months in a row, up to the running one, that are not paid; oldest first, each by its first day."""

    months: tuple[date, ...]
    holidays: Container[date] = NATIONAL

    @property
    def due_on(self) -> date:
        """Until when the running month is paid in time (rule T1)."""
        return contribution_due_on(self.months[-1], holidays=self.holidays)

    @property
    def saved_by(self) -> date:
        """The last day on which paying all of them keeps the participation: when one month more than may be owed
        falls due (rules T4, T5). That the fourth month counts from its due date is unconfirmed."""
        month = self.months[0]
        for _ in range(LONGEST_GAP):
            month = month_after(month)
        return contribution_due_on(month, holidays=self.holidays)

    def has_ended(self, on: date) -> bool:
        """Whether participation has ended by then, so that the person must be registered anew (rule T5)."""
        return on > self.saved_by

    def losses(self, on: date) -> tuple[str, ...]:
        """What is lost and when, in the order in which it is lost; the sentences name the rule."""
        first, running = (date_format(month, "F Y") for month in (self.months[0], self.months[-1]))
        if self.has_ended(on):
            ended = date_format(self.saved_by, "j F Y")
            return (f"Kepesertaan berakhir {ended} karena lebih dari {LONGEST_GAP} bulan belum lunas (aturan T5).",)
        due = date_format(self.due_on, "j F Y")
        late = f"karena {running} belum lunas pada" if on > self.due_on else f"bila {running} belum lunas"
        since = running if len(self.months) == 1 else f"{first} sampai {running}"
        return (
            f"Kecelakaan pada {since} dijawab Belum pasti sampai iurannya lunas (aturan T10).",
            f"Tiga bulan lunas berturut-turut untuk santunan kematian penuh terputus {late} {due} "
            "(aturan M2; cara menghitungnya belum dikonfirmasi).",
            f"Kepesertaan berakhir bila belum dilunasi sampai {date_format(self.saved_by, 'j F Y')} (aturan T4, T5).",
        )

    def costs(self, *, package: Package | str, payer: Payer | str, sector: str) -> int:
        """Rupiah that pay all of these months for one member."""
        return sum(
            monthly_contribution(package, payer=payer, sector=sector, month=month).total for month in self.months
        )


def gap_of(paid: Collection[date], *, start: date, on: date) -> Gap | None:
    """The gap of a member covered from `start` on whose `paid` months are known; None when the running month is paid.

    MembershipQuerySet.with_gap counts the same for many.
    """
    running = first_of_month(on)
    last_paid = max((month for month in paid if month <= running), default=None)
    first_owed = first_of_month(start) if last_paid is None else max(month_after(last_paid), first_of_month(start))
    return gap_to(running, length=months_between(first_owed, running) + 2)


def gap_to(running: date, *, length: int, holidays: Container[date] = NATIONAL) -> Gap | None:
    """So many months in a row, the last of which is the running one; None for none or fewer.

    `holidays` are those in force (holidays_in_force).
    """
    months = [running]
    while len(months) < length:
        months.append(month_before(months[-1]))
    return Gap(tuple(reversed(months)), holidays) if length > 0 else None


def month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def alarm_on(day: date) -> bool:
    """Whether the alarm of unpaid months is sent that day: on three days of a month before it falls due."""
    return day.day in ALARM_DAYS
