"""The trail: who did or read what, and when. `record` is its only writer."""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.transaction import TransactionManagementError

from casework.models import AuditEntry

SYSTEM = "sistem"


def record(
    event: str, subject: models.Model | None = None, *, by: Any, note: str = "", facts: dict[str, Any] | None = None
) -> AuditEntry:
    """Leaves one entry in the transaction of the deed itself, so that neither exists without the other.

    `by` is the acting user, or None for the portal's own work. Name, role and place are kept as they were.
    Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("An audit entry belongs to the transaction of its deed.")
    return AuditEntry.objects.create(
        event=event,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        actor_id=by.pk if by is not None else None,
        actor_name=by.name if by is not None else SYSTEM,
        actor_role=by.role if by is not None else SYSTEM,
        actor_place=by.place_label if by is not None else "",
        note=note,
        facts=facts or {},
    )


def entries_of(subject: models.Model) -> models.QuerySet[AuditEntry]:
    """The subject's own entries, oldest first."""
    return AuditEntry.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
