"""`make run` on a database of its own, with the settings of production: these make no demo data."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings

from config import postgres
from tests.config.test_start import PRODUCTION


@pytest.fixture
def empty_database():
    """The URL of a new database on the server that the tests use."""
    server = urlsplit(os.environ.get("DATABASE_URL") or postgres.connection_url())
    name = f"serve_{os.getpid()}"
    administration = psycopg2.connect(server._replace(path="/postgres").geturl())
    administration.autocommit = True
    with administration.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield server._replace(path=f"/{name}").geturl()
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    administration.close()


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def descendants(number: int) -> list[int]:
    children = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # another process may end while we look
            if path.read_text().rpartition(")")[2].split()[1] == str(number):
                children.append(int(path.parent.name))
    return children + [deeper for child in children for deeper in descendants(child)]


def test_ctrl_c_ends_the_web_server_and_the_worker_with_all_their_children(empty_database, port):
    environment = {**PRODUCTION, "DATABASE_URL": empty_database, "PORT": str(port), "PATH": os.environ["PATH"]}
    with subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=settings.BASE_DIR,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
    ) as portal:
        try:
            seen = []
            while not seen or "serves at" not in seen[-1]:
                seen.append(portal.stdout.readline())
                assert seen[-1], seen
            page = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            page.request(
                "GET", "/", headers={"Host": "jagai.example", "X-Forwarded-Proto": "https", "X-Real-IP": "10.1.2.3"}
            )
            answer = page.getresponse()
            page.close()
            below = descendants(portal.pid)
        finally:
            portal.send_signal(signal.SIGINT)
        rest = portal.stdout.read()

    assert f"http://localhost:{port}/" in seen[-1]
    assert (answer.status, answer.headers["Location"]) == (302, "/accounts/login/?next=/")
    assert (portal.returncode, rest.splitlines()[-1]) == (0, "Jagai has stopped.")
    assert len(below) == 4  # the web server with two processes, the worker
    assert [number for number in below if Path(f"/proc/{number}/exe").exists()] == []
