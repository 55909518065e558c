import io
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from casework.decisions import Refused
from casework.exports import write_workbook
from casework.models import AuditEntry
from enrollment import bill_file, operations, rules
from enrollment.enums import Answer, BillStatus, Mismatch, Package, Payer
from enrollment.models import Batch, Bill, BillFile, BillLine, Contribution, Difference, Receipt
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import (
    BatchFactory,
    BatchLineFactory,
    BillFactory,
    BillLineFactory,
    ContributionFactory,
    DifferenceFactory,
    MembershipFactory,
    ReceiptFactory,
)
from tests.enrollment.planting import SMALL, month_of
from tests.workers.factories import OccupationFactory, WorkerFactory
from workers.models import Worker

NOVEMBER = date(2026, 11, 1)
STRANGER = "7371090000000000"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def admin(db):
    return UserFactory()


@pytest.fixture
def another(db):
    return UserFactory()


@pytest.fixture
def bpjs(db):
    return UserFactory(bpjs=True)


def a_file(*rows, name="tagihan.csv", header=("nik", "nama", "program", "iuran")):
    lines = [",".join(header), *(",".join(map(str, row)) for row in rows)]
    return SimpleUploadedFile(name, "\n".join(lines).encode())


def read(by, *rows, total=None, month=NOVEMBER, payer=Payer.APBD, file=None):
    stated = sum(row[3] for row in rows) if total is None else total
    return operations.read_bill(
        by=by, month=month, payer=payer, billing_code="KI-1", total=stated, file=file or a_file(*rows)
    )


def line_of(member, amount=16_800, programs="JKK+JKM"):
    return (member.worker.nik, member.worker.name, programs, amount)


def differences_of(bill):
    return list(bill.differences.values_list("kind", "worker", "line__nik", "listed", "billed"))


def test_who_was_refused_to_leave_is_billed_as_before(bpjs):
    """That BPJS Ketenagakerjaan refused an end is not that it refused the person."""
    early = MembershipFactory(period=(date(2026, 12, 1), None))
    leaving = {"kind": "drop", "reason": "moved", "ends": early, "monthly_amount": 0}
    BatchLineFactory(batch=BatchFactory(answered=True), worker=early.worker, rejected=True, **leaving)

    bill, _ = read(bpjs, line_of(early))

    assert differences_of(bill) == [(Mismatch.MISSING_HERE, early.worker_id, "", 0, 16_800)]


def test_a_bill_is_compared_with_the_list(bpjs):
    agreed, dear, forgotten = MembershipFactory(), MembershipFactory(package=Package.JKK_JKM_JHT), MembershipFactory()
    ended = MembershipFactory(period=(date(2026, 3, 1), NOVEMBER))
    refused = BatchLineFactory(batch=BatchFactory(answered=True), rejected=True).worker
    paid = ContributionFactory().membership

    bill, is_new = read(
        bpjs,
        line_of(agreed),
        line_of(dear),
        (STRANGER, "Orang Lain", "JKK+JKM", 16_800),
        line_of(ended),
        (refused.nik, refused.name, "JKK+JKM", 16_800),
        line_of(agreed),
        line_of(paid),
    )

    assert is_new
    assert differences_of(bill) == [
        (Mismatch.OTHER_PACKAGE, dear.worker_id, "", 36_800, 16_800),  # AC-R7
        (Mismatch.MISSING_HERE, None, STRANGER, 0, 16_800),  # AC-R8
        (Mismatch.ENDED, ended.worker_id, "", 0, 16_800),
        (Mismatch.REJECTED, refused.pk, "", 0, 16_800),
        (Mismatch.TWICE, agreed.worker_id, "", 0, 16_800),  # AC-R10
        (Mismatch.TWICE, paid.worker_id, "", 0, 16_800),
        (Mismatch.MISSING_THERE, forgotten.worker_id, None, 16_800, 0),
    ]
    assert (bill.lines_billed, bill.lines_agreed, bill.agreed) == (7, 1, 16_800)
    assert (bill.billed, bill.listed, bill.difference) == (117_600, 70_400, 47_200)  # AC-R14
    assert operations.payable_of(bill) == 16_800
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.actor_id) == ("bill.read", bpjs.pk)
    assert entry.facts == {
        "month": "2026-11-01",
        "payer": "APBD",
        "sha256": bill.files.get().sha256,
        "lines": 7,
        "agreed": 1,
        "differences": 7,
        "billed": 117_600,
        "listed": 70_400,
    }


