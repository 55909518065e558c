"""Rows of a registry file into the staging table, each with its verdict. SQL, set by set; memory stays flat.

A chunk of the file goes by COPY into a table of the connection's own, is read and judged by one statement, and is gone
at commit. What only the whole file can tell comes last.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from psycopg2.extras import Json, execute_values

from regions.codes import names
from regions.models import Region, RegionLevel
from workers import registry_file
from workers.enums import AGE_LIMIT, Verdict
from workers.models import ImportFinding, Occupation, StagedRow
from workers.operations import verdicts
from workers.querysets import ALIKE_WITH_BIRTH, born_by
from workers.registry_file import CODES, COLUMNS, WORST_LAST, Kind, Layout, Meaning, Place, Vocabulary

RawRow = tuple[int, int, Sequence[str]]  # number, width, cells
BLOCK = 1 << 20
CHUNK = 20_000  # rows judged by one statement
WORDS_KEPT = 50_000  # different spellings remembered from chunk to chunk
MOST_ALIKE = 3  # percent of rows in which NIK and family card may be the same number (AC-I23)
SEXES = {
    **dict.fromkeys(("l", "lk", "laki", "lakilaki", "laki2", "pria", "m"), "L"),
    **dict.fromkeys(("p", "pr", "perempuan", "wanita", "w", "f"), "P"),
}
LABELS = {
    "family_card_number": "nomor KK",
    "birth_place": "tempat lahir",
    "address": "alamat",
    "rt": "RT",
    "rw": "RW",
    "kelurahan": "kelurahan",
    "occupation": "pekerjaan",
    "income": "pendapatan",
    "phone": "nomor HP",
}


@dataclass(slots=True)
class Intake:
    """The reading of one file into the staging table, held against the registry as it is now."""

    pk: UUID
    stream: BinaryIO
    layout: Layout
    posting: str
    on: date
    release: str
    vocabulary: Vocabulary
    places: dict[tuple[str, ...], Meaning] = field(default_factory=dict)
    occupations: dict[tuple[str, ...], Meaning] = field(default_factory=dict)

    @classmethod
    def of(cls, pk: UUID, stream: BinaryIO, layout: Layout, *, posting: str, on: date, release: str) -> Intake:
        return cls(pk, stream, layout, posting, on, release, vocabulary_of(posting))

    def rows_expected(self) -> int:
        """About how many rows the file has; 0 where only reading it can tell."""
        if self.layout.is_workbook:
            return 0
        self.stream.seek(0)
        lines = 0
        while block := self.stream.read(BLOCK):
            lines += block.count(b"\n")
        return lines

    def tell_unknown_columns(self) -> None:
        """A finding for each title whose column is not read."""
        ImportFinding.objects.bulk_create(
            ImportFinding(
                registry_import_id=self.pk, row=self.layout.header_row, column=name[:40], code="column_unknown"
            )
            for name in self.layout.unknown
        )

    def chunks(self) -> Iterator[list[RawRow]]:
        """The rows of the file, some at a time. Raises Unreadable."""
        rows = registry_file.read_rows(self.stream, self.layout)
        while chunk := list(islice(rows, CHUNK)):
            yield chunk

    def whole(self) -> dict[str, int]:
        """What only the whole file can tell: NIKs that come twice, families with two desils. The final counts.

        Raises Unreadable where the columns of NIK and family card seem to be mixed up.
        """
        values = {"pk": self.pk, "milder": WORST_LAST[: WORST_LAST.index(Verdict.DUPLICATE)]}
        with connection.cursor() as cursor:
            cursor.execute(verdicts.SWAPPED, {"pk": self.pk, "percent": MOST_ALIKE})
            if cursor.fetchone() == (True,):
                raise registry_file.Unreadable(
                    "Kolom NIK dan nomor KK berisi angka yang sama di banyak baris. Periksa apakah kolomnya tertukar."
                )
            cursor.execute(verdicts.TWICE, values)
            cursor.execute(verdicts.DESIL_DIFFERS, values)
            cursor.execute(verdicts.COUNT, values)
            return dict(cursor.fetchall())

    def rows_known(self) -> int:
        """Those that are in the file more than once, or of people who are registered."""
        staged = StagedRow.objects.filter(registry_import=self.pk)
        return staged.filter(Q(verdict=Verdict.DUPLICATE) | Q(known__isnull=False)).count()

    def moves(self) -> dict[str, Any] | None:
        """What a DTSEN snapshot would change; nothing is to be said of people."""
        return None

    def judge(self, chunk: list[RawRow]) -> dict[str, int]:
        """Stages the rows, with their findings. How many have which verdict."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")  # compiling takes longer than a chunk
            cursor.execute(verdicts.TABLES)
            cursor.execute("TRUNCATE import_cells, import_places, import_occupations")
            lines = io.StringIO()
            csv.writer(lines).writerows((number, width, *cells) for number, width, cells in chunk)
            lines.seek(0)
            cursor.copy_expert(verdicts.COPY, lines)
            cursor.execute(verdicts.TIDY, {"pk": self.pk})
            self._look_up(cursor, "import_places", COLUMNS[9:12], self.places, self.vocabulary.place)
            self._look_up(cursor, "import_occupations", COLUMNS[12:13], self.occupations, self.vocabulary.occupation)
            cursor.execute("ANALYZE import_cells (row), import_places, import_occupations")
            cursor.execute(
                verdicts.JUDGE,
                {
                    "pk": self.pk,
                    "first": chunk[0][0],
                    "last": chunk[-1][0],
                    "width": len(self.layout.header),
                    "known_only": bool(self.layout.missing),
                    "posting": self.posting,
                    "on": self.on,
                    "born_after": born_by(AGE_LIMIT, self.on),
                    "release": self.release,
                    "alike": ALIKE_WITH_BIRTH,
                    "areas": [code for code in names() if len(code) == 4],
                    "sexes": Json(SEXES),
                    "labels": Json(LABELS),
                    "verdicts": Json({code: kind.verdict for code, kind in CODES.items()}),
                    "worst_last": WORST_LAST,
                },
            )
            return dict(cursor.fetchall())

    def _look_up(self, cursor, table: str, columns: tuple[str, ...], known: dict, meaning) -> None:
        """What the different words of these columns mean, into a table to join with."""
        cursor.execute(f"SELECT DISTINCT {', '.join(columns)} FROM import_cells")
        words = cursor.fetchall()
        if len(known) > WORDS_KEPT:
            known.clear()
        for word in words:
            if word not in known:
                known[word] = meaning(*word)
        found = [(*word, known[word].code, Json(known[word].findings)) for word in words]
        execute_values(cursor.cursor, f"INSERT INTO {table} VALUES %s", found, page_size=1000)


def vocabulary_of(posting: str) -> Vocabulary:
    kelurahan = Region.objects.filter(level=RegionLevel.KELURAHAN).select_related("parent")
    places = [
        Place(
            code=region.code,
            name=region.name,
            kecamatan=region.parent.name,
            spellings=tuple(region.alt_spellings),
            kecamatan_spellings=tuple(region.parent.alt_spellings),
        )
        for region in kelurahan
    ]
    kinds = [Kind(kind.code, kind.name, tuple(kind.aliases)) for kind in Occupation.objects.all()]
    return Vocabulary(places, kinds, posting=posting)


def report_of(pk: UUID) -> Iterator[list[Any]]:
    """The rows of the report on an import, one for each finding, in the order of the file."""
    verdict = StagedRow.objects.filter(registry_import=pk, row=OuterRef("row")).values("verdict")
    findings = (
        ImportFinding.objects.filter(registry_import=pk)
        .annotate(outcome=Coalesce(Subquery(verdict), Value(Verdict.ACCEPTED.value)))
        .order_by("row", "pk")
        .values_list("row", "outcome", "column", "code", "value", "details")
    )
    return registry_file.report_rows(findings.iterator(chunk_size=2000))
