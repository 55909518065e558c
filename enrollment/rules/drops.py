"""Lines that end a membership: the last month paid is the one before the batch's (rules.md section 5, step 4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import User
from casework.decisions import Decision, Reason
from enrollment.enums import LineKind, LineStatus
from enrollment.models import Batch, BatchLine, Membership
from enrollment.rules.proposals import Terms
from workers.enums import Employment, ExitReason
from workers.models import Policy, Worker, WorkerExit
from workers.querysets import person_of


def may_drop(
    membership: Membership | None, *, month: date, reason: ExitReason | str, died_on: date | None, open_batch: str
) -> Decision:
    """Whether this membership may end with the month before `month`.

    `membership` is None where the person is no member by the terms of the batch in that month, `died_on` the day of
    a reported death, `open_batch` the number of a batch in which the person still waits for an answer ("" for none).
    """
    return Decision.unless(
        (
            bool(open_batch),
            "already_proposed",
            f"Sudah ada di kelompok {open_batch}.",
            "Tunggu jawaban kelompok itu, atau tarik usulannya.",
        ),  # AC-B25
        (
            membership is None,
            "not_a_member",
            "Bukan peserta dengan pembayar dan paket kelompok ini pada bulan itu.",
            "Cocokkan pembayar, paket, dan bulan kelompok dengan kepesertaannya.",
        ),
        (
            membership is not None and membership.period.lower >= month,
            "begins_then",
            "Kepesertaannya baru mulai pada bulan itu.",
            "Pakai kelompok untuk bulan sesudahnya.",
        ),
        (
            reason == ExitReason.DIED and died_on is None,
            "death_not_reported",
            "Kematian dilaporkan dulu, karena ahli waris mungkin berhak atas santunan.",
            "Pilih “Laporkan kematian” di halaman pekerja, lalu masukkan lagi ke sini.",
        ),
        (
            died_on is not None and died_on >= month,
            "ends_before_death",
            f"Meninggal pada {died_on or month:%d-%m-%Y}, dan hari itu harus masih terlindungi.",
            "Pakai kelompok untuk bulan sesudah kematiannya.",
        ),
    )


def membership_to_end(worker: Worker, terms: Terms) -> Membership | None:
    """The one of this record that covers the first day of the batch's month, of its payer and package."""
    held = Membership.objects.filter(worker=worker, payer=terms.payer, package=terms.package)
    return held.covering(terms.start_month).first()


def check_drop(worker: Worker, membership: Membership | None, *, month: date, reason: ExitReason | str) -> Decision:
    """may_drop of a worker who shall be put into a draft."""
    return may_drop(
        membership,
        month=month,
        reason=reason,
        died_on=_death(exits_of([worker]).get(worker.pk)),
        open_batch=waiting_batch(worker),
    )


def check_drops(batch: Batch) -> Decision:
    """Whether what was so when the drops were put in is still so at the lock: a death may be told, or taken back."""
    lines = list(batch.lines.filter(kind=LineKind.DROP).select_related("worker", "ends").order_by("number"))
    exits = exits_of([line.worker for line in lines])
    reasons: list[Reason] = []
    for line in lines:
        decision = may_drop(
            line.ends,
            month=batch.start_month,
            reason=line.reason,
            died_on=_death(exits.get(line.worker_id)),
            open_batch="",
        )
        name = line.worker.name
        reasons += [Reason(reason.code, f"{name}: {reason.text}", reason.remedy) for reason in decision.reasons]
    return Decision(tuple(reasons))


def leavers(*, month: date, by: User, policy: Policy) -> QuerySet[Membership]:
    """Members in reach who should leave with the month before `month`, each with `leaves_because`, an ExitReason.

    Who was recorded as having left, for the reason recorded; who is no BPU any more, has no city KTP where the policy
    asks for it, or is a member by two records. Not who waits in a batch, nor who left in that month or later: that day
    must still be covered. Twin of may_drop.
    """
    left = WorkerExit.objects.open().annotate(person=person_of())
    before, later = left.filter(exited_on__lt=month), left.filter(exited_on__gte=month)
    waiting = BatchLine.objects.filter(status=LineStatus.PENDING).values(person=person_of())
    twice = Membership.objects.covering(month).filter(worker=OuterRef("worker__survivor"))
    moved = Q(worker__is_resident=False) if policy.residents_only else Q(pk__in=[])
    held = Membership.objects.visible_to(by).covering(month).filter(period__startswith__lt=month)
    recorded = [  # of the person, record by record, so that each is found by an index
        before.filter(worker=OuterRef("worker")),
        before.filter(worker=OuterRef("worker__survivor")),
        before.filter(worker__survivor=OuterRef("person")),
    ]
    reason = Case(
        When(Exists(twice), then=Value(ExitReason.DOUBLE)),
        When(worker__employment=Employment.WAGE_EARNER, then=Value(ExitReason.WAGE_EARNER)),
        When(worker__employment=Employment.CIVIL_SERVANT, then=Value(ExitReason.CIVIL_SERVANT)),
        When(moved, then=Value(ExitReason.MOVED)),
        output_field=CharField(),
    )
    return (
        held.annotate(person=person_of())
        .exclude(person__in=waiting)
        .exclude(person__in=later.values("person"))
        .annotate(leaves_because=Coalesce(*(Subquery(rows.values("reason")[:1]) for rows in recorded), reason))
        .filter(
            Q(person__in=before.values("person"))
            | Q(worker__employment__in=[Employment.WAGE_EARNER, Employment.CIVIL_SERVANT])
            | moved
            | Q(Exists(twice))
        )
    )


def waiting_batch(worker: Worker) -> str:
    """The number of a batch in which the person still waits for an answer, by any record; "" for none."""
    records = Worker.objects.same_person_as(worker)
    waiting = BatchLine.objects.filter(worker__in=records, status=LineStatus.PENDING)
    return waiting.values_list("batch__number", flat=True).first() or ""


def exits_of(workers: Collection[Worker]) -> dict[UUID, WorkerExit]:
    """Keys of records to how their person left the programme. A death is reported as a possible claim before that."""
    persons = {worker.pk: worker.survivor_id or worker.pk for worker in workers}
    left = WorkerExit.objects.open().annotate(person=person_of()).filter(person__in=persons.values())
    of_person = {row.person: row for row in left}
    return {pk: of_person[person] for pk, person in persons.items() if person in of_person}


def _death(left: WorkerExit | None) -> date | None:
    return left.exited_on if left is not None and left.reason == ExitReason.DIED else None