def test_a_bill_keeps_the_words_of_strangers_only(bpjs):
    member = MembershipFactory()

    bill, _ = read(bpjs, line_of(member), (STRANGER, "Orang Lain", "", 16_800))

    assert list(bill.lines.values_list("row", "worker", "membership", "nik", "name")) == [
        (2, member.worker_id, member.pk, "", ""),
        (3, None, None, STRANGER, "Orang Lain"),
    ]


def test_linked_records_are_one_person(bpjs):
    """A bill may name the record that gave way to another."""
    member = MembershipFactory()
    linked = WorkerFactory(survivor=member.worker)

    bill, _ = read(bpjs, (linked.nik, linked.name, "JKK+JKM", 16_800), line_of(member))

    assert differences_of(bill) == [(Mismatch.TWICE, member.worker_id, "", 0, 16_800)]


@pytest.mark.parametrize(("seed", "lines"), [(0, 60), (1, 60)])
def test_planted_differences_are_found_in_the_registry_too(bpjs, seed, lines):  # AC-R14
    month = month_of(seed, lines=lines)
    plant(month)
    rows = [(nik, "Nama", programs, amount) for nik, programs, amount in month.bill]

    bill, _ = read(bpjs, *rows)

    told = [
        (difference.kind, difference.line.nik if difference.worker is None else difference.worker.nik, *sums)
        for difference in bill.differences.with_list_data()
        for sums in [(difference.listed, difference.billed)]
    ]
    assert sorted(told) == month.planted
    assert bill.billed == bill.listed + sum(billed - listed for _, _, listed, billed in month.planted)


def plant(month):
    """The registry as the month says: members, those whose cover ended, those whom BPJS refused."""
    occupation, registrar = OccupationFactory(), UserFactory()
    batch = BatchFactory(answered=True)
    person = {"occupation": occupation, "registered_by": registrar}
    for nik, price in month.members:
        package = Package.JKK_JKM if price == SMALL else Package.JKK_JKM_JHT
        MembershipFactory(worker=WorkerFactory(nik=nik, **person), package=package)
    for nik in month.ended:
        MembershipFactory(worker=WorkerFactory(nik=nik, **person), period=(date(2026, 3, 1), date(2026, 10, 5)))
    for nik in month.rejected:
        BatchLineFactory(batch=batch, worker=WorkerFactory(nik=nik, **person), rejected=True)


def test_a_workbook_says_the_same(bpjs):
    member, stream = MembershipFactory(), io.BytesIO()
    write_workbook(stream, bill_file.COLUMNS, [line_of(member)], made_at=datetime(2026, 11, 11))

    bill, _ = read(bpjs, total=16_800, file=SimpleUploadedFile("tagihan.xlsx", stream.getvalue()))

    assert (bill.lines_agreed, bill.differences.count()) == (1, 0)


def test_the_file_is_kept_as_it_came_and_handed_out_with_an_entry(bpjs, admin):
    file = a_file((STRANGER, "Orang Lain", "", 16_800))
    bill, _ = read(bpjs, file=file, total=16_800)

    kept, content = operations.open_bill_file(bill.files.get().pk, by=admin)

    file.seek(0)
    assert content.read() == file.read()
    assert (kept.name, kept.lines, kept.total) == ("tagihan.csv", 1, 16_800)
    assert AuditEntry.objects.last().event == "bill.download"
    with pytest.raises(BillFile.DoesNotExist):
        operations.open_bill_file(kept.pk, by=UserFactory(officer=True))


