"""What somebody reads whose command cannot start: one sentence, no trace, a non-zero exit."""

import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management.base import CommandError

from casework.sealing import new_entry
from monitoring.management.commands.serve import free_port

GOOD_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "DATABASE_URL": "postgresql://jagai:quiet@127.0.0.1:1/jagai",
    "SECRET_KEY": GOOD_KEY,
    "SEALING_KEYS": new_entry("2026a"),
    "ALLOWED_HOSTS": "jagai.example",
    "EMAIL_URL": "smtp://localhost",
}


def manage(*arguments, **environment):
    kept = {name: os.environ[name] for name in ("PATH", "DATABASE_URL") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**kept, **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "SEALING_KEYS", "ALLOWED_HOSTS", "EMAIL_URL"])
def test_production_names_the_missing_secret(name):
    environment = {**PRODUCTION, name: ""}
    answer = manage("migrate", **environment)

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.count("\n") == 1
    assert name in answer.stderr


@pytest.mark.parametrize("key", ["short", "0123456789" * 6])
def test_production_refuses_a_weak_key(key):
    answer = manage("check", **{**PRODUCTION, "SECRET_KEY": key})

    assert answer.returncode == 1
    assert answer.stderr == "SECRET_KEY is too weak: set at least 50 random characters.\n"


@pytest.mark.parametrize("entry", ["2026a", "2026a:c2hvcnQ=", f"2026a:{'A' * 43}=", f"2026 a:{'AbCd' * 10}Ab8="])
def test_production_refuses_a_weak_sealing_key(entry):
    answer = manage("check", **{**PRODUCTION, "SEALING_KEYS": entry})

    assert answer.returncode == 1
    assert answer.stderr == "SEALING_KEYS needs entries such as 2026a:KEY, KEY being 32 random bytes in base64.\n"


def test_an_unreachable_database_is_named_without_its_password():
    answer = manage("migrate", DATABASE_URL="postgresql://jagai:quiet@127.0.0.1:1/jagai")

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("DATABASE_URL: no database answers at 127.0.0.1:1/jagai (")
    assert answer.stderr.count("\n") == 1
    assert "quiet" not in answer.stderr


def test_another_kind_of_database_is_refused():
    answer = manage("migrate", DATABASE_URL="sqlite:////tmp/jagai.sqlite3")

    assert answer.returncode == 1
    assert answer.stderr == "DATABASE_URL must name a PostgreSQL server: postgresql://user:password@host/name\n"


def test_help_needs_no_database():
    assert manage("--help", DATABASE_URL="postgresql://jagai@127.0.0.1:1/jagai").returncode == 0


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８０００"])
def test_a_port_must_be_a_number(port):
    with pytest.raises(CommandError, match=r"^PORT must be a number from 1 to 65535, not "):
        free_port(port)


def test_a_port_in_use_is_said_before_anything_starts():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = manage("serve", PORT=str(port))

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"CommandError: Port {port} cannot be used (Address already in use)")
    assert answer.stderr.count("\n") == 1
