"""How the fields of an example are read. The file has no types: everything is checked here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


class Unreadable(ValueError):
    """An example that no rule of the portal can answer; the text says why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    passed: bool
    expected: Any
    answer: Any
    unread: frozenset[str] = frozenset()  # fields of the input that no rule reads


def input_of(example: Mapping[str, Any]) -> dict[str, Any]:
    asked = example.get("input")
    if not isinstance(asked, dict):
        raise Unreadable("it has no input")
    return asked


def expected_of(example: Mapping[str, Any], key: str) -> Any:
    if key not in example:
        raise Unreadable(f"it has no {key}")
    return example[key]


def first_of(asked: Mapping[str, Any], *names: str, default: Any = None) -> Any:
    """The first of these fields that is there."""
    return next((asked[name] for name in names if asked.get(name) is not None), default)


def many(value: Any) -> list:
    """One thing or a list of things."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def month_of(text: str) -> date:
    """ "2026-03", or any day in it."""
    return date.fromisoformat(f"{text[:7]}-01")


def day_of(text: str) -> date:
    return datetime.fromisoformat(text).date()


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text)
