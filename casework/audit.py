"""The trail: who did or read what, and when. `record` is its only writer."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from casework import chain
from casework.models import AuditEntry, AuditHead, AuditLink, Kind

SYSTEM = "sistem"
KIND_OF_VERB = {  # claim.view reads; a verb that is not here is a deed
    **dict.fromkeys(
        ["view", "list", "search", "check", "look_back", "refuse", "deny", "print", "print_note", "who_saw"], Kind.READ
    ),
    **dict.fromkeys(["export", "download"], Kind.EXPORT),
    **dict.fromkeys(["login", "login_fail", "logout", "use_factor", "fail_factor"], Kind.LOGIN),
}
BLANK = {"actor_name": "", "address": "", "note": "", "facts": {}}

client_address: ContextVar[str] = ContextVar("client_address", default="")  # set by casework.middleware


def record(
    event: str,
    subject: models.Model | None = None,
    *,
    by: Any,
    note: str = "",
    facts: dict[str, Any] | None = None,
    persons: Iterable[Any] = (),
) -> AuditEntry:
    """Leaves one entry in the transaction of the deed itself, so that neither exists without the other.

    `by` is the acting user, or None for the portal's own work. Name, role and place are kept as they were.
    `persons` are the workers whom it is about, as keys; the subject's own `worker_id` or `worker_ids` are among them.
    A list that shows persons names each of them: "who saw her?" must have an answer.
    `facts` are kept as JSON; a number with a fraction becomes text, so that its digest has one form.
    The link in the chain follows at commit. Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("An audit entry belongs to the transaction of its deed.")
    about = [getattr(subject, "worker_id", None), *getattr(subject, "worker_ids", ()), *persons]
    entry = AuditEntry(
        at=timezone.now(),
        event=event,
        kind=kind_of(event),
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        persons=list(dict.fromkeys(str(person) for person in about if person)),
        actor_id=by.pk if by is not None else None,
        actor_name=by.name if by is not None else SYSTEM,
        actor_role=by.role if by is not None else SYSTEM,
        actor_place=by.place_label if by is not None else "",
        address=client_address.get(),
        note=note,
        facts=json.loads(json.dumps(facts or {}, cls=DjangoJSONEncoder), parse_float=str),
        salts={field: secrets.token_hex(16) for field in chain.ERASABLE},
    )
    entry.digest = chain.entry_digest(entry.as_chained())
    entry.save(force_insert=True)
    return entry


def kind_of(event: str) -> Kind:
    return KIND_OF_VERB.get(event.rpartition(".")[2], Kind.DEED)


def entries_of(subject: models.Model) -> models.QuerySet[AuditEntry]:
    """The subject's own entries, oldest first."""
    return AuditEntry.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))


def entries_about(person: Any, *, came_with: models.Model | None = None) -> models.QuerySet[AuditEntry]:
    """Every entry about this worker, whatever its subject, oldest first.

    `came_with` is what brought in many persons by one deed, an imported file: its deeds are about each of them, and
    none of its entries lists a million keys.
    """
    about = Q(persons__contains=[str(person)])
    if came_with is not None:
        about |= Q(kind=Kind.DEED, subject_type=came_with._meta.label_lower, subject_id=str(came_with.pk))
    return AuditEntry.objects.filter(about)


def head() -> AuditHead:
    """The last link of the chain. Publish it, on paper or by mail: it is what a rebuilt chain cannot have."""
    return AuditHead.objects.first() or AuditHead(number=0, hash=chain.GENESIS)


def chained(*, withhold: bool = False) -> Iterator[dict[str, Any]]:
    """Every entry with its link, in order, as casework.chain checks them. Withheld, values give way to digests."""
    for link in AuditLink.objects.select_related("entry").order_by("number").iterator(chunk_size=2000):
        row = link.entry.as_chained() | {"number": link.number, "hash": link.hash}
        if withhold:
            row |= {"digests": {field: chain.field_digest(row, field) for field in chain.ERASABLE}}
            row |= {"salts": {}, "withheld": True, **BLANK}
        yield row


@transaction.atomic
def anonymise(entries: models.QuerySet[AuditEntry], *, fields: Iterable[str], by: Any, note: str) -> AuditEntry:
    """Empties personal text of entries for good and says so in one entry. The chain holds: digests stay.

    `fields` are of chain.ERASABLE. An entry that tells of an erasure is never emptied.
    """
    fields, emptied = list(fields), []
    for entry in entries.exclude(event=chain.ERASURE).select_for_update():
        row = entry.as_chained()
        for field in fields:
            entry.digests[field] = chain.field_digest(row, field)
            entry.salts.pop(field, None)
            setattr(entry, field, BLANK[field])
        entry.save(update_fields=["salts", "digests", *fields])
        emptied.append(entry.digest)
    return record(chain.ERASURE, by=by, note=note, facts={"entries": emptied, "fields": fields})
