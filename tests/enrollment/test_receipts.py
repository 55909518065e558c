from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations
from enrollment.enums import Package, Payer
from enrollment.models import Contribution, Receipt
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import ContributionFactory, MembershipFactory, ReceiptFactory

NOVEMBER = {
    "month": date(2026, 11, 1),
    "payer": Payer.APBD,
    "reference": "TT-2611",
    "received_on": date(2026, 11, 12),
}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def bpjs(db):
    return UserFactory(bpjs=True)


def test_every_member_of_the_month_and_payer_is_paid_for(bpjs):
    small = MembershipFactory()
    large = MembershipFactory(package=Package.JKK_JKM_JHT)
    last_day = MembershipFactory(period=(date(2026, 3, 1), date(2026, 11, 2)))
    MembershipFactory(period=(date(2026, 3, 1), date(2026, 11, 1)))
    MembershipFactory(period=(date(2026, 12, 1), None))
    MembershipFactory(payer=Payer.DONOR)

    receipt = operations.record_receipt(by=bpjs, **NOVEMBER)

    paid = receipt.contributions.order_by("membership").values_list("membership", "month", "amount")
    assert list(paid) == [
        (small.pk, date(2026, 11, 1), 16_800),
        (large.pk, date(2026, 11, 1), 36_800),
        (last_day.pk, date(2026, 11, 1), 16_800),
    ]
    assert receipt.totals() == {"members": 3, "amount": 70_400}
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.actor_id) == ("receipt.record", bpjs.pk)
    assert entry.facts == {"month": "2026-11-01", "payer": "APBD", "members": 3, "amount": 70_400}


def test_a_month_is_paid_once_for_one_worker(bpjs):  # AC-W17
    ended = MembershipFactory(period=(date(2026, 3, 1), date(2026, 11, 10)))
    again = MembershipFactory(
        worker=ended.worker, participant_number=ended.participant_number, period=(date(2026, 11, 15), None)
    )
    ContributionFactory()  # paid by an earlier receipt

    receipt = operations.record_receipt(by=bpjs, **NOVEMBER)

    assert [paid.membership for paid in receipt.contributions.all()] == [again]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reference": "TT-1"}, "reference_known"),
        ({"month": date(2026, 1, 1)}, "nobody_to_pay_for"),
        ({"payer": Payer.APBN}, "nobody_to_pay_for"),
        ({"received_on": date(2026, 11, 25)}, "received_in_future"),
        ({"month": date(2027, 1, 1)}, "month_too_far"),
    ],
)
def test_a_refused_receipt_leaves_no_trace(bpjs, changes, code):
    MembershipFactory()
    ReceiptFactory(reference="TT-1", month=date(2026, 10, 1))

    with pytest.raises(Refused) as refused:
        operations.record_receipt(by=bpjs, **NOVEMBER | changes)

    assert refused.value.codes == [code]
    assert (Receipt.objects.count(), Contribution.objects.count(), AuditEntry.objects.count()) == (1, 0, 0)


def test_only_bpjs_records(db):
    with pytest.raises(Refused) as refused:
        operations.record_receipt(by=UserFactory(), **NOVEMBER)

    assert refused.value.codes == ["not_bpjs"]


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_the_members(bpjs, count, django_assert_num_queries):
    MembershipFactory.create_batch(count)

    with django_assert_num_queries(12):
        operations.record_receipt(by=bpjs, **NOVEMBER)


@pytest.mark.parametrize(
    ("factory", "values", "constraint"),
    [
        (ReceiptFactory, {"month": date(2026, 11, 2)}, "enrollment_receipt_month_is_a_first"),
        (ReceiptFactory, {"reference": "TT-1"}, "enrollment_receipt_reference"),
        (ContributionFactory, {"month": date(2026, 11, 2)}, "_month_is_a_first"),
    ],
)
def test_the_database_holds_the_rules_of_a_receipt(db, factory, values, constraint):
    ReceiptFactory(reference="TT-1")

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        factory(**values)


def test_the_database_holds_one_contribution_a_month(db):
    paid = ContributionFactory()

    with pytest.raises(IntegrityError, match="enrollment_contribution_month_once"), transaction.atomic():
        ContributionFactory(membership=paid.membership)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("references", [("TT-1", "TT-1"), ("TT-1", "TT-2")])
def test_two_clicks_at_once_pay_once(references):
    MembershipFactory()
    bpjs = UserFactory(bpjs=True)
    barrier, refusals = Barrier(2), []

    def record(reference):
        try:
            barrier.wait()
            operations.record_receipt(by=bpjs, **NOVEMBER | {"reference": reference})
        except Refused as refused:
            refusals.extend(refused.codes)
        finally:
            connection.close()

    threads = [Thread(target=record, args=[reference]) for reference in references]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refusals == ["reference_known" if references == ("TT-1", "TT-1") else "nobody_to_pay_for"]
    assert (Receipt.objects.count(), Contribution.objects.count()) == (1, 1)
