"""Members who leave, or go on by other terms: put into drafts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from casework import audit
from casework.decisions import Reason, Refused
from enrollment import rules
from enrollment.enums import BatchStatus, Package, Payer
from enrollment.models import Batch, BatchLine, Fund, Membership
from enrollment.operations.batches import NOT_FOUND, open_draft
from enrollment.operations.lines import add_ending_lines
from workers.enums import ExitReason
from workers.models import Worker

AT_ONCE = 5_000  # workers locked by one statement


@transaction.atomic
def add_drop(pk: int, *, by: User, nik: str, reason: ExitReason | str) -> BatchLine:
    """Puts into a draft that this member leaves. Raises Refused with every reason against."""
    batch = _draft(pk, by)
    worker = _member(by, nik=nik)
    membership = rules.membership_to_end(worker, rules.terms_of(batch))
    rules.check_drop(worker, membership, month=batch.start_month, reason=reason).require()
    (line,) = add_ending_lines(batch, [(membership, reason)])
    audit.record(
        "batch.add_drop", batch, by=by, facts={"line": line.number, "reason": reason}, persons=[line.worker_id]
    )
    return line


@transaction.atomic
def add_change(pk: int, *, by: User, nik: str) -> BatchLine:
    """Puts into a draft that this member goes on by its terms. Raises Refused with every reason against."""
    return _change(_draft(pk, by), _member(by, nik=nik), by=by)


@transaction.atomic
def propose_change(
    pk: UUID,
    *,
    by: User,
    package: Package | str,
    payer: Payer | str,
    start_month: date,
    fund: Fund | None = None,
    note: str = "",
) -> BatchLine:
    """Puts the member into the user's draft of these terms, the oldest; opens one where there is none."""
    terms = rules.Terms(package, payer, start_month)
    worker = _member(by, pk=pk)
    return _change(_draft_of(terms, by=by, fund=fund, note=note), worker, by=by)


@transaction.atomic
def propose_drops(
    *, by: User, month: date, expected: int, memberships: Collection[int] | None = None, reason: ExitReason | str = ""
) -> list[Batch]:
    """Puts members whom rules.leavers names into drafts, one for each payer and package: the user's oldest, or a new
    one. `memberships` are keys, None for all of that reason, or of any. `expected` is how many the user saw: another
    number is refused.
    """
    rules.may_propose(by, start_month=month, today=timezone.localdate()).require()
    policy = rules.policy_in_force(timezone.localdate())
    listed = rules.leavers(month=month, by=by, policy=policy)
    if reason:
        listed = listed.filter(leaves_because=reason)
    if memberships is not None:
        listed = listed.filter(pk__in=memberships)
    keys = sorted(set(listed.values_list("worker", flat=True)))
    for first in range(0, len(keys), AT_ONCE):
        list(Worker.objects.filter(pk__in=keys[first : first + AT_ONCE]).order_by("pk").locked().values_list("pk"))
    chosen = list(listed.filter(worker__in=keys).select_related("worker__occupation").order_by("worker__name", "pk"))
    if not chosen or len(chosen) != expected:
        raise Refused(
            Reason(
                "list_changed",
                f"Daftarnya berubah: {len(chosen)} dari {expected} peserta masih dapat dimasukkan.",
                "Periksa lagi daftarnya, lalu ulangi.",
            )
        )
    batches = []
    for payer, package in sorted({(member.payer, member.package) for member in chosen}):
        batch = _draft_of(rules.Terms(package, payer, month), by=by)
        leaving = [member for member in chosen if (member.payer, member.package) == (payer, package)]
        lines = add_ending_lines(batch, [(member, member.leaves_because) for member in leaving])
        facts = {"lines": [line.number for line in lines]}
        audit.record("batch.add_drops", batch, by=by, facts=facts, persons=[line.worker_id for line in lines])
        batches.append(batch)
    return batches


@transaction.atomic
def list_leavers(members: Iterable[Membership], *, by: User, month: date) -> None:
    """Leaves the entry of one page of those who should leave: who was shown."""
    audit.record("leavers.list", by=by, facts={"month": month}, persons=[member.worker_id for member in members])


def _change(batch: Batch, worker: Worker, *, by: User) -> BatchLine:
    today = timezone.localdate()
    membership = rules.membership_to_change(worker, batch.start_month)
    policy, terms = rules.policy_in_force(today), rules.terms_of(batch)
    rules.check_change(worker, membership, terms=terms, policy=policy, on=today).require()
    (line,) = add_ending_lines(batch, [(membership, "")])
    audit.record("batch.add_change", batch, by=by, facts={"line": line.number}, persons=[line.worker_id])
    return line


def _draft(pk: int, by: User) -> Batch:
    batch = Batch.objects.visible_to(by).locked().get(pk=pk)
    rules.may_edit(batch, by).require()
    return batch


def _draft_of(terms: rules.Terms, *, by: User, fund: Fund | None = None, note: str = "") -> Batch:
    """The user's oldest draft of these terms, of the fund where one is named; a new one where there is none."""
    rules.may_propose(by, start_month=terms.start_month, today=timezone.localdate()).require()
    drafts = Batch.objects.filter(
        status=BatchStatus.DRAFT,
        proposed_by=by,
        package=terms.package,
        payer=terms.payer,
        start_month=terms.start_month,
        **({"fund": fund} if fund is not None else {}),
    )
    draft = drafts.locked().order_by("pk").first()
    if draft is not None:
        return draft
    return open_draft(
        by=by, package=terms.package, payer=terms.payer, start_month=terms.start_month, fund=fund, note=note
    )


def _member(by: User, **key: str | UUID) -> Worker:
    worker = Worker.objects.visible_to(by).filter(**key).select_related("occupation", "second_occupation")
    found = worker.locked().first()
    if found is None:
        raise Refused(NOT_FOUND)
    return found
