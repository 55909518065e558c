"""What is paid bit by bit: kept with its claim, asked for by the month or the school year, never forgotten."""

from datetime import date, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.decisions import Refused
from casework.models import AuditEntry
from claims import operations
from claims.benefits import Child
from claims.enums import ClaimStatus, InstalmentKind, Outcome, SchoolLevel
from claims.models import Claim, Instalment
from tests.accounts.factories import UserFactory
from tests.claims.factories import WITA, ClaimFactory, InstalmentFactory, claim_in
from tests.enrollment.factories import ContributionFactory, MembershipFactory
from tests.regions.factories import kecamatan

NOW = datetime(2026, 12, 24, 9, 0, tzinfo=WITA)
TODAY = date(2026, 12, 24)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def officer():
    return UserFactory(officer=True)


def parts_of(claim: Claim) -> list[tuple]:
    return list(claim.instalments.values_list("key", "opens_on", "amount", "asked_on"))


def codes(**change) -> list[str]:
    part = change.pop("part", None) or InstalmentFactory()
    with pytest.raises(Refused) as refused:
        operations.ask_instalment(part.claim_id, part.key, **{"by": UserFactory(), "asked_on": TODAY} | change)
    assert Instalment.objects.get().asked_on is None
    assert not AuditEntry.objects.filter(event="claim.ask_instalment").exists()
    return refused.value.codes


class TestPlan:
    def test_an_estimate_lays_down_what_falls_due_when(self, officer):  # rules B2, B3
        claim = claim_in(ClaimStatus.TREATED)

        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, rest_months=1, rest_days=15)

        assert parts_of(claim) == [
            ("rest-1", date(2026, 12, 22), 1_000_000, None),
            ("rest-2-days", date(2027, 1, 6), 500_000, None),
        ]

    def test_school_years_have_a_last_day_too(self, officer):  # rule 7.4
        claim = ClaimFactory(treated=True, outcome=Outcome.DECEASED)
        child = Child(((SchoolLevel.PT, 2),), birth_on=date(2005, 1, 1))

        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, children=(child,))

        assert list(claim.instalments.values_list("key", "kind", "opens_on", "closes_on")) == [
            ("school-1-2026", InstalmentKind.SCHOOL, date(2026, 7, 1), date(2030, 6, 30)),
            ("school-1-2027", InstalmentKind.SCHOOL, date(2027, 7, 1), date(2031, 6, 30)),
        ]

    def test_other_facts_lay_it_down_anew_and_keep_what_was_asked_for(self, officer):
        claim = claim_in(ClaimStatus.TREATED)
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, rest_months=3)
        operations.ask_instalment(claim.pk, "rest-1", by=officer, asked_on=TODAY)

        operations.estimate_claim(claim.pk, by=officer, base=2_000_000, rest_months=2)

        assert parts_of(claim) == [
            ("rest-1", date(2026, 12, 22), 1_000_000, TODAY),
            ("rest-2", date(2027, 1, 22), 2_000_000, None),
        ]


