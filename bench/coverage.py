"""The emergency desk through gunicorn, as a hospital's browser uses it: a form sent with session and CSRF token, and
the answer page it leads to. Beside it a bare view that does one indexed SELECT, on the same server in the same run.
"""

from __future__ import annotations

import http.client
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bench.city import City
from bench.measure import Figure, Queries, Times, figure

RATIO = 2.0  # issue 7, of the page to the bare view
CHECK_MS = 50  # issue 11: p95
CHECKS_A_SECOND = 60  # issue 11: 8 clients, one web worker
CLIENTS = 8
ROUNDS, WARM_UP = 600, 60
QUERIES = 12  # issue 11
PORT = 8765
SERVER = ("--workers=1", "--threads=4", "--keep-alive=60", "--no-control-socket", "--log-level=warning")
CHECK = reverse("enrollment:coverage_check")


def desk(city: City) -> Iterator[Figure]:
    """Gives every worker three years of cover first."""
    city.cover_everybody()
    call_command("createcachetable", verbosity=0)
    niks = [nik for (nik,) in city.sql("SELECT nik FROM workers_worker TABLESAMPLE SYSTEM (1) LIMIT 2000")]
    connection.close()
    with served():
        browser = Browser(city, itertools.cycle(niks))
        floor = taken(browser.bare)
        yield figure("bare view with one indexed SELECT", floor)
        yield _beside(floor, "the form sent", taken(browser.send), queries=_queries(city, niks[0]))
        yield _beside(floor, "the answer page", taken(browser.read))
        yield figure("both, one after the other", taken(browser.check), bar_ms=CHECK_MS)
        yield _together(city, niks)


def _beside(floor: Times, what: str, times: Times, queries: int = 0) -> Figure:
    notes = {"p99": f"{times.p99:.1f}, {times.p99 / floor.p99:.1f} times that of the bare view"}
    shown = Times(times.rounds, queries=queries)
    return figure(what, shown, floor=floor.p50, bar_ratio=RATIO, bar_ms=CHECK_MS, notes=notes)


def _together(city: City, niks: list[str]) -> Figure:
    """All clients at once, each one check after the other."""
    browsers = [Browser(city, itertools.cycle(niks[place::CLIENTS])) for place in range(CLIENTS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        parts = list(pool.map(lambda browser: taken(browser.send, rounds=ROUNDS // CLIENTS, warm_up=0), browsers))
    rate = ROUNDS // CLIENTS * CLIENTS / (time.perf_counter() - began)
    notes = {"checks a second": f"{rate:.0f}, bar {CHECKS_A_SECOND}"}
    return figure(
        f"the form sent by {CLIENTS} clients at once",
        Times([took for part in parts for took in part.rounds]),
        notes=notes,
    )


def taken(work: Callable[[], object], *, rounds: int = ROUNDS, warm_up: int = WARM_UP) -> Times:
    for _ in range(warm_up):
        work()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return Times(times)


def _queries(city: City, nik: str) -> int:
    """What sending the form asks of the database; counted in this process, where the counter can see it."""
    client = city.browser("desk")
    client.get(CHECK)
    queries = Queries()
    with connection.execute_wrapper(queries):
        response = client.post(CHECK, _typed(nik))
    assert response.status_code == 302
    return len(queries.took)


def _typed(nik: str) -> dict[str, str]:
    now = timezone.localtime()
    day = dict(zip("0123", (f"{now:%d}", f"{now:%m}", f"{now:%Y}", f"{now:%H.%M}"), strict=True))
    return {"question": nik, "accident": "3", "purpose": "emergency"} | {f"event_at_{n}": v for n, v in day.items()}


class Browser:
    """One clerk's connection: logged in, the form open, its token at hand."""

    def __init__(self, city: City, niks: Iterator[str]) -> None:
        self._niks = niks
        self._cookies = {name: cookie.value for name, cookie in city.browser("desk").cookies.items()}
        self._server = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        opened = self._ask("GET", CHECK, 200)
        self._cookies["csrftoken"] = opened.getheader("Set-Cookie").partition("csrftoken=")[2].partition(";")[0]
        self._answer = self.send()

    def bare(self) -> None:
        self._ask("GET", f"/bare/{next(self._niks)}/", 200)

    def send(self) -> str:
        form = _typed(next(self._niks)) | {"csrfmiddlewaretoken": self._cookies["csrftoken"]}
        return self._ask("POST", CHECK, 302, urlencode(form)).getheader("Location")

    def read(self) -> None:
        self._ask("GET", self._answer, 200)

    def check(self) -> None:
        self._ask("GET", self.send(), 200)

    def _ask(self, method: str, path: str, expected: int, body: str | None = None) -> http.client.HTTPResponse:
        headers = {
            "Host": "testserver",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._server.request(method, path, body, headers)
        response = self._server.getresponse()
        response.read()
        assert response.status == expected, f"{path} answered {response.status}"
        return response


@contextmanager
def served() -> Iterator[None]:
    """One web worker of the portal, over the database that is being measured."""
    environment = os.environ | {"BENCH_DATABASE": connection.settings_dict["NAME"]}
    with subprocess.Popen(  # noqa: S603  our own program
        [sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{PORT}", *SERVER],
        cwd=settings.BASE_DIR,
        env=environment,
    ) as server:
        try:
            _wait_until_it_answers(server)
            yield
        finally:
            server.terminate()


def _wait_until_it_answers(server: subprocess.Popen) -> None:
    while server.poll() is None:
        page = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        try:
            page.request("GET", "/bare/", headers={"Host": "testserver"})
            page.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            page.close()
    raise RuntimeError("gunicorn ended as soon as it began.")
