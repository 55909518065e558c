"""A fund's budget of a year, and what is left of it (AC-B13, AC-B14, AC-B16)."""

from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations, rules
from enrollment.enums import BatchStatus, LineStatus, Package, Payer
from enrollment.models import Batch, BatchLine, Budget, Fund
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import (
    BatchFactory,
    BatchLineFactory,
    BudgetFactory,
    ContributionFactory,
    FundFactory,
    MembershipFactory,
)
from tests.workers.factories import DesilRecordFactory, OccupationFactory, PolicyFactory, WorkerFactory
from workers.enums import OccupationCategory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
DECEMBER = date(2026, 12, 1)
EVERYBODY = frozenset({OccupationCategory.INFORMAL})


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def fund():
    return FundFactory(name="APBD Pokok")


def batch_of(fund, lines=3, *, amount=100, **fields):
    """Lines of 100 rupiah for December alone, so that a batch of three needs 300 to the end of the year."""
    batch = BatchFactory(fund=fund, **fields)
    BatchLineFactory.create_batch(lines, batch=batch, monthly_amount=amount)
    return batch


def eligible_worker(**fields):
    worker = WorkerFactory(**fields)
    DesilRecordFactory(family_card_number=worker.family_card_number)
    return worker


def money(fund, year=2026):
    return rules.money_of(fund, year, budget=rules.budget_in_force(fund, year, on=TODAY))


def test_a_fund_of_300_pays_three_lines_of_100(fund):  # AC-B13
    BudgetFactory(fund=fund, amount=300)
    batch = batch_of(fund)

    operations.approve_batch(batch.pk, by=UserFactory())

    batch.refresh_from_db()
    assert batch.status == BatchStatus.APPROVED
    assert money(fund) == rules.Money(budget=300, spent=0, committed=300)


def test_a_fund_of_250_pays_none_of_three_lines_of_100(fund):  # AC-B14, AC-B16: whoever approves, it is checked
    BudgetFactory(fund=fund, amount=250)
    batch = batch_of(fund)

    with pytest.raises(Refused) as refused:
        operations.approve_batch(batch.pk, by=UserFactory())

    assert refused.value.codes == ["budget_exceeded"]
    assert refused.value.messages == [
        "Anggaran APBD Pokok tahun 2026 kurang Rp50: perlu Rp300 sampai Desember, sisanya Rp250. "
        "Kurangi pekerjanya, mulai pada bulan sesudahnya, atau minta admin kota menambah anggaran."
    ]
    batch.refresh_from_db()
    assert (batch.status, batch.approved_by) == (BatchStatus.LOCKED, None)
    assert set(batch.lines.values_list("status", flat=True)) == {LineStatus.PENDING}
    assert AuditEntry.objects.count() == 0


def test_proposing_is_refused_whole_when_the_money_does_not_reach(fund):
    PolicyFactory()
    officer = UserFactory(officer=True)
    eligible_worker(), eligible_worker()
    BudgetFactory(fund=fund, amount=2 * 16_800 - 1)
    terms = {"by": officer, "package": Package.JKK_JKM, "payer": Payer.APBD, "start_month": DECEMBER}

    with pytest.raises(Refused) as refused:
        operations.propose_batch(**terms)

    assert refused.value.codes == ["budget_exceeded"]
    assert "kurang Rp1:" in refused.value.messages[0]
    assert (Batch.objects.count(), BatchLine.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)
    BudgetFactory(fund=fund, amount=2 * 16_800, effective_on=date(2026, 11, 24))
    assert operations.propose_batch(**terms).fund == fund


def test_a_batch_leaves_out_whom_the_money_is_not_for(fund):
    PolicyFactory()
    officer = UserFactory(officer=True)
    worker = eligible_worker()
    imam = eligible_worker(occupation=OccupationFactory(code="901", name="Imam", category=OccupationCategory.RELIGIOUS))
    BudgetFactory(fund=fund, cohorts=[OccupationCategory.INFORMAL])
    terms = {"by": officer, "package": Package.JKK_JKM, "payer": Payer.APBD, "start_month": DECEMBER}

    batch = operations.propose_batch(**terms)

    assert [line.worker for line in batch.lines.all()] == [worker]
    with pytest.raises(Refused) as refused:
        operations.propose_batch(**terms, workers=[imam.pk])
    assert refused.value.codes == ["cohort_not_paid"]


