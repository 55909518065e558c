"""The list of workers as officers and admins open it."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from bench.city import City
from bench.measure import Figure, figure, timed
from monitoring import exports

ROUNDS = 10
LIST = reverse("workers:worker_list")
LIST_MS = 100  # issue 11: p95 at 1,000,000 rows

PAGES = {
    "first page": {},
    "last page": {"page": "last"},
    "newest first": {"sort": "-registered_at"},
    "by kelurahan": {"sort": "kelurahan"},
    "one kelurahan": {"kelurahan": "73.71.09.1009"},
    "one occupation": {"occupation": "NLP"},
    "active members": {"membership": "active"},
    "members whose cover ends soon": {"membership": "ending"},
    "never a member": {"membership": "none"},
    "of desil 2": {"desil": "2"},
    "not eligible": {"eligibility": "not_eligible"},
    "a rare name": {"q": "Yohanis Kadir Dg. Naba"},
    "a common name": {"q": "muhammad"},
}
COPIED = """
SELECT w.name, w.nik, o.name, r.name, r.code, w.registered_at
FROM workers_worker w JOIN workers_occupation o ON o.code = w.occupation_id
LEFT JOIN regions_region r ON r.code = w.kelurahan_id ORDER BY lower(w.name), w.id
"""


def pages(city: City) -> Iterator[Figure]:
    """Each against a page that does nothing plus its own slowest query."""
    bare = timed(lambda: opened(Client(), "/bare/"), rounds=100)
    yield figure("A page with one SELECT", bare)
    for user in ("admin", "kecamatan", "kelurahan"):
        browser = city.browser(user)
        for what, query in PAGES.items():
            times = timed(lambda query=query: opened(browser, LIST, query), rounds=ROUNDS)  # noqa: B023
            yield figure(f"{what}, {user}", times, floor=bare.p50 + times.slowest, bar_ms=LIST_MS)


def files(city: City) -> Iterator[Figure]:
    """The whole list as a stored CSV, with everybody on the trail, against a plain COPY of the same columns."""
    admin = city.users["admin"]

    def write() -> None:
        export = exports.request_export("workers", by=admin, terms={}, reason="bench", file_format="csv")
        exports.write_export(export.pk, by=admin)
        exports.remove_export(export.pk, by=admin)

    floor = timed(copied, rounds=1, warm_up=0)
    yield figure("all workers as a file", timed(write, rounds=1, warm_up=0), floor=floor.p50)


def copied() -> None:
    with connection.cursor() as cursor, Path(os.devnull).open("wb") as nowhere:
        cursor.execute("SET statement_timeout = 0")
        cursor.copy_expert(f"COPY ({COPIED}) TO STDOUT CSV", nowhere)
        cursor.execute("RESET statement_timeout")


def opened(browser: Client, url: str, query: dict | None = None) -> HttpResponse:
    response = browser.get(url, query)
    if response.status_code != 200:
        raise AssertionError(f"{url} {query} answered {response.status_code}")
    return response
