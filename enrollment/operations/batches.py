from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Reason, Refused
from casework.models import Kind
from casework.numbers import next_number
from enrollment import batch_file, rules
from enrollment.enums import BatchStatus, LineKind, LineStatus, Package, Payer
from enrollment.models import ApprovalPolicy, Batch, BatchLine, Fund
from enrollment.operations.budgets import require_money
from enrollment.operations.lines import AT_ONCE, add_lines, freeze_lines, lock_workers
from enrollment.workflow import WORKFLOW
from workers.enums import ExitReason, OccupationCategory
from workers.models import Policy, Worker

NOBODY = UUID(int=0)  # no worker has this key
ADDED_LATER = dict.fromkeys(["participant_number", "mother_name", "workplace", "work_hours"], "")  # not in older lines
NOT_FOUND = Reason("worker_not_found", "Pekerja tidak ditemukan di wilayah tugas Anda.", "Pilih pekerja lain.")


@transaction.atomic
def propose_batch(
    *,
    by: User,
    package: Package | str,
    payer: Payer | str,
    start_month: date,
    workers: Collection[UUID] | None = None,
    kelurahan: str = "",
    cohort: OccupationCategory | str = "",
    fund: Fund | None = None,
    note: str = "",
    draft: bool = False,
) -> Batch:
    """Proposes the named workers, or every one in reach who is eligible and free (of one kelurahan code and one
    cohort, if given).

    A named worker who may not be enrolled refuses the whole proposal with every reason; without names those workers
    are left out. `start_month` is the first day of the first contribution month. `fund` is whose money it spends, None
    for the payer's only one. The batch is locked at once, unless it shall stay a draft that others are put into.
    """
    today = timezone.localdate()
    rules.may_propose(by, start_month=start_month, today=today).require()
    policy = rules.policy_in_force(today)
    terms = rules.Terms(package, payer, start_month)
    fund = rules.fund_for(payer, named=fund)
    if workers is None:
        cohorts = [cohort] if cohort else rules.cohorts_of(fund, start_month.year, on=today)
        keys = _lock_free(by, terms, policy, kelurahan, cohorts, today)
    else:
        keys = _lock_named(by, terms, policy, workers, today)
    rules.may_reach(len(keys)).require()
    batch = _begin(by, terms, fund, note)
    add_lines(batch, keys)
    if draft:
        audit.record("batch.draft", batch, by=by, note=note, facts=_described(batch), persons=_persons(batch))
        return batch
    return _lock(batch, by=by, event="batch.propose", note=note)


@transaction.atomic
def add_worker(pk: int, *, by: User, nik: str) -> BatchLine:
    """Puts one worker into a draft. Raises Refused with every reason against."""
    batch = _of(pk, by)
    rules.may_edit(batch, by).require()
    today = timezone.localdate()
    policy = rules.policy_in_force(today)
    asked = list(Worker.objects.filter(nik=nik).values_list("pk", flat=True))
    add_lines(batch, _lock_named(by, rules.terms_of(batch), policy, asked or [NOBODY], today))
    line = batch.lines.select_related("worker").get(worker__in=asked)
    audit.record("batch.add_line", batch, by=by, facts={"line": line.number}, persons=asked)
    return line


@transaction.atomic
def open_draft(
    *, by: User, package: Package | str, payer: Payer | str, start_month: date, fund: Fund | None = None, note: str = ""
) -> Batch:
    """An empty draft, for members who shall leave. `start_month` and `fund` are as in propose_batch."""
    rules.may_propose(by, start_month=start_month, today=timezone.localdate()).require()
    terms = rules.Terms(package, payer, start_month)
    batch = _begin(by, terms, rules.fund_for(payer, named=fund), note)
    audit.record("batch.draft", batch, by=by, note=note, facts=_described(batch))
    return batch


@transaction.atomic
def take_out_lines(pk: int, *, by: User, numbers: Collection[int]) -> int:
    """Takes lines out of a draft, so that their workers are free again. How many there were."""
    batch = _of(pk, by)
    rules.may_edit(batch, by).require()
    lines = batch.lines.filter(number__in=numbers)
    gone = {line.number: line.worker_id for line in lines.order_by("number")}
    lines.delete()
    audit.record("batch.take_out", batch, by=by, facts={"lines": list(gone)}, persons=gone.values())
    return len(gone)


@transaction.atomic
def lock_batch(pk: int, *, by: User, note: str = "", seen: int | None = None) -> Batch:
    """The first signature. Each line is frozen with the facts of this day; refused with what stands against a line."""
    batch = _of(pk, by, seen)
    rules.may_lock(batch, by).require()
    lock_workers(batch)
    return _lock(batch, by=by, event="batch.lock", note=note)


