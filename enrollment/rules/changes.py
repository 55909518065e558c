"""Lines that let a membership go on by other terms (rules.md section 5, step 4).

A line changes package or payer, which say what is covered and what is billed. The base is the same for everybody
(rule P9). Name, birth date and sex follow the registry and are no monthly change; a NIK that is not valid is one who
leaves and one who joins.
"""

from __future__ import annotations

from datetime import date

from casework.decisions import Decision, Reason
from enrollment.enums import LineKind, Package
from enrollment.models import Batch, Membership
from enrollment.rules.drops import exits_of, waiting_batch
from enrollment.rules.proposals import Terms, terms_of
from workers.models import Policy, Worker, WorkerExit
from workers.rules import check_eligibility

ASKED_ONCE = "too_old"  # rule E3: a participant may stay after 65


def may_change(
    membership: Membership | None, *, terms: Terms, suits: Decision, left: WorkerExit | None, open_batch: str
) -> Decision:
    """Whether this membership may go on by those terms from their first month.

    `membership` is None where the person is no member in that month, `suits` the answer of check_suits, `left` how the
    person left the programme, `open_batch` the number of a batch in which the person still waits for an answer.
    """
    found = membership is not None
    return (
        Decision.unless(
            (
                bool(open_batch),
                "already_proposed",
                f"Sudah ada di kelompok {open_batch}.",
                "Tunggu jawaban kelompok itu, atau tarik usulannya.",
            ),  # AC-B25
            (
                not found,
                "not_a_member",
                "Bukan peserta pada bulan itu.",
                "Masukkan sebagai pekerja baru, atau pilih bulan lain.",
            ),
            (
                found and (membership.package, membership.payer) == (terms.package, terms.payer),
                "same_terms",
                "Paket dan pembayarnya sudah begitu.",
                "Pilih paket atau pembayar lain.",
            ),
            (
                found and membership.period.lower >= terms.start_month,
                "begins_then",
                "Kepesertaannya baru mulai pada bulan itu.",
                "Pakai kelompok untuk bulan sesudahnya.",
            ),
            (
                left is not None,
                "exited",
                "Sudah dicatat keluar dari program.",
                "Masukkan sebagai peserta yang keluar, atau catat kembalinya di halaman datanya.",
            ),
        )
        & suits
    )


def check_suits(worker: Worker, membership: Membership | None, *, terms: Terms, policy: Policy, on: date) -> Decision:
    """Whether the worker is one whom the new terms are for.

    Asked where somebody else pays or JHT comes in, as of a new worker; not where the same payer only pays less.
    """
    pays_less = membership is not None and membership.payer == terms.payer and terms.package == Package.JKK_JKM
    if membership is None or pays_less:
        return Decision()
    against = check_eligibility(worker, policy=policy, on=on).reasons
    return Decision(tuple(reason for reason in against if reason.code not in (ASKED_ONCE, "exited")))


def membership_to_change(worker: Worker, month: date) -> Membership | None:
    """The one of this record that covers the first day of the month."""
    return Membership.objects.filter(worker=worker).covering(month).first()


def check_change(worker: Worker, membership: Membership | None, *, terms: Terms, policy: Policy, on: date) -> Decision:
    """may_change of a worker who shall be put into a draft."""
    return may_change(
        membership,
        terms=terms,
        suits=check_suits(worker, membership, terms=terms, policy=policy, on=on),
        left=exits_of([worker]).get(worker.pk),
        open_batch=waiting_batch(worker),
    )


def check_changes(batch: Batch, *, policy: Policy, on: date) -> Decision:
    """Whether what was so when the changes were put in is still so at the lock."""
    terms = terms_of(batch)
    changes = batch.lines.filter(kind=LineKind.CHANGE).order_by("number")
    lines = list(changes.select_related("worker__occupation", "worker__second_occupation", "ends"))
    left = exits_of([line.worker for line in lines])
    reasons: list[Reason] = []
    for line in lines:
        decision = may_change(
            line.ends,
            terms=terms,
            suits=check_suits(line.worker, line.ends, terms=terms, policy=policy, on=on),
            left=left.get(line.worker_id),
            open_batch="",
        )
        name = line.worker.name
        reasons += [Reason(reason.code, f"{name}: {reason.text}", reason.remedy) for reason in decision.reasons]
    return Decision(tuple(reasons))
