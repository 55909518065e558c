"""Lists as files: asked for with a reason, written in the background, for whoever asked alone, gone after a day."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from casework import audit
from casework.decisions import Decision
from casework.exports import MOST_ROWS, protect, provenance, write_csv, write_workbook
from casework.locks import alone
from casework.paging import in_chunks
from casework.sealing import seal_text, unseal_text
from monitoring.enums import ExportFormat, ExportStatus
from monitoring.models import Export
from workers import nik
from workers.enums import MembershipState
from workers.filters import WorkerFilter
from workers.models import Worker

KEPT = timedelta(hours=24)  # the file; the row stays
SHORTEST_PASSWORD = 12  # AC-P17
CHUNK = 2_000  # rows of one query, after which the progress is told
NAMED_AT_ONCE = 10_000  # persons of one entry on the trail
KEY = 16  # bytes of a person's key
GIVEN_UP = "Berkas ini tidak selesai dalam sehari. Minta lagi dari daftarnya."
TOO_LONG = f"Daftar ini lebih dari {MOST_ROWS} baris, terlalu panjang untuk XLSX. Minta lagi sebagai CSV."


@dataclass(frozen=True)
class Kind:
    """A list that may leave as a file. `listed` selects its rows for a user, as the list's page does."""

    title: str
    event: str  # on the trail, of everybody in the file
    roles: frozenset[Role]
    columns: tuple[str, ...]
    listed: Callable[[User, Mapping[str, str]], WorkerFilter]
    cells: Callable[[Worker, bool], list[str]]  # of one row, with the whole NIK or the masked one


def worker_cells(worker: Worker, whole_nik: bool) -> list[str]:
    return [
        worker.name,
        worker.nik if whole_nik else nik.mask(worker.nik),
        worker.occupation.name,
        worker.kelurahan.name if worker.kelurahan else "",
        worker.kelurahan.code_plain if worker.kelurahan else "",
        MembershipState(worker.membership_state).label,
        f"{timezone.localdate(worker.registered_at):%d-%m-%Y}",
    ]


KINDS = {
    "workers": Kind(
        "Daftar pekerja",
        "worker.export",
        frozenset({Role.OFFICER, Role.ADMIN, Role.AUDITOR}),
        ("nama", "nik", "pekerjaan", "kelurahan", "kode_kelurahan", "kepesertaan", "terdaftar"),
        WorkerFilter.asked_by,
        worker_cells,
    ),
}


def may_request(user: User, kind: Kind, *, file_format: str, whole_nik: bool, password: str) -> Decision:
    """Whether this user may have that list as such a file."""
    return Decision.unless(
        (
            user.role not in kind.roles,
            "wrong_role",
            "Peran Anda tidak mengunduh daftar ini.",
            "Minta kepada petugas atau admin kota.",
        ),
        (
            0 < len(password) < SHORTEST_PASSWORD,
            "password_too_short",
            f"Kata sandi berkas paling sedikit {SHORTEST_PASSWORD} karakter.",
            "Pakai beberapa kata yang mudah Anda ingat.",
        ),
        (
            bool(password) and file_format != ExportFormat.XLSX,
            "password_needs_workbook",
            "Hanya XLSX yang dapat diberi kata sandi.",
            "Pilih XLSX, atau kosongkan kata sandinya.",
        ),
        (
            whole_nik and user.role == Role.AUDITOR,
            "nik_stays_masked",
            "Auditor menerima NIK yang disamarkan.",
            "Hapus centang NIK lengkap.",
        ),
        (
            whole_nik and not password,
            "whole_nik_needs_password",
            "Berkas dengan NIK lengkap harus diberi kata sandi.",
            "Isi kata sandi berkas, atau hapus centang NIK lengkap.",
        ),
    )


def _must_be_readable(listed: WorkerFilter) -> Decision:
    return Decision.unless(
        (
            not listed.form.is_valid(),
            "terms_unreadable",
            "Saringan daftar ini tidak dapat dibaca.",
            "Buka daftarnya lagi dan atur saringannya.",
        )
    )


@transaction.atomic
def request_export(
    kind: str,
    *,
    by: User,
    terms: Mapping[str, str],
    reason: str,
    file_format: str,
    whole_nik: bool = False,
    password: str = "",
) -> Export:
    """Notes what is wanted, to be written by write_export. `terms` are the filters of the list as its address has them.

    The password is kept sealed until the file is written, and not afterwards.
    """
    may_request(by, KINDS[kind], file_format=file_format, whole_nik=whole_nik, password=password).require()
    listed = KINDS[kind].listed(by, terms)
    _must_be_readable(listed).require()
    words = listed.terms
    export = Export.objects.create(
        kind=kind,
        terms={name: terms[name] for name in listed.form.fields if name in terms},
        words=words,
        reason=reason,
        file_format=file_format,
        whole_nik=whole_nik,
        is_protected=bool(password),
        sealed_password=seal_text(password, purpose="export") if password else "",
        requested_by=by,
    )
    facts = {"kind": kind, "terms": words, "format": file_format, "whole_nik": whole_nik, "protected": bool(password)}
    audit.record("export.request", export, by=by, note=reason, facts=facts)
    return export