@pytest.mark.parametrize(
    ("need", "budget", "codes"),
    [
        ({}, {}, []),
        ({"amount": 701}, {}, ["budget_exceeded"]),
        ({"amount": 700}, {}, []),
        ({}, None, ["no_budget"]),
        ({}, {"packages": [Package.JKK_JKM_JHT]}, ["package_not_paid"]),
        ({"cohorts": frozenset(OccupationCategory.values)}, {}, []),
        ({"cohorts": EVERYBODY | {"religious"}}, {"cohorts": ["informal"]}, ["cohort_not_paid"]),
        (
            {"amount": 701, "cohorts": frozenset({"community"})},
            {"packages": ["JKK_JKM_JHT"], "cohorts": ["informal"]},
            ["package_not_paid", "cohort_not_paid", "budget_exceeded"],
        ),
    ],
)
def test_what_a_budget_pays(fund, need, budget, codes):
    row = None if budget is None else BudgetFactory.build(fund=fund, amount=1_000, **budget)
    asked = {"fund": fund, "year": 2026, "amount": 1, "package": Package.JKK_JKM, "cohorts": EVERYBODY} | need

    decision = rules.may_pay(rules.Need(**asked), row, rules.Money(budget=1_000, spent=100, committed=200))

    assert decision.codes == codes


def test_commitments_and_spending_come_from_the_lines(fund):
    """Each line's amount for its months of 2026 that are not paid; rejected and dropped lines cost nothing."""
    waiting = batch_of(fund, 1, start_month=date(2026, 10, 1))  # October to December: 300
    BatchLineFactory(batch=waiting, rejected=True)
    BatchLineFactory(batch=waiting, status=LineStatus.DROPPED)
    accepted = BatchLineFactory(batch__fund=fund, monthly_amount=200, accepted=True)
    member = MembershipFactory(line=accepted, period=(date(2026, 3, 1), None))  # ten months
    for month in (3, 4):
        ContributionFactory(membership=member, month=date(2026, month, 1), amount=190)
    ended = BatchLineFactory(batch__fund=fund, monthly_amount=50, accepted=True)
    MembershipFactory(line=ended, period=(date(2025, 5, 1), date(2026, 4, 1)))  # January to March
    cut = BatchLineFactory(batch__fund=fund, monthly_amount=7, accepted=True)
    dead = MembershipFactory(line=cut, period=(date(2026, 1, 1), date(2026, 2, 15)))  # January, February
    ContributionFactory(membership=dead, month=date(2026, 3, 1), amount=7)  # and March was paid too late to stop it
    long_gone = BatchLineFactory(batch__fund=fund, monthly_amount=1_000, accepted=True)
    MembershipFactory(line=long_gone, period=(date(2024, 1, 1), date(2025, 1, 1)))
    BatchLineFactory(batch__fund=FundFactory(), monthly_amount=999)
    BatchLineFactory(monthly_amount=999)  # of no fund
    for trait in ("draft", "returned"):  # nobody has locked them
        BatchLineFactory(batch__fund=fund, monthly_amount=999, **{f"batch__{trait}": True})
    BudgetFactory(fund=fund, amount=10_000)

    assert money(fund) == rules.Money(
        budget=10_000, spent=2 * 190 + 7, committed=300 + (10 - 2) * 200 + 3 * 50 + (2 - 1) * 7
    )
    assert money(fund).left == 10_000 - 387 - 2_057
    assert money(fund, 2027) == rules.Money(budget=0, spent=0, committed=12 * (100 + 200))


def test_money_is_told_by_fund_and_package(fund):
    batch_of(fund, 2)
    batch_of(fund, 1, package=Package.JKK_JKM_JHT)
    other = batch_of(FundFactory(), 1).fund
    line = BatchLineFactory(batch__fund=other, accepted=True, monthly_amount=0)
    ContributionFactory(membership=MembershipFactory(line=line), month=date(2026, 5, 1), amount=40)

    assert rules.money_by_package(2026) == {
        (fund.pk, "JKK_JKM"): rules.Money(committed=200),
        (fund.pk, "JKK_JKM_JHT"): rules.Money(committed=100),
        (other.pk, "JKK_JKM"): rules.Money(spent=40, committed=100),
    }


