"""The month: the bill as it came, what it differs by, and how the city settles it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from casework import audit, uploads
from casework.decisions import Reason, Refused
from casework.numbers import next_number
from enrollment import bill_file, rules
from enrollment.enums import Answer, LineKind, LineStatus, Payer
from enrollment.models import Batch, BatchLine, Bill, BillFile, BillLine, Contribution, Difference, Membership
from enrollment.workflow import BILL_WORKFLOW, WORKFLOW
from workers.models import Worker
from workers.querysets import person_of

AT_ONCE = 2_000  # rows of one statement
NAMED = 5  # rows that a refusal names


def read_bill(
    *, by: User, month: date, payer: Payer | str, billing_code: str, total: int, file: File
) -> tuple[Bill, bool]:
    """Takes over what BPJS Ketenagakerjaan bills for a month, line by line, compares it, and whether it was new.

    A later file of the same month takes the place of the earlier one; the same bytes change nothing. `total` is what
    the bill asks for in rupiah: a file whose lines make up another sum is refused as a whole, and so is one with an
    amount that cannot be read (AC-R1).
    """
    rules.may_read_bill(by, month=month, today=timezone.localdate()).require()
    judged = uploads.registry_table(file)
    rows = bill_file.read_rows(file.read())
    amounts = _amounts(rows)
    rules.is_total_right(stated=total, found=sum(amounts)).require()
    with uploads.kept(judged) as kept, transaction.atomic():
        known = _file_of(month, payer, kept["sha256"])
        if known is None:
            bill = _open_bill(month, payer, billing_code)
            known = _file_of(month, payer, kept["sha256"])  # another click may have been quicker
        if known is not None:
            default_storage.delete(kept["path"])
            return known.bill, False
        BillFile.objects.create(bill=bill, total=total, lines=len(rows), read_by=by, **kept)
        decided = _decisions(bill)
        bill.differences.all().delete()
        bill.lines.all().delete()
        _compare(bill, _lines(bill, rows, amounts), decided)
        facts = {"month": month, "payer": bill.payer, "sha256": kept["sha256"], **_figures(bill)}
        audit.record("bill.read", bill, by=by, facts=facts)
    return bill, True


@transaction.atomic
def compare_bill(pk: int, *, by: User) -> Bill:
    """Compares again, after the list was put right. What was decided stays where the difference is still the same."""
    bill = Bill.objects.visible_to(by).locked().get(pk=pk)
    rules.may_compare(bill, by).require()
    _compare(bill, list(bill.lines.order_by("row")), _decisions(bill))
    audit.record("bill.compare", bill, by=by, facts=_figures(bill))
    return bill


@transaction.atomic
def settle_difference(pk: int, *, by: User, answer: Answer | str, note: str = "") -> Difference:
    """A person decides what becomes of one difference, and with it what is paid."""
    difference = _locked_difference(pk, by)
    rules.may_settle(difference, by, answer=answer).require()
    difference.answer, difference.note = answer, note
    difference.payable = rules.payable(answer, listed=difference.listed, billed=difference.billed)
    difference.settled_by, difference.settled_at = by, timezone.now()
    difference.save(update_fields=["answer", "note", "payable", "settled_by", "settled_at"])
    facts = {"kind": difference.kind, "answer": difference.answer, "payable": difference.payable}
    audit.record("difference.settle", difference, by=by, note=note, facts=facts)
    return difference


@transaction.atomic
def unsettle_difference(pk: int, *, by: User) -> Difference:
    """Takes the decision back: the difference is a task again."""
    difference = _locked_difference(pk, by)
    rules.may_unsettle(difference, by).require()
    facts = {"kind": difference.kind, "answer": difference.answer, "payable": difference.payable}
    difference.answer, difference.note, difference.payable = "", "", 0
    difference.settled_by = difference.settled_at = None
    difference.save(update_fields=["answer", "note", "payable", "settled_by", "settled_at"])
    audit.record("difference.unsettle", difference, by=by, facts=facts)
    return difference


@transaction.atomic
def close_bill(pk: int, *, by: User, note: str = "") -> Bill:
    """Ends the comparison. With differences nobody decided on it waits for a second person, `note` being the reason."""
    bill = Bill.objects.visible_to(by).locked().get(pk=pk)
    open_differences = bill.differences.waiting().count()
    rules.may_close(bill, by, open_differences=open_differences, reason=note).require()
    bill = BILL_WORKFLOW.apply(
        bill,
        "ask_closing" if open_differences else "reconcile",
        by=by,
        note=note,
        closed_by=by,
        closed_at=timezone.now(),
        open_at_closing=open_differences,
        closing_reason=note,
    )
    if not open_differences:
        move_batches(bill, "reconcile", by=by)
    return bill


@transaction.atomic
def second_closing(pk: int, *, by: User, note: str = "") -> Bill:
    """The second person's signature under a month that is closed with open differences. Those are not paid."""
    bill = Bill.objects.visible_to(by).locked().get(pk=pk)
    rules.may_second(bill, by).require()
    bill = BILL_WORKFLOW.apply(bill, "second_closing", by=by, note=note, seconded_by=by, seconded_at=timezone.now())
    move_batches(bill, "reconcile", by=by)
    return bill


