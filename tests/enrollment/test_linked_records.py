"""A person of several records is one person for cover, contributions, proposals and claims (ADR 0014)."""

from datetime import UTC, date, datetime

import pytest
from django.db.models import Count, Sum
from django.urls import reverse

from casework.decisions import Refused
from claims.enums import ClaimStatus
from claims.models import Claim
from enrollment import operations, rules
from enrollment.enums import Package, Payer
from enrollment.models import Contribution, Membership
from enrollment.rules import Terms
from monitoring import reports
from monitoring.sheet import print_sheet
from tests.accounts.factories import UserFactory
from tests.claims.factories import claim_in
from tests.enrollment.factories import BatchLineFactory, ContributionFactory, MembershipFactory, ReceiptFactory
from tests.workers.factories import (
    DesilRecordFactory,
    DuplicatePairFactory,
    PolicyFactory,
    WorkerDocumentFactory,
    WorkerFactory,
)
from workers import operations as registry
from workers.models import DuplicatePair, Policy, Worker, WorkerExit

pytestmark = pytest.mark.django_db
FAMILY = "7371090101150001"
EVENT = datetime(2026, 10, 5, 2, tzinfo=UTC)
TERMS = Terms(package=Package.JKK_JKM, payer=Payer.APBD, start_month=date(2026, 12, 1))
ON = date(2026, 11, 24)


@pytest.fixture
def officer():
    PolicyFactory()
    DesilRecordFactory(family_card_number=FAMILY)
    return UserFactory(officer=True)


@pytest.fixture
def covered():
    """Was a member under the first record, paid in September and October."""
    worker = WorkerFactory(name="Muh. Samsudin", family_card_number=FAMILY, registered_at="2026-01-02T00:00Z")
    cover = MembershipFactory(worker=worker, period=(date(2026, 9, 1), None), participant_number="26000000001")
    for month in (9, 10):
        ContributionFactory(
            membership=cover,
            month=date(2026, month, 1),
            amount=16_800,
            receipt=ReceiptFactory(month=date(2026, month, 1), received_on=date(2026, month, 10)),
        )
    return worker


@pytest.fixture
def double():
    return WorkerFactory(name="Muhammad Syamsuddin", family_card_number=FAMILY, registered_at="2026-11-02T00:00Z")


def link(linked, survivor, officer):
    pair = DuplicatePairFactory(one=linked, other=survivor)
    registry.answer_pair(pair.pk, by=officer, seen=0, answer="same", reason="KTP sama.", survivor=survivor.pk)
    registry.confirm_pair(pair.pk, by=UserFactory(officer=True), seen=1, reason="KTP sama.")
    linked.refresh_from_db()
    return pair


def sums():
    """Months, rupiah, claims and documents: in all, and of each person."""
    return {
        "months": Contribution.objects.aggregate(months=Count("pk"), amount=Sum("amount")),
        "memberships": list(Membership.objects.order_by("pk").values()),
        "claims": list(Claim.objects.order_by("pk").values()),
    }


def asked(**question):
    staff = UserFactory(hospital_staff=True)
    return operations.check_coverage(by=staff, event_at=EVENT, purpose="emergency", **question)


def test_linking_changes_no_sum_and_is_undone_without_a_trace(officer, covered, double):  # AC-D26
    claim_in(ClaimStatus.SUSPECTED, worker=covered)
    before, rows = sums(), list(Worker.objects.order_by("pk").values())

    pair = link(covered, double, officer)
    assert sums() == before

    registry.unlink_pair(pair.pk, by=officer, seen=2, reason="Ternyata dua orang.")
    assert sums() == before
    assert list(Worker.objects.order_by("pk").values()) == rows


@pytest.mark.parametrize("survives", ["covered", "double"])
def test_every_way_of_asking_gives_the_cover_of_the_person(officer, covered, double, survives):  # AC-D26
    linked, survivor = (double, covered) if survives == "covered" else (covered, double)
    link(linked, survivor, officer)

    answers = [
        asked(question=covered.nik),
        asked(question=double.nik),
        asked(question="26000000001"),
        asked(name="Muhammad Samsudin", birth_on=covered.birth_on),
    ]

    assert [answer.verdict for answer in answers] == ["active"] * 4
    assert [answer.worker for answer in answers] == [survivor] * 4


def test_before_the_link_the_name_means_two_persons(officer, covered, double):
    assert asked(name="Muhammad Samsudin", birth_on=covered.birth_on).verdict == "unknown"


def test_a_name_or_birth_date_of_either_record_fits(officer, covered, double):  # AC-C7
    Worker.objects.filter(pk=double.pk).update(name="Baharuddin", birth_on=date(1991, 1, 1))
    link(double, covered, officer)

    fits = asked(question=covered.nik, name="Baharuddin", birth_on=date(1991, 1, 1))

    assert fits.verdict == "active"