@transaction.atomic
def approve_batch(pk: int, *, by: User, note: str = "", seen: int | None = None) -> Batch:
    """The next approval; the last one that the batch needs opens it to BPJS Ketenagakerjaan."""
    batch = _of(pk, by, seen)
    signed = signers_of(batch)
    rules.may_approve(batch, by, signed=signed).require()
    require_money(batch)
    now = timezone.now()
    stage = len(signed) + 1
    batch.approvals.create(stage=stage, approved_by=by, approved_at=now)
    if stage == batch.approvals_needed:
        return WORKFLOW.apply(batch, "approve", by=by, note=note, approved_by=by, approved_at=now)
    audit.record("batch.sign", batch, by=by, note=note, facts={"stage": stage, "of": batch.approvals_needed})
    return batch


@transaction.atomic
def hand_back_batch(pk: int, *, by: User, note: str, seen: int | None = None) -> Batch:
    """Returns it to its maker with a reason. Its workers stay in it; approvals given so far count no more."""
    batch = _of(pk, by, seen)
    rules.may_hand_back(batch, by, note=note, signed=signers_of(batch)).require()
    batch.approvals.all().delete()
    return WORKFLOW.apply(batch, "hand_back", by=by, note=note)


@transaction.atomic
def reopen_batch(pk: int, *, by: User, seen: int | None = None) -> Batch:
    """Makes a draft again of what was handed back. Nothing in it is frozen any longer."""
    batch = _of(pk, by, seen)
    rules.may_reopen(batch, by).require()
    batch.lines.update(facts={}, digest="")
    return WORKFLOW.apply(batch, "reopen", by=by, digest="")


@transaction.atomic
def reject_batch(pk: int, *, by: User, note: str, seen: int | None = None) -> Batch:
    """Ends it, with a reason (AC-B10). Its workers are free for another batch."""
    batch = _of(pk, by, seen)
    rules.may_reject(batch, by, note=note, signed=signers_of(batch)).require()
    _drop_lines(batch)
    return WORKFLOW.apply(batch, "reject", by=by, note=note)


@transaction.atomic
def withdraw_batch(pk: int, *, by: User, note: str = "", seen: int | None = None) -> Batch:
    """The proposer takes the proposal back. Its workers are free for another batch."""
    batch = _of(pk, by, seen)
    rules.may_withdraw(batch, by).require()
    _drop_lines(batch)
    return WORKFLOW.apply(batch, "withdraw", by=by, note=note)


@transaction.atomic
def reconcile_batch(pk: int, *, by: User, month_agrees: bool) -> Batch:
    """For the reconciliation of the batch's month, which says whether that month agrees."""
    batch = _of(pk, by)
    rules.may_reconcile_batch(batch, by, month_agrees=month_agrees).require()
    return WORKFLOW.apply(batch, "reconcile", by=by)


@transaction.atomic
def close_batch(pk: int, *, by: User, month_closed: bool) -> Batch:
    """For the closing of the batch's month, which says whether that month is closed."""
    batch = _of(pk, by)
    unanswered = batch.lines.filter(status=LineStatus.PENDING).count()
    rules.may_close_batch(batch, by, unanswered=unanswered, month_closed=month_closed).require()
    return WORKFLOW.apply(batch, "close", by=by)


@transaction.atomic
def send_batch(pk: int, *, by: User, seen: int | None = None) -> Batch:
    """BPJS Ketenagakerjaan takes the batch over; from now on its file may be downloaded."""
    batch = _of(pk, by, seen)
    rules.may_send(batch, by).require()
    return WORKFLOW.apply(batch, "send", by=by, sent_by=by, sent_at=timezone.now(), template=rules.template_in_force())


@transaction.atomic
def view_lines(batch: Batch, lines: Iterable[BatchLine], *, by: User) -> None:
    """Leaves the entry of one page of a batch: who was shown."""
    audit.record("batch.view", batch, by=by, persons=[line.worker_id for line in lines])


@transaction.atomic
def download_batch(pk: int, *, by: User) -> tuple[str, Iterator[bytes]]:
    """The file's name and its content, from the facts frozen at the lock and by the template of the day it was sent.
    Each download is on the trail.

    The rows of a CSV are read while they are written out, so that a batch of any size takes no more memory than a
    small one.
    """
    batch = Batch.objects.visible_to(by).select_related("template").get(pk=pk)
    rules.may_download(batch, by).require()
    persons = _persons(batch)
    audit.record("batch.download", batch, by=by, facts={"lines": len(persons)}, persons=persons)
    lines = batch.lines.order_by("number").values_list("number", "kind", "reason", "facts__file")
    rows = (
        {
            **ADDED_LATER,
            **file,
            "batch": batch.number,
            "line": number,
            "kind": LineKind(kind).label,
            "reason": ExitReason(reason).label if reason else "",
        }
        for number, kind, reason, file in lines.iterator(chunk_size=AT_ONCE)
    )
    how = rules.format_of(batch.template)
    return f"kelompok-{batch.number}.{how.value}", batch_file.write_batch(rows, rules.columns_of(batch.template), how)