@transaction.atomic
def decline_closing(pk: int, *, by: User, note: str) -> Bill:
    """The second person sends the month back: its differences are to be decided first."""
    bill = Bill.objects.visible_to(by).locked().get(pk=pk)
    rules.may_second(bill, by).require()
    return BILL_WORKFLOW.apply(
        bill, "decline_closing", by=by, note=note, closed_by=None, closed_at=None, open_at_closing=0, closing_reason=""
    )


@transaction.atomic
def order_payment(pk: int, *, by: User, order_number: str, ordered_on: date) -> Bill:
    """Records the payment order of the treasury. The amount is what is agreed and what was decided to be paid."""
    bill = Bill.objects.visible_to(by).locked().get(pk=pk)
    amount = payable_of(bill)
    rules.may_order(bill, by, amount=amount, ordered_on=ordered_on, today=timezone.localdate()).require()
    return BILL_WORKFLOW.apply(
        bill,
        "order",
        by=by,
        order_number=order_number,
        ordered_on=ordered_on,
        ordered_amount=amount,
        ordered_by=by,
        ordered_at=timezone.now(),
    )


def open_bill_file(pk: int, *, by: User) -> tuple[BillFile, File]:
    """A file of a bill as it came. Leaves an entry; raises BillFile.DoesNotExist out of scope."""
    with transaction.atomic():
        file = BillFile.objects.filter(bill__in=Bill.objects.visible_to(by)).exclude(path="").get(pk=pk)
        audit.record("bill.download", file, by=by, facts={"sha256": file.sha256})
    return file, default_storage.open(file.path)


@transaction.atomic
def view_differences(bill: Bill, differences: Iterable[Difference], *, by: User) -> None:
    """Leaves the entry of one page of differences: who was shown."""
    audit.record("bill.view", bill, by=by, persons=[difference.worker_id for difference in differences])


@transaction.atomic
def list_changes(members: Iterable[Membership], *, by: User, month: date, payer: Payer | str) -> None:
    """Leaves the entry of one page of a month's changes: who was shown."""
    persons = [member.worker_id for member in members]
    audit.record("month.list", by=by, facts={"month": month, "payer": payer}, persons=persons)


def move_batches(bill: Bill, action: str, *, by: User) -> None:
    """The batches that began by the bill's month go on with it: reconciled as it is closed, closed as it is paid."""
    begun = Batch.objects.filter(
        payer=bill.payer, start_month__lte=bill.month, status__in=WORKFLOW.moves[action].sources
    )
    for batch in begun.locked().order_by("pk"):
        WORKFLOW.apply(batch, action, by=by)


def payable_of(bill: Bill) -> int:
    """Rupiah that the city pays for this bill, as decided so far."""
    decided = bill.differences.aggregate(payable=Coalesce(Sum("payable"), 0))
    return bill.agreed + decided["payable"]


def _amounts(rows: list[bill_file.Row]) -> list[int]:
    """The amount of each row. Raises Refused naming the first rows whose amount cannot be read."""
    amounts = [rules.whole_rupiah(row.amount) for row in rows]
    unread = [row for row, amount in zip(rows, amounts, strict=True) if amount is None]
    if unread:
        named = ", ".join(f"baris {row.row} “{row.amount[:20]}”" for row in unread[:NAMED])
        raise Refused(
            Reason(
                "amount_form",
                f"{len(unread)} baris tanpa jumlah iuran yang terbaca: {named}.",
                "Isi rupiah bulat, tidak kurang dari 0, lalu unggah lagi.",
            )
        )
    return [amount for amount in amounts if amount is not None]


def _file_of(month: date, payer: Payer | str, sha256: str) -> BillFile | None:
    return BillFile.objects.filter(bill__month=month, bill__payer=payer, sha256=sha256).select_related("bill").first()


def _open_bill(month: date, payer: Payer | str, billing_code: str) -> Bill:
    """The bill of that month and payer that still can be read, locked; a new one where there is none."""
    unpaid = Bill.objects.unpaid().filter(month=month, payer=payer)
    if not unpaid.exists():
        unpaid.get_or_create(month=month, payer=payer, defaults={"number": next_number("bill")})
    bill = unpaid.locked().get()
    rules.may_take_lines(bill).require()
    bill.billing_code = billing_code
    bill.save(update_fields=["billing_code"])
    return bill


