"""Registry files: stored whole, checked into a staging table, shown, and accepted all at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from accounts.models import User
from casework import audit
from regions.models import Region
from workers import rules
from workers.enums import ImportKind, ImportStatus, Verdict
from workers.models import Policy, RegistryImport
from workers.operations.columns import as_kind, receive
from workers.operations.pulse import at_work, give_sign
from workers.operations.snapshots import FamilyIntake
from workers.operations.staging import Intake, report_of
from workers.registry_file import Layout, Unreadable
from workers.workflow import IMPORT

INTAKES = {ImportKind.PEOPLE: Intake, ImportKind.FAMILIES: FamilyIntake}


@transaction.atomic
def import_registry(
    *,
    by: User,
    content: File,
    name: str,
    posting: Region,
    reason: str = "",
    ask: bool = False,
    release: str = "",
    kind: str | None = ImportKind.PEOPLE,
) -> RegistryImport:
    """Takes in a file for the region, to be checked by check_import; with `ask`, once its columns are confirmed.

    Its desils are recorded under the DTSEN release of that name, those of people without one under the release that
    counts on the day. `kind` tells a snapshot, with families of a release, from a list of people; None: by its columns.

    `reason` says why a file is imported that was imported before (AC-I28). Raises Refused without it, and for a region
    that is not the user's; Unreadable for what is no registry file. Then nothing is stored.
    """
    rules.may_work_in(by, posting).require()
    sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    before = RegistryImport.objects.filter(sha256=sha256, status__in=(ImportStatus.ACCEPTING, ImportStatus.DONE))
    rules.check_import_again(before.select_related("accepted_by").first(), reason=reason).require()
    accepted, layout = receive(content, name=name)
    layout, kind = as_kind(layout, kind)
    if not ask:
        layout.complete()
    if kind == ImportKind.FAMILIES:
        rules.may_import_release(by, release).require()
    elif release:
        rules.check_received(release).require()
    registry_import = RegistryImport.objects.create(
        name=accepted.name,
        sha256=sha256,
        path=default_storage.save(f"imports/{uuid4()}", content),
        layout=layout.stored,
        status=ImportStatus.COLUMNS if ask else ImportStatus.QUEUED,
        posting=posting,
        kind=kind,
        release=release,
        reason=reason,
        uploaded_by=by,
    )
    facts = {"sha256": sha256, "posting": posting.pk, "kind": kind, "release": release}
    audit.record("import.upload", registry_import, by=by, note=reason, facts=facts)
    return registry_import


@transaction.atomic
def download_findings(registry_import: RegistryImport, *, by: User) -> None:
    """Leaves the entry of a file with the values of other people's rows."""
    audit.record("import.download", registry_import, by=by)


def check_import(pk: UUID, *, by: User) -> None:
    """Reads and judges the rows of an import, which then waits for somebody to accept it. Stores no worker.

    May be killed at any moment and started again: it then begins anew. Waits while another import is under work; does
    nothing when this one is checked already. Raises RegistryImport.DoesNotExist out of the user's scope.
    """
    registry_import = RegistryImport.objects.visible_to(by).get(pk=pk)
    with at_work(registry_import):
        registry_import.refresh_from_db()
        if registry_import.status not in (ImportStatus.QUEUED, ImportStatus.CHECKING):
            return
        try:
            with default_storage.open(registry_import.path) as stream:
                _check(registry_import, stream, by=by)
        except Unreadable as error:
            _fail(registry_import, trouble=str(error), by=by)


@transaction.atomic
def cancel_import(pk: UUID, *, by: User, note: str = "") -> RegistryImport:
    """Takes nothing of the file. The registry is as it was before (AC-I37). Raises Refused."""
    registry_import = RegistryImport.objects.visible_to(by).locked().get(pk=pk)
    rules.may_cancel_import(registry_import, by).require()
    registry_import.staged.all().delete()
    return IMPORT.apply(registry_import, "cancel", by=by, note=note, finished_at=timezone.now())


