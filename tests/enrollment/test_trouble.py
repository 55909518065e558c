"""When the portal is ill, the desk gets BELUM PASTI with the time to retry: never a wrong answer or a blank page."""

import socket
import time
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from threading import Event, Thread

import psycopg2
import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from casework.models import AuditEntry
from casework.patience import patience
from config.settings import base
from enrollment.models import CoverageCheck
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import ContributionFactory, MembershipFactory
from tests.enrollment.test_coverage_pages import CHECK, TYPED

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)  # 14.32 WITA
STATEMENT_TIMEOUT = "SHOW statement_timeout"


@pytest.fixture
def desk(time_machine):
    """A clerk's browser, and a patient who is a member; the clock stands still and the portal is in a hurry."""
    time_machine.move_to(NOW, tick=False)
    ContributionFactory(membership=MembershipFactory(worker__nik="7371091708900001"))
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    browser.force_login(UserFactory(hospital_staff=True))
    browser.get(CHECK)
    yield browser
    connection.close()


def ask(desk, address=CHECK, **more):
    token = desk.cookies["csrftoken"].value
    return desk.post(address, {**TYPED, **more, "csrfmiddlewaretoken": token})


@contextmanager
def locked(statement: str):
    """Somebody else holds a lock in the same database."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute(statement)
        yield
        other.rollback()


@contextmanager
def read_only():
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    yield
    connection.close()


@contextmanager
def stopped():
    """Nobody listens where the server was."""
    connection.close()
    place = connection.settings_dict["PORT"]
    connection.settings_dict["PORT"] = "1"
    yield
    connection.settings_dict["PORT"] = place


ILLNESSES = {
    "a table is locked": lambda: locked("LOCK TABLE enrollment_coveragecheck IN ACCESS EXCLUSIVE MODE"),
    "a person's row cannot be read": lambda: locked("LOCK TABLE workers_worker IN ACCESS EXCLUSIVE MODE"),
    "the session cannot be read": lambda: locked("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE"),
    "the trail cannot be committed": lambda: locked("LOCK TABLE casework_audithead IN ACCESS EXCLUSIVE MODE"),
    "it takes no writes": read_only,
    "it is stopped": stopped,
}


@pytest.mark.parametrize("illness", ILLNESSES)
def test_the_desk_is_told_that_nobody_knows_and_when_to_try_again(desk, settings, illness):
    settings.DESK_PATIENCE = 0.2
    began = time.perf_counter()
    with ILLNESSES[illness]():
        response = ask(desk)
    html = response.content.decode()

    assert time.perf_counter() - began < 5
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "Belum dapat dipastikan sekarang." in html
    assert "Coba lagi mulai pukul 14.33 WITA." in html
    assert "Layanan gawat darurat tetap diberikan," in html
    assert '<input type="hidden" name="question" value="7371 0917 0890 0001">' in html
    assert html.count('name="csrfmiddlewaretoken"') == 1
    assert CoverageCheck.objects.count() == AuditEntry.objects.filter(event="coverage.check").count() == 0


def test_it_answers_again_once_the_portal_is_well(desk, settings):
    usual = settings.DESK_PATIENCE
    settings.DESK_PATIENCE = 0.2
    with ILLNESSES["a table is locked"]():
        ill = ask(desk)
    settings.DESK_PATIENCE = usual

    assert ill.status_code == 503
    assert ask(desk).url == "/coverage/2611-00001/"
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT_TIMEOUT)
        assert cursor.fetchone() == ("30s",)


class DeafLine:
    """A line to the database that takes whatever is sent and, once it is deaf, lets nothing through in either
    direction: what a cut cable or a dead switch looks like to a connection that is open, and to a new one."""

    def __init__(self, host: str, port: int) -> None:
        self._there = (host, port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.is_deaf = Event()
        self._lines = [self._door]
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._door.accept()
                there = self._reach()
                self._lines += [here, there]
                for one, other in ((here, there), (there, here)):
                    Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _reach(self) -> socket.socket:
        host, port = self._there
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        there = socket.socket(socket.AF_UNIX)
        there.connect(f"{host}/.s.PGSQL.{port}")
        return there

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while sent := one.recv(65_536):
                if not self.is_deaf.is_set():
                    other.sendall(sent)


@pytest.fixture
def line(desk):
    """The desk's connection leads through it, until the test is over."""
    place = connection.settings_dict
    kept = place["HOST"], place["PORT"]
    parameters = connection.connection.get_dsn_parameters()
    connection.close()
    deaf = DeafLine(parameters["host"], int(parameters["port"]))
    place["HOST"], place["PORT"] = "127.0.0.1", str(deaf.port)
    yield deaf
    connection.close()
    place["HOST"], place["PORT"] = kept
    deaf.close()


@pytest.mark.parametrize("begun", [True, False], ids=["an open connection", "a new connection"])
def test_a_network_that_went_deaf_is_doubt_within_five_seconds(desk, line, settings, begun):
    """With the patience and the limits of the real settings: nothing here is made shorter."""
    settings.DESK_PATIENCE = base.DESK_PATIENCE
    before = ask(desk)
    if not begun:
        connection.close()
    line.is_deaf.set()
    began = time.perf_counter()
    response = ask(desk)

    assert before.status_code == 302
    assert time.perf_counter() - began < 5
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "Belum dapat dipastikan sekarang." in response.content.decode()


@pytest.mark.parametrize("illness", ["it is stopped", "the session cannot be read"])
def test_opening_the_form_is_answered_too(desk, settings, illness):
    settings.DESK_PATIENCE = 0.2
    with ILLNESSES[illness]():
        response = desk.get(CHECK)

    assert response.status_code == 503
    assert f'href="{CHECK}"' in response.content.decode()


def test_the_emergency_door_is_answered_too(desk, settings):
    settings.DESK_PATIENCE = 0.2
    with ILLNESSES["a table is locked"]():
        response = ask(desk, reverse("enrollment:door_open"), name="A", birth_year="1990", reason="x")

    assert response.status_code == 503
    assert "Belum dapat dipastikan sekarang." in response.content.decode()


def test_too_often_is_not_said_of_a_database_that_cannot_count(desk):
    for _ in range(6):
        refused = ask(desk)
    with read_only():
        ill = ask(desk)

    assert (refused.status_code, ill.status_code) == (429, 503)


def test_a_fault_of_ours_is_doubt_too(desk):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE enrollment_coveragecheck RENAME TO gone")
        response = ask(desk)
        cursor.execute("ALTER TABLE gone RENAME TO enrollment_coveragecheck")

    assert response.status_code == 500
    assert "Belum dapat dipastikan sekarang." in response.content.decode()


def test_other_pages_say_that_the_portal_is_away(desk):
    with stopped():
        response = desk.get(reverse("home"))

    assert response.status_code == 503
    assert "Jagai sedang tidak dapat dipakai" in response.content.decode()
    assert "Belum dapat dipastikan" not in response.content.decode()


def test_statements_that_are_quick_one_by_one_do_not_add_up_without_end(db):
    nap = "SELECT pg_sleep(0.3)"
    with patience(seconds=0.5), connection.cursor() as cursor:
        cursor.execute(nap)
        cursor.execute(nap)
        with pytest.raises(OperationalError, match="took too long in all"):
            cursor.execute(nap)


def test_every_address_of_the_desk_is_under_it():
    names = ("coverage_check", "coverage_list", "door_open")

    assert [reverse(f"enrollment:{name}").startswith(base.DESK) for name in names] == [True] * 3


def test_three_times_the_patience_is_less_than_five_seconds():
    assert base.DESK_PATIENCE * 3 < 5