class TestAsking:
    def test_the_day_is_kept_with_who_said_so(self, officer):
        part = InstalmentFactory()

        operations.ask_instalment(part.claim_id, "rest-1", by=officer, asked_on=TODAY)

        part.refresh_from_db()
        assert (part.asked_on, part.asked_by, part.asked_at) == (TODAY, officer, NOW)
        entry = AuditEntry.objects.get(event="claim.ask_instalment")
        assert entry.facts == {"what": "STMB bulan ke-1", "asked_on": "2026-12-24"}
        assert entry.persons == [str(part.claim.worker_id)]

    def test_the_same_day_again_leaves_no_entry(self, officer):  # AC-W71
        part = InstalmentFactory()
        for _ in range(2):
            operations.ask_instalment(part.claim_id, "rest-1", by=officer, asked_on=TODAY)

        assert AuditEntry.objects.filter(event="claim.ask_instalment").count() == 1

    def test_it_can_be_taken_back(self, officer):
        part = InstalmentFactory()
        operations.ask_instalment(part.claim_id, "rest-1", by=officer, asked_on=TODAY)

        operations.ask_instalment(part.claim_id, "rest-1", by=officer, asked_on=None)

        part.refresh_from_db()
        assert (part.asked_on, part.asked_by, part.asked_at) == (None, None, None)

    @pytest.mark.parametrize(
        ("asked_on", "refused"),
        [
            (date(2026, 12, 21), ["not_open_yet"]),
            (date(2026, 12, 22), []),
            (date(2026, 12, 24), []),
            (date(2026, 12, 25), ["asked_in_the_future"]),
        ],
    )
    def test_the_borders_of_the_day(self, asked_on, refused):
        if refused:
            assert codes(asked_on=asked_on) == refused
        else:
            part = InstalmentFactory()
            operations.ask_instalment(part.claim_id, part.key, by=UserFactory(), asked_on=asked_on)

    @pytest.mark.parametrize(("day", "refused"), [(30, False), (31, True)])
    def test_a_school_year_can_be_made_up_for_until_its_last_day(self, day, refused):  # rule 7.4
        part = InstalmentFactory(school=True, opens_on=date(2022, 7, 1), closes_on=date(2026, 12, 30))
        with time_machine.travel(datetime(2026, 12, 31, 23, 59, tzinfo=WITA), tick=False):
            asked = {"by": UserFactory(), "asked_on": date(2026, 12, day), "is_entitled": True}
            if refused:
                assert codes(part=part, **asked) == ["closed"]
            else:
                operations.ask_instalment(part.claim_id, part.key, **asked)

    def test_a_school_year_wants_the_family_asked_each_time(self):  # rule 7.4
        assert codes(part=InstalmentFactory(school=True)) == ["entitlement_not_confirmed"]

    @pytest.mark.parametrize("caller", [{"hospital_staff": True}, {"auditor": True}])
    def test_only_the_city_records_it(self, caller):
        part = InstalmentFactory()
        by = UserFactory(**caller)
        if "hospital_staff" in caller:
            Claim.objects.update(hospital=by.hospital)

        assert codes(part=part, by=by) == ["wrong_role"]

    def test_a_report_that_was_taken_back_gives_nothing(self):
        assert codes(part=InstalmentFactory(claim=claim_in(ClaimStatus.WITHDRAWN))) == ["withdrawn"]

    def test_out_of_scope_there_is_nothing(self):
        part = InstalmentFactory()
        with pytest.raises(Claim.DoesNotExist):
            operations.ask_instalment(
                part.claim_id, "rest-1", by=UserFactory(officer=True, region=kecamatan("73.71.10")), asked_on=TODAY
            )


class TestRow:
    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"closes_on": date(2026, 12, 21)}, "closes_after_it_opens"),
            ({"asked_on": date(2026, 12, 22)}, "asking_is_signed"),
            ({"asked_at": NOW}, "asking_is_signed"),
        ],
    )
    def test_what_the_database_refuses(self, fields, constraint):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            InstalmentFactory(**fields)

    @pytest.mark.parametrize("asked_on", [date(2026, 12, 21), date(2027, 1, 23)])
    def test_it_is_asked_for_while_it_is_open(self, asked_on):
        with pytest.raises(IntegrityError, match="asked_when_open"), transaction.atomic():
            InstalmentFactory(closes_on=date(2027, 1, 22), asked_on=asked_on, asked_by=UserFactory(), asked_at=NOW)

    def test_a_part_is_there_once(self):
        part = InstalmentFactory()
        with pytest.raises(IntegrityError, match="instalment_once"), transaction.atomic():
            InstalmentFactory(claim=part.claim)

    def test_its_name_tells_nothing_of_the_person(self):
        part = InstalmentFactory()
        assert str(part) == f"bagian rest-1 klaim #{part.claim_id}"

    @pytest.mark.parametrize(
        ("day", "state"),
        [(date(2026, 12, 21), "coming"), (date(2026, 12, 22), "open"), (date(2027, 1, 22), "open")],
    )
    def test_its_state_follows_the_day(self, day, state):
        assert InstalmentFactory.build(claim=None, closes_on=date(2027, 1, 22)).state_on(day) == state

    def test_it_lapses_after_its_last_day_and_not_once_asked_for(self):
        part = InstalmentFactory.build(claim=None, closes_on=date(2027, 1, 22))
        after = date(2027, 1, 23)
        lapsed = part.state_on(after)
        part.asked_on = date(2027, 1, 1)

        assert (lapsed, part.state_on(after)) == ("lapsed", "asked")


