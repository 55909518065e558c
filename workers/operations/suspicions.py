"""Whom of an imported file the registry may hold twice: looked for once its rows are stored, within a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID

from django.db import OperationalError, connection, transaction
from psycopg2.sql import SQL, Composable, Identifier, Literal

from casework import audit
from workers import finder
from workers.models import RegistryImport, Worker
from workers.operations.pairs import store_pairs
from workers.operations.pulse import at_work

SEARCH_WITHIN = 600  # seconds
MANY = 8  # of so many registered people one is of the file: then it costs less to compare all with all
PEOPLE, FOUND = Identifier("import_people"), Identifier("import_pairs")  # tables of the connection's own
TABLE = SQL("CREATE TEMP TABLE {} AS {}")
KEEP = SQL("INSERT INTO {} {}")


def search_import(pk: UUID) -> None:
    """Looks for people of a stored file who may be registered twice. Killed at any moment, it is due as before.

    The rows stay where this is cut off, with the pairs found until then: a file in which thousands share one birth
    date and name has too many pairs to look at.
    """
    registry_import = RegistryImport.objects.get(pk=pk)
    with at_work(registry_import):
        registry_import.refresh_from_db()
        if registry_import.search_due:
            _raise_suspicions(registry_import)


@transaction.atomic
def _raise_suspicions(registry_import: RegistryImport) -> None:
    whole = _search(registry_import.pk)
    store_pairs(finder.pairs_of(FOUND), by=None)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS import_people; DROP TABLE import_pairs")
    if not whole:
        audit.record("import.search_cut_off", registry_import, by=None)
    RegistryImport.objects.filter(pk=registry_import.pk).update(search_due=False)


def _search(pk: UUID) -> bool:
    """Candidates into import_pairs, one thing in which two may agree after the other. Whether it came to its end."""
    over = time.monotonic() + SEARCH_WITHIN
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off")
        cursor.execute(
            "CREATE TEMP TABLE import_pairs (one uuid, other uuid, rule text, likeness real, agreeing text[])"
        )
        for statement in _statements(pk):
            left = over - time.monotonic()
            try:
                with transaction.atomic():
                    cursor.execute("SET LOCAL statement_timeout = %s", [max(int(left * 1000), 1)])
                    cursor.execute(statement.as_string(cursor.cursor))
            except OperationalError:
                return False
    return time.monotonic() < over


def _statements(pk: UUID) -> Iterator[Composable]:
    fresh = Worker.objects.filter(registry_import=pk).count()
    key = Literal(str(pk))
    if fresh * MANY > Worker.objects.count():
        everybody = SQL("(SELECT *, registry_import_id IS NOT DISTINCT FROM {} AS fresh FROM {} known)")
        yield TABLE.format(PEOPLE, finder.sketched(everybody.format(key, finder.REGISTRY)))
        candidates = finder.candidates_within(PEOPLE, which=SQL("(a.fresh OR b.fresh)"))
    else:
        ours = SQL("(SELECT * FROM {} known WHERE registry_import_id = {})").format(finder.REGISTRY, key)
        others = SQL("(SELECT * FROM {} known WHERE registry_import_id IS DISTINCT FROM {})")
        yield TABLE.format(PEOPLE, finder.sketched(ours))
        candidates = finder.candidates_within(PEOPLE)
        candidates += finder.candidates_between(PEOPLE, others.format(finder.REGISTRY, key))
    yield SQL("ANALYZE {}").format(PEOPLE)
    for candidate in candidates:
        yield KEEP.format(FOUND, candidate)