def test_the_survivor_of_a_covered_record_is_not_enrolled_again(officer, covered, double):  # AC-W17
    link(covered, double, officer)
    policy = Policy.objects.get()

    selection = rules.select_workers(by=officer, terms=TERMS, policy=policy, on=ON)

    assert list(selection.free) == []
    assert selection.left_out()["already_covered"] == 1
    assert rules.check_workers([double], terms=TERMS, policy=policy, on=ON).codes == ["already_covered"]
    assert list(reports.ready_to_enroll(officer, on=ON)) == []


def test_a_line_that_waits_is_the_persons(officer, double):  # AC-B25
    other = WorkerFactory(family_card_number=FAMILY)
    line = BatchLineFactory(worker=other)
    link(other, double, officer)

    decision = rules.check_workers([double], terms=TERMS, policy=Policy.objects.get(), on=ON)

    assert decision.codes == ["already_proposed"]
    assert line.batch.number in decision.reasons[0].text


def test_of_two_suspected_one_covered_the_new_one_waits(officer, covered, double):  # AC-D28
    pair = DuplicatePairFactory(one=covered, other=double)
    policy = Policy.objects.get()

    selection = rules.select_workers(by=officer, terms=TERMS, policy=policy, on=ON)
    assert list(selection.free) == []
    assert selection.left_out() == {
        "not_eligible": 0,
        "other_cohort": 0,
        "already_proposed": 0,
        "already_covered": 1,
        "suspected_double": 1,
    }
    with pytest.raises(Refused) as refusal:
        operations.propose_batch(
            by=officer, package=TERMS.package, payer=TERMS.payer, start_month=TERMS.start_month, workers=[double.pk]
        )
    assert refusal.value.codes == ["suspected_double"]
    assert asked(question=covered.nik).verdict == "active"  # nobody loses cover by a suspicion

    registry.answer_pair(pair.pk, by=officer, seen=0, answer="different", reason="Dua orang.")
    assert list(selection.free.all()) == [double]


def test_of_two_suspected_newcomers_the_first_goes_on(officer, double):  # AC-D28
    first = WorkerFactory(family_card_number=FAMILY, registered_at="2026-10-01T00:00Z")
    pair = DuplicatePairFactory(one=first, other=double)
    selection = rules.select_workers(by=officer, terms=TERMS, policy=Policy.objects.get(), on=ON)

    assert list(selection.free) == [first]

    DuplicatePair.objects.filter(pk=pair.pk).update(faded_at="2026-11-03T00:00Z")
    assert set(selection.free.all()) == {first, double}


def test_a_month_is_paid_once_for_a_person_of_two_memberships(officer, covered, double):  # AC-W17
    MembershipFactory(worker=double, period=(date(2026, 9, 1), None), participant_number="26000000002")
    link(double, covered, officer)

    november = Membership.objects.active_between(date(2026, 11, 1), date(2026, 12, 1))
    assert november.unpaid_for(date(2026, 11, 1)).count() == 1
    assert november.unpaid_for(date(2026, 10, 1)).count() == 0  # paid under the other record


def test_an_accident_is_one_case_whichever_record_it_is_reported_of(officer, covered, double):  # AC-W19, AC-C14
    claim = claim_in(ClaimStatus.SUSPECTED, worker=covered)
    link(covered, double, officer)

    assert list(Claim.objects.of_accident(double, on=claim.accident_on)) == [claim]


def test_the_pages_of_both_records_show_cover_claims_and_papers_of_the_person(client, officer, covered, double):
    claim = claim_in(ClaimStatus.SUSPECTED, worker=covered)
    paper = WorkerDocumentFactory(worker=covered)
    link(covered, double, officer)
    client.force_login(officer)

    for record, other in ((covered, double), (double, covered)):
        page = client.get(record.get_absolute_url())
        assert "26000000001" in page.text
        assert claim.number in page.text
        assert f'href="{other.get_absolute_url()}"' in page.text
    assert registry.list_documents(double, by=officer) == [paper]
    sheet = print_sheet(double.pk, by=officer)
    assert (len(sheet.memberships), sheet.claims, sheet.documents) == (1, [claim], [paper])
    assert "Tertaut ke data lain" in client.get(reverse("workers:worker_list")).text


def test_a_suspicion_stands_on_the_persons_page(client, officer, covered, double):
    pair = DuplicatePairFactory(one=covered, other=double)
    client.force_login(officer)

    assert pair.get_absolute_url() in client.get(double.get_absolute_url()).text


def test_an_exit_stays_what_it_was(officer, covered, double):  # AC-D29
    registry.exit_worker(double.pk, by=officer, reason="moved", exited_on=date(2026, 11, 3), note="Pindah ke Gowa")
    before = list(WorkerExit.objects.values())

    with pytest.raises(Refused) as refusal:
        link(covered, double, officer)
    assert refusal.value.codes == ["survivor_exited"]

    DuplicatePair.objects.all().delete()
    link(double, covered, officer)
    assert list(WorkerExit.objects.values()) == before