def test_the_same_bytes_change_nothing(bpjs, admin):
    row = (STRANGER, "Orang Lain", "", 16_800)
    bill, _ = read(bpjs, row)
    operations.settle_difference(bill.differences.get().pk, by=admin, answer=Answer.HOLD)
    entries, files = AuditEntry.objects.count(), stored()

    again, is_new = read(admin, row)

    assert (again, is_new) == (bill, False)
    assert (BillFile.objects.count(), BillLine.objects.count(), AuditEntry.objects.count()) == (1, 1, entries)
    assert bill.differences.get().answer == Answer.HOLD
    assert stored() == files


def stored():
    return sum(len(default_storage.listdir(folder)[1]) for folder in default_storage.listdir(".")[0])


def test_the_same_bytes_change_nothing_after_the_month_is_paid(bpjs):
    row = (STRANGER, "Orang Lain", "", 16_800)
    bill, _ = read(bpjs, row)
    Bill.objects.update(
        status=BillStatus.PAID,
        closed_by=bpjs,
        closed_at=datetime(2026, 11, 13, tzinfo=UTC),
        ordered_by=UserFactory(),
        ordered_at=datetime(2026, 11, 13, tzinfo=UTC),
        ordered_on=NOVEMBER,
        order_number="1",
        ordered_amount=16_800,
    )

    assert read(bpjs, row) == (bill, False)


