"""Allowed status changes as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from casework import audit
from casework.decisions import Decision


@dataclass(frozen=True)
class Move:
    """One row: from any of these statuses to that one."""

    sources: frozenset[str]
    target: str

    def __init__(self, sources: Iterable[str], target: str) -> None:
        object.__setattr__(self, "sources", frozenset(sources))
        object.__setattr__(self, "target", target)


class Workflow:
    """The life of one kind of case. `noun` starts the audit event: claim.approve."""

    def __init__(self, noun: str, **moves: Move) -> None:
        self.noun = noun
        self.moves = moves

    def allows(self, case: models.Model, action: str) -> bool:
        return case.status in self.moves[action].sources

    def may(self, case: models.Model, action: str) -> Decision:
        """Refuses with the present status named, so that nobody wonders why."""
        return Decision.unless(
            (
                not self.allows(case, action),
                "wrong_status",
                f"Statusnya sekarang “{case.get_status_display()}”.",
                "Muat ulang halaman untuk melihat keadaan terakhir.",
            ),
        )

    def apply(self, case: Any, action: str, *, by: Any, note: str = "", **fields: Any) -> Any:
        """Changes status and fields, and leaves one audit entry. Raises Refused from a wrong status."""
        self.may(case, action).require()
        source, case.status = case.status, self.moves[action].target
        for name, value in fields.items():
            setattr(case, name, value)
        case.save(update_fields=["status", *fields])
        audit.record(f"{self.noun}.{action}", case, by=by, note=note, facts={"from": source, "to": case.status})
        return case
