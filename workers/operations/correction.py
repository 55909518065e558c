"""Mending what the registry says of a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Reason, Refused
from workers import rules
from workers.models import Worker
from workers.operations.pairs import raise_pairs

COMPARED = {"family_card_number", "phone"}  # what others are compared with, by finder


def last_change(pk: UUID) -> int:
    """The number of the newest row of the person's history. A form asks for it before it reads the person."""
    return Worker.objects.filter(pk=pk).aggregate(last=Max("events__pgh_id"))["last"] or 0


@transaction.atomic
def correct_worker(pk: UUID, *, by: User, reason: str, seen: int, **fields: Any) -> Worker:
    """Changes what differs among rules.CORRECTABLE at once, with a reason; without a difference nothing happens
    (AC-W71).

    `seen` is the last_change on which the fields rest. Raises Worker.DoesNotExist out of scope, and Refused with the
    codes of rules.check_correction or with changed_meanwhile (AC-B22).
    """
    worker = Worker.objects.visible_to(by).locked().get(pk=pk)
    changed = [name for name in rules.CORRECTABLE if name in fields and getattr(worker, name) != fields[name]]
    rules.check_correction(worker, by=by, kelurahan=fields.get("kelurahan", worker.kelurahan)).require()
    if last_change(pk) != seen:
        raise Refused(changed_meanwhile(worker))
    if not changed:
        return worker
    for name in changed:
        setattr(worker, name, fields[name])
    worker.save(update_fields=changed)
    if not COMPARED.isdisjoint(changed):
        raise_pairs([pk], by=by)
    audit.record(
        "worker.correct", worker, by=by, note=reason, facts={"fields": changed, "history_row": last_change(pk)}
    )
    return worker


def changed_meanwhile(worker: Worker) -> Reason:
    change = worker.events.latest("pgh_id")
    user = User.objects.filter(pk=(change.pgh_context or {}).get("user")).first()
    who = user.name if user is not None else audit.SYSTEM
    return Reason(
        "changed_meanwhile",
        f"Data ini sudah diubah oleh {who} pada {timezone.localtime(change.pgh_created_at):%d-%m-%Y %H.%M} WITA.",
        "Buka lagi halaman perbaikan, lihat isinya sekarang, lalu ulangi bila masih perlu.",
    )
