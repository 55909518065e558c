"""The good rows of a checked file into the registry: all of them in one transaction, or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import pghistory
from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from accounts.models import User
from casework import audit
from workers import rules
from workers.enums import ImportStatus, RowDecision, Verdict
from workers.models import Policy, RegistryImport, StagedRow
from workers.operations.pulse import at_work, give_sign
from workers.operations.reviews import open_reviews
from workers.operations.snapshots import store_families
from workers.workflow import IMPORT

STEP = 20_000  # rows of one statement
STORED = "(verdict IN ('accepted', 'repaired') OR verdict = 'review' AND decision = 'taken')"

# Ordered, so that two that meet wait for each other in one order. The NIK constraint decides who was first (AC-W44).
STORE = f"""
    INSERT INTO workers_worker (
        nik, family_card_number, name, birth_place, birth_on, sex, address, rt, rw, kelurahan_id, is_resident,
        occupation_id, employment, income, phone, registered_by_id, registry_import_id, registry_row
    )
    SELECT nik, family_card_number, name, birth_place, birth_on, sex, address, rt, rw, kelurahan_id, true,
        occupation_id, 'informal', income, phone, %(by)s, registry_import_id, row
    FROM workers_stagedrow
    WHERE registry_import_id = %(pk)s AND row BETWEEN %(first)s AND %(last)s AND known_id IS NULL AND {STORED}
    ORDER BY nik
    ON CONFLICT (nik) DO NOTHING
"""
STORE_DESIL = f"""
    INSERT INTO workers_desilrecord (
        family_card_number, release, desil, received_on, source, recorded_by_id, registry_import_id
    )
    SELECT DISTINCT ON (family_card_number) family_card_number, %(release)s, desil, %(on)s, %(source)s, %(by)s, %(pk)s
    FROM workers_stagedrow
    WHERE registry_import_id = %(pk)s AND row BETWEEN %(first)s AND %(last)s AND desil IS NOT NULL AND {STORED}
    ORDER BY family_card_number
    ON CONFLICT (family_card_number, release) DO NOTHING
"""
# Somebody registered these between check and acceptance.
MEANWHILE = f"""
    WITH late AS (
        UPDATE workers_stagedrow AS staged SET verdict = 'duplicate', decision = '', decided_by_id = NULL,
            decided_at = NULL
        WHERE registry_import_id = %(pk)s AND row BETWEEN %(first)s AND %(last)s AND known_id IS NULL AND {STORED}
            AND NOT EXISTS (
                SELECT FROM workers_worker AS worker WHERE worker.nik = staged.nik
                    AND worker.registry_import_id = %(pk)s AND worker.registry_row = staged.row
            )
        RETURNING row, nik
    )
    INSERT INTO workers_importfinding (registry_import_id, row, "column", code, value, details)
    SELECT %(pk)s, row, 'nik', 'nik_meanwhile', nik, '{{}}' FROM late
"""
# The task "was here before" (AC-D10), set by set as operations.see_again makes it one by one.
CAME_BACK = """
    WITH met AS MATERIALIZED (
        SELECT DISTINCT row FROM workers_importfinding
        WHERE registry_import_id = %(pk)s AND code IN ('nik_exited', 'nik_elsewhere')
    ), back AS MATERIALIZED (
        SELECT gone.id, staged.row FROM workers_workerexit AS gone
        JOIN workers_stagedrow AS staged ON staged.registry_import_id = %(pk)s AND staged.known_id = gone.worker_id
        WHERE gone.returned_on IS NULL AND gone.seen_again_at IS NULL
    )
    UPDATE workers_workerexit AS gone SET seen_again_by_id = %(by)s, seen_again_at = %(now)s
    FROM back JOIN met USING (row) WHERE gone.id = back.id
"""
COLUMN_OF = {
    "family_card_number": "family_card_number",
    "birth_place": "birth_place",
    "address": "address",
    "rt": "rt",
    "rw": "rw",
    "kelurahan": "kelurahan_id",
    "occupation": "occupation_id",
    "income": "income",
    "phone": "phone",
}


def differs(which: int) -> str:
    """SQL: whether a worker has another value than the old (0) or new (1) one of some staged change."""
    return " OR ".join(
        f"changes ? '{name}' AND worker.{column}::text IS DISTINCT FROM changes -> '{name}' ->> {which}"
        for name, column in COLUMN_OF.items()
    )


def becomes(which: int) -> str:
    return ", ".join(
        f"{column} = CASE WHEN changes ? '{name}' THEN (changes -> '{name}' ->> {which}){cast(name)}"
        f" ELSE worker.{column} END"
        for name, column in COLUMN_OF.items()
    )


def cast(name: str) -> str:
    return "::int" if name == "income" else ""


CHANGE = f"""
    UPDATE workers_worker AS worker SET {becomes(1)}
    FROM workers_stagedrow AS staged
    WHERE staged.registry_import_id = %(pk)s AND staged.row BETWEEN %(first)s AND %(last)s AND worker.id = known_id
        AND verdict = 'review' AND decision = 'taken' AND NOT ({differs(0)})
    RETURNING worker.id
"""
# Somebody changed these people between check and decision: what the officer saw is no longer so.
OVERTAKEN = f"""
    WITH late AS (
        UPDATE workers_stagedrow AS staged SET decision = 'left'
        FROM workers_worker AS worker
        WHERE staged.registry_import_id = %(pk)s AND staged.row BETWEEN %(first)s AND %(last)s AND worker.id = known_id
            AND verdict = 'review' AND decision = 'taken' AND ({differs(1)})
        RETURNING staged.row, staged.nik
    )
    INSERT INTO workers_importfinding (registry_import_id, row, "column", code, value, details)
    SELECT %(pk)s, row, 'nik', 'changed_meanwhile', nik, '{{}}' FROM late
