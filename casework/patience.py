"""How long the database may take for one answer, where waiting is worse than not knowing."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import InterfaceError

TRY_AGAIN_AFTER = timedelta(minutes=1)  # what whoever asked is told when it took too long
GRACE = 0.4  # seconds beyond what the server itself would stop, and between two looks
SET = "SET statement_timeout = %(most)s; SET lock_timeout = %(most)s"


@contextmanager
def patience(*, seconds: float) -> Iterator[None]:
    """Inside the block no statement runs longer than that, and none begins once all together took that long.

    A statement may begin at the last moment, and a commit may wait for a lock after it: at most three times as long
    passes in the database. A line on which nothing is heard is cut, since the server's own limits do not reach over
    it: an old connection soon, so that there is time to open another. Raises OperationalError.
    """
    here = connections[DEFAULT_DB_ALIAS]
    spent, is_set = 0.0, False
    heard, done = Event(), Event()
    guard = Thread(target=_cut_when_silent, args=(here, seconds, heard, done), daemon=True)

    def watch(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        nonlocal spent, is_set
        if not is_set:  # with the first statement, so that a page which asks nothing needs no database
            is_set = True
            with here.cursor() as cursor:
                cursor.execute(SET, {"most": round(seconds * 1000)})
            heard.set()
        if spent >= seconds:
            raise OperationalError("The database took too long in all.")
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - began

    guard.start()
    try:
        with here.execute_wrapper(watch):
            yield
    finally:
        try:
            if is_set:
                _take_back(here)
        finally:
            done.set()


def _cut_when_silent(here: BaseDatabaseWrapper, seconds: float, heard: Event, done: Event) -> None:
    """Runs beside the block until it is done. Whoever waits on a line that is cut gets OperationalError at once."""
    if not done.wait(seconds + GRACE) and not heard.is_set():
        _cut(here)
    done.wait(2 * seconds)
    while not done.wait(GRACE):
        _cut(here)


def _cut(here: BaseDatabaseWrapper) -> None:
    line = here.connection
    with suppress(OSError, InterfaceError):  # it was closed meanwhile
        if line is not None and not line.closed:
            with closing(socket.socket(fileno=os.dup(line.fileno()))) as there:
                there.shutdown(socket.SHUT_RDWR)


def _take_back(here: BaseDatabaseWrapper) -> None:
    try:
        with here.cursor() as cursor:
            cursor.execute("RESET statement_timeout; RESET lock_timeout")
    except DatabaseError:
        here.close()  # the next request begins with a new connection and its own limits