class TestRecompute:
    """Facts that change by themselves: a receipt, a new statement of the doctor."""

    @pytest.fixture
    def claim(self, officer):
        """Two paid months before a death by another cause than work."""
        claim = ClaimFactory(treated=True, outcome=Outcome.DECEASED)
        member = MembershipFactory(worker=claim.worker)
        for month in (9, 10):
            ContributionFactory(membership=member, month=date(2026, month, 1))
        operations.estimate_claim(claim.pk, by=officer, base=1_000_000, cause="other")
        return claim

    def pay(self, claim: Claim) -> None:
        ContributionFactory(membership=claim.worker.memberships.get(), month=date(2026, 11, 1))

    def test_a_receipt_that_came_since_is_seen_on_opening(self, client, claim, officer):  # rules M1, M2
        self.pay(claim)
        client.force_login(officer)

        response = client.get(reverse("claims:claim_estimate", args=[claim.number]))

        assert [found.total for found in claim.estimates.all()] == [42_000_000, 10_000_000]
        assert [found.made_by for found in claim.estimates.all()] == [None, officer]
        page = response.content.decode()
        assert "Bulan iuran berurutan: 0 bulan, dengan bulan yang terlewat menjadi 3 bulan" in page  # rule M3
        assert "oleh portal, karena faktanya berubah" in page
        entry = AuditEntry.objects.filter(event="claim.estimate").last()
        assert (entry.actor_id, entry.facts["total"]) == (None, 42_000_000)

    def test_who_does_not_estimate_reads_amounts_and_no_facts(self, client, claim):
        self.pay(claim)
        client.force_login(UserFactory(auditor=True))

        page = client.get(reverse("claims:claim_estimate", args=[claim.number])).content.decode()

        assert ("Rp42.000.000" in page, "Bulan iuran berurutan" in page, "Fakta yang dipakai" in page) == (
            True,
            False,
            False,
        )

    def test_the_timeline_names_the_portal(self, client, claim, officer):
        self.pay(claim)
        operations.recompute_estimates()
        client.force_login(officer)

        response = client.get(claim.get_absolute_url())

        assert response.context["steps"][-1]["who"] == "Portal, karena faktanya berubah"

    def test_nothing_new_makes_nothing_new(self, client, claim, officer):
        client.force_login(officer)

        client.get(reverse("claims:claim_estimate", args=[claim.number]))

        assert claim.estimates.count() == 1

    def test_the_night_looks_at_all(self, claim, capsys):
        self.pay(claim)

        call_command("recompute_estimates")
        call_command("recompute_estimates")

        assert capsys.readouterr().out.splitlines() == [
            "1 klaim dilihat, 1 perkiraan dihitung ulang.",
            "1 klaim dilihat, 0 perkiraan dihitung ulang.",
        ]

    def test_a_report_that_was_taken_back_is_left_alone(self, claim):
        self.pay(claim)
        operations.estimates.recompute(Claim(pk=claim.pk, status=ClaimStatus.WITHDRAWN), by=None)
        Claim.objects.filter(pk=claim.pk).update(status=ClaimStatus.WITHDRAWN)

        assert operations.recompute_estimates() == (0, 0)
        assert claim.estimates.count() == 1