def write_export(pk: UUID, *, by: User) -> None:
    """Writes the file, with what the user may see now. Killed at any moment it is begun anew, with the same result.

    Does nothing while another process is at it, or when it is done. Raises Export.DoesNotExist for another's.
    """
    export = Export.objects.visible_to(by).get(pk=pk)
    with alone(f"export {pk}") as held:
        export.refresh_from_db()
        if not held or not export.is_under_way:
            return
        kind = KINDS[export.kind]
        listed = kind.listed(by, export.terms)
        total = listed.found.count() if by.role in kind.roles else 0
        export.advance(rows_done=0, rows_total=total)
        if export.file_format == ExportFormat.XLSX and total > MOST_ROWS:
            export.fail(TOO_LONG)
            return
        with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as persons:
            _write(export, file, _rows(export, kind, listed, persons, by=by) if total else iter(()), kind=kind)
            _hand_over(export, file, persons, by=by)


def open_export(pk: UUID, *, by: User) -> tuple[File, Export]:
    """The file for its owner. Raises Export.DoesNotExist for others (AC-P16), and when it is gone or not yet there."""
    with transaction.atomic():
        export = Export.objects.visible_to(by).ready(timezone.now()).get(pk=pk)
        audit.record("export.download", export, by=by, note=export.reason)
    return default_storage.open(export.path), export


@transaction.atomic
def remove_export(pk: UUID, *, by: User) -> None:
    """The owner has no more need of it. The row stays, without what was searched for.

    Raises Export.DoesNotExist for another's, for one that is being written, and when it is gone already.
    """
    export = Export.objects.visible_to(by).removable().locked().get(pk=pk)
    _remove([export])
    audit.record("export.remove", export, by=by)


@transaction.atomic
def remove_expired(now: datetime) -> int:
    """What its owner did not remove within a day; also what was never finished."""
    stuck = Export.objects.filter(requested_at__lte=now - KEPT, status__in=ExportStatus.under_way())
    stuck.update(status=ExportStatus.FAILED, trouble=GIVEN_UP, sealed_password="", finished_at=now)
    expired = list(Export.objects.removable().filter(finished_at__lte=now - KEPT).locked())
    _remove(expired)
    if expired:
        audit.record("export.remove", by=None, facts={"files": len(expired)})
    return len(expired)


def _remove(exports: list[Export]) -> None:
    paths = [export.path for export in exports if export.path]
    Export.objects.filter(pk__in=[export.pk for export in exports]).update(
        path="", terms={}, words={}, sealed_password="", removed_at=timezone.now()
    )
    transaction.on_commit(lambda: [default_storage.delete(path) for path in paths])


def _rows(export: Export, kind: Kind, listed: WorkerFilter, persons: BinaryIO, *, by: User) -> Iterator[list[str]]:
    """The cells of each row, and at the end who took them. The key of everybody in it goes to `persons`."""
    done = 0
    for chunk in in_chunks(listed.found.with_list_data(listed.on), order=listed.order, size=CHUNK):
        for row in chunk:
            persons.write(row.worker_id.bytes)
            yield kind.cells(row, export.whole_nik)
        done += len(chunk)
        export.advance(rows_done=done, rows_total=max(done, export.rows_total))
    yield provenance(by=by, why=export.reason)


def _write(export: Export, file: BinaryIO, rows: Iterator[list[str]], *, kind: Kind) -> None:
    if export.file_format == ExportFormat.CSV:
        write_csv(file, kind.columns, rows)
        return
    made_at = timezone.make_naive(export.requested_at)
    if not export.is_protected:
        write_workbook(file, kind.columns, rows, made_at=made_at)
        return
    with tempfile.TemporaryFile() as plain:
        write_workbook(plain, kind.columns, rows, made_at=made_at)
        protect(plain, file, password=unseal_text(export.sealed_password, purpose="export"))


def _hand_over(export: Export, file: BinaryIO, persons: BinaryIO, *, by: User) -> None:
    """Stores the file, with everybody in it on the trail: nobody gets a file of which the trail knows nothing."""
    size, path = file.tell(), default_storage.save("export", File(file))
    persons.seek(0)
    try:
        with transaction.atomic():
            while keys := persons.read(KEY * NAMED_AT_ONCE):
                named = [UUID(bytes=keys[start : start + KEY]) for start in range(0, len(keys), KEY)]
                facts = {"terms": export.words, "whole_nik": export.whole_nik}
                audit.record(KINDS[export.kind].event, export, by=by, note=export.reason, facts=facts, persons=named)
            now = timezone.now()
            Export.objects.filter(pk=export.pk).update(
                status=ExportStatus.DONE,
                path=path,
                size=size,
                sealed_password="",
                finished_at=now,
                expires_at=now + KEPT,
            )
    except BaseException:
        default_storage.delete(path)
        raise
