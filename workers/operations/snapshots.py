"""A DTSEN snapshot: what one release says of families. Checked, shown and stored like any file, but registers nobody.

What it would change is counted before anything is accepted: who stands above the limit of the policy then and now.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max
from psycopg2.extras import Json

from workers.enums import FamilyMove, Verdict
from workers.models import DesilRecord, Policy
from workers.operations import verdicts
from workers.operations.staging import MOST_ALIKE, Intake, RawRow
from workers.registry_file import CODES, COLUMNS, WORST_LAST, Unreadable

READ = ("no_kk", "desil", "nik")
PLACES = tuple(COLUMNS.index(column) for column in READ)

TABLE = """
    CREATE TEMP TABLE IF NOT EXISTS import_families (row int, width int, no_kk text, desil text, nik text)
        ON COMMIT DELETE ROWS
"""
COPY = "COPY import_families FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (no_kk, desil, nik))"
JUDGE = """
    WITH tidy AS (
        SELECT row, width, workers_tidy(no_kk) AS no_kk, workers_tidy(desil) AS desil, workers_tidy(nik) AS nik
        FROM import_families
    ), heard AS MATERIALIZED (
        SELECT *, concat(no_kk, desil, nik) = '' AS is_blank,
            workers_clean_nik(no_kk) AS kk_digits, workers_clean_nik(nik) AS nik_digits,
            CASE WHEN desil <> '' THEN workers_read_desil(ltrim(desil, '''')) END AS rank
        FROM tidy
    ), met AS MATERIALIZED (
        SELECT heard.*, recorded.desil AS recorded_desil, known.family_card_number AS known_card
        FROM heard
        LEFT JOIN workers_desilrecord AS recorded
            ON recorded.family_card_number = kk_digits AND recorded.release = %(release)s
        LEFT JOIN workers_worker AS known ON known.nik = nik_digits AND known.anonymised_at IS NULL
    ), found AS MATERIALIZED (
        SELECT row, cell.* FROM met CROSS JOIN LATERAL (VALUES
            ('', CASE WHEN width <> %(width)s THEN 'wrong_width' END, '', ARRAY[width::text, %(width)s::text]),
            ('no_kk', CASE
                WHEN no_kk = '' THEN 'family_card_needed'
                WHEN kk_digits ~ '^[0-9]{16}$' THEN CASE WHEN no_kk <> kk_digits THEN 'family_card_separators' END
                WHEN workers_nik_flaw(no_kk, kk_digits) = 'nik_excel_rounded' THEN 'family_card_excel_rounded'
                ELSE 'family_card_unreadable'
            END, no_kk, ARRAY[kk_digits]),
            ('desil', CASE
                WHEN desil = '' THEN 'desil_needed'
                WHEN rank IS NULL THEN 'desil_unreadable'
                WHEN recorded_desil = rank THEN 'family_recorded'
                WHEN recorded_desil <> rank THEN 'family_recorded_otherwise'
                WHEN desil !~ '^[0-9]{1,2}$' THEN 'desil_form'
            END, desil, ARRAY[coalesce(recorded_desil, rank)::text]),
            ('nik', CASE WHEN known_card <> kk_digits THEN 'member_of_other_family' END, nik, '{}')
        ) AS cell ("column", code, value, details)
        WHERE code IS NOT NULL AND NOT is_blank
    ), told AS (
        INSERT INTO workers_importfinding (registry_import_id, row, "column", code, value, details)
        SELECT %(pk)s, row, "column", code, left(value, 200), details FROM found
    ), worst AS (
        SELECT row, max(array_position(%(worst_last)s, %(verdicts)s::jsonb ->> code)) AS worst
        FROM found GROUP BY row
    ), staged AS (
        INSERT INTO workers_stagedrow (
            registry_import_id, row, verdict, nik, family_card_number, name, birth_place, sex, address, rt, rw, phone,
            desil, decision
        )
        SELECT %(pk)s, row,
            CASE WHEN is_blank THEN 'blank' ELSE coalesce((%(worst_last)s)[worst.worst], 'accepted') END,
            CASE WHEN nik_digits ~ '^[0-9]{16}$' THEN nik_digits ELSE '' END,
            CASE WHEN kk_digits ~ '^[0-9]{16}$' THEN kk_digits ELSE '' END,
            '', '', '', '', '', '', '', rank, ''
        FROM met LEFT JOIN worst USING (row)
        RETURNING verdict
    )
    SELECT verdict, count(*) FROM staged GROUP BY verdict
"""
# A member on each line is no repetition; the same line again is one.
TWICE = """
    WITH lines AS (
        SELECT row, first_value(row) OVER (PARTITION BY family_card_number, nik, desil ORDER BY row) AS first
        FROM workers_stagedrow
        WHERE registry_import_id = %(pk)s AND family_card_number <> '' AND desil IS NOT NULL
    ), again AS (
        UPDATE workers_stagedrow AS staged SET verdict = 'duplicate' FROM lines
        WHERE registry_import_id = %(pk)s AND staged.row = lines.row AND lines.row > lines.first
            AND verdict = ANY(%(milder)s)
        RETURNING staged.row, lines.first, staged.family_card_number
    )
    INSERT INTO workers_importfinding (registry_import_id, row, "column", code, value, details)
    SELECT %(pk)s, row, 'no_kk', 'family_twice', family_card_number, ARRAY[first::text] FROM again
"""
# enrollment stands above the registry, and is known here by the names of its tables only.
MOVES = """
    WITH coming AS (
        SELECT DISTINCT ON (family_card_number) family_card_number, desil FROM workers_stagedrow
        WHERE registry_import_id = %(pk)s AND verdict IN ('accepted', 'repaired')
        ORDER BY family_card_number, row
    ), known AS (
        SELECT family_card_number, desil FROM workers_desilrecord WHERE release = %(earlier)s
    ), families AS MATERIALIZED (
        SELECT family_card_number, CASE
            WHEN known.desil IS NULL AND coming.desil > %(limit)s THEN 'new_above'
            WHEN known.desil IS NULL THEN 'new'
            WHEN coming.desil IS NULL THEN 'gone'
            WHEN known.desil <= %(limit)s AND coming.desil > %(limit)s THEN 'over'
            WHEN known.desil > %(limit)s AND coming.desil <= %(limit)s THEN 'under'
            ELSE 'unchanged'
        END AS move
        FROM coming FULL JOIN known USING (family_card_number)
        WHERE coming.desil IS NOT NULL OR NOT EXISTS (
            SELECT FROM workers_desilrecord AS already
            WHERE already.family_card_number = known.family_card_number AND already.release = %(release)s
        )
    ), people AS MATERIALIZED (
        SELECT family_card_number, count(*) AS workers, count(*) FILTER (WHERE EXISTS (
            SELECT FROM enrollment_membership AS membership
            WHERE membership.worker_id = worker.id AND (upper_inf(period) OR upper(period) > %(on)s)
        )) AS covered
        FROM workers_worker AS worker
        WHERE family_card_number <> '' AND anonymised_at IS NULL AND survivor_id IS NULL AND NOT EXISTS (
            SELECT FROM workers_workerexit AS gone WHERE gone.worker_id = worker.id AND returned_on IS NULL
        )
        GROUP BY family_card_number
    )
    SELECT move, count(*), coalesce(sum(workers), 0)::int, coalesce(sum(covered), 0)::int
    FROM families LEFT JOIN people USING (family_card_number) GROUP BY move
"""
STORE = """
    INSERT INTO workers_desilrecord (
        family_card_number, release, desil, received_on, source, recorded_by_id, registry_import_id, registry_row
    )
    SELECT DISTINCT ON (family_card_number)
        family_card_number, release.name, desil, release.received_on, left(release.source, 200), %(by)s, %(pk)s, row
    FROM workers_stagedrow JOIN workers_desilrelease AS release ON release.name = %(release)s
    WHERE registry_import_id = %(pk)s AND row BETWEEN %(first)s AND %(last)s AND verdict IN ('accepted', 'repaired')
    ORDER BY family_card_number, row
    ON CONFLICT (family_card_number, release) DO NOTHING
"""
# Somebody recorded these between check and acceptance.
MEANWHILE = """
    WITH late AS (
        UPDATE workers_stagedrow AS staged
        SET verdict = CASE WHEN recorded.desil = staged.desil THEN 'duplicate' ELSE 'refused' END
        FROM workers_desilrecord AS recorded
        WHERE staged.registry_import_id = %(pk)s AND row BETWEEN %(first)s AND %(last)s
            AND verdict IN ('accepted', 'repaired') AND recorded.release = %(release)s
            AND recorded.family_card_number = staged.family_card_number
            AND recorded.registry_import_id IS DISTINCT FROM staged.registry_import_id
        RETURNING row, verdict, staged.desil, recorded.desil AS recorded_desil
    )
    INSERT INTO workers_importfinding (registry_import_id, row, "column", code, value, details)
    SELECT %(pk)s, row, 'desil',
        CASE verdict WHEN 'duplicate' THEN 'family_recorded' ELSE 'family_recorded_otherwise' END,
        desil::text, ARRAY[recorded_desil::text]
    FROM late
"""
# What was decided on a record keeps it; a review that nobody has answered goes with it.
KEEP = """
    CREATE TEMP TABLE import_kept_families ON COMMIT DROP AS
    SELECT record.id, record.registry_row, string_agg(DISTINCT why, ', ' ORDER BY why) AS why
    FROM workers_desilrecord AS record JOIN workers_worker AS worker USING (family_card_number)
    JOIN LATERAL (
        SELECT 'telaah desilnya sudah dijawab' AS why FROM workers_desilreview AS review
        WHERE review.worker_id = worker.id AND review.release = record.release
            AND review.status <> 'open'
        UNION ALL
        SELECT 'ada usul-sanggah' FROM workers_desilobjection AS objection
        WHERE objection.worker_id = worker.id AND objection.release = record.release
        UNION ALL
        SELECT 'ada dalam kelompok iuran' FROM enrollment_batchline AS line
        WHERE line.worker_id = worker.id AND line.facts -> 'eligibility' ->> 'desil_release' = record.release
            AND line.facts -> 'eligibility' ->> 'desil' IS NOT NULL
    ) AS held ON true
    WHERE record.registry_import_id = %(pk)s AND record.registry_row IS NOT NULL
    GROUP BY record.id
"""
REMOVE_REVIEWS = """
    DELETE FROM workers_desilreview AS review USING workers_desilrecord AS record, workers_worker AS worker
    WHERE record.registry_import_id = %(pk)s AND review.release = record.release AND review.worker_id = worker.id
        AND worker.family_card_number = record.family_card_number AND review.status = 'open'
        AND NOT EXISTS (SELECT FROM import_kept_families AS kept WHERE kept.id = record.id)
"""
REMOVE = """
    DELETE FROM workers_desilrecord AS record
    WHERE registry_import_id = %(pk)s
        AND NOT EXISTS (SELECT FROM import_kept_families AS kept WHERE kept.id = record.id)
"""
LISTED = """
    INSERT INTO workers_importfinding (registry_import_id, row, "column", code, value, details)
    SELECT %(pk)s, registry_row, '', 'not_undone', '', ARRAY[why] FROM import_kept_families
"""


@dataclass(slots=True)
class FamilyIntake(Intake):
    """The reading of a snapshot into the staging table, held against what is recorded of its release."""

    def judge(self, chunk: list[RawRow]) -> dict[str, int]:
        """Stages the rows, with their findings. How many have which verdict."""
        lines = io.StringIO()
        csv.writer(lines).writerows(
            (number, width, *(cells[place] for place in PLACES)) for number, width, cells in chunk
        )
        lines.seek(0)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")
            cursor.execute(TABLE)
            cursor.execute("TRUNCATE import_families")
            cursor.copy_expert(COPY, lines)
            cursor.execute("ANALYZE import_families")
            cursor.execute(
                JUDGE,
                {
                    "pk": self.pk,
                    "width": len(self.layout.header),
                    "release": self.release,
                    "verdicts": Json({code: kind.verdict for code, kind in CODES.items()}),
                    "worst_last": WORST_LAST,
                },
            )
            return dict(cursor.fetchall())

    def whole(self) -> dict[str, int]:
        """Families that come twice, or with two desils. The final counts. Raises Unreadable as for people."""
        values = {"pk": self.pk, "milder": WORST_LAST[: WORST_LAST.index(Verdict.DUPLICATE)]}
        with connection.cursor() as cursor:
            cursor.execute(verdicts.SWAPPED, {"pk": self.pk, "percent": MOST_ALIKE})
            if cursor.fetchone() == (True,):
                raise Unreadable(
                    "Kolom NIK dan nomor KK berisi angka yang sama di banyak baris. Periksa apakah kolomnya tertukar."
                )
            cursor.execute(TWICE, values)
            cursor.execute(verdicts.DESIL_DIFFERS, values)
            cursor.execute(verdicts.COUNT, values)
            return dict(cursor.fetchall())

    def moves(self) -> dict[str, Any]:
        """What accepting the file would change: see moves_of."""
        return moves_of(self.pk, release=self.release, on=self.on)


def moves_of(pk: UUID, *, release: str, on: date) -> dict[str, Any]:
    """What accepting a checked snapshot would change beside the release before, by the limit in force on that day.

    `earlier` is that release, "" when there is none; `families`, `workers` (registered) and `covered` (members on that
    day or later) have one number for each FamilyMove.
    """
    earlier = DesilRecord.objects.filter(release__lt=release).aggregate(last=Max("release"))["last"] or ""
    limit = Policy.objects.in_force(on).desil_limit
    counted = {"families": {}, "workers": {}, "covered": {}}
    with connection.cursor() as cursor:
        cursor.execute(MOVES, {"pk": pk, "release": release, "earlier": earlier, "limit": limit, "on": on})
        for move, *counts in cursor.fetchall():
            for kind, count in zip(counted, counts, strict=True):
                counted[kind][move] = count
    each = {kind: {move.value: found.get(move, 0) for move in FamilyMove} for kind, found in counted.items()}
    return {"earlier": earlier, "limit": limit, **each}


def store_families(cursor, values: dict[str, Any]) -> None:
    """Records the families of these rows under the release. `values` as in accepting."""
    cursor.execute(STORE, values)
    cursor.execute(MEANWHILE, values)


def remove_families(cursor, pk: UUID) -> int:
    """Takes back what an accepted snapshot recorded, but for what was decided on it, which is listed. How many."""
    values = {"pk": pk}
    cursor.execute(KEEP, values)
    cursor.execute(REMOVE_REVIEWS, values)
    cursor.execute(REMOVE, values)
    removed = cursor.rowcount
    cursor.execute(LISTED, values)
    return removed