def test_a_corrected_file_takes_the_place_of_the_first(bpjs, admin):
    member, other = MembershipFactory(), MembershipFactory()
    stranger = (STRANGER, "Orang Lain", "", 16_800)
    bill, _ = read(bpjs, line_of(member, 16_000), stranger)
    for difference in bill.differences.all():
        answer = Answer.ASK_BILL if difference.kind == Mismatch.MISSING_THERE else Answer.HOLD
        operations.settle_difference(difference.pk, by=admin, answer=answer, note="Tanya BPJS.")

    corrected, is_new = read(bpjs, line_of(member), stranger)

    assert (corrected, is_new) == (bill, True)
    assert [(found.kind, found.answer, found.note) for found in corrected.differences.all()] == [
        (Mismatch.MISSING_HERE, Answer.HOLD, "Tanya BPJS."),
        (Mismatch.MISSING_THERE, Answer.ASK_BILL, "Tanya BPJS."),
    ]
    assert (corrected.lines.count(), corrected.files.count()) == (2, 2)
    assert corrected.differences.filter(worker=other.worker).count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"total": 16_799}, "total_differs"),
        ({"month": date(2026, 11, 2)}, "not_a_month"),
        ({"month": date(2027, 1, 1)}, "month_too_far"),
        ({"file": a_file((STRANGER, "", "", "-1"))}, "amount_form"),  # AC-R1
        ({"file": a_file((STRANGER, "", "", "400.23"))}, "amount_form"),
        ({"file": a_file()}, "no_rows"),
        ({"file": SimpleUploadedFile("t.csv", b'nik,iuran\n"737,1')}, "not_csv"),
        ({"file": SimpleUploadedFile("t.csv", b"nik,jumlah\n1,2")}, "wrong_header"),
        ({"file": SimpleUploadedFile("t.csv", b"nik,iuran,iuran\n1,2,3")}, "wrong_header"),
        ({"file": SimpleUploadedFile("t.pdf", b"%PDF-1.7")}, "wrong_type"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_leaves_no_trace(bpjs, changes, code):
    before = stored()
    with pytest.raises(Refused) as refused:
        read(bpjs, (STRANGER, "Orang Lain", "", 16_800), **{"total": 16_800} | changes)

    assert refused.value.codes == [code]
    assert (Bill.objects.count(), BillFile.objects.count(), AuditEntry.objects.count(), stored()) == (0, 0, 0, before)


def test_a_refused_amount_is_told_with_its_row_and_value(bpjs):
    rows = [(STRANGER, "", "", "-1"), (STRANGER, "", "", "16800"), (STRANGER, "", "", "gratis")]

    with pytest.raises(Refused) as refused:
        read(bpjs, total=0, file=a_file(*rows))

    assert refused.value.reasons[0].text == ("2 baris tanpa jumlah iuran yang terbaca: baris 2 “-1”, baris 4 “gratis”.")


def test_a_bill_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(bill_file, "MOST_ROWS", 2)

    with pytest.raises(Refused) as refused:
        bill_file.read_rows(b"nik;iuran\n1;1\n2;1\n3;1\n")

    assert refused.value.codes == ["too_many_rows"]


def test_lines_are_read_as_spreadsheets_write_them():
    content = "NIK;Iuran;Catatan;nama\r\n'7371.0900.0000.0000;Rp16.800;x;André\r\n;;;\r\n".encode("cp1252")

    assert bill_file.read_rows(content) == [bill_file.Row(2, STRANGER, "André", "", "Rp16.800")]
    example = "".join(bill_file.write_example()).encode()
    assert [row.amount for row in bill_file.read_rows(example)] == ["16800", "36800"]


@pytest.mark.parametrize("role", ["officer", "auditor", "hospital_staff"])
def test_only_the_city_and_bpjs_bring_a_bill(db, role):
    with pytest.raises(Refused) as refused:
        read(UserFactory(**{role: True}), (STRANGER, "", "", 16_800))

    assert refused.value.codes == ["not_a_reader"]


def test_a_bill_that_is_closed_takes_no_more_lines(bpjs, admin):
    bill = BillFactory(closed=True)

    for deed in (lambda: read(bpjs, (STRANGER, "", "", 1)), lambda: operations.compare_bill(bill.pk, by=admin)):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.codes == ["bill_closed"]


def test_comparing_again_follows_the_list(bpjs, admin):
    member, other = MembershipFactory(), MembershipFactory()
    bill, _ = read(bpjs, line_of(member), (STRANGER, "Orang Lain", "", 16_800))
    operations.settle_difference(bill.differences.get(worker=None).pk, by=admin, answer=Answer.HOLD)
    other.period = (date(2026, 3, 1), date(2026, 10, 20))
    other.save()
    member.period = (date(2026, 3, 1), date(2026, 10, 31))
    member.save()

    bill = operations.compare_bill(bill.pk, by=admin)

    assert [(found.kind, found.answer) for found in bill.differences.all()] == [
        (Mismatch.ENDED, ""),
        (Mismatch.MISSING_HERE, Answer.HOLD),
    ]
    assert (bill.listed, bill.difference, bill.lines.exclude(membership=None).count()) == (0, 33_600, 0)
    assert AuditEntry.objects.last().event == "bill.compare"


def test_a_difference_is_settled_and_taken_back(admin):
    difference = DifferenceFactory()

    settled = operations.settle_difference(difference.pk, by=admin, answer=Answer.PAY_BILLED, note="Peserta baru.")

    assert (settled.answer, settled.payable, settled.settled_by, settled.note) == (
        Answer.PAY_BILLED,
        16_800,
        admin,
        "Peserta baru.",
    )
    assert operations.payable_of(difference.bill) == 33_600
    operations.unsettle_difference(difference.pk, by=admin)
    again = Difference.objects.get()
    assert (again.answer, again.payable, again.settled_by, again.settled_at, again.note) == ("", 0, None, None, "")
    assert [(entry.event, entry.note, entry.facts) for entry in AuditEntry.objects.order_by("pk")] == [
        ("difference.settle", "Peserta baru.", {"kind": "missing_here", "answer": "pay_billed", "payable": 16_800}),
        ("difference.unsettle", "", {"kind": "missing_here", "answer": "pay_billed", "payable": 16_800}),
    ]


@pytest.mark.parametrize(
    ("difference", "answer", "role", "codes"),
    [
        ({}, Answer.ASK_BILL, {}, ["answer_does_not_fit"]),
        ({"kind": Mismatch.TWICE}, Answer.PAY_BILLED, {}, ["answer_does_not_fit"]),  # AC-R10
        ({}, Answer.HOLD, {"bpjs": True}, ["not_an_admin"]),
        ({"bill__closed": True}, Answer.HOLD, {}, ["bill_closed"]),
    ],
)
def test_a_difference_cannot_be_settled(db, difference, answer, role, codes):
    found = DifferenceFactory(**difference)

    with pytest.raises(Refused) as refused:
        operations.settle_difference(found.pk, by=UserFactory(**role), answer=answer)

    assert refused.value.codes == codes


def test_a_difference_is_settled_once_and_undone_once(admin):
    difference = DifferenceFactory()

    with pytest.raises(Refused) as early:
        operations.unsettle_difference(difference.pk, by=admin)
    operations.settle_difference(difference.pk, by=admin, answer=Answer.HOLD)
    with pytest.raises(Refused) as late:
        operations.settle_difference(difference.pk, by=admin, answer=Answer.HOLD)

    assert (early.value.codes, late.value.codes) == (["not_settled"], ["already_settled"])


def test_a_month_without_open_differences_is_closed_by_one(admin):
    bill = BillFactory()

    bill = operations.close_bill(bill.pk, by=admin)

    assert (bill.status, bill.closed_by, bill.open_at_closing) == (BillStatus.CLOSED, admin, 0)


def test_open_differences_need_a_reason_and_a_second_person(admin, another):
    bill = DifferenceFactory().bill

    with pytest.raises(Refused) as silent:
        operations.close_bill(bill.pk, by=admin, note=" ")
    bill = operations.close_bill(bill.pk, by=admin, note="Tenggat besok.")
    with pytest.raises(Refused) as alone:
        operations.second_closing(bill.pk, by=admin)
    asked = (bill.status, bill.open_at_closing, bill.closing_reason)
    bill = operations.second_closing(bill.pk, by=another)

    assert (silent.value.codes, alone.value.codes) == (["reason_missing"], ["same_person"])
    assert asked == (BillStatus.CLOSING, 1, "Tenggat besok.")
    assert (bill.status, bill.seconded_by) == (BillStatus.CLOSED, another)
    assert operations.payable_of(bill) == 16_800  # what nobody decided on is not paid


def test_the_second_person_may_send_it_back(admin, another):
    bill = DifferenceFactory().bill
    operations.close_bill(bill.pk, by=admin, note="Tenggat besok.")

    bill = operations.decline_closing(bill.pk, by=another, note="Putuskan dulu.")

    assert (bill.status, bill.closed_by, bill.open_at_closing, bill.closing_reason) == (BillStatus.OPEN, None, 0, "")
    assert AuditEntry.objects.last().note == "Putuskan dulu."


def test_a_payment_is_ordered_by_somebody_else(admin, another):
    bill = operations.close_bill(BillFactory().pk, by=admin)
    order = {"order_number": "SP2D-7", "ordered_on": date(2026, 11, 24)}

    with pytest.raises(Refused) as alone:
        operations.order_payment(bill.pk, by=admin, **order)
    with pytest.raises(Refused) as future:
        operations.order_payment(bill.pk, by=another, **order | {"ordered_on": date(2026, 11, 25)})
    bill = operations.order_payment(bill.pk, by=another, **order)

    assert (alone.value.codes, future.value.codes) == (["same_person"], ["ordered_in_future"])
    assert (bill.status, bill.ordered_amount, bill.ordered_by) == (BillStatus.ORDERED, 16_800, another)
    assert (bill.order_number, bill.ordered_on) == ("SP2D-7", date(2026, 11, 24))


def test_nothing_is_ordered_where_nothing_is_paid(admin):
    bill = BillFactory(closed=True, lines_agreed=0, agreed=0)

    with pytest.raises(Refused) as refused:
        operations.order_payment(bill.pk, by=admin, order_number="1", ordered_on=NOVEMBER)

    assert refused.value.codes == ["nothing_to_pay"]


def test_only_what_was_ordered_is_paid_by_the_receipt(bpjs, admin, another):
    agreed, cheap, dear, forgotten = (MembershipFactory() for _ in range(4))
    bill, _ = read(bpjs, line_of(agreed), line_of(cheap, 16_000), line_of(dear, 20_000), (STRANGER, "", "", 16_800))
    answers = {
        cheap.worker_id: Answer.PAY_BILLED,
        dear.worker_id: Answer.HOLD,
        forgotten.worker_id: Answer.ASK_BILL,
        None: Answer.PAY_BILLED,
    }
    for difference in bill.differences.all():
        operations.settle_difference(difference.pk, by=admin, answer=answers[difference.worker_id])
    operations.close_bill(bill.pk, by=admin)
    operations.order_payment(bill.pk, by=another, order_number="SP2D-7", ordered_on=date(2026, 11, 20))

    receipt = operations.record_receipt(
        by=bpjs, month=NOVEMBER, payer=Payer.APBD, reference="TT-1", received_on=date(2026, 11, 21), amount="49.600"
    )

    paid = receipt.contributions.order_by("membership").values_list("membership", "amount")
    assert list(paid) == [(agreed.pk, 16_800), (cheap.pk, 16_000)]
    bill = Bill.objects.get()
    assert (bill.status, bill.receipt, bill.ordered_amount) == (BillStatus.PAID, receipt, 49_600)


def test_batches_go_on_with_their_month(bpjs, admin, another):
    member = MembershipFactory()
    begun, later = BatchFactory(answered=True, start_month=date(2026, 3, 1)), BatchFactory(answered=True)
    of_a_donor = BatchFactory(answered=True, start_month=date(2026, 3, 1), payer=Payer.DONOR)
    waiting = BatchFactory(sent=True, start_month=date(2026, 11, 1))
    bill, _ = read(bpjs, line_of(member), (STRANGER, "", "", 16_800))

    operations.close_bill(bill.pk, by=admin, note="Tenggat besok.")
    before = statuses(begun, later, of_a_donor, waiting)
    operations.second_closing(bill.pk, by=another)
    reconciled = statuses(begun, later, of_a_donor, waiting)
    operations.order_payment(bill.pk, by=another, order_number="SP2D-7", ordered_on=date(2026, 11, 20))
    operations.record_receipt(
        by=bpjs,
        month=NOVEMBER,
        payer=Payer.APBD,
        reference="TT-1",
        received_on=date(2026, 11, 21),
        amount="Rp16.800",
    )

    assert before == ["answered", "answered", "answered", "sent"]
    assert reconciled == ["reconciled", "answered", "answered", "sent"]
    assert statuses(begun, later, of_a_donor, waiting) == ["closed", "answered", "answered", "sent"]


def statuses(*batches):
    return [Batch.objects.get(pk=batch.pk).status for batch in batches]


def test_an_order_for_persons_whom_the_list_does_not_have_is_receipted_too(bpjs):
    BillFactory(ordered=True)

    receipt = operations.record_receipt(
        by=bpjs, month=NOVEMBER, payer=Payer.APBD, reference="TT-1", received_on=date(2026, 11, 21), amount="16800"
    )

    assert receipt.totals() == {"members": 0, "amount": 0}
    assert Bill.objects.get().status == BillStatus.PAID


def test_a_supplementary_bill_pays_for_whom_the_first_forgot(bpjs, admin, another):
    paid, forgotten = MembershipFactory(), MembershipFactory()
    BillFactory(paid=True)
    ContributionFactory(membership=paid)

    bill, _ = read(bpjs, line_of(paid), line_of(forgotten))

    assert differences_of(bill) == [(Mismatch.TWICE, paid.worker_id, "", 0, 16_800)]
    assert bill.lines_agreed == 1


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("", "paid_form"),
        ("-1", "paid_negative"),  # AC-R1
        ("0,00", "paid_nothing"),  # AC-R13: received, with nothing
        ("16.000", "paid_in_part"),
        ("16.800,50", "paid_above"),  # AC-R5
    ],
)
def test_a_receipt_of_another_amount_stores_nothing(bpjs, amount, code):
    bill = BillFactory(ordered=True)

    with pytest.raises(Refused) as refused:
        operations.record_receipt(
            by=bpjs,
            month=NOVEMBER,
            payer=Payer.APBD,
            reference="TT-1",
            received_on=date(2026, 11, 21),
            amount=amount,
        )

    assert refused.value.codes == [code]
    assert (Receipt.objects.count(), Bill.objects.get(pk=bill.pk).status) == (0, BillStatus.ORDERED)


