from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Reason, Refused
from casework.numbers import next_number
from enrollment import batch_file, rules
from enrollment.enums import LineStatus, Package, Payer
from enrollment.models import Batch, BatchLine
from enrollment.workflow import WORKFLOW
from workers.models import Policy, Worker
from workers.rules import eligibility_facts

AT_ONCE = 2_000  # rows of one INSERT


@transaction.atomic
def propose_batch(
    *,
    by: User,
    package: Package | str,
    payer: Payer | str,
    start_month: date,
    workers: Collection[UUID] | None = None,
    kelurahan: str = "",
    note: str = "",
) -> Batch:
    """Proposes the named workers, or every one in reach who is eligible and free (of one kelurahan code, if given).

    A named worker who may not be enrolled refuses the whole proposal with every reason; without names those workers
    are left out. `start_month` is the first day of the first contribution month.
    """
    today = timezone.localdate()
    rules.may_propose(by, start_month=start_month, today=today).require()
    policy = rules.policy_in_force(today)
    terms = rules.Terms(package, payer, start_month)
    if workers is None:
        chosen = _lock_free(by, terms, policy, kelurahan, today)
    else:
        chosen = _lock_named(by, terms, policy, workers, today)
    rules.may_reach(len(chosen)).require()
    batch = Batch.objects.create(
        number=next_number("batch"),
        region_id=by.region_id,
        package=package,
        payer=payer,
        start_month=start_month,
        note=note,
        proposed_by=by,
    )
    lines = [new_line(batch, number, worker, terms, policy, today) for number, worker in enumerate(chosen, start=1)]
    BatchLine.objects.bulk_create(lines, batch_size=AT_ONCE)
    audit.record(
        "batch.propose",
        batch,
        by=by,
        note=note,
        persons=[line.worker_id for line in lines],
        facts={
            "lines": len(lines),
            "monthly_amount": sum(line.monthly_amount for line in lines),
            "package": batch.package,
            "payer": batch.payer,
            "start_month": start_month,
            "policy": policy.effective_on,
        },
    )
    return batch


@transaction.atomic
def approve_batch(pk: int, *, by: User, note: str = "") -> Batch:
    batch = Batch.objects.visible_to(by).locked().get(pk=pk)
    rules.may_approve(batch, by).require()
    return WORKFLOW.apply(batch, "approve", by=by, note=note, approved_by=by, approved_at=timezone.now())


@transaction.atomic
def reject_batch(pk: int, *, by: User, note: str) -> Batch:
    """Needs a reason (AC-B10). Its workers are free for another batch."""
    batch = Batch.objects.visible_to(by).locked().get(pk=pk)
    rules.may_reject(batch, by, note=note).require()
    _drop_lines(batch)
    return WORKFLOW.apply(batch, "reject", by=by, note=note)


@transaction.atomic
def withdraw_batch(pk: int, *, by: User, note: str = "") -> Batch:
    """The proposer takes the proposal back. Its workers are free for another batch."""
    batch = Batch.objects.visible_to(by).locked().get(pk=pk)
    rules.may_withdraw(batch, by).require()
    _drop_lines(batch)
    return WORKFLOW.apply(batch, "withdraw", by=by, note=note)


@transaction.atomic
def send_batch(pk: int, *, by: User) -> Batch:
    """BPJS Ketenagakerjaan takes the batch over; from now on its file may be downloaded."""
    batch = Batch.objects.visible_to(by).locked().get(pk=pk)
    rules.may_send(batch, by).require()
    return WORKFLOW.apply(batch, "send", by=by, sent_by=by, sent_at=timezone.now())


@transaction.atomic
def view_lines(batch: Batch, lines: Iterable[BatchLine], *, by: User) -> None:
    """Leaves the entry of one page of a batch: who was shown."""
    audit.record("batch.view", batch, by=by, persons=[line.worker_id for line in lines])


@transaction.atomic
def download_batch(pk: int, *, by: User) -> tuple[str, Iterator[str]]:
    """The file's name and its rows, from the facts frozen at the proposal. Each download is on the trail."""
    batch = Batch.objects.visible_to(by).get(pk=pk)
    rules.may_download(batch, by).require()
    lines = list(batch.lines.order_by("number"))
    persons = [line.worker_id for line in lines]
    audit.record("batch.download", batch, by=by, facts={"lines": len(lines)}, persons=persons)
    rows = ({"batch": batch.number, "line": line.number, **line.facts["file"]} for line in lines)
    return f"kelompok-{batch.number}.csv", batch_file.write_batch(rows)


def new_line(batch: Batch, number: int, worker: Worker, terms: rules.Terms, policy: Policy, on: date) -> BatchLine:
    """A line not yet stored, with the facts of that day: what the file will say, and why the worker was eligible."""
    contribution = terms.contribution(worker.occupation.sector)
    facts: dict[str, Any] = {
        "file": {
            "nik": worker.nik,
            "name": worker.name,
            "birth_place": worker.birth_place,
            "birth_on": worker.birth_on.isoformat(),
            "sex": worker.sex,
            "address": worker.address,
            "rt": worker.rt,
            "rw": worker.rw,
            "kelurahan": worker.kelurahan.name,
            "phone": worker.phone,
            "occupation": worker.occupation.name,
            "income": worker.income,
            "programs": "+".join(line.program for line in contribution.lines),
            "payer": batch.payer,
            "start_month": f"{batch.start_month:%Y-%m}",
            "monthly_amount": contribution.total,
        },
        "eligibility": eligibility_facts(worker, policy=policy, on=on),
        "contribution": [asdict(line) for line in contribution.lines],
    }
    return BatchLine(batch=batch, number=number, worker=worker, monthly_amount=contribution.total, facts=facts)


def _lock_free(by: User, terms: rules.Terms, policy: Policy, kelurahan: str, today: date) -> list[Worker]:
    """Locked first and looked at again then, so that of two proposals at once the second leaves a worker out."""
    free = rules.select_workers(by=by, terms=terms, policy=policy, on=today, kelurahan=kelurahan).free
    keys = set(Worker.objects.filter(pk__in=free.order_by().values("pk")).order_by("pk").locked().values_list("pk"))
    return [
        worker for worker in free.select_related("occupation", "second_occupation", "kelurahan") if (worker.pk,) in keys
    ]


def _lock_named(by: User, terms: rules.Terms, policy: Policy, keys: Collection[UUID], today: date) -> list[Worker]:
    workers = (
        Worker.objects.visible_to(by).filter(pk__in=keys).select_related("occupation", "second_occupation", "kelurahan")
    )
    chosen = list(workers.order_by("pk").locked())
    if len(chosen) != len(set(keys)):
        raise Refused(
            Reason("worker_not_found", "Pekerja tidak ditemukan di wilayah tugas Anda.", "Pilih pekerja lain.")
        )
    rules.check_workers(chosen, terms=terms, policy=policy, on=today).require()
    return sorted(chosen, key=lambda worker: worker.name)


def _drop_lines(batch: Batch) -> None:
    batch.lines.filter(status=LineStatus.PENDING).update(status=LineStatus.DROPPED)