def signers_of(batch: Batch) -> list[int]:
    """Keys of those who have approved it since its lock."""
    return list(batch.approvals.order_by("stage").values_list("approved_by", flat=True))


def last_deed(batch: Batch) -> int:
    """Names the state of the batch and its lines: every change leaves a later entry."""
    return audit.entries_of(batch).filter(kind=Kind.DEED).order_by("pk").values_list("pk", flat=True).last() or 0


def _begin(by: User, terms: rules.Terms, fund: Fund | None, note: str) -> Batch:
    return Batch.objects.create(
        number=next_number("batch"),
        region_id=by.region_id,
        package=terms.package,
        payer=terms.payer,
        fund=fund,
        start_month=terms.start_month,
        note=note,
        proposed_by=by,
    )


def _of(pk: int, by: User, seen: int | None = None) -> Batch:
    """The batch locked. Refused when somebody has changed it since the page whose last_deed was `seen` (AC-B22)."""
    batch = Batch.objects.visible_to(by).locked().get(pk=pk)
    if seen is not None and seen != last_deed(batch):
        change = audit.entries_of(batch).filter(kind=Kind.DEED).latest("pk")
        at = timezone.localtime(change.at)
        raise Refused(
            Reason(
                "changed_meanwhile",
                f"Kelompok ini sudah diubah oleh {change.actor_name} pada {at:%d-%m-%Y %H.%M} WITA.",
                "Periksa lagi isinya di halaman ini, lalu ulangi bila masih perlu.",
            )
        )
    return batch


def _lock(batch: Batch, *, by: User, event: str, note: str) -> Batch:
    """Checks and freezes the lines of a draft whose workers are locked. Leaves the one entry of the deed."""
    now = timezone.now()
    today = timezone.localdate(now)
    policy = rules.policy_in_force(today)
    may_stand = rules.check_lines(batch, policy=policy, on=today)
    (may_stand & rules.check_drops(batch) & rules.check_changes(batch, policy=policy, on=today)).require()
    batch.digest = freeze_lines(batch, policy=policy, on=today)
    require_money(batch)
    facts = _described(batch)
    tiers = ApprovalPolicy.objects.in_force(today)
    batch.approvals_needed = rules.approvals_needed(
        facts["monthly_amount"], tiers=rules.USUAL_TIERS if tiers is None else tiers.tiers
    )
    batch.status, batch.proposed_at = BatchStatus.LOCKED, now
    batch.save(update_fields=["digest", "approvals_needed", "status", "proposed_at"])
    signed = {"policy": policy.effective_on, "digest": batch.digest, "approvals_needed": batch.approvals_needed}
    audit.record(event, batch, by=by, note=note, facts=facts | signed, persons=_persons(batch))
    return batch


def _described(batch: Batch) -> dict[str, Any]:
    """What the trail tells of the batch as it now is."""
    return {
        **batch.lines.aggregate(lines=Count("pk"), monthly_amount=Coalesce(Sum("monthly_amount"), 0)),
        "package": batch.package,
        "payer": batch.payer,
        "fund": str(batch.fund or ""),
        "start_month": batch.start_month,
    }


def _persons(batch: Batch) -> list[UUID]:
    return list(batch.lines.order_by("number").values_list("worker", flat=True))


def _lock_free(
    by: User, terms: rules.Terms, policy: Policy, kelurahan: str, cohorts: Collection[str], today: date
) -> list[UUID]:
    """Locked first and looked at again then, so that of two proposals at once the second leaves a worker out."""
    reach = rules.select_workers(by=by, terms=terms, policy=policy, on=today, kelurahan=kelurahan, cohorts=cohorts)
    free = reach.free.order_by()
    locked = Worker.objects.filter(pk__in=free.values("pk")).order_by("pk").locked()
    keys = list(locked.values_list("pk", flat=True))
    still_free = set(free.values_list("pk", flat=True))
    return [key for key in keys if key in still_free]


def _lock_named(by: User, terms: rules.Terms, policy: Policy, keys: Collection[UUID], today: date) -> list[UUID]:
    workers = Worker.objects.visible_to(by).filter(pk__in=keys).select_related("occupation", "second_occupation")
    chosen = list(workers.order_by("pk").locked())
    if len(chosen) != len(set(keys)):
        raise Refused(NOT_FOUND)
    rules.check_workers(chosen, terms=terms, policy=policy, on=today).require()
    return [worker.pk for worker in chosen]


def _drop_lines(batch: Batch) -> None:
    batch.lines.filter(status=LineStatus.PENDING).update(status=LineStatus.DROPPED)