"""
NEW = f"""
    SELECT count(*) FROM workers_stagedrow
    WHERE registry_import_id = %(pk)s AND row BETWEEN %(first)s AND %(last)s AND known_id IS NULL AND {STORED}
"""
COUNT = "SELECT verdict, count(*) FROM workers_stagedrow WHERE registry_import_id = %(pk)s GROUP BY verdict"


@transaction.atomic
def accept_import(pk: UUID, *, by: User, note: str = "") -> RegistryImport:
    """Signs that the good rows may enter the registry; store_import lets them in. Raises Refused."""
    registry_import = RegistryImport.objects.visible_to(by).locked().get(pk=pk)
    rules.may_accept_import(registry_import, by).require()
    give_sign(registry_import.pk)
    return IMPORT.apply(registry_import, "accept", by=by, note=note, accepted_by=by, accepted_at=timezone.now())


def store_import(pk: UUID) -> None:
    """Stores what was accepted, in one transaction. Killed at any moment it has stored nothing and may start again."""
    registry_import = RegistryImport.objects.select_related("accepted_by").get(pk=pk)
    with at_work(registry_import) as pulse, transaction.atomic(), connection.cursor() as cursor:
        registry_import.refresh_from_db()
        if registry_import.status != ImportStatus.ACCEPTING:
            return
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # foreign keys are asked step by step, not all at commit
        by = registry_import.accepted_by
        changed = []
        rows = registry_import.staged.aggregate(first=Min("row"), last=Max("row"))
        with pghistory.context(user=by.pk):  # a task has no request to say so
            for first in range(rows["first"], rows["last"] + 1, STEP):
                changed += store_rows(cursor, registry_import, by=by, first=first, last=first + STEP - 1)
                pulse.stored = first - rows["first"] + STEP
        cursor.execute(COUNT, {"pk": pk})
        counts = {f"rows_{verdict}": count for verdict, count in cursor.fetchall()}
        cursor.execute(CAME_BACK, {"pk": pk, "by": by.pk, "now": timezone.now()})
        registry_import.staged.filter(verdict__in=(Verdict.ACCEPTED, Verdict.BLANK)).delete()
        zero = dict.fromkeys((f"rows_{verdict}" for verdict in Verdict.values), 0)
        ended = {"finished_at": timezone.now(), "search_due": not registry_import.tells_families}
        IMPORT.apply(registry_import, "finish", by=by, **(zero | counts), **ended)
        if changed:
            audit.record("import.change", registry_import, by=by, persons=changed)
        if registry_import.tells_families:
            open_reviews(on=timezone.localdate(), by=by)


@transaction.atomic
def view_held(registry_import: RegistryImport, rows: Sequence[StagedRow], *, by: User) -> None:
    """Leaves the entry of a page of held rows, with the people whom they would change."""
    audit.record("import.view", registry_import, by=by, persons=[row.known_id for row in rows if row.known_id])


@transaction.atomic
def decide_rows(pk: UUID, *, by: User, decision: str, rows: Iterable[int] = (), code: str = "") -> int:
    """Takes or leaves rows that were held: those named, or all with a finding of that code. How many.

    Before acceptance a decision waits for it and may be changed; after it a row that is taken is stored at once, and no
    decision is changed. Raises Refused.
    """
    registry_import = RegistryImport.objects.visible_to(by).locked().get(pk=pk)
    rules.may_decide_rows(registry_import, by).require()
    held = registry_import.staged.filter(verdict=Verdict.REVIEW)
    if registry_import.status == ImportStatus.DONE:
        held = held.filter(decision="")
    with_code = registry_import.findings.filter(code=code).values("row") if code else ()
    held = held.filter(row__in=with_code if code else list(rows))
    if decision == RowDecision.TAKEN:
        held = held.exclude(row__in=registry_import.findings.filter(code="sex").values("row"))
    numbers = list(held.values_list("row", flat=True))
    registry_import.staged.filter(row__in=numbers).update(decision=decision, decided_by=by, decided_at=timezone.now())
    changed = []
    if registry_import.status == ImportStatus.DONE and decision == RowDecision.TAKEN:
        with connection.cursor() as cursor, pghistory.context(user=by.pk):
            for row in numbers:
                changed += store_rows(cursor, registry_import, by=by, first=row, last=row)
        RegistryImport.objects.filter(pk=pk).update(search_due=True)
    facts = {"decision": decision, "rows": numbers[:1000], "count": len(numbers)}
    audit.record("import.decide", registry_import, by=by, facts=facts, persons=changed)
    return len(numbers)


def store_rows(cursor, registry_import: RegistryImport, *, by: User, first: int, last: int) -> list[UUID]:
    """Stores what was accepted or taken of these rows. The people whose particulars were changed."""
    on = timezone.localdate(registry_import.uploaded_at)
    release = registry_import.release or Policy.objects.in_force(on).release
    values = {
        "pk": registry_import.pk,
        "by": by.pk,
        "first": first,
        "last": last,
        "on": on,
        "release": release,
        "source": f"Berkas {registry_import.name}"[:200],
    }
    if registry_import.tells_families:
        store_families(cursor, values)
        return []
    cursor.execute(NEW, values)
    (new,) = cursor.fetchone()
    cursor.execute(STORE, values)
    if cursor.rowcount < new:
        cursor.execute(MEANWHILE, values)
    cursor.execute(STORE_DESIL, values)
    cursor.execute(CHANGE, values)
    changed = [worker for (worker,) in cursor.fetchall()]
    cursor.execute(OVERTAKEN, values)
    return changed
