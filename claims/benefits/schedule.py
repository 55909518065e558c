"""The benefit schedule of the law, read once from its file.

A version is in force between two days. A change of the law is a new version in the file, never an edit of an old one:
`digest` names the version's figures, stays with every stored estimate, and is pinned by a test.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "data" / "benefit_schedule.json"


class NoSchedule(LookupError):
    """No version is in force on that day."""


class NotInSchedule(LookupError):
    """The version in force does not hold that item or row. The portal then knows no amount, and says so."""


@dataclass(frozen=True, slots=True)
class DisabilityTable:
    """Lampiran III (rule B11). Percentages are Decimals, as printed."""

    months: int  # the multiplier of base and percentage
    maximum_percent: Decimal  # of several disabilities together (rule B13)
    maximum_confirmed: bool
    handedness_confirmed: bool
    rows: Mapping[str, Mapping[str, Any]]

    def row(self, code: str) -> Mapping[str, Any]:
        if code not in self.rows:
            raise NotInSchedule(f"Baris {code} tidak ada pada tabel cacat.")
        return self.rows[code]


@dataclass(frozen=True, slots=True)
class Schedule:
    """One version. Amounts are whole rupiah; an item holds its figures under the names of the file."""

    code: str
    legal: str
    starts: date
    ends: date | None  # the last day, None while in force
    digest: str
    items: Mapping[str, Mapping[str, Any]]
    table: DisabilityTable

    def holds(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)

    def item(self, code: str) -> Mapping[str, Any]:
        if code not in self.items:
            raise NotInSchedule(f"Tabel {self.legal} di portal tidak memuat {NAMES.get(code, code)}.")
        return self.items[code]


def read_schedules(text: str) -> tuple[Schedule, ...]:
    """Every version in a file of the schedule's form, oldest first."""
    file = json.loads(text, parse_float=Decimal)
    table = file["disability_table"]
    versions = [_read(version, table) for version in file["versions"]]
    return tuple(sorted(versions, key=lambda version: version.starts))


def schedule_on(day: date, *, schedules: tuple[Schedule, ...] | None = None) -> Schedule:
    """The version in force on the day of the event (rule 7.2, AC-W28). Raises NoSchedule when there is none."""
    for version in SCHEDULES if schedules is None else schedules:
        if version.holds(day):
            return version
    raise NoSchedule(f"Tidak ada tabel manfaat yang berlaku pada {day:%d-%m-%Y}.")


def time_limit(code: str) -> Mapping[str, Any]:
    return TIME_LIMITS[code]


def _read(version: dict, table: dict) -> Schedule:
    lasting = {name: value for name, value in version.items() if name != "effective_to"}  # set when another begins
    figures = json.dumps([lasting, table], sort_keys=True, default=str)
    return Schedule(
        code=version["code"],
        legal=version["legal"],
        starts=date.fromisoformat(version["effective_from"]),
        ends=date.fromisoformat(version["effective_to"]) if version["effective_to"] else None,
        digest=hashlib.sha256(figures.encode()).hexdigest(),
        items={item["code"]: item for item in version["items"]},
        table=DisabilityTable(
            months=table["multiplier_months"],
            maximum_percent=Decimal(table["maximum_percent"]),
            maximum_confirmed=table["multiple_rule_confirmed"],
            handedness_confirmed=table["handedness_rule_confirmed"],
            rows={row["code"]: row for row in table["rows"]},
        ),
    )


SCHEDULES = read_schedules(FILE.read_text())
NAMES = {code: item["name"] for version in SCHEDULES for code, item in version.items.items()}
TIME_LIMITS = {limit["code"]: limit for limit in json.loads(FILE.read_text())["time_limits"]}