def _lines(bill: Bill, rows: list[bill_file.Row], amounts: list[int]) -> list[BillLine]:
    """Not yet stored. What the bill says of a person is kept only where the registry knows nobody of that NIK."""
    known = _persons([row.nik for row in rows])
    return [
        BillLine(
            bill=bill,
            row=row.row,
            worker_id=known.get(row.nik),
            nik="" if row.nik in known else row.nik,
            name="" if row.nik in known else row.name,
            programs=row.programs,
            amount=amount,
        )
        for row, amount in zip(rows, amounts, strict=True)
    ]


def _compare(bill: Bill, lines: list[BillLine], decided: dict[tuple, Difference]) -> None:
    """Stores lines, differences and sums. What was decided about a difference that is the same stays decided."""
    members = rules.members_of(bill.month, bill.payer)
    strangers = {line.worker_id for line in lines if line.worker_id} - {member.person for member in members}
    found = rules.compare(
        [rules.Billed(line.row, line.nik, line.worker_id, line.programs, line.amount) for line in lines],
        members,
        paid=_paid(strangers, bill.month),
        ended=_ended(strangers, bill.month),
        rejected=_rejected(strangers),
    )
    bill.differences.all().delete()
    changed = [line for line in lines if line.pk and line.membership_id != found.agreed.get(line.row)]
    for line in lines:
        line.membership_id = found.agreed.get(line.row)
    BillLine.objects.bulk_update(changed, ["membership"], batch_size=AT_ONCE)
    BillLine.objects.bulk_create([line for line in lines if line.pk is None], batch_size=AT_ONCE)
    line_of = {line.row: line for line in lines}
    Difference.objects.bulk_create(
        [_difference(bill, difference, line_of.get(difference.row), decided) for difference in found.differences],
        batch_size=AT_ONCE,
    )
    bill.lines_billed, bill.lines_agreed = len(lines), len(found.agreed)
    bill.billed, bill.listed = found.billed, found.listed
    bill.agreed, bill.difference = found.agreed_amount, found.difference
    bill.compared_at = timezone.now()
    bill.save(update_fields=["lines_billed", "lines_agreed", "billed", "listed", "agreed", "difference", "compared_at"])


def _difference(bill: Bill, found: rules.Found, line: BillLine | None, decided: dict[tuple, Difference]) -> Difference:
    difference = Difference(
        bill=bill,
        kind=found.kind,
        line=line,
        worker_id=found.person,
        membership_id=found.membership,
        listed=found.listed,
        billed=found.billed,
    )
    if before := decided.get(_sameness(difference)):
        difference.answer, difference.note, difference.payable = before.answer, before.note, before.payable
        difference.settled_by_id, difference.settled_at = before.settled_by_id, before.settled_at
    return difference


def _decisions(bill: Bill) -> dict[tuple, Difference]:
    settled = bill.differences.exclude(settled_by=None).select_related("line")
    return {_sameness(difference): difference for difference in settled}


def _sameness(difference: Difference) -> tuple:
    """What makes two differences of one month the same, whatever row they stand in."""
    person = difference.worker_id or (difference.line.nik if difference.line else "")
    return difference.kind, person, difference.listed, difference.billed


def _persons(niks: Collection[str]) -> dict[str, Any]:
    """The person of each NIK that the registry knows."""
    known: dict[str, Any] = {}
    for some in _parts(set(niks)):
        known |= dict(
            Worker.objects.filter(nik__in=some).annotate(person=Coalesce("survivor", "pk")).values_list("nik", "person")
        )
    return known


def _paid(persons: Collection[Any], month: date) -> set[Any]:
    paid = Contribution.objects.filter(month=month).annotate(person=person_of("membership__worker"))
    return _among(paid, persons)


def _ended(persons: Collection[Any], month: date) -> set[Any]:
    over = Membership.objects.filter(period__endswith__lte=month).annotate(person=person_of())
    return _among(over, persons)


def _rejected(persons: Collection[Any]) -> set[Any]:
    refused = BatchLine.objects.filter(status=LineStatus.REJECTED, kind=LineKind.ADD)
    return _among(refused.annotate(person=person_of()), persons)


def _among(rows: QuerySet, persons: Collection[Any]) -> set[Any]:
    """The persons of the rows who are among these."""
    found: set[Any] = set()
    for some in _parts(persons):
        found |= set(rows.filter(person__in=some).values_list("person", flat=True))
    return found


def _parts(keys: Collection[Any]) -> Iterator[list[Any]]:
    """So many keys as one statement takes."""
    ordered = list(keys)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def _locked_difference(pk: int, by: User) -> Difference:
    """With its bill locked first, as every deed about a bill does."""
    key = Difference.objects.visible_to(by).values_list("bill", flat=True).get(pk=pk)
    Bill.objects.locked().get(pk=key)
    return Difference.objects.select_related("bill").get(pk=pk)


def _figures(bill: Bill) -> dict[str, int]:
    return {
        "lines": bill.lines_billed,
        "agreed": bill.lines_agreed,
        "differences": bill.differences.count(),
        "billed": bill.billed,
        "listed": bill.listed,
    }
