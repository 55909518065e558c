"""One import at a time, with a sign of life every few seconds, so that a page tells work from work that was killed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from django.db import DatabaseError, connection
from django.utils import timezone

from workers.models import ImportPulse, RegistryImport

PULSE = 2  # seconds
LOCK = "hashtextextended('registry import', 0)"


class Pulse(threading.Thread):
    """Says, through a connection of its own, that the import is under work and how many rows are stored."""

    def __init__(self, registry_import: RegistryImport) -> None:
        super().__init__(daemon=True)
        self.pk = registry_import.pk
        self.stored = 0
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(PULSE):
            with suppress(DatabaseError):  # the next one will tell
                give_sign(self.pk, stored=self.stored)
        connection.close()


def give_sign(pk: UUID, *, stored: int = 0) -> None:
    """Says that the import is under work, or will be as soon as a worker is free."""
    ImportPulse.objects.update_or_create(pk=pk, defaults={"at": timezone.now(), "rows_stored": stored})


@contextmanager
def at_work(registry_import: RegistryImport) -> Iterator[Pulse]:
    """Waits until no other import is under work (AC-I29). The lock ends with its connection at the latest."""
    pulse = Pulse(registry_import)
    pulse.start()
    with connection.cursor() as cursor:
        while not _locked(cursor):
            time.sleep(PULSE / 4)
    try:
        yield pulse
    finally:
        pulse.over.set()
        pulse.join()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({LOCK})")


def _locked(cursor) -> bool:
    cursor.execute(f"SELECT pg_try_advisory_lock({LOCK})")
    return cursor.fetchone()[0]
