"""Estimates that are kept with their claim, and their pages."""

import json
from datetime import date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.decisions import Refused
from casework.models import AuditEntry
from claims import operations, rules
from claims.benefits import RULE_TEXTS, SCHEDULES, Disability, Trip
from claims.enums import Cause, ClaimStatus, Heir, Outcome, TransportMode
from claims.models import Claim, Estimate
from tests.accounts.factories import UserFactory
from tests.claims.factories import WITA, ClaimFactory, claim_in
from tests.enrollment.factories import ContributionFactory, MembershipFactory

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=WITA)
TRIP = (Trip(TransportMode.LAND, 650_000),)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def officer():
    return UserFactory(officer=True)


@pytest.fixture
def claim():
    return claim_in(ClaimStatus.TREATED)


def treated_again(claim: Claim, outcome: Outcome) -> None:
    operations.treat_claim(
        claim.pk,
        by=UserFactory(hospital_staff=True, hospital=claim.hospital),
        care_from=date(2026, 11, 22),
        care_to=date(2026, 11, 23),
        outcome=outcome,
        treatment="Tangan kiri diamputasi.",
        cost=9_000_000,
    )


def trail(claim: Claim) -> list:
    return list(AuditEntry.objects.filter(event="claim.estimate").values_list("subject_id", "facts"))


class TestOperation:
    def test_an_estimate_keeps_facts_lines_and_version(self, claim, officer):
        estimate = operations.estimate_claim(claim.pk, by=officer, base=1_000_000, transport=TRIP)

        assert (estimate.total, estimate.schedule, estimate.made_by, estimate.made_at) == (
            650_000,
            "PP82_2019",
            officer,
            NOW,
        )
        assert estimate.schedule_digest == SCHEDULES[1].digest
        assert estimate.facts["event_on"] == "2026-11-22"
        assert estimate.facts["transport"] == [{"mode": "land", "bill": 650_000}]
        assert [(line["rule"], line["amount"]) for line in estimate.lines] == [("B1", 650_000)]
        assert trail(claim) == [(str(claim.pk), {"total": 650_000, "schedule": "PP82_2019"})]

    def test_the_same_facts_give_the_same_estimate(self, claim, officer):
        first = operations.estimate_claim(claim.pk, by=officer, base=1_000_000, transport=TRIP)
        second = operations.estimate_claim(claim.pk, by=officer, base=1_000_000, transport=TRIP)

        assert second == first
        assert len(trail(claim)) == 1

    def test_other_facts_give_a_new_one_and_keep_the_old(self, claim, officer):
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, transport=TRIP)
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, denture=100_000)

        assert [estimate.total for estimate in claim.estimates.all()] == [100_000, 650_000]

    def test_a_new_outcome_recomputes(self, claim, officer):
        lost = (Disability("THUMB_L"),)
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, disabilities=lost)

        treated_again(claim, Outcome.TOTAL_PERMANENT)

        assert [estimate.total for estimate in claim.estimates.all()] == [68_000_000, 9_600_000]

    def test_without_an_estimate_a_new_outcome_makes_none(self, claim):
        treated_again(claim, Outcome.TOTAL_PERMANENT)

        assert not claim.estimates.exists()

    def test_contributions_are_read_not_typed(self, officer):  # rules M1, 7.4, 7.5
        claim = ClaimFactory(treated=True, outcome=Outcome.DECEASED)
        member = MembershipFactory(worker=claim.worker, package="JKK_JKM_JHT")
        for month in (9, 10, 11, 12):
            ContributionFactory(membership=member, month=date(2026, month, 1))

        estimate = operations.estimate_claim(claim.pk, by=officer, base=1_000_000, cause=Cause.OTHER)

        assert estimate.facts["paid_in_a_row"] == 3  # December is after the event
        assert [(line["program"], line["amount"]) for line in estimate.lines] == [
            ("JKM", 20_000_000),
            ("JKM", 12_000_000),
            ("JKM", 10_000_000),
            ("JHT", 60_000),
        ]

    @pytest.mark.parametrize(
        ("caller", "status", "codes"),
        [
            ({"officer": True}, ClaimStatus.TREATED, []),
            ({}, ClaimStatus.APPROVED, []),
            ({"auditor": True}, ClaimStatus.TREATED, ["wrong_role"]),
            ({}, ClaimStatus.WITHDRAWN, ["withdrawn"]),
        ],
    )
    def test_who_may_estimate(self, caller, status, codes):
        assert rules.may_estimate(claim_in(status), UserFactory(**caller)).codes == codes

    def test_a_hospital_estimates_its_own_cases_only(self, claim):
        own = UserFactory(hospital_staff=True, hospital=claim.hospital)

        assert rules.may_estimate(claim, own).codes == []
        assert rules.may_estimate(claim, UserFactory(hospital_staff=True)).codes == ["other_hospital"]

    def test_before_the_first_schedule_nothing_is_estimated(self, officer):
        claim = ClaimFactory(accident_at=datetime(2015, 6, 30, 12, tzinfo=WITA))

        with pytest.raises(Refused) as refused:
            operations.estimate_claim(claim.pk, by=officer)

        assert refused.value.codes == ["no_schedule"]
        assert (claim.estimates.count(), trail(claim)) == (0, [])

    def test_out_of_scope_there_is_no_claim(self, claim):
        with pytest.raises(Claim.DoesNotExist):
            operations.estimate_claim(claim.pk, by=UserFactory(hospital_staff=True))


