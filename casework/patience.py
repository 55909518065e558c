"""How long the database may take for one answer, where waiting is worse than not knowing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

TRY_AGAIN_AFTER = timedelta(minutes=1)  # what whoever asked is told when it took too long
SET = "SET statement_timeout = %(most)s; SET lock_timeout = %(most)s"


@contextmanager
def patience(*, seconds: float) -> Iterator[None]:
    """Inside the block no statement runs longer than that, and none begins once all together took that long.

    A statement may begin at the last moment, and a commit may wait for a lock after it: at most three times as long
    passes in the database. Raises OperationalError.
    """
    here = connections[DEFAULT_DB_ALIAS]
    spent, is_set = 0.0, False

    def watch(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        nonlocal spent, is_set
        if not is_set:  # with the first statement, so that a page which asks nothing needs no database
            is_set = True
            with here.cursor() as cursor:
                cursor.execute(SET, {"most": round(seconds * 1000)})
        if spent >= seconds:
            raise OperationalError("The database took too long in all.")
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - began

    try:
        with here.execute_wrapper(watch):
            yield
    finally:
        if is_set:
            _take_back(here)


def _take_back(here: BaseDatabaseWrapper) -> None:
    try:
        with here.cursor() as cursor:
            cursor.execute("RESET statement_timeout; RESET lock_timeout")
    except DatabaseError:
        here.close()  # the next request begins with a new connection and its own limits