def test_a_batch_does_not_count_itself_and_counts_the_others(fund):
    BudgetFactory(fund=fund, amount=500)
    first, second = batch_of(fund), batch_of(fund)

    with pytest.raises(Refused) as refused:
        operations.approve_batch(first.pk, by=UserFactory())

    assert "kurang Rp100:" in refused.value.messages[0]
    operations.reject_batch(second.pk, by=UserFactory(), note="Bulan depan saja")
    operations.approve_batch(first.pk, by=UserFactory())


def test_the_newest_signed_row_that_has_begun_is_in_force(fund):
    first = BudgetFactory(fund=fund, effective_on=date(2026, 1, 1))
    BudgetFactory(fund=fund, effective_on=date(2026, 11, 25))
    BudgetFactory(fund=fund, effective_on=date(2026, 11, 23), waiting=True)
    BudgetFactory(fund=fund, year=2027)
    BudgetFactory(effective_on=date(2026, 11, 1))  # another fund

    assert rules.budget_in_force(fund, 2026, on=TODAY) == first
    changed = BudgetFactory(fund=fund, effective_on=TODAY)
    assert rules.budget_in_force(fund, 2026, on=TODAY) == changed
    assert rules.budget_in_force(fund, 2028, on=TODAY) is None


def test_whose_money_a_batch_spends():
    assert rules.fund_for(Payer.DONOR) is None
    donor = FundFactory(payer=Payer.DONOR)
    city, village = FundFactory(), FundFactory()

    assert rules.fund_for(Payer.SELF) is None
    assert rules.fund_for(Payer.DONOR) == donor
    assert rules.fund_for(Payer.APBD, named=village) == village
    for named, code in ((None, "fund_missing"), (donor, "fund_of_another_payer")):
        with pytest.raises(Refused) as refused:
            rules.fund_for(Payer.APBD, named=named)
        assert refused.value.codes == [code]
    assert rules.cohorts_of(city, 2026, on=TODAY) == OccupationCategory.values
    assert rules.cohorts_of(None, 2026, on=TODAY) == OccupationCategory.values


def test_a_payer_without_a_fund_is_not_counted():
    batch = batch_of(None)

    assert rules.need_of(batch) is None
    operations.approve_batch(batch.pk, by=UserFactory())


def test_the_first_fund_of_a_payer_takes_over_its_batches():
    mine, donors = BatchFactory(), BatchFactory(payer=Payer.DONOR)
    admin = UserFactory()

    fund = operations.record_fund(by=admin, payer=Payer.APBD, name="APBD Kota Makassar")

    mine.refresh_from_db()
    donors.refresh_from_db()
    assert (mine.fund, donors.fund) == (fund, None)
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.facts) == (
        "fund.record",
        {"payer": "APBD", "name": "APBD Kota Makassar", "batches": 1},
    )
    late = BatchFactory()
    operations.record_fund(by=admin, payer=Payer.APBD, name="Bantuan provinsi")
    late.refresh_from_db()
    assert late.fund is None


@pytest.mark.parametrize(
    ("trait", "payer", "name", "codes"),
    [
        ({"officer": True}, Payer.APBD, "Baru", ["not_an_admin"]),
        ({}, Payer.SELF, "Baru", ["own_money"]),
        ({}, Payer.APBD, "APBD Pokok", ["fund_known"]),
    ],
)
def test_who_may_name_a_fund(fund, trait, payer, name, codes):
    with pytest.raises(Refused) as refused:
        operations.record_fund(by=UserFactory(**trait), payer=payer, name=name)

    assert refused.value.codes == codes
    assert (Fund.objects.count(), AuditEntry.objects.count()) == (1, 0)


def terms_of(fund, **changes):
    return {
        "fund": fund,
        "year": 2026,
        "amount": 500,
        "effective_on": date(2026, 10, 1),
        "source": "DPA 2/2026",
        "packages": [Package.JKK_JKM],
        "cohorts": [OccupationCategory.INFORMAL],
    } | changes