@pytest.mark.parametrize(
    ("trait", "received_on", "code"),
    [
        ({}, date(2026, 11, 21), "bill_not_ordered"),
        ({"closed": True}, date(2026, 11, 21), "bill_not_ordered"),
        ({"ordered": True}, date(2026, 11, 12), "received_before_order"),
        ({"paid": True}, date(2026, 11, 21), "bill_paid"),
    ],
)
def test_a_receipt_waits_for_the_order(bpjs, trait, received_on, code):  # section 5.6
    BillFactory(**trait)
    MembershipFactory()

    with pytest.raises(Refused) as refused:
        operations.record_receipt(by=bpjs, month=NOVEMBER, payer=Payer.APBD, reference="TT-1", received_on=received_on)

    assert refused.value.codes == [code]
    assert (Receipt.objects.count(), Contribution.objects.count()) == (0, 0)


def test_the_same_receipt_again_is_known_even_when_the_month_is_paid(bpjs):
    ReceiptFactory(reference="TT-1", bill=BillFactory(paid=True))

    with pytest.raises(Refused) as refused:
        operations.record_receipt(
            by=bpjs, month=NOVEMBER, payer=Payer.APBD, reference="TT-1", received_on=date(2026, 11, 21)
        )

    assert refused.value.codes == ["reference_known"]


