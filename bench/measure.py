"""Times, query counts and figures."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from django.db import connection


@dataclass(frozen=True)
class Times:
    """Of the rounds of one thing, in milliseconds; `slowest` is the median of each round's slowest query."""

    rounds: list[float]
    queries: int = 0
    slowest: float = 0.0

    @property
    def p50(self) -> float:
        return median(self.rounds)

    @property
    def p95(self) -> float:
        return quantiles(self.rounds, n=20, method="inclusive")[-1] if len(self.rounds) > 1 else self.rounds[0]

    @property
    def p99(self) -> float:
        return quantiles(self.rounds, n=100, method="inclusive")[-1]


@dataclass(frozen=True)
class Figure:
    """One line of the report. `floor` is the least the same work can cost here, in milliseconds."""

    what: str
    times: Times
    floor: float | None = None
    bar_ratio: float | None = None
    bar_ms: float | None = None
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.times.p50 / self.floor if self.floor else None

    @property
    def is_short(self) -> bool:
        """Whether it misses what was promised."""
        too_slow = self.bar_ms is not None and self.times.p95 > self.bar_ms
        return too_slow or (self.bar_ratio is not None and self.ratio is not None and self.ratio > self.bar_ratio)


def figure(what: str, times: Times, **values: Any) -> Figure:
    return Figure(what, times, **values)


def timed(work: Callable[[], Any], *, rounds: int, warm_up: int = 1) -> Times:
    """The work done so often, after some rounds that do not count."""
    for _ in range(warm_up):
        work()
    took, counts, slowest = [], [], []
    for _ in range(rounds):
        queries = Queries()
        with connection.execute_wrapper(queries):
            began = time.perf_counter()
            work()
            took.append((time.perf_counter() - began) * 1000)
        counts.append(len(queries.took))
        slowest.append(max(queries.took, default=0.0))
    return Times(took, max(counts), median(slowest))


class Queries:
    """Counts and times what goes to the database; an execute wrapper of Django."""

    def __init__(self) -> None:
        self.took: list[float] = []

    def __call__(self, execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.took.append((time.perf_counter() - began) * 1000)