class TestRow:
    @pytest.mark.parametrize("change", [{"total": 1}, {"lines": []}, {"facts": {"base": 1}}, {"facts": {}, "total": 1}])
    def test_it_never_changes(self, claim, officer, change):
        estimate = operations.estimate_claim(claim.pk, by=officer, base=1_000_000, transport=TRIP)

        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            Estimate.objects.filter(pk=estimate.pk).update(**change)

    def test_it_is_never_deleted(self, claim, officer):
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, transport=TRIP)

        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            Estimate.objects.all().delete()

    def test_its_facts_may_be_emptied(self, claim, officer):  # rule X9
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, transport=TRIP)

        Estimate.objects.update(facts={})

        assert [(kept.facts, kept.total) for kept in Estimate.objects.all()] == [({}, 650_000)]


def typed(**change) -> dict:
    return {"base": "1000000", "cause": "work", "dominant_hand": "right"} | change


FULL = typed(
    dominant_hand="left",
    rest_months="2",
    rest_days="10",
    land="Rp400.000",
    disability_1="THUMB_R",
    loss_1="50",
    disability_2="HEARING_LOSS_BOTH_PER_10DB",
    units_2="2",
    disability_3="SCALP",
    scalp="12,5",
    home_care="1.000.000",
    home_care_months="2",
    prosthesis="2.000.000",
    prosthesis_price="1.000.000",
    glasses="500000",
    level_1="SMA",
    years_1="2",
    birth_on_1_0="7",
    birth_on_1_1="8",
    birth_on_1_2="2010",
    heirs=["spouse", "child"],
)


