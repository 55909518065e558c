"""From facts to an estimate in which every rupiah names its article (rules B1 to B13, M1 to M5, 7.4, 7.5).

Pure. Each line is a whole number of rupiah, a half rounded up; a cap, a floor or a limit is a line of its own, so that
the lines add up to the total. BPJS Ketenagakerjaan decides: these figures are estimates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from claims.benefits import accident, death, school
from claims.benefits.facts import Facts
from claims.benefits.lines import Line, Note
from claims.benefits.schedule import NotInSchedule, Schedule
from claims.enums import Cause, Heir, Outcome

# Rule M5, unconfirmed for BPU: the first group in which anybody is left receives.
HEIRS_IN_ORDER = (
    {Heir.SPOUSE, Heir.CHILD},
    {Heir.PARENT, Heir.GRANDCHILD},
    {Heir.SIBLING},
    {Heir.PARENT_IN_LAW},
    {Heir.BY_WILL},
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """`notes` say what the lines cannot: why something is not paid, or that the portal knows no figure for it."""

    schedule: Schedule
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]

    @property
    def total(self) -> int:
        """Rupiah in cash. Treatment is paid to the hospital and is not part of it."""
        return sum(line.amount for line in self.lines)

    @property
    def is_complete(self) -> bool:
        """Whether the portal knew a figure for everything the facts raise."""
        return not any(note.is_gap for note in self.notes)

    def of_program(self, program: str) -> int:
        return sum(line.amount for line in self.lines if line.program == program)


def estimate_benefits(facts: Facts, schedule: Schedule) -> Estimate:
    """What the facts may give under the version that was in force on their day (rule 7.2, schedule_on)."""
    lines, notes = [], []
    for part in _parts(facts):
        try:
            for found in part(facts, schedule):
                (lines if isinstance(found, Line) else notes).append(found)
        except NotInSchedule as missing:
            notes.append(Note("7.2", f"{missing} Jumlahnya ditetapkan BPJS Ketenagakerjaan.", is_gap=True))
    return Estimate(schedule, tuple(lines), tuple(chain(notes, _recipient(facts))))


def entitled_heirs(heirs: tuple[Heir, ...]) -> tuple[Heir, ...]:
    """Those of the first group of rule M5 in which anybody is left."""
    for group in HEIRS_IN_ORDER:
        if present := tuple(heir for heir in heirs if heir in group):
            return present
    return ()


@dataclass(frozen=True, slots=True)
class PaidRun:
    months: int
    with_gap: bool  # months were paid before the run, too: unconfirmed how they count (rule M3)


def paid_run(paid: frozenset[date], *, died_on: date, due_on: date) -> PaidRun:
    """The paid months in a row that end in the month of death (rule M3), each named by its first day.

    When that month is unpaid and its due date has not passed, the run may end in the month before.
    """
    month = died_on.replace(day=1)
    if month not in paid and died_on <= due_on:
        month = _month_before(month)
    months = 0
    while month in paid:
        months += 1
        month = _month_before(month)
    return PaidRun(months, any(other < month for other in paid))


def _parts(facts: Facts) -> Iterator:
    """The questions that these facts raise, in the order in which the page tells them."""
    if facts.cause == Cause.WORK:
        if facts.transport:
            yield accident.transport
        if facts.rest_months or facts.rest_days:
            yield accident.temporary_incapacity
        if facts.disabilities and facts.outcome not in (Outcome.TOTAL_PERMANENT, Outcome.DECEASED):
            yield accident.partial_disability
        if facts.outcome == Outcome.TOTAL_PERMANENT:
            yield from (accident.total_permanent, accident.total_permanent_periodic)
        if facts.outcome == Outcome.DECEASED:
            yield from (death.by_accident, death.by_accident_periodic, death.accident_funeral)
        if facts.home_care:
            yield accident.home_care
        if facts.prostheses:
            yield accident.prostheses
        yield from accident.aids(facts)
    elif facts.outcome == Outcome.DECEASED:
        yield death.otherwise
    if facts.children and facts.outcome in (Outcome.DECEASED, Outcome.TOTAL_PERMANENT):
        yield school.scholarships
    if facts.old_age_months:
        yield death.old_age_balance


def _recipient(facts: Facts) -> Iterator[Note]:
    if facts.outcome != Outcome.DECEASED:
        return
    if entitled := entitled_heirs(facts.heirs):
        who = " dan ".join(heir.label.lower() for heir in entitled)
        yield Note("M5", f"Dibayarkan kepada ahli waris: {who}.", confirmed=False)
    else:
        yield Note(
            "M5",
            "Ahli waris belum dicatat. Tanpa ahli waris hanya biaya pemakaman yang jelas penerimanya.",
            confirmed=False,
        )


def _month_before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
