"""People leave the programme, and some come back. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Reason, Refused
from workers import rules
from workers.models import Worker, WorkerExit


@transaction.atomic
def exit_worker(
    pk: UUID, *, by: User, reason: str, exited_on: date, note: str = "", death_report: str = ""
) -> WorkerExit:
    """Records that the person left the programme on that day. From then on nobody enrols them anew.

    A death comes from claims.operations.report_death, which hands over the number of its report. Raises
    Worker.DoesNotExist out of scope, and Refused with the codes of rules.check_exit.
    """
    worker = Worker.objects.visible_to(by).locked().get(pk=pk)
    rules.check_exit(
        worker, by=by, reason=reason, exited_on=exited_on, death_report=death_report, today=timezone.localdate()
    ).require()
    left = WorkerExit.objects.create(
        worker=worker, reason=reason, exited_on=exited_on, note=note, death_report=death_report, recorded_by=by
    )
    facts = {"reason": reason, "exited_on": exited_on, "death_report": death_report}
    audit.record("worker.exit", worker, by=by, note=note, facts=facts)
    return left


@transaction.atomic
def return_worker(pk: UUID, *, by: User, note: str) -> WorkerExit:
    """Records that the person is back, from today. The exit with its reason stays readable.

    Raises Worker.DoesNotExist out of scope, and Refused with not_exited or reason_missing.
    """
    left = _open_exit(pk, by=by, note=note)
    left.returned_on, left.returned_by, left.return_note = timezone.localdate(), by, note
    left.save(update_fields=["returned_on", "returned_by", "return_note"])
    audit.record("worker.return", left.worker, by=by, note=note, facts={"reason": left.reason})
    return left


@transaction.atomic
def keep_exited(pk: UUID, *, by: User, note: str) -> WorkerExit:
    """Answers the task "was here before": whoever brought the NIK, the person has not come back. Refuses as above."""
    left = _open_exit(pk, by=by, note=note)
    left.seen_again_by = left.seen_again_at = None
    left.save(update_fields=["seen_again_by", "seen_again_at"])
    audit.record("worker.keep_exited", left.worker, by=by, note=note)
    return left


def see_again(niks: Collection[str], *, by: User) -> int:
    """Makes the task "was here before" of everyone with these NIKs who has left; says how many (AC-D10).

    For whoever finds that a NIK to be entered is known already. Belongs to that transaction.
    """
    left = WorkerExit.objects.open().filter(worker__nik__in=niks, worker__anonymised_at=None, seen_again_at=None)
    return left.update(seen_again_by=by, seen_again_at=timezone.now())


def _open_exit(pk: UUID, *, by: User, note: str) -> WorkerExit:
    worker = Worker.objects.visible_to(by).locked().get(pk=pk)
    left = worker.exit
    rules.may_return(left, by).require()
    if not note.strip():
        raise Refused(Reason("reason_missing", "Alasannya belum ditulis.", "Tulis apa yang Anda ketahui."))
    left.worker = worker
    return left