def test_a_budget_is_in_force_after_a_second_signature(fund):
    first, second = UserFactory.create_batch(2)

    budget = operations.propose_budget(by=first, **terms_of(fund))

    assert rules.budget_in_force(fund, 2026, on=TODAY) is None
    with pytest.raises(Refused) as refused:
        operations.approve_budget(budget.pk, by=first)
    assert refused.value.codes == ["same_person"]
    operations.approve_budget(budget.pk, by=second)
    assert rules.budget_in_force(fund, 2026, on=TODAY) == budget
    with pytest.raises(Refused) as refused:
        operations.approve_budget(budget.pk, by=second)
    assert refused.value.codes == ["not_waiting"]
    facts = {
        "fund": "APBD Pokok",
        "year": 2026,
        "amount": 500,
        "effective_on": "2026-10-01",
        "source": "DPA 2/2026",
        "packages": ["JKK_JKM"],
        "cohorts": ["informal"],
    }
    assert [(entry.event, entry.actor_id, entry.facts) for entry in AuditEntry.objects.order_by("pk")] == [
        ("budget.propose", first.pk, facts),
        ("budget.approve", second.pk, facts),
    ]


@pytest.mark.parametrize(
    ("trait", "changes", "codes"),
    [
        ({"officer": True}, {}, ["not_an_admin"]),
        ({}, {"year": 2025, "effective_on": date(2025, 1, 1)}, ["year_is_past"]),
        ({}, {"effective_on": date(2027, 1, 1)}, ["after_the_year"]),
        ({}, {"effective_on": date(2026, 1, 1)}, ["day_taken"]),
    ],
)
def test_what_may_be_proposed(fund, trait, changes, codes):
    BudgetFactory(fund=fund)

    with pytest.raises(Refused) as refused:
        operations.propose_budget(by=UserFactory(**trait), **terms_of(fund, **changes))

    assert refused.value.codes == codes
    assert (Budget.objects.count(), AuditEntry.objects.count()) == (1, 0)


def test_a_proposal_that_is_thrown_away_frees_its_day(fund):
    budget = BudgetFactory(fund=fund, waiting=True)
    admin = UserFactory()

    operations.reject_budget(budget.pk, by=admin, note="Angkanya keliru")

    assert Budget.objects.count() == 0
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.note, entry.facts["amount"]) == ("budget.reject", "Angkanya keliru", budget.amount)
    signed = BudgetFactory(fund=fund)
    with pytest.raises(Refused) as refused:
        operations.reject_budget(signed.pk, by=admin, note="Menyesal")
    assert refused.value.codes == ["not_waiting"]


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        (lambda row: {"approved_by": row.proposed_by}, "approver_is_not_proposer"),
        (lambda row: {"proposed_by": None, "proposed_at": None, "approved_by": None, "approved_at": None}, "proposed"),
        (lambda _: {"packages": []}, "pays_for_something"),
        (lambda _: {"cohorts": []}, "pays_for_something"),
        (lambda _: {"year": 2100}, "year"),
    ],
)
def test_the_database_holds_the_rules_of_a_budget(fund, changes, constraint):
    row = BudgetFactory(fund=fund)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Budget.objects.filter(pk=row.pk).update(**changes(row))


def test_the_database_refuses_a_fund_of_the_member_and_a_second_row_of_one_day(fund):
    with pytest.raises(IntegrityError, match="fund_is_not_the_member"), transaction.atomic():
        FundFactory(payer=Payer.SELF)
    BudgetFactory(fund=fund)
    with pytest.raises(IntegrityError, match="budget_day_once"), transaction.atomic():
        BudgetFactory(fund=fund)


@pytest.mark.django_db(transaction=True)
def test_two_batches_at_once_do_not_both_fit():
    fund = FundFactory()
    BudgetFactory(fund=fund, amount=16_800)
    PolicyFactory()
    workers, officers = [eligible_worker(), eligible_worker()], UserFactory.create_batch(2, officer=True)
    barrier, outcomes = Barrier(2), []

    def propose(worker, officer):
        try:
            barrier.wait()
            operations.propose_batch(
                by=officer, package=Package.JKK_JKM, payer=Payer.APBD, start_month=DECEMBER, workers=[worker.pk]
            )
            outcomes.append("proposed")
        except Refused as refused:
            outcomes.extend(refused.codes)
        finally:
            connection.close()

    threads = [Thread(target=propose, args=pair) for pair in zip(workers, officers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["budget_exceeded", "proposed"]
    assert BatchLine.objects.count() == 1