DEEDS = {
    "close_bill": {"note": "x"},
    "second_closing": {},
    "decline_closing": {"note": "x"},
    "order_payment": {"order_number": "1", "ordered_on": NOVEMBER},
}
ALLOWED = {
    BillStatus.OPEN: {"close_bill"},
    BillStatus.CLOSING: {"second_closing", "decline_closing"},
    BillStatus.CLOSED: {"order_payment"},
    BillStatus.ORDERED: set(),
    BillStatus.PAID: set(),
}
AS = {
    BillStatus.OPEN: {},
    BillStatus.CLOSING: {"closed": True, "status": BillStatus.CLOSING},
    BillStatus.CLOSED: {"closed": True},
    BillStatus.ORDERED: {"ordered": True},
    BillStatus.PAID: {"paid": True},
}


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("status", BillStatus)
def test_every_deed_in_every_state(admin, status, deed):
    bill = BillFactory(**AS[status])
    try:
        getattr(operations, deed)(bill.pk, by=admin, **DEEDS[deed])
    except Refused as refused:
        codes = refused.codes
    else:
        codes = []

    assert codes == ([] if deed in ALLOWED[status] else ["wrong_status"])


@pytest.mark.parametrize("deed", DEEDS)
def test_bpjs_decides_nothing_about_its_own_bill(bpjs, deed):
    bill = BillFactory()

    with pytest.raises(Refused) as refused:
        getattr(operations, deed)(bill.pk, by=bpjs, **DEEDS[deed])

    assert "not_an_admin" in refused.value.codes


