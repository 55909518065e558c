"""An accepted file taken back as one deed, but for what rests on its rows by now."""

from __future__ import annotations

from uuid import UUID

import pghistory
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from workers import rules
from workers.enums import ImportStatus
from workers.models import DuplicatePair, RegistryImport, Worker
from workers.operations.accepting import becomes, differs
from workers.operations.pulse import at_work, give_sign
from workers.operations.snapshots import remove_families
from workers.workflow import IMPORT

REASONS = {  # by table, for what keeps a person; the apps above are known here by these names only
    "enrollment_batchline": "ada dalam kelompok iuran",
    "enrollment_membership": "sudah menjadi peserta",
    "claims_claim": "ada laporan kecelakaan",
}
USED = "sudah dipakai data lain"
EDITED = "sudah diubah sesudah diimpor"


def referring() -> list[tuple[str, str]]:
    """Every (table, column) by which the database holds a worker, in whatever app; open suspicions aside."""
    return [
        (relation.related_model._meta.db_table, relation.field.column)
        for relation in Worker._meta.related_objects
        if relation.field.db_constraint and relation.related_model is not DuplicatePair
    ]


def _kept() -> str:
    """SQL: the workers of an import that stay, each with why."""
    held = [
        f"SELECT worker.id, '{REASONS.get(table, USED)}' AS why FROM workers_worker AS worker"
        f" JOIN {table} AS held ON held.{column} = worker.id WHERE worker.registry_import_id = %(pk)s"
        for table, column in referring()
    ]
    return " UNION ALL ".join(
        [
            *held,
            f"SELECT worker.id, '{EDITED}' FROM workers_worker AS worker WHERE registry_import_id = %(pk)s AND EXISTS"
            " (SELECT FROM workers_workerevent AS past WHERE pgh_obj_id = worker.id AND pgh_label = 'update')",
            f"SELECT worker.id, '{USED}' FROM workers_worker AS worker JOIN workers_duplicatepair AS pair"
            " ON worker.id IN (one_id, other_id) WHERE registry_import_id = %(pk)s AND pair.answered_by_id IS NOT NULL",
        ]
    )


LOCK = "SELECT count(*) FROM (SELECT FROM workers_worker WHERE registry_import_id = %(pk)s FOR UPDATE) AS locked"
KEEP = """
    CREATE TEMP TABLE import_kept ON COMMIT DROP AS
    SELECT id, string_agg(DISTINCT why, ', ' ORDER BY why) AS why FROM ({kept}) AS kept GROUP BY id
"""
REMOVE_PAIRS = """
    DELETE FROM workers_duplicatepair AS pair USING workers_worker AS worker
    WHERE worker.registry_import_id = %(pk)s AND worker.id IN (one_id, other_id)
        AND NOT EXISTS (SELECT FROM import_kept AS kept WHERE kept.id = worker.id)
"""
REMOVE = """
    DELETE FROM workers_worker AS worker
    WHERE registry_import_id = %(pk)s AND NOT EXISTS (SELECT FROM import_kept AS kept WHERE kept.id = worker.id)
"""
REMOVE_DESIL = """
    DELETE FROM workers_desilrecord AS record
    WHERE registry_import_id = %(pk)s AND registry_row IS NULL AND NOT EXISTS (
        SELECT FROM workers_worker AS worker
        WHERE worker.registry_import_id = %(pk)s AND worker.family_card_number = record.family_card_number
    )
"""
# Who had left and came with this file: the task "was here before" rests on nothing else (AC-D10).
FORGET = """
    UPDATE workers_workerexit AS gone SET seen_again_by_id = NULL, seen_again_at = NULL
    FROM workers_stagedrow AS staged JOIN workers_registryimport AS registry ON registry.id = registry_import_id
    WHERE registry.id = %(pk)s AND gone.worker_id = known_id AND seen_again_at BETWEEN accepted_at AND finished_at
"""
CHANGE_BACK = f"""
    UPDATE workers_worker AS worker SET {becomes(0)}
    FROM workers_stagedrow AS staged
    WHERE staged.registry_import_id = %(pk)s AND worker.id = known_id AND decision = 'taken' AND NOT ({differs(1)})
    RETURNING worker.id
"""
LISTED = f"""
    INSERT INTO workers_importfinding (registry_import_id, row, "column", code, value, details)
    SELECT %(pk)s, registry_row, '', 'not_undone', '', ARRAY[why]
    FROM import_kept JOIN workers_worker AS worker USING (id)
    UNION ALL
    SELECT %(pk)s, staged.row, '', 'not_undone', '', ARRAY['{EDITED}']
    FROM workers_stagedrow AS staged JOIN workers_worker AS worker ON worker.id = known_id
    WHERE staged.registry_import_id = %(pk)s AND decision = 'taken' AND ({differs(0)})
"""


@transaction.atomic
def undo_import(pk: UUID, *, by: User, reason: str) -> RegistryImport:
    """Signs that an accepted file is to be taken back; finish_undo does it. Raises Refused."""
    registry_import = RegistryImport.objects.visible_to(by).locked().get(pk=pk)
    now = timezone.now()
    rules.may_undo_import(registry_import, by, now=now).require()
    give_sign(registry_import.pk)
    return IMPORT.apply(
        registry_import,
        "undo",
        by=by,
        note=reason,
        undone_by=by,
        undone_at=now,
        undone_because=reason,
    )


def finish_undo(pk: UUID) -> None:
    """Removes the people of the file to whom nothing refers and whom nobody edited, and changes back what its taken
    rows changed; lists the rest as findings. One transaction: killed at any moment it has done nothing and may start
    again. What the removed rows held stays in the row history."""
    registry_import = RegistryImport.objects.select_related("undone_by").get(pk=pk)
    with at_work(registry_import), transaction.atomic(), connection.cursor() as cursor:
        registry_import.refresh_from_db()
        if registry_import.status != ImportStatus.UNDOING:
            return
        by, values = registry_import.undone_by, {"pk": pk}
        cursor.execute("SET LOCAL statement_timeout = 0")
        with pghistory.context(user=by.pk):
            families = remove_families(cursor, pk) if registry_import.tells_families else 0
            cursor.execute(LOCK, values)
            cursor.execute(KEEP.format(kept=_kept()), values)
            cursor.execute(REMOVE_PAIRS, values)
            cursor.execute(REMOVE, values)
            removed = cursor.rowcount
            cursor.execute(REMOVE_DESIL, values)
            cursor.execute(FORGET, values)
            cursor.execute(CHANGE_BACK, values)
            changed = [worker for (worker,) in cursor.fetchall()]
        cursor.execute(LISTED, values)
        IMPORT.apply(registry_import, "finish_undo", by=by, rows_undone=families + removed + len(changed))
        if changed:
            audit.record("import.change", registry_import, by=by, persons=changed)
