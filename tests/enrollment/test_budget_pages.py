"""What is left of the money, what a batch would cost, and the two signatures of a budget."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.roles import Role
from casework.models import AuditEntry
from enrollment import operations, rules
from enrollment.enums import Package, Payer
from enrollment.models import Batch, Budget, Fund
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import (
    BatchLineFactory,
    BudgetFactory,
    ContributionFactory,
    FundFactory,
    MembershipFactory,
)
from tests.workers.factories import DesilRecordFactory, OccupationFactory, PolicyFactory, WorkerFactory
from workers.enums import Employment, OccupationCategory, Sector

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)
TYPED = {
    "year": "2027",
    "amount": "1.500.000.000",
    "effective_on_0": "2",
    "effective_on_1": "1",
    "effective_on_2": "2027",
    "source": "DPA 12/2027",
    "packages": ["JKK_JKM"],
    "cohorts": ["informal"],
}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def enter(client):
    def enter_as(**traits):
        user = UserFactory(**traits)
        client.force_login(user)
        return user

    return enter_as


def page(name, **kwargs):
    return reverse(f"enrollment:{name}", kwargs=kwargs)


def eligible_worker(desil=2, **fields):
    worker = WorkerFactory(**fields)
    DesilRecordFactory(family_card_number=worker.family_card_number, desil=desil)
    return worker


def a_town():
    """Workers of two sectors, two cohorts and desils, and one of each who is left out."""
    driver = OccupationFactory(code="901", name="Sopir", sector=Sector.TRANSPORT)
    imam = OccupationFactory(code="902", name="Imam", category=OccupationCategory.RELIGIOUS)
    for fields in ({}, {}, {"occupation": driver}, {"occupation": imam}, {"desil": 4}):
        eligible_worker(**fields)
    eligible_worker(employment=Employment.WAGE_EARNER)
    BatchLineFactory(worker=eligible_worker())
    MembershipFactory(worker=eligible_worker())


@pytest.mark.parametrize(
    ("asked", "limit"),
    [
        ({"package": Package.JKK_JKM, "payer": Payer.APBD, "start_month": DECEMBER}, None),
        ({"package": Package.JKK_JKM_JHT, "payer": Payer.APBD, "start_month": date(2027, 1, 1)}, 2),
        ({"package": Package.JKK_JKM, "payer": Payer.DONOR, "start_month": DECEMBER, "cohort": "informal"}, None),
        ({"package": Package.JKK_JKM, "payer": Payer.SELF, "start_month": DECEMBER, "cohort": "religious"}, 3),
    ],
)
def test_a_plan_equals_the_real_batch_to_the_rupiah(asked, limit):
    """The plan with another desil limit is the batch under a policy with that limit."""
    a_town()
    policy = PolicyFactory()
    officer = UserFactory(officer=True)
    fund = FundFactory()
    for year in (2026, 2027):
        BudgetFactory(fund=fund, year=year, amount=100_000_000)
    terms = rules.Terms(asked["package"], asked["payer"], asked["start_month"])
    rows = (Batch.objects.count(), AuditEntry.objects.count())

    plan = rules.plan_batch(
        by=officer,
        terms=terms,
        policy=policy,
        on=date(2026, 11, 24),
        cohort=asked.get("cohort", ""),
        desil_limit=limit,
    )

    assert (Batch.objects.count(), AuditEntry.objects.count()) == rows
    policy.refresh_from_db()
    assert policy.desil_limit == 4
    if limit is not None:
        policy.desil_limit = limit
        policy.save()
    batch = operations.propose_batch(by=officer, **asked)
    amounts = list(batch.lines.values_list("monthly_amount", flat=True))
    assert (plan.workers, plan.monthly_amount) == (len(amounts), sum(amounts))
    assert plan.needed == sum(amounts) * (1 if asked["start_month"] == DECEMBER else 12)
    assert plan.decision
    assert plan.fund == batch.fund
    year = terms.start_month.year
    left = rules.money_of(fund, year, budget=rules.budget_in_force(fund, year, on=date(2026, 11, 24))).left
    assert left == 100_000_000 - (plan.needed if plan.fund else 0)
    assert plan.left_after == (left if plan.fund else -plan.needed)


def test_a_plan_says_what_stands_against_it():
    a_town()
    officer = UserFactory(officer=True)
    fund = FundFactory()
    BudgetFactory(fund=fund, amount=5 * 16_800 - 1, cohorts=[OccupationCategory.INFORMAL])
    terms = rules.Terms(Package.JKK_JKM, Payer.APBD, DECEMBER)
    asked = {"by": officer, "terms": terms, "policy": PolicyFactory(), "on": date(2026, 11, 24)}

    everybody = rules.plan_batch(**asked)
    religious = rules.plan_batch(**asked, cohort="religious")
    nobody = rules.plan_batch(**asked, kelurahan="73.71.09.1002")

    assert everybody.decision.codes == []
    assert everybody.left_out == {
        "not_eligible": 1,
        "other_cohort": 1,
        "already_proposed": 1,
        "already_covered": 1,
        "suspected_double": 0,
    }
    assert (everybody.workers, everybody.left_after) == (4, 16_800 - 1)
    assert religious.decision.codes == ["cohort_not_paid"]
    assert nobody.decision.codes == ["no_worker_to_propose"]


def test_the_page_of_a_plan(client, enter):
    a_town()
    PolicyFactory()
    enter(officer=True)
    fund = FundFactory(name="APBD Pokok")
    BudgetFactory(fund=fund, amount=5 * 16_800 - 50)

    empty = client.get(page("budget_plan"))
    address = "?package=JKK_JKM&payer=APBD&start_month=2026-12-01&months=3&cohort=&desil_limit=&fund="
    short = client.get(page("budget_plan") + address).content.decode()
    other = client.get(page("budget_plan") + address.replace("desil_limit=", "desil_limit=2")).content.decode()
    FundFactory()
    unclear = client.get(page("budget_plan") + address)
    donor = client.get(page("budget_plan") + address.replace("APBD", "DONOR")).content.decode()

    assert (empty.status_code, empty.context["plan"]) == (200, None)
    assert '<dd class="num">Rp252.000</dd>' in short  # 5 x 16.800 x 3 months
    assert "kurang Rp50:" in short
    assert "Buka sebagai usulan" not in short
    assert "Kebijakan yang berlaku membatasi sampai desil 4" in other
    assert unclear.status_code == 422
    assert "Pilih sumber dana kelompok ini." in unclear.content.decode()
    assert "Tidak dihitung" in donor
    assert "Buka sebagai usulan" in donor


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_budgets_does_not_ask_more_for_more(client, enter, count, django_assert_num_queries):
    enter(role=Role.AUDITOR)
    for _ in range(count):
        BatchLineFactory(batch__fund=BudgetFactory().fund)

    with django_assert_num_queries(7):  # session, user; in force, all rows, committed, spent, funds
        response = client.get(page("budget_list"))

    assert len(response.context["accounts"]) == count


def test_the_list_tells_each_fund_and_year(client, enter):
    enter()
    empty = client.get(page("budget_list")).content.decode()
    fund = FundFactory(name="APBD Pokok")
    line = BatchLineFactory(batch__fund=fund, accepted=True)
    member = MembershipFactory(line=line, period=(date(2026, 11, 1), None))
    ContributionFactory(membership=member)
    BudgetFactory(fund=fund, amount=33_600 - 1)
    BudgetFactory(fund=fund, amount=90_000, waiting=True, effective_on=date(2026, 11, 1))
    BudgetFactory(fund=fund, amount=70_000, effective_on=date(2026, 12, 1))
    BudgetFactory(fund=fund, amount=10, effective_on=date(2025, 12, 1))

    this = client.get(page("budget_list"))
    following = client.get(page("budget_list") + "?year=2027")
    wrong = client.get(page("budget_list") + "?year=1")

    assert "Belum ada sumber dana" in empty
    (account,) = this.context["accounts"]
    assert account.money == rules.Money(budget=33_599, spent=16_800, committed=16_800)
    assert [row["state"] for row in account.rows] == ["coming", "waiting", "current", "past"]
    assert "Kelompok baru ditolak sampai anggarannya ditambah" in this.content.decode()
    assert following.context["accounts"][0].money == rules.Money(committed=12 * 16_800)
    assert "Anggaran 2027 belum berlaku." in following.content.decode()
    assert wrong.context["year"] == 2026


def test_two_admins_put_a_budget_in_force(client, enter):
    fund = FundFactory()
    enter()

    missing = client.post(page("budget_propose"), {})
    past = client.post(page("budget_propose"), {**TYPED, "fund": fund.pk, "effective_on_2": "2028"})
    done = client.post(page("budget_propose"), {**TYPED, "fund": fund.pk})

    assert (missing.status_code, past.status_code, done.status_code) == (422, 422, 302)
    assert list(past.context["form"].errors) == ["effective_on"]
    budget = Budget.objects.get()
    own = client.get(page("budget_approve", pk=budget.pk)).content.decode()
    refused = client.post(page("budget_approve", pk=budget.pk))
    assert "Minta admin lain menyetujuinya." in own
    assert (refused.status_code, Budget.objects.decided().count()) == (422, 0)

    enter()
    assert client.post(page("budget_approve", pk=budget.pk)).status_code == 302
    budget.refresh_from_db()
    assert (budget.amount, budget.year, budget.is_waiting) == (1_500_000_000, 2027, False)
    again = client.post(page("budget_reject", pk=budget.pk), {"note": "Keliru"})
    assert (again.status_code, Budget.objects.count()) == (422, 1)


def test_a_proposal_can_be_thrown_away(client, enter):
    budget = BudgetFactory(waiting=True)
    enter()

    silent = client.post(page("budget_reject", pk=budget.pk), {"note": ""})
    done = client.post(page("budget_reject", pk=budget.pk), {"note": "Angkanya keliru"})

    assert (silent.status_code, done.status_code, Budget.objects.count()) == (422, 302, 0)
    assert client.get(page("budget_reject", pk=budget.pk)).status_code == 404


def test_a_source_of_money_is_recorded(client, enter):
    enter()

    done = client.post(page("fund_record"), {"payer": "DONOR", "name": "Yayasan contoh"})
    twice = client.post(page("fund_record"), {"payer": "DONOR", "name": "Yayasan contoh"})

    assert (done.status_code, twice.status_code) == (302, 422)
    assert list(twice.context["form"].errors) == ["name"]
    assert [str(fund) for fund in Fund.objects.all()] == ["Yayasan contoh"]
