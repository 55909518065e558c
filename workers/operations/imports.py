"""Registry files: stored whole, then checked and taken over row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import BinaryIO
from uuid import UUID, uuid4

import pghistory
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from casework import audit, uploads
from regions.models import Region, RegionLevel
from workers import registry_file, rules
from workers.enums import AGE_LIMIT, ImportStatus
from workers.models import DesilRecord, ImportFinding, Occupation, Policy, RegistryImport, Worker
from workers.querysets import born_by
from workers.registry_file import Finding, Kind, Place, RawRow, RegistryRow, Unreadable, Vocabulary

CHUNK = 500  # rows in one transaction; a killed check repeats at most these


@dataclass(slots=True)
class Preview:
    """What an import would do."""

    rows: int = 0
    accepted: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return self.rows - self.accepted


@transaction.atomic
def import_registry(*, by: User, content: File, name: str, posting: Region) -> RegistryImport:
    """Takes in a file for the region, to be checked by check_import.

    Raises Refused for a region that is not the user's, Unreadable for what is no registry file; then nothing is stored.
    """
    rules.may_work_in(by, posting).require()
    uploads.scan(content)
    registry_file.open_registry(content).complete()
    content.seek(0)
    registry_import = RegistryImport.objects.create(
        name=uploads.shown_name(name, ".csv"),
        sha256=hashlib.file_digest(content, "sha256").hexdigest(),
        path=default_storage.save(f"imports/{uuid4()}.csv", content),
        posting=posting,
        uploaded_by=by,
    )
    facts = {"sha256": registry_import.sha256, "posting": posting.pk}
    audit.record("import.upload", registry_import, by=by, facts=facts)
    return registry_import


@transaction.atomic
def download_findings(registry_import: RegistryImport, *, by: User) -> None:
    """Leaves the entry of a file with the values of other people's rows."""
    audit.record("import.download", registry_import, by=by)


def check_import(pk: UUID, *, by: User) -> None:
    """Checks the rows of an import and takes over the good ones, from where an earlier check stopped.

    May be killed at any moment and started again; does nothing while another process is at it, or when it is done.
    Raises RegistryImport.DoesNotExist out of the user's scope.
    """
    registry_import = RegistryImport.objects.visible_to(by).get(pk=pk)
    with _alone(pk) as alone:
        if not alone:
            return
        registry_import.refresh_from_db()
        if registry_import.status in (ImportStatus.DONE, ImportStatus.FAILED):
            return
        try:
            with default_storage.open(registry_import.path) as stream:
                check = _Check.of(stream, posting=registry_import.posting_id, on=_day(registry_import))
                _begin(registry_import, check)
                with pghistory.context(user=by.pk):  # a task has no request to say so
                    for rows in _chunks(check.rows(stream, after=registry_import.rows_done)):
                        _store(registry_import, rows, check=check, by=by)
        except Unreadable as error:
            _finish(registry_import, ImportStatus.FAILED, by=by, trouble=str(error))
        else:
            _finish(registry_import, ImportStatus.DONE, by=by)


def preview_registry(content: BinaryIO, *, posting: Region) -> Preview:
    """The same check without storing anything. Raises Unreadable."""
    check = _Check.of(content, posting=posting.pk, on=timezone.localdate())
    preview = Preview(findings=check.header_findings())
    for rows in _chunks(check.rows(content)):
        people, findings = check.of_rows(rows)
        niks = [person.nik for person in people]
        known = set(Worker.objects.filter(nik__in=niks).values_list("nik", flat=True))
        accepted = [person for person in people if person.nik not in known]
        findings += _registered(person for person in people if person.nik in known)
        findings += check.desil_findings(accepted)
        preview.rows += len(rows)
        preview.accepted += len(accepted)
        preview.findings += sorted(findings, key=lambda finding: finding.row)
    return preview


@dataclass(frozen=True, slots=True)
class _Check:
    """All that a row is held against besides itself."""

    layout: registry_file.Layout
    whole: registry_file.Survey
    vocabulary: Vocabulary
    posting: str
    on: date
    release: str

    @classmethod
    def of(cls, stream: BinaryIO, *, posting: str, on: date) -> _Check:
        layout = registry_file.open_registry(stream).complete()
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
        return cls(
            layout=layout,
            whole=registry_file.survey(registry_file.name_cells(registry_file.read_rows(stream, layout))),
            vocabulary=Vocabulary(places, kinds),
            posting=posting,
            on=on,
            release=Policy.objects.in_force(on).release,
        )

    def rows(self, stream: BinaryIO, *, after: int = 0) -> Iterator[RawRow]:
        """Without the first rows, which are done."""
        rows = registry_file.name_cells(registry_file.read_rows(stream, self.layout))
        return islice(rows, after, None)

    def header_findings(self) -> list[Finding]:
        message = "Kolom ini tidak dikenal. Isinya tidak dibaca."
        return [Finding(1, name[:40], "column_unknown", "", message, refuses=False) for name in self.layout.unknown]

    def of_rows(self, rows: list[RawRow]) -> tuple[list[RegistryRow], list[Finding]]:
        people, findings = [], []
        for row in rows:
            person, found = registry_file.check_row(
                row,
                layout=self.layout,
                vocabulary=self.vocabulary,
                whole=self.whole,
                posting=self.posting,
                on=self.on,
                born_after=born_by(AGE_LIMIT, self.on),
            )
            findings += found
            if person is not None:
                people.append(person)
        return people, findings

    def desil_findings(self, people: list[RegistryRow]) -> list[Finding]:
        """Where the release has another desil for the family. The person is stored, the record stays as it is."""
        told = {person.family_card_number for person in people if person.desil is not None}
        records = DesilRecord.objects.filter(release=self.release, family_card_number__in=told)
        recorded = dict(records.values_list("family_card_number", "desil"))
        return [
            Finding(
                person.number,
                "desil",
                "desil_differs",
                str(person.desil),
                f"Pekerja diterima, tetapi desil keluarganya tetap {recorded[person.family_card_number]} seperti "
                f"sudah tercatat pada DTSEN rilis {self.release}. Cocokkan nomor KK dan desilnya.",
                refuses=False,
            )
            for person in people
            if person.desil is not None and recorded.get(person.family_card_number, person.desil) != person.desil
        ]


