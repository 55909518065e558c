"""Registrations under way. A page saved leaves no entry: until it is sent, what stands there is its author's alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from casework import audit, uploads
from workers import rules
from workers.enums import DocumentKind, DraftPage
from workers.models import DraftPhoto, RegistrationDraft, Worker, WorkerDocument


@transaction.atomic
def begin_draft(key: UUID, *, by: User, identity: Mapping[str, str]) -> RegistrationDraft:
    """Begins a registration with what is known of the person, as the boxes of the first page hold it.

    The same key again gives the same draft, and a NIK that the author has a draft for gives that one. Raises Refused
    by rules.may_begin_draft.
    """
    own = RegistrationDraft.objects.visible_to(by)
    under_way = [draft for draft in own if draft.pk == key or (identity.get("nik") and draft.nik == identity["nik"])]
    if under_way:
        return under_way[0]
    used = Worker.objects.filter(submission_key=key).exists() or RegistrationDraft.objects.filter(pk=key).exists()
    rules.may_begin_draft(by, already=own.count(), used=used).require()
    draft = RegistrationDraft.objects.create(
        pk=key, author=by, region_id=by.region_id, typed={DraftPage.IDENTITY: dict(identity)}
    )
    audit.record("draft.begin", draft, by=by)
    return draft


@transaction.atomic
def save_draft(
    pk: UUID, *, by: User, go_on: DraftPage, page: DraftPage | None = None, typed: Mapping[str, str] | None = None
) -> RegistrationDraft:
    """Keeps what was typed on a page, and where to go on from. Raises RegistrationDraft.DoesNotExist out of scope."""
    draft = RegistrationDraft.objects.visible_to(by).locked().get(pk=pk)
    if page is not None:
        draft.typed[page] = dict(typed or {})
    draft.page, draft.saved_at = go_on, timezone.now()
    draft.save(update_fields=["typed", "page", "saved_at"])
    return draft


def keep_photo(pk: UUID, *, by: User, file: File) -> DraftPhoto:
    """The photo of this draft; a new one replaces the old one (AC-K14). Raises Refused for what is no photo."""
    RegistrationDraft.objects.visible_to(by).get(pk=pk)
    with uploads.kept(uploads.picture(file)) as fields, transaction.atomic():
        draft = RegistrationDraft.objects.visible_to(by).locked().get(pk=pk)
        _drop_photos(DraftPhoto.objects.filter(draft=draft))
        return DraftPhoto.objects.create(draft=draft, **fields)


@transaction.atomic
def remove_photo(pk: UUID, *, by: User) -> None:
    draft = RegistrationDraft.objects.visible_to(by).locked().get(pk=pk)
    _drop_photos(DraftPhoto.objects.filter(draft=draft))


def open_photo(pk: UUID, *, by: User) -> tuple[DraftPhoto, File]:
    """The draft's photo with its contents. Leaves an entry; raises DraftPhoto.DoesNotExist where there is none."""
    with transaction.atomic():
        draft = RegistrationDraft.objects.visible_to(by).get(pk=pk)
        photo = DraftPhoto.objects.get(draft=draft)
        audit.record("draft.download", draft, by=by)
    return photo, default_storage.open(photo.path)


@transaction.atomic
def delete_draft(pk: UUID, *, by: User) -> None:
    """The author may delete a draft, its photo with it (AC-K13)."""
    draft = RegistrationDraft.objects.visible_to(by).locked().get(pk=pk)
    audit.record("draft.delete", draft, by=by)
    _drop_photos(DraftPhoto.objects.filter(draft=draft))
    draft.delete()


@transaction.atomic
def remove_drafts(*, before: datetime) -> int:
    """Removes those not saved since then, and those of authors who left their posting (AC-P23). Says how many."""
    drafts = RegistrationDraft.objects.filter(pk__in=RegistrationDraft.objects.forsaken(before).values("pk")).locked()
    keys = [draft.pk for draft in drafts]
    if keys:
        _drop_photos(DraftPhoto.objects.filter(draft__in=keys))
        RegistrationDraft.objects.filter(pk__in=keys).delete()
        audit.record("draft.remove", by=None, facts={"drafts": len(keys)})
    return len(keys)


def take_over(key: UUID, worker: Worker, *, by: User) -> None:
    """The draft of that key, if there is one, has become this worker: its photo is theirs, and the draft is gone.

    Belongs into the transaction that registers.
    """
    draft = RegistrationDraft.objects.visible_to(by).locked().filter(pk=key).first()
    if draft is None:
        return
    for photo in DraftPhoto.objects.filter(draft=draft):
        document = WorkerDocument.objects.create(
            worker=worker,
            kind=DocumentKind.WORK,
            path=photo.path,
            name=photo.name,
            content_type=photo.content_type,
            size=photo.size,
            sha256=photo.sha256,
            uploaded_by=by,
        )
        audit.record("document.add", document, by=by, facts={"kind": document.kind, "sha256": document.sha256})
    draft.delete()


def _drop_photos(photos: QuerySet[DraftPhoto]) -> None:
    """With their files, once this is stored."""
    files = list(photos.values_list("path", flat=True))
    photos.delete()
    transaction.on_commit(lambda: [default_storage.delete(path) for path in files])