class TestPages:
    def page(self, part: Instalment) -> str:
        return reverse("claims:instalment_ask", args=[part.claim.number, part.key])

    def typed(self, day: date | None, **more) -> dict:
        parts = (day.day, day.month, day.year) if day else ("", "", "")
        return {f"asked_on_{at}": part for at, part in enumerate(parts)} | more

    def test_an_officer_records_it_and_comes_back_to_the_plan(self, client, officer):
        part = InstalmentFactory()
        client.force_login(officer)

        response = client.post(self.page(part), self.typed(TODAY))

        assert response.url == reverse("claims:claim_estimate", args=[part.claim.number])
        assert Instalment.objects.get().asked_on == TODAY

    def test_a_refusal_stands_at_its_field(self, client, officer):
        part = InstalmentFactory(school=True)
        client.force_login(officer)

        response = client.post(self.page(part), self.typed(TODAY))

        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["is_entitled"]

    def test_a_school_year_is_recorded_with_the_statement(self, client, officer):
        part = InstalmentFactory(school=True)
        client.force_login(officer)

        client.post(self.page(part), self.typed(TODAY, is_entitled="on"))

        assert Instalment.objects.get().asked_on == TODAY

    def test_a_part_that_does_not_exist_is_not_found(self, client, officer):
        claim = claim_in(ClaimStatus.TREATED)
        client.force_login(officer)

        assert client.get(reverse("claims:instalment_ask", args=[claim.number, "rest-9"])).status_code == 404

    def test_a_withdrawn_claim_offers_no_form(self, client, officer):
        part = InstalmentFactory(claim=claim_in(ClaimStatus.WITHDRAWN))
        client.force_login(officer)

        response = client.get(self.page(part))

        assert response.context["form"] is None
        assert "Laporan ini sudah ditarik" in response.content.decode()

    @pytest.fixture
    def parts(self):
        """One that is open, one that was asked for, one in ten days, one far off, one of a report taken back."""
        claim = claim_in(ClaimStatus.TREATED)
        InstalmentFactory(claim=claim)
        InstalmentFactory(
            claim=claim, key="rest-2", opens_on=date(2026, 12, 24), asked_on=TODAY, asked_at=NOW, asked_by=UserFactory()
        )
        InstalmentFactory(claim=claim, key="rest-3", opens_on=date(2027, 1, 7))
        InstalmentFactory(claim=claim, key="rest-4", opens_on=date(2027, 1, 8))
        InstalmentFactory(claim=claim, school=True, closes_on=date(2026, 12, 23))
        InstalmentFactory(claim=claim, school=True, key="school-2-2026", closes_on=TODAY)
        InstalmentFactory(claim=claim_in(ClaimStatus.WITHDRAWN))
        return claim

    @pytest.mark.parametrize(
        ("query", "keys"),
        [
            ("", ["school-2-2026", "rest-1"]),
            ("?kind=rest", ["rest-1"]),
            ("?state=coming", ["rest-3"]),
            ("?state=asked", ["rest-2"]),
            ("?state=nonsense", ["school-2-2026", "rest-1"]),
        ],
    )
    def test_the_list_shows_what_can_be_asked_for(self, client, officer, parts, query, keys):
        client.force_login(officer)

        response = client.get(reverse("claims:instalment_list") + query)

        assert [part.key for part, _ in response.context["rows"]] == keys

    def test_an_empty_list_says_when_there_is_something(self, client, officer):
        client.force_login(officer)

        assert (
            "Tidak ada yang perlu diajukan sekarang" in client.get(reverse("claims:instalment_list")).content.decode()
        )

    def test_the_home_page_reminds_with_day_and_link(self, client, officer, parts):
        client.force_login(officer)

        tasks = [
            (task.title, task.detail, task.url)
            for task in client.get(reverse("home")).context["tasks"]
            if task.icon == "calendar"
        ]

        page = reverse("claims:instalment_list")
        assert tasks == [
            ("1 STMB bulanan dapat diajukan", "Sejak 22 Desember 2026", f"{page}?kind=rest"),
            ("1 beasiswa dapat diajukan", "Paling lambat 24 Desember 2026", f"{page}?kind=school"),
            ("1 STMB bulanan segera dapat diajukan", "Mulai 7 Januari 2027", f"{page}?kind=rest&state=coming"),
        ]
        assert [client.get(url).context["page"].count for _, _, url in tasks] == [1, 1, 1]

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries_do_not_grow(self, client, officer, count, django_assert_num_queries):
        for _ in range(count):
            InstalmentFactory()
        client.force_login(officer)

        with django_assert_num_queries(6):  # session, user, page, and 3 for the entry
            client.get(reverse("claims:instalment_list"))