@dataclass(frozen=True, slots=True)
class Trial:
    """What an import would find. `counts` has one key for each verdict, `report` the rows of its report, `moves` what
    a DTSEN snapshot would change."""

    counts: dict[str, int]
    report: Iterator[list]
    kind: str = ImportKind.PEOPLE
    moves: dict[str, Any] | None = None


@contextmanager
def try_registry(
    content: BinaryIO, *, name: str, posting: Region, release: str = "", kind: str | None = ImportKind.PEOPLE
) -> Iterator[Trial]:
    """The same check, of which nothing stays after the block. Raises Unreadable, and Refused for families without
    the name of their release, which need not have come yet.
    """
    pk, on = uuid4(), timezone.localdate()
    layout, kind = as_kind(receive(File(content), name=name)[1].complete(), kind)
    if kind == ImportKind.FAMILIES:
        rules.check_release_named(release).require()
    release = release or Policy.objects.in_force(on).release
    intake = INTAKES[kind].of(pk, content, layout, posting=posting.pk, on=on, release=release)
    with transaction.atomic():
        intake.tell_unknown_columns()
        for chunk in intake.chunks():
            intake.judge(chunk)
        yield Trial(_each(intake.whole()), report_of(pk), kind, intake.moves())
        transaction.set_rollback(True)  # no foreign key is asked for before a commit


def intake_of(registry_import: RegistryImport, stream: BinaryIO) -> Intake:
    """The reading of the file, by the layout, day and release that hold for all its rows."""
    on = timezone.localdate(registry_import.uploaded_at)
    release = registry_import.release or Policy.objects.in_force(on).release
    layout = Layout.of(registry_import.layout)
    return INTAKES[registry_import.kind].of(
        registry_import.pk, stream, layout, posting=registry_import.posting_id, on=on, release=release
    )


def _check(registry_import: RegistryImport, stream: BinaryIO, *, by: User) -> None:
    intake = intake_of(registry_import, stream)
    _begin(registry_import, intake, by=by)
    for chunk in intake.chunks():
        _take_chunk(registry_import, intake, chunk)
    _present(registry_import, intake, by=by)


@transaction.atomic
def _begin(registry_import: RegistryImport, intake: Intake, *, by: User) -> None:
    registry_import.staged.all().delete()
    registry_import.findings.all().delete()
    counts = dict.fromkeys((f"rows_{verdict}" for verdict in Verdict.values), 0)
    expected = intake.rows_expected()
    IMPORT.apply(registry_import, "check", by=by, **counts, rows_done=0, rows_total=expected)
    give_sign(registry_import.pk)
    intake.tell_unknown_columns()


@transaction.atomic
def _take_chunk(registry_import: RegistryImport, intake: Intake, chunk: list) -> None:
    counts = intake.judge(chunk)
    RegistryImport.objects.filter(pk=registry_import.pk).update(
        rows_done=F("rows_done") + len(chunk),
        rows_total=Greatest(F("rows_total"), F("rows_done") + len(chunk)),
        **{f"rows_{verdict}": F(f"rows_{verdict}") + count for verdict, count in counts.items()},
    )


@transaction.atomic
def _present(registry_import: RegistryImport, intake: Intake, *, by: User) -> None:
    counts = _each(intake.whole())
    registry_import.refresh_from_db()
    IMPORT.apply(
        registry_import,
        "present",
        by=by,
        **{f"rows_{verdict}": count for verdict, count in counts.items()},
        rows_total=sum(counts.values()),
        rows_known=intake.rows_known(),
        moves=intake.moves(),
    )


@transaction.atomic
def _fail(registry_import: RegistryImport, *, trouble: str, by: User) -> None:
    registry_import.refresh_from_db()
    registry_import.staged.all().delete()
    now = timezone.now()
    IMPORT.apply(registry_import, "fail", by=by, note=trouble, trouble=trouble[:300], finished_at=now)


def _each(counts: dict[str, int]) -> dict[str, int]:
    return {verdict: counts.get(verdict, 0) for verdict in Verdict.values}
