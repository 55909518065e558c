"""python -m bench [--quick] [--only MODULE] [--keep]; see the package's own text."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
django.setup()  # before the models of the modules below are read

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench import batches, coverage, imports, lists, report  # noqa: E402
from bench.city import City  # noqa: E402
from config import database  # noqa: E402

BENCHMARKS = {
    "lists": ("Lists of workers", lists.pages),
    "files": ("Lists as files", lists.files),
    "batches": ("Enrolment batches", batches.lines),
    "coverage": ("Emergency desk", coverage.desk),  # then everybody is a member
    "imports": ("Registry file", imports.files),  # last: it leaves no city behind
}
CITY, QUICK = 1_000_000, 20_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the portal at the size of a city.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} workers instead of {CITY:,}; no report")
    parser.add_argument("--only", choices=BENCHMARKS, help="the benchmarks of one module; no report")
    parser.add_argument("--keep", action="store_true", help="with --only: leave the city for the next run")
    asked = parser.parse_args()
    people = QUICK if asked.quick else CITY
    figures = {}
    with (
        database.at_hand(),
        standing_city(people, keep=asked.keep and asked.only in ("lists", "files", "batches", "coverage")) as city,
    ):
        for module, (title, measure) in BENCHMARKS.items():
            if asked.only not in (None, module):
                continue
            figures[title] = []
            for line in measure(city):
                figures[title].append(line)
                print(report.row(line), flush=True)
        if not (asked.quick or asked.only):
            report.write(figures, people=people)


@contextmanager
def standing_city(people: int, *, keep: bool) -> Iterator[City]:
    """The city of that size, in a database of its own: left by an earlier run with --keep, or built."""
    portal, name = connection.settings_dict["NAME"], f"jagai_bench_{people}"
    finished = False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        known = cursor.fetchone() is not None
        if not known:
            cursor.execute(f"CREATE DATABASE {name}")
    _turn_to(name)
    try:
        call_command("migrate", verbosity=0)
        yield City.standing(people) if known else City.build(people)
        finished = True
    finally:
        _turn_to(portal)
        if not (keep and (known or finished)):  # half a city would look like a whole one to the next run
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")


def _turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


if __name__ == "__main__":
    sys.exit(main())