def test_who_was_shown_is_on_the_trail(admin):
    difference = DifferenceFactory()

    operations.view_differences(difference.bill, [difference], by=admin)

    assert AuditEntry.objects.get().persons == [str(difference.worker_id)]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"month": date(2026, 11, 2)}, "enrollment_bill_month_is_a_first"),
        ({"billed": 16_801}, "enrollment_bill_list_and_differences_meet_it"),  # AC-R14
        ({"closed": True, "closed_by": None}, "enrollment_bill_closing_is_signed"),
        ({"seconded_at": datetime(2026, 11, 13, tzinfo=UTC)}, "enrollment_bill_second_is_signed"),
        ({"closed": True, "open_at_closing": 1}, "enrollment_bill_open_differences_need_a_second"),
        ({"status": BillStatus.CLOSED}, "enrollment_bill_open_differences_need_a_second"),
        ({"ordered": True, "order_number": ""}, "enrollment_bill_order_is_complete"),
        ({"ordered": True, "ordered_at": None}, "enrollment_bill_order_is_signed"),
        ({"closed": True, "status": BillStatus.ORDERED}, "enrollment_bill_not_paid_unordered"),
    ],
)
def test_the_database_holds_the_rules_of_a_bill(db, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BillFactory(**values)


def test_the_database_holds_four_eyes(admin, another):
    asked = {"closed": True, "closed_by": admin, "open_at_closing": 1, "closing_reason": "Tenggat besok."}
    second = {"seconded_at": datetime(2026, 11, 13, tzinfo=UTC)}

    with pytest.raises(IntegrityError, match="enrollment_bill_second_is_another"), transaction.atomic():
        BillFactory(**asked, **second, seconded_by=admin)
    with pytest.raises(IntegrityError, match="enrollment_bill_orderer_is_another"), transaction.atomic():
        BillFactory(ordered=True, closed_by=admin, ordered_by=admin)
    assert BillFactory(**asked, **second, seconded_by=another).status == BillStatus.CLOSED


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"answer": Answer.HOLD}, "enrollment_difference_answer_is_complete"),
        ({"settled_at": datetime(2026, 11, 13, tzinfo=UTC)}, "enrollment_difference_answer_is_signed"),
        ({"kind": Mismatch.MISSING_THERE}, "enrollment_difference_unbilled_has_no_line"),
        ({"line": None}, "enrollment_difference_unbilled_has_no_line"),
    ],
)
def test_the_database_holds_the_rules_of_a_difference(db, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        DifferenceFactory(**values)


def test_the_database_holds_that_no_more_is_paid_than_billed(admin):
    answered = {"answer": Answer.PAY_BILLED, "settled_by": admin, "settled_at": datetime(2026, 11, 13, tzinfo=UTC)}

    with pytest.raises(IntegrityError, match="enrollment_difference_answer_is_complete"), transaction.atomic():
        DifferenceFactory(payable=16_801, **answered)


def test_a_known_person_is_not_named_by_the_bill(db):
    with pytest.raises(IntegrityError, match="names_no_known_person"), transaction.atomic():
        BillLineFactory(name="Baso")


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_lines(bpjs, count, django_assert_num_queries):
    members = MembershipFactory.create_batch(count)
    rows = [line_of(member) for member in members] + [(STRANGER, f"Orang {n}", "", 16_800) for n in range(count)]
    MembershipFactory.create_batch(count)

    with django_assert_num_queries(24):
        read(bpjs, *rows)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("amounts", "files"), [((16_800, 36_800), 2), ((16_800, 16_800), 1)])
def test_two_files_of_one_month_at_once_make_one_bill(amounts, files):
    bpjs, barrier, refusals = UserFactory(bpjs=True), Barrier(2), []

    def upload(amount):
        try:
            barrier.wait()
            read(bpjs, (STRANGER, "Orang Lain", "", amount))
        except Refused as refused:
            refusals.append(refused)
        finally:
            connection.close()

    threads = [Thread(target=upload, args=[amount]) for amount in amounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    bill = Bill.objects.get()
    assert refusals == []
    assert (bill.files.count(), bill.lines.count(), bill.differences.count()) == (files, 1, 1)
    assert bill.billed == bill.lines.get().amount


def test_the_list_is_what_a_receipt_without_a_bill_pays(db):
    member = MembershipFactory()

    assert rules.amounts_due(NOVEMBER, Payer.APBD) == {member.pk: 16_800}
    assert Worker.objects.count() == 1
