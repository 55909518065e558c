"""Members who should leave, in one list, ticked and put into drafts (rules.md section 5, step 4)."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations, rules
from enrollment.enums import BatchStatus, LineKind, Package, Payer
from enrollment.models import Batch, BatchLine
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import BatchLineFactory, FundFactory, MembershipFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import PolicyFactory, WorkerExitFactory, WorkerFactory
from workers.enums import Employment, ExitReason

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def officer():
    PolicyFactory()
    return UserFactory(officer=True)


def left(membership, reason=ExitReason.OWN_REQUEST, on=date(2026, 11, 20), **fields):
    report = "2611-00001" if reason == ExitReason.DIED else ""
    return WorkerExitFactory(worker=membership.worker, reason=reason, exited_on=on, death_report=report, **fields)


def listed(officer, month=DECEMBER) -> dict:
    members = rules.leavers(month=month, by=officer, policy=rules.policy_in_force(date(2026, 11, 24)))
    return {member.pk: member.leaves_because for member in members}


@pytest.mark.parametrize("reason", ExitReason.values)
def test_who_was_recorded_as_having_left_is_listed_with_the_reason(officer, reason):
    membership = MembershipFactory()
    left(membership, reason)

    assert listed(officer) == {membership.pk: reason}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"worker__employment": Employment.WAGE_EARNER}, "wage_earner"),
        ({"worker__employment": Employment.CIVIL_SERVANT}, "civil_servant"),
        ({"worker__is_resident": False}, "moved"),
    ],
)
def test_what_the_registry_says_lists_a_member_too(officer, fields, reason):
    membership = MembershipFactory(**fields)
    MembershipFactory()

    assert listed(officer) == {membership.pk: reason}


def test_a_foreign_id_card_counts_only_where_the_policy_asks_for_one(officer):
    PolicyFactory._meta.model.objects.update(residents_only=False)
    MembershipFactory(worker__is_resident=False)

    assert listed(officer) == {}


def test_of_one_person_with_two_memberships_the_linked_record_leaves(officer):
    kept = MembershipFactory()
    double = MembershipFactory(worker__survivor=kept.worker)
    MembershipFactory(worker__survivor=WorkerFactory())  # the only membership of that person

    assert listed(officer) == {double.pk: "double"}


def test_an_exit_recorded_of_one_record_is_of_the_person(officer):
    membership = MembershipFactory()
    linked = WorkerFactory(survivor=membership.worker)
    WorkerExitFactory(worker=linked, reason=ExitReason.MOVED, exited_on=date(2026, 11, 3))

    assert listed(officer) == {membership.pk: "moved"}


@pytest.mark.parametrize(
    ("fields", "on", "reason"),
    [
        ({}, DECEMBER, ExitReason.DIED),  # that day must still be covered
        ({}, DECEMBER, ExitReason.MOVED),
        ({"period": (DECEMBER, None)}, date(2026, 11, 20), ExitReason.MOVED),
        ({"period": (date(2026, 3, 1), DECEMBER)}, date(2026, 11, 20), ExitReason.MOVED),
    ],
)
def test_who_can_not_leave_with_the_month_before_is_not_listed(officer, fields, on, reason):
    left(MembershipFactory(**fields), reason, on)

    assert listed(officer) == {}


def test_members_out_of_reach_are_not_listed(officer):
    left(MembershipFactory(worker__kelurahan=kelurahan("73.71.01.1001")))

    assert listed(officer) == {}


def test_who_came_back_or_waits_in_a_batch_is_not_listed(officer):
    back, waits = MembershipFactory(), MembershipFactory()
    left(back, returned_on=date(2026, 11, 22), returned_by=officer)
    left(waits)
    BatchLineFactory(worker=waits.worker)

    assert listed(officer) == {}


def test_everyone_listed_may_be_dropped(officer):
    for reason in ExitReason.values:
        left(MembershipFactory(), reason)
    members = rules.leavers(month=DECEMBER, by=officer, policy=rules.policy_in_force(date(2026, 11, 24)))

    decisions = [
        rules.check_drop(member.worker, member, month=DECEMBER, reason=member.leaves_because) for member in members
    ]

    assert [decision.codes for decision in decisions] == [[]] * len(ExitReason.values)


def test_the_ticked_ones_go_into_one_draft_for_each_payer_and_package(officer):
    city = MembershipFactory(worker__name="Baso")
    donor = MembershipFactory(worker__name="Cakka", payer=Payer.DONOR)
    unticked = MembershipFactory(worker__name="Daeng Ngalle")
    for membership in (city, donor, unticked):
        left(membership)

    batches = operations.propose_drops(by=officer, month=DECEMBER, memberships=[city.pk, donor.pk], expected=2)

    assert [(batch.payer, batch.package, batch.start_month, batch.status) for batch in batches] == [
        (Payer.APBD, Package.JKK_JKM, DECEMBER, BatchStatus.DRAFT),
        (Payer.DONOR, Package.JKK_JKM, DECEMBER, BatchStatus.DRAFT),
    ]
    assert [(line.kind, line.reason, line.ends, line.monthly_amount) for line in BatchLine.objects.order_by("pk")] == [
        (LineKind.DROP, "own_request", city, 0),
        (LineKind.DROP, "own_request", donor, 0),
    ]
    entries = AuditEntry.objects.filter(event="batch.add_drops").order_by("pk")
    assert [(entry.facts, entry.persons) for entry in entries] == [
        ({"lines": [1]}, [str(city.worker_id)]),
        ({"lines": [1]}, [str(donor.worker_id)]),
    ]
    assert listed(officer) == {unticked.pk: "own_request"}


def test_all_of_one_reason_go_into_the_draft_that_is_there(officer):
    draft = operations.open_draft(by=officer, package=Package.JKK_JKM, payer=Payer.APBD, start_month=DECEMBER)
    for reason in (ExitReason.MOVED, ExitReason.MOVED, ExitReason.OWN_REQUEST):
        left(MembershipFactory(), reason)

    batches = operations.propose_drops(by=officer, month=DECEMBER, reason=ExitReason.MOVED, expected=2)

    assert batches == [draft]
    assert list(draft.lines.order_by("number").values_list("number", "reason")) == [(1, "moved"), (2, "moved")]
    assert operations.lock_batch(draft.pk, by=officer).status == BatchStatus.LOCKED


@pytest.mark.parametrize("count", [1, 3])
def test_dropping_many_asks_no_more_than_dropping_one(officer, count, django_assert_num_queries):
    for _ in range(count):
        left(MembershipFactory())
    operations.open_draft(by=officer, package=Package.JKK_JKM, payer=Payer.APBD, start_month=DECEMBER)

    with django_assert_num_queries(10):
        operations.propose_drops(by=officer, month=DECEMBER, expected=count)


@pytest.mark.parametrize("expected", [0, 2])
def test_a_list_that_changed_is_refused(officer, expected):
    left(MembershipFactory())
    before = AuditEntry.objects.count()

    with pytest.raises(Refused) as refused:
        operations.propose_drops(by=officer, month=DECEMBER, expected=expected)

    assert refused.value.codes == ["list_changed"]
    assert (Batch.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_nobody_listed_is_nothing_to_put_in(officer):
    with pytest.raises(Refused) as refused:
        operations.propose_drops(by=officer, month=DECEMBER, memberships=[], expected=0)

    assert refused.value.codes == ["list_changed"]


def page(**chosen) -> str:
    return reverse("enrollment:leaver_list", query=chosen)


def test_an_officer_ticks_who_leaves(client, officer):
    baso = MembershipFactory(worker__name="Baso")
    left(baso, ExitReason.MOVED)
    left(MembershipFactory(worker__name="Cakka"), ExitReason.DIED)
    client.force_login(officer)

    html = client.get(page()).content.decode()
    answer = client.post(page(), {"member": [baso.pk], "total": 2}, follow=True)

    assert "Desember 2026" in html
    assert "Meninggal dunia <b" in html
    batch = Batch.objects.get()
    assert answer.redirect_chain == [(batch.get_absolute_url(), 302)]
    assert f"1 peserta masuk ke draf {batch.number}." in answer.content.decode()
    assert "Baso" not in client.get(page()).content.decode()
    shown = AuditEntry.objects.filter(event="leavers.list").order_by("pk")
    assert [len(entry.persons) for entry in shown] == [2, 1]


def test_all_on_the_list_of_two_payers(client, officer):
    left(MembershipFactory())
    left(MembershipFactory(payer=Payer.SELF))
    client.force_login(officer)

    answer = client.post(page(month="2027-01-01", reason="own_request"), {"everyone": "1", "total": 2})

    assert answer.url == reverse("enrollment:batch_list")
    assert set(Batch.objects.values_list("start_month", flat=True)) == {date(2027, 1, 1)}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"total": 1}, "Belum ada peserta yang dipilih."),
        ({"total": 1, "member": ["x"]}, "Belum ada peserta yang dipilih."),
        ({"total": 2, "everyone": "1"}, "Daftarnya berubah: 1 dari 2 peserta masih dapat dimasukkan."),
    ],
)
def test_what_can_not_be_put_in_says_why(client, officer, typed, words):
    left(MembershipFactory())
    client.force_login(officer)

    answer = client.post(page(), typed)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_several_funds_of_the_payer_need_a_draft_first(client, officer):
    FundFactory()
    FundFactory(name="Dana desa")
    left(MembershipFactory())
    client.force_login(officer)

    assert "beberapa sumber dana" in client.post(page(), {"everyone": "1", "total": 1}).content.decode()


def test_an_empty_list_and_a_wrong_month_are_pages(client, officer):
    client.force_login(officer)

    assert "Tidak ada yang perlu keluar" in client.get(page()).content.decode()
    assert client.get(page(month="2020-01-01", reason="x")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_no_more_for_many(client, officer, count, django_assert_num_queries):
    for _ in range(count):
        left(MembershipFactory())
    client.force_login(officer)
    client.get(page())

    with django_assert_num_queries(10):
        assert len(client.get(page()).context["rows"]) == count
