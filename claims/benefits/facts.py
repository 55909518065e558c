"""What an estimate rests on. Plain values, kept with the estimate as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from claims.enums import Cause, Hand, Heir, Outcome, SchoolLevel, TransportMode


@dataclass(frozen=True, slots=True)
class Disability:
    """One row of the doctor's statement.

    `percent` only where the table gives a range. `units` counts steps of a row such as "setiap 10 desibel".
    `loss_of_function` in percent makes it a functional loss; None is an anatomical one.
    """

    code: str
    units: int = 1
    percent: Decimal | None = None
    loss_of_function: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    mode: TransportMode
    bill: int  # rupiah


@dataclass(frozen=True, slots=True)
class HomeCare:
    """Care at home that began on `began_on`; the bill is for all `months` together."""

    bill: int
    months: int
    began_on: date | None = None  # None: with the event


@dataclass(frozen=True, slots=True)
class Prosthesis:
    """Also an orthosis. `reference_price` is that of a government hospital."""

    bill: int
    reference_price: int


@dataclass(frozen=True, slots=True)
class Child:
    """`remaining` says how many school years are still to go at each level."""

    remaining: tuple[tuple[SchoolLevel, int], ...]
    birth_on: date | None = None  # None: the age is not looked at
    is_married: bool = False
    is_working: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """One event of one participant. Money is whole rupiah."""

    event_on: date
    cause: Cause = Cause.WORK
    base: int = 0  # the registered monthly base, not the income
    outcome: Outcome | str = ""
    dominant_hand: Hand = Hand.RIGHT
    disabilities: tuple[Disability, ...] = ()
    rest_months: int = 0
    rest_days: int = 0  # after the whole months
    transport: tuple[Trip, ...] = ()
    home_care: tuple[HomeCare, ...] = ()
    prostheses: tuple[Prosthesis, ...] = ()
    denture: int = 0
    hearing_aid: int = 0
    glasses: int = 0
    children: tuple[Child, ...] = ()
    paid_in_a_row: int = 0  # months, see paid_run
    paid_with_gap: bool = False
    contribution_years: int = 0
    segments: int = 1  # participations of the person at once
    old_age_months: int = 0  # paid JHT months
    heirs: tuple[Heir, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self, dict_factory=_plain)


def facts_from_json(kept: dict[str, Any]) -> Facts:
    """The facts that `as_json` gave."""
    return Facts(
        **kept
        | {
            "event_on": date.fromisoformat(kept["event_on"]),
            "cause": Cause(kept["cause"]),
            "dominant_hand": Hand(kept["dominant_hand"]),
            "disabilities": tuple(
                Disability(**row | {name: _decimal(row[name]) for name in ("percent", "loss_of_function")})
                for row in kept["disabilities"]
            ),
            "transport": tuple(Trip(TransportMode(row["mode"]), row["bill"]) for row in kept["transport"]),
            "home_care": tuple(HomeCare(**row | {"began_on": _date(row["began_on"])}) for row in kept["home_care"]),
            "prostheses": tuple(Prosthesis(**row) for row in kept["prostheses"]),
            "children": tuple(
                Child(
                    **row
                    | {
                        "remaining": tuple((SchoolLevel(level), years) for level, years in row["remaining"]),
                        "birth_on": _date(row["birth_on"]),
                    }
                )
                for row in kept["children"]
            ),
            "heirs": tuple(Heir(heir) for heir in kept["heirs"]),
        }
    )


def _plain(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: _as_text(value) for name, value in pairs}


def _as_text(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case tuple():
            return [_as_text(part) for part in value]
    return value


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None
