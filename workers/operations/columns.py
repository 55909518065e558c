"""Which column of a list is which: guessed from its titles, confirmed by a person, remembered for the next list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import uploads
from casework.decisions import Refused
from workers import registry_file, rules
from workers.enums import ImportKind
from workers.models import ColumnMapping, RegistryImport
from workers.operations.pulse import give_sign
from workers.registry_file import Layout, Unreadable
from workers.workflow import IMPORT


def receive(content: File, *, name: str) -> tuple[uploads.Accepted, Layout]:
    """The file as it may be kept, and how it is to be read: with the columns that somebody confirmed for the same
    titles before, if anybody did. Raises Unreadable for what is no registry file."""
    try:
        accepted = uploads.registry_table(File(content, name=name))
    except Refused as refused:
        raise Unreadable(" ".join(refused.messages)) from refused
    layout = registry_file.open_registry(content)
    content.seek(0)
    known = ColumnMapping.objects.filter(fingerprint=layout.fingerprint).first()
    return accepted, layout.mapped(known.columns) if known else layout


def as_kind(layout: Layout, kind: str | None) -> tuple[Layout, str]:
    """The layout with the columns that a file of this kind may have, and the kind: by the columns where it is None."""
    if kind is None:
        kind = ImportKind.FAMILIES if layout.tells_families else ImportKind.PEOPLE
    return (layout.of_families() if kind == ImportKind.FAMILIES else layout), kind


@transaction.atomic
def confirm_columns(pk: UUID, *, by: User, columns: Sequence[str], known_only: bool = False) -> RegistryImport:
    """Lets a file be checked with these columns, one for each title in its order, "" for one that is not read.

    `known_only`: the file lacks what a new person needs, and only changes people who are registered. Raises Refused.
    """
    registry_import = RegistryImport.objects.visible_to(by).locked().get(pk=pk)
    rules.may_confirm_columns(registry_import, by).require()
    if registry_import.tells_families:
        rules.check_family_columns(columns).require()
    else:
        rules.check_columns(columns, known_only=known_only).require()
    layout = replace(Layout.of(registry_import.layout), columns=tuple(columns), examples=())  # they have been seen
    now = timezone.now()
    remembered = {"titles": layout.header, "columns": layout.columns, "confirmed_by": by, "confirmed_at": now}
    ColumnMapping.objects.update_or_create(fingerprint=layout.fingerprint, defaults=remembered)
    give_sign(registry_import.pk)
    return IMPORT.apply(registry_import, "confirm", by=by, layout=layout.stored)
