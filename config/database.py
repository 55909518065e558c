"""Whether the database answers, asked before any command begins."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from django.conf import settings
from django.db import connection

from config import postgres
from config.postgres import DatabaseUnavailable

OLDEST_VERSION = 15


@contextmanager
def at_hand() -> Iterator[None]:
    """Inside the block the database answers: the one of DATABASE_URL, or else the embedded one.

    Raises DatabaseUnavailable, and ImproperlyConfigured for a setting that is missing, before anything starts.
    """
    place = settings.DATABASES["default"]
    if not os.environ.get("DATABASE_URL"):
        with postgres.running():
            yield
        return
    if connection.vendor != "postgresql":
        raise DatabaseUnavailable("DATABASE_URL must name a PostgreSQL server: postgresql://user:password@host/name")
    try:
        raw = connection.get_new_connection(connection.get_connection_params())
    except psycopg2.Error as error:
        where = f"{place['HOST'] or 'the local socket'}:{place['PORT'] or 5432}/{place['NAME']}"
        reason = str(error).splitlines()[0]
        raise DatabaseUnavailable(f"DATABASE_URL: no database answers at {where} ({reason}).") from error
    version = raw.server_version // 10_000
    raw.close()
    if version < OLDEST_VERSION:
        raise DatabaseUnavailable(f"DATABASE_URL names PostgreSQL {version}; {OLDEST_VERSION} or newer is needed.")
    yield
