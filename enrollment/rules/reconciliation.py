"""A month's bill beside the city's list, person by person (rules.md section 5.5). Nothing is read or written here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from enrollment.enums import Answer, Mismatch
from enrollment.rules.contributions import PROGRAMS

FITTING = {
    Mismatch.MISSING_HERE: (Answer.PAY_BILLED, Answer.HOLD),
    Mismatch.ENDED: (Answer.HOLD, Answer.PAY_BILLED),
    Mismatch.REJECTED: (Answer.HOLD, Answer.PAY_BILLED),
    Mismatch.TWICE: (Answer.HOLD,),  # AC-R10: the second line is never paid beside the first
    Mismatch.OTHER_PACKAGE: (Answer.PAY_BILLED, Answer.PAY_LISTED, Answer.HOLD),
    Mismatch.OTHER_AMOUNT: (Answer.PAY_BILLED, Answer.PAY_LISTED, Answer.HOLD),
    Mismatch.MISSING_THERE: (Answer.ASK_BILL, Answer.FIX_LIST),
}


@dataclass(frozen=True, slots=True)
class Billed:
    """One line of the bill. `person` is the key of the registry, None for somebody unknown there."""

    row: int
    nik: str
    person: Any
    programs: str  # as billed, "" where the bill does not say
    amount: int  # rupiah


@dataclass(frozen=True, slots=True)
class Listed:
    """One member of the city's list. `amounts` is what each package would cost this person this month, in rupiah."""

    person: Any
    membership: int
    package: str
    amounts: Mapping[str, int]

    @property
    def amount(self) -> int:
        return self.amounts[self.package]


@dataclass(frozen=True, slots=True)
class Found:
    """One difference. `row` is None where nobody billed the person; `membership` None where the list has nobody."""

    kind: Mismatch
    row: int | None
    person: Any
    membership: int | None
    listed: int
    billed: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """`agreed` holds the membership of each row on which bill and list say the same."""

    agreed: dict[int, int]
    differences: tuple[Found, ...]
    billed: int
    listed: int
    agreed_amount: int

    @property
    def difference(self) -> int:
        """Of all differences, in rupiah: what the bill is above the list (AC-R14)."""
        return sum(found.billed - found.listed for found in self.differences)


def compare(
    bill: Iterable[Billed],
    members: Iterable[Listed],
    *,
    paid: Collection[Any],
    ended: Collection[Any],
    rejected: Collection[Any],
) -> Reconciliation:
    """Every line of the bill and every member of the list is in exactly one place of the answer.

    `paid` are persons whose month was paid before, `ended` those whose membership was over before the month, `rejected`
    those whom BPJS Ketenagakerjaan refused. Of two lines about one person the first is compared, the others are told
    (AC-R10).
    """
    members_of = {member.person: member for member in members}
    agreed: dict[int, int] = {}
    differences: list[Found] = []
    seen: set[Any] = set()
    billed = agreed_amount = 0
    for line in bill:
        billed += line.amount
        key = line.person or line.nik
        member = members_of.get(line.person)
        if key and key in seen:
            kind = Mismatch.TWICE
        elif member is None:
            kind = _stranger(line, paid, ended, rejected)
        else:
            kind = _disagreement(line, member)
        listed = member.amount if member is not None and key not in seen else 0
        seen.add(key)
        if kind is None:
            agreed[line.row] = member.membership
            agreed_amount += line.amount
        else:
            membership = member.membership if member is not None else None
            differences.append(Found(kind, line.row, line.person, membership, listed, line.amount))
    differences += [
        Found(Mismatch.MISSING_THERE, None, member.person, member.membership, member.amount, 0)
        for member in members_of.values()
        if member.person not in seen
    ]
    listed = sum(member.amount for member in members_of.values())
    return Reconciliation(agreed, tuple(differences), billed, listed, agreed_amount)


def payable(answer: Answer | str, *, listed: int, billed: int) -> int:
    """What the city pays for a difference with this answer, in rupiah: never more than was billed."""
    match Answer(answer):
        case Answer.PAY_BILLED:
            return billed
        case Answer.PAY_LISTED:
            return min(listed, billed)
    return 0


def package_of(programs: str) -> str | None:
    """The package whose programs these are, in whatever order and between whatever signs; None for no package."""
    named = set(re.split(r"[^A-Z]+", programs.upper().strip(" +,_")))
    return next((code for code, parts in PROGRAMS.items() if set(parts) == named), None)


def _stranger(line: Billed, paid: Collection[Any], ended: Collection[Any], rejected: Collection[Any]) -> Mismatch:
    if line.person in paid:
        return Mismatch.TWICE
    if line.person in ended:
        return Mismatch.ENDED
    return Mismatch.REJECTED if line.person in rejected else Mismatch.MISSING_HERE  # AC-R8


def _disagreement(line: Billed, member: Listed) -> Mismatch | None:
    package = package_of(line.programs) if line.programs else None
    if package not in (None, member.package):
        return Mismatch.OTHER_PACKAGE
    if line.amount == member.amount:
        return None
    of_another = line.amount in member.amounts.values()
    return Mismatch.OTHER_PACKAGE if of_another else Mismatch.OTHER_AMOUNT  # AC-R7
