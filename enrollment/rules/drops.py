"""Lines that end a membership: the last month paid is the one before the batch's (rules.md section 5, step 4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from casework.decisions import Decision, Reason
from enrollment.enums import LineKind, LineStatus
from enrollment.models import Batch, BatchLine, Membership
from enrollment.rules.proposals import Terms
from workers.enums import ExitReason
from workers.models import Worker, WorkerExit
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
    records = Worker.objects.same_person_as(worker)
    waiting = BatchLine.objects.filter(worker__in=records, status=LineStatus.PENDING)
    return may_drop(
        membership,
        month=month,
        reason=reason,
        died_on=_deaths([worker]).get(_person(worker)),
        open_batch=waiting.values_list("batch__number", flat=True).first() or "",
    )


def check_drops(batch: Batch) -> Decision:
    """Whether what was so when the drops were put in is still so at the lock: a death may be told, or taken back."""
    lines = list(batch.lines.filter(kind=LineKind.DROP).select_related("worker", "ends").order_by("number"))
    deaths = _deaths([line.worker for line in lines])
    reasons: list[Reason] = []
    for line in lines:
        decision = may_drop(
            line.ends,
            month=batch.start_month,
            reason=line.reason,
            died_on=deaths.get(_person(line.worker)),
            open_batch="",
        )
        name = line.worker.name
        reasons += [Reason(reason.code, f"{name}: {reason.text}", reason.remedy) for reason in decision.reasons]
    return Decision(tuple(reasons))


def _deaths(workers: Collection[Worker]) -> dict[UUID, date]:
    """Persons to the day of their death, which was reported as a possible claim before they left."""
    died = WorkerExit.objects.open().filter(reason=ExitReason.DIED).annotate(person=person_of())
    persons = [_person(worker) for worker in workers]
    return dict(died.filter(person__in=persons).values_list("person", "exited_on"))


def _person(worker: Worker) -> UUID:
    return worker.survivor_id or worker.pk