class TestPages:
    @pytest.fixture
    def facts_page(self, claim):
        return reverse("claims:claim_estimate_facts", args=[claim.number])

    @pytest.fixture
    def page(self, claim):
        return reverse("claims:claim_estimate", args=[claim.number])

    def test_facts_typed_become_an_estimate(self, client, claim, officer, page, facts_page):
        client.force_login(officer)

        response = client.post(facts_page, FULL)

        assert response.url == page
        estimate = claim.estimates.get()
        assert [(line["rule"], line["amount"]) for line in estimate.lines] == [
            ("B1", 400_000),
            ("B2", 2_000_000),
            ("B3", 333_333),
            ("B5", 4_800_000),  # 50% of 12%: the left-handed thumb
            ("B4", 9_600_000),
            ("B4", 10_000_000),
            ("B8", 1_000_000),
            ("B9", 2_000_000),
            ("B9", -600_000),
            ("B10", 500_000),
        ]
        assert estimate.facts["children"] == [
            {"remaining": [["SMA", 2], ["PT", 5]], "birth_on": "2010-08-07", "is_married": False, "is_working": False}
        ]
        assert estimate.facts["heirs"] == [Heir.SPOUSE, Heir.CHILD]

    def test_what_was_typed_last_stands_in_the_form(self, client, claim, officer, facts_page):
        client.force_login(officer)
        client.post(facts_page, FULL)

        form = client.get(facts_page).context["form"]
        again = {name: form.initial[name] for name in ("loss_1", "units_2", "scalp", "home_care_months", "years_1")}
        client.post(facts_page, FULL)

        assert {name: str(value) for name, value in again.items()} == {
            "loss_1": "50",
            "units_2": "2",
            "scalp": "12.5",
            "home_care_months": "2",
            "years_1": "2",
        }
        assert claim.estimates.count() == 1

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"prosthesis": "1000000"}, "prosthesis_price"),
            ({"base": "1500000"}, "base"),
            ({"land": "banyak"}, "land"),
            ({"rest_days": "-1"}, "rest_days"),
        ],
    )
    def test_what_is_wrong_is_told_at_its_field(self, client, claim, officer, facts_page, change, field):
        client.force_login(officer)

        response = client.post(facts_page, typed(**change))

        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert not claim.estimates.exists()

    def test_each_line_leads_to_its_rule(self, client, claim, officer, page):
        lost = (Disability("ARM_R_SHOULDER"), Disability("EYE_ONE"))
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, disabilities=lost, rest_months=1)
        client.force_login(officer)

        html = client.get(page).content.decode()

        assert "Estimasi; BPJS Ketenagakerjaan yang menetapkan." in html
        assert [f"#aturan-{rule}" in html for rule in ("B2", "B4", "B13")] == [True, True, True]
        assert html.count("<b>belum terkonfirmasi</b>") == 1  # the 70% limit
        assert "STMB bulan ke-1" in html

    def test_older_estimates_stay_readable(self, client, claim, officer, page):
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, transport=TRIP)
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, denture=100_000)
        client.force_login(officer)

        response = client.get(page)

        assert response.context["newest"]["estimate"].total == 100_000
        assert [found["estimate"].total for found in response.context["older"]] == [650_000]

    def test_emptied_facts_leave_the_lines(self, client, claim, officer, page, facts_page):
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, rest_months=1)
        Estimate.objects.update(facts={})
        client.force_login(officer)

        newest = client.get(page).context["newest"]
        assert (newest["facts"], newest["changes"]) == ((), ())
        assert client.get(facts_page).context["form"].initial == {}

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries_do_not_grow(self, client, claim, officer, page, count, django_assert_num_queries):
        for bill in range(1, count + 1):
            operations.estimate_claim(claim.pk, by=officer, base=1_000_000, denture=bill)
        client.force_login(officer)

        with django_assert_num_queries(13):  # session, limit, user; claim, 3 of the entry; newest, paid, lists
            client.get(page)

    def test_the_claim_shows_its_estimate(self, client, claim, officer):
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, transport=TRIP)
        client.force_login(officer)

        assert "Rp650.000" in client.get(claim.get_absolute_url()).content.decode()

    @pytest.mark.parametrize(
        ("caller", "page_status", "facts_status"),
        [
            ({"officer": True}, 200, 200),
            ({}, 200, 200),
            ({"auditor": True}, 200, 403),
            ({"bpjs": True}, 404, 403),
            ({"hospital_staff": True}, 404, 404),
        ],
    )
    def test_who_reads_and_who_writes(self, client, page, facts_page, caller, page_status, facts_status):
        client.force_login(UserFactory(**caller))

        assert client.get(page).status_code == page_status
        assert client.get(facts_page).status_code == facts_status
        assert client.post(facts_page, typed()).status_code == {200: 302}.get(facts_status, facts_status)

    def test_a_withdrawn_claim_offers_no_form(self, client):
        claim = claim_in(ClaimStatus.WITHDRAWN)
        client.force_login(UserFactory())

        page = client.get(reverse("claims:claim_estimate_facts", args=[claim.number])).content.decode()
        response = client.post(reverse("claims:claim_estimate_facts", args=[claim.number]), typed())

        assert "Laporan ini sudah ditarik" in page
        assert response.status_code == 422
        assert not claim.estimates.exists()

    def test_every_rule_is_on_the_page_of_rules(self, client, officer):
        client.force_login(officer)

        html = client.get(reverse("claims:rule_list")).content.decode()

        assert [rule.code for rule in RULE_TEXTS.values() if f'id="{rule.anchor}"' not in html] == []


def test_facts_survive_the_database(claim, officer):
    estimate = operations.estimate_claim(claim.pk, by=officer, base=1_000_000, disabilities=(Disability("SMELL"),))
    estimate.refresh_from_db()

    assert json.loads(json.dumps(estimate.facts)) == estimate.facts
