"""docs/performance.md and the same as JSON beside it."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from datetime import date
from pathlib import Path

import django
from django.db import connection

from bench.measure import Figure

DOCS = Path(__file__).parents[1] / "docs"
WHERE_TIME_GOES = Path(__file__).with_name("where_time_goes.md")  # what a person found out, kept beside the figures


def write(figures: dict[str, list[Figure]], *, people: int, folder: Path = DOCS) -> None:
    """`figures` by the title of their section, in order."""
    machine = _machine()
    lines = [
        "# What it costs at the size of a city",
        "",
        "Made by `make bench`; written anew each time, so nobody edits it (the words at the end are of",
        "bench/where_time_goes.md). Figures are milliseconds on this machine:",
        "the median and the 95th percentile of the rounds, the number of queries, the floor (the least that the same",
        "work can cost here, measured in the same run) and how many floors the median is.",
        "",
        f"{people:,} workers. " + ". ".join(f"{name}: {value}" for name, value in machine.items()) + ".",
    ]
    for title, measured in figures.items():
        lines += ["", f"## {title}", "", "| What | Median | p95 | Queries | Floor | Ratio | Bar | |"]
        lines += ["|---|--:|--:|--:|--:|--:|--:|---|", *map(row, measured)]
    short = [line.what for measured in figures.values() for line in measured if line.is_short]
    lines += ["", f"Short of the bar: {'; '.join(short) or 'nothing'}.", "", WHERE_TIME_GOES.read_text()]
    (folder / "performance.md").write_text("\n".join(lines))
    told = {
        title: [asdict(line) | {"short": line.is_short} for line in measured] for title, measured in figures.items()
    }
    (folder / "performance.json").write_text(
        json.dumps({"people": people, **machine, "figures": told}, indent=1) + "\n"
    )


def row(line: Figure) -> str:
    """One line of a table in Markdown."""
    bars = [f"{line.bar_ms:g} ms" if line.bar_ms else "", f"{line.bar_ratio:g}x" if line.bar_ratio else ""]
    cells = (
        line.what,
        f"{line.times.p50:,.1f}",
        f"{line.times.p95:,.1f}",
        str(line.times.queries),
        f"{line.floor:,.1f}" if line.floor else "",
        f"{line.ratio:.1f}" if line.ratio else "",
        ", ".join(filter(None, bars)),
        "; ".join(filter(None, ["**short**" if line.is_short else "", *(f"{k} {v}" for k, v in line.notes.items())])),
    )
    return f"| {' | '.join(cells)} |"


def _machine() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone()
    return {
        "measured": date.today().isoformat(),
        "cores": str(os.cpu_count()),
        "PostgreSQL": postgres.split()[0],
        "Python": platform.python_version(),
        "Django": django.get_version(),
    }