@transaction.atomic
def _begin(registry_import: RegistryImport, check: _Check) -> None:
    if registry_import.status != ImportStatus.QUEUED:
        return
    registry_import.status = ImportStatus.CHECKING
    registry_import.rows_total = check.whole.rows
    registry_import.progressed_at = timezone.now()
    registry_import.save(update_fields=["status", "rows_total", "progressed_at"])
    _keep(registry_import, check.header_findings())


@transaction.atomic
def _store(registry_import: RegistryImport, rows: list[RawRow], *, check: _Check, by: User) -> None:
    """Takes over one chunk. The NIK constraint decides who was first; later ones are handed back (AC-W44)."""
    people, findings = check.of_rows(rows)
    people.sort(key=lambda person: person.nik)  # two imports that meet wait for each other in one order
    workers = {uuid4(): person for person in people}
    Worker.objects.bulk_create(
        [_worker(pk, person, registry_import) for pk, person in workers.items()], ignore_conflicts=True
    )
    stored = set(Worker.objects.filter(pk__in=workers).values_list("pk", flat=True))
    accepted = [person for pk, person in workers.items() if pk in stored]
    findings += _registered(person for pk, person in workers.items() if pk not in stored)
    desils = {person.family_card_number: person.desil for person in accepted if person.desil is not None}
    DesilRecord.objects.bulk_create(
        [
            DesilRecord(
                family_card_number=family,
                release=check.release,
                desil=desil,
                received_on=check.on,
                source=f"Berkas {registry_import.name}"[:200],
                recorded_by=by,
            )
            for family, desil in sorted(desils.items())
        ],
        ignore_conflicts=True,
    )
    _keep(registry_import, findings + check.desil_findings(accepted))
    rows_told = {"first_row": rows[0].number, "last_row": rows[-1].number, "accepted": len(accepted)}
    audit.record(
        "import.store", registry_import, by=by, facts=rows_told, persons=[pk for pk in workers if pk in stored]
    )
    RegistryImport.objects.filter(pk=registry_import.pk).update(
        rows_done=F("rows_done") + len(rows),
        rows_accepted=F("rows_accepted") + len(accepted),
        rows_refused=F("rows_refused") + len(rows) - len(accepted),
        progressed_at=timezone.now(),
    )


@transaction.atomic
def _finish(registry_import: RegistryImport, status: ImportStatus, *, by: User, trouble: str = "") -> None:
    registry_import.refresh_from_db()
    registry_import.status = status
    registry_import.trouble = trouble[:300]
    registry_import.finished_at = timezone.now()
    registry_import.save(update_fields=["status", "trouble", "finished_at"])
    facts = {"accepted": registry_import.rows_accepted, "refused": registry_import.rows_refused, "trouble": trouble}
    audit.record("import.finish", registry_import, by=by, facts=facts)


def _worker(pk: UUID, person: RegistryRow, registry_import: RegistryImport) -> Worker:
    return Worker(
        pk=pk,
        nik=person.nik,
        family_card_number=person.family_card_number,
        name=person.name,
        birth_place=person.birth_place,
        birth_on=person.birth_on,
        sex=person.sex,
        address=person.address,
        rt=person.rt,
        rw=person.rw,
        kelurahan_id=person.kelurahan,
        occupation_id=person.occupation,
        income=person.income,
        phone=person.phone,
        registered_by_id=registry_import.uploaded_by_id,
        registry_import=registry_import,
        registry_row=person.number,
    )


def _registered(people: Iterable[RegistryRow]) -> list[Finding]:
    message = "NIK ini sudah terdaftar, jadi baris ini tidak diambil. Perbaiki datanya lewat halaman pekerja."
    return [Finding(person.number, "nik", "nik_registered", person.nik, message) for person in people]


def _keep(registry_import: RegistryImport, findings: list[Finding]) -> None:
    ImportFinding.objects.bulk_create(
        ImportFinding(
            registry_import=registry_import,
            row=finding.row,
            column=finding.column,
            code=finding.code,
            refuses=finding.refuses,
            value=finding.value,
            message=finding.message,
        )
        for finding in sorted(findings, key=lambda finding: finding.row)
    )


def _day(registry_import: RegistryImport) -> date:
    """The registration day of all rows, also of those that a later process checks."""
    return timezone.localdate(registry_import.uploaded_at)


def _chunks(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


@contextmanager
def _alone(pk: UUID) -> Iterator[bool]:
    """Whether this process holds the import's advisory lock, which ends with its connection at the latest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [f"import {pk}"])
        (alone,) = cursor.fetchone()
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [f"import {pk}"])
