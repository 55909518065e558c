"""Least rights (ASVS 13.2.2), with real roles: the portal's and the one for reports."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from psycopg2.errors import InsufficientPrivilege

from casework import audit
from casework.models import AuditLink
from tests.accounts.factories import UserFactory
from tests.workers.factories import WorkerFactory


@pytest.fixture
def roles(db):
    """The rights as given, twice: after the next migration the command runs again."""
    WorkerFactory()
    for _ in range(2):
        call_command("database_roles", stdout=StringIO())
    yield
    act_as("NONE")


def act_as(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")


def is_allowed(sql: str) -> bool:
    """Whether the database lets this pass; nothing of it stays. Fails on any error but missing rights."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            transaction.set_rollback(True)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        return False
    return True


DDL = ["CREATE TABLE mine (id int)", "ALTER TABLE workers_worker ADD mine int", "DROP TABLE workers_worker"]
DELETES = [
    "DELETE FROM casework_auditentry",
    "DELETE FROM casework_auditlink",
    "DELETE FROM casework_audithead",
    "DELETE FROM workers_workerevent",
    "TRUNCATE casework_auditentry",
    "ALTER TABLE casework_auditentry DISABLE TRIGGER ALL",
]


@pytest.mark.parametrize("sql", [*DDL, *DELETES])
def test_the_portals_role_cannot(roles, sql):
    act_as("jagai_app")

    assert not is_allowed(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE casework_auditentry SET note = ''",
        "UPDATE casework_audithead SET hash = ''",
        "INSERT INTO casework_auditlink (number, entry_id, hash) VALUES (99, 1, '')",
        "UPDATE workers_workerevent SET name = ''",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
    ],
)
def test_the_portals_role_rewrites_no_past(roles, sql):
    act_as("jagai_app")

    assert not is_allowed(sql)


def test_the_portals_role_does_the_portals_work(roles):
    act_as("jagai_app")
    links = AuditLink.objects.count()
    worker = WorkerFactory()
    worker.name = "Nama Baru"
    worker.save()
    with transaction.atomic():
        audit.record("worker.correct", worker, by=UserFactory())
    connection.check_constraints()  # as the commit does

    assert AuditLink.objects.count() == links + 1
    assert worker.events.count() == 2
    worker.delete()


@pytest.mark.parametrize(
    ("sql", "allowed"),
    [
        ("SELECT name FROM workers_worker", True),
        ("SELECT name, role FROM accounts_user", True),
        ("SELECT event, at, note FROM casework_auditentry", True),
        ("SELECT password FROM accounts_user", False),
        ("SELECT salts FROM casework_auditentry", False),
        ("SELECT session_data FROM django_session", False),
        ("SELECT data FROM mfa_authenticator", False),
        ("UPDATE workers_worker SET name = ''", False),
        ("INSERT INTO workers_occupation (code) VALUES ('x')", False),
        ("CREATE TABLE mine (id int)", False),
    ],
)
def test_reports_read_and_see_no_secrets(roles, sql, allowed):
    act_as("jagai_report")

    assert is_allowed(sql) is allowed
