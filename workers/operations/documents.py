"""Papers and photos of a person: added, handed out, withdrawn. Nothing is deleted before the person is made unknown."""

from __future__ import annotations

from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit, uploads
from workers import rules
from workers.enums import DocumentKind
from workers.models import Worker, WorkerDocument


def add_document(pk: UUID, *, by: User, kind: str, file: File) -> WorkerDocument:
    """Keeps one more paper of the worker. The same file again, as a second click sends it, gives the first one's row.

    Raises Worker.DoesNotExist out of scope, and Refused by rules.may_add_document or by the judges of
    casework.uploads: a photo of work is a photo, the others may be PDF.
    """
    worker = Worker.objects.visible_to(by).get(pk=pk)
    rules.may_add_document(worker, by=by).require()
    already = worker.documents.in_use().count()
    uploads.check_room(already)
    judged = uploads.picture(file) if kind == DocumentKind.WORK else uploads.evidence(file, already=already)
    with uploads.kept(judged) as fields, transaction.atomic():
        in_use = Worker.objects.locked().get(pk=pk).documents.in_use()
        if first := in_use.filter(sha256=fields["sha256"]).first():
            default_storage.delete(fields["path"])
            return first
        uploads.check_room(in_use.count())
        document = WorkerDocument.objects.create(worker=worker, kind=kind, uploaded_by=by, **fields)
        audit.record("document.add", document, by=by, facts=_facts(document))
    return document


@transaction.atomic
def list_documents(worker: Worker, *, by: User) -> list[WorkerDocument]:
    """The person's papers, those in use first, also those of linked records in scope. Leaves an entry."""
    documents = WorkerDocument.objects.visible_to(by).of_person(worker).exclude(path="")
    audit.record("document.list", worker, by=by)
    return sorted(
        documents.select_related("uploaded_by", "withdrawn_by"), key=lambda paper: paper.withdrawn_at is not None
    )


def open_document(pk: UUID, *, by: User) -> tuple[WorkerDocument, File]:
    """The paper with its contents. Leaves an entry; raises WorkerDocument.DoesNotExist out of scope."""
    with transaction.atomic():
        document = WorkerDocument.objects.visible_to(by).exclude(path="").get(pk=pk)
        audit.record("document.download", document, by=by, facts=_facts(document))
    return document, default_storage.open(document.path)


@transaction.atomic
def withdraw_document(pk: UUID, *, by: User, reason: str) -> WorkerDocument:
    """Marks a paper as no longer used. Raises WorkerDocument.DoesNotExist out of scope, and Refused."""
    document = WorkerDocument.objects.visible_to(by).locked().get(pk=pk)
    rules.may_withdraw_document(document, by=by).require()
    document.withdrawn_by, document.withdrawn_at, document.withdrawn_because = by, timezone.now(), reason
    document.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
    audit.record("document.withdraw", document, by=by, note=reason, facts=_facts(document))
    return document


def _facts(document: WorkerDocument) -> dict[str, str]:
    return {"kind": document.kind, "sha256": document.sha256}
