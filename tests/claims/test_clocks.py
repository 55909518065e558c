"""Clocks that nobody pauses quietly: the lists of rule A7 to the second, and a corrected time beside the first."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from casework import audit
from casework.decisions import Refused
from casework.models import AuditEntry
from claims import operations, rules
from claims.enums import ClaimStatus as S
from claims.models import Claim
from tests.accounts.factories import UserFactory
from tests.claims.factories import ACCIDENT, WITA, ClaimFactory, StayFactory, claim_in

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=WITA)
EARLIER = ACCIDENT - timedelta(hours=30)  # 21 November, 07.40
NOTE = "Saksi menyebut hari sebelumnya."
SECOND = timedelta(seconds=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def lists(now: datetime) -> tuple[int, int]:
    return Claim.objects.near_stage_1(now=now).count(), Claim.objects.past_stage_1(now=now).count()


class TestLists:
    @pytest.mark.parametrize(
        ("after", "near_and_past"),
        [
            (timedelta(hours=24), (0, 0)),
            (timedelta(hours=24) + SECOND, (1, 0)),
            (timedelta(hours=48) - SECOND, (1, 0)),
            (timedelta(hours=48), (1, 0)),
            (timedelta(hours=48) + SECOND, (0, 1)),
        ],
    )
    @pytest.mark.parametrize("status", [S.SUSPECTED, S.ROUTED])
    def test_every_border_of_the_two_days(self, status, after, near_and_past):  # A7
        claim_in(status)

        assert lists(ACCIDENT + after) == near_and_past

    @pytest.mark.parametrize("status", [S.ADMITTED, S.TREATED, S.WITHDRAWN])
    def test_it_ends_when_a_hospital_takes_the_patient_in(self, status):
        claim_in(status)

        assert lists(ACCIDENT + timedelta(hours=49)) == (0, 0)

    def test_it_does_not_begin_again_with_a_transfer(self):
        StayFactory()

        assert lists(ACCIDENT + timedelta(hours=49)) == (0, 0)

    @pytest.mark.parametrize(("minutes", "chosen"), [(0, "near"), (1, "past")])
    def test_the_home_page_and_the_list_say_the_same_to_the_minute(self, client, minutes, chosen):
        claim = claim_in(S.SUSPECTED)
        with time_machine.travel(ACCIDENT + timedelta(hours=48, minutes=minutes), tick=False):
            client.force_login(UserFactory(officer=True))
            task = client.get(reverse("home")).context["tasks"][0]
            shown = client.get(task.url).context["page"].rows

        assert (task.url, task.count) == (f"{reverse('claims:claim_list')}?clock={chosen}", 1)
        assert shown == [claim]


def correct(claim: Claim, **change) -> Claim:
    return operations.correct_accident_time(
        claim.pk, **{"by": UserFactory(officer=True), "accident_at": EARLIER, "note": NOTE} | change
    )


def refused(claim: Claim, **change) -> list[str]:
    with pytest.raises(Refused) as refusal:
        correct(claim, **change)
    assert not AuditEntry.objects.filter(event="claim.correct_time").exists()
    return refusal.value.codes


class TestCorrection:
    def test_the_first_clock_stays_beside_the_new_one(self):
        claim = correct(claim_in(S.ROUTED))

        clock = rules.report_clock(claim, now=NOW)
        assert (clock.due_at, clock.hours_late, clock.left) == (EARLIER + timedelta(hours=48), 0, timedelta(0))
        assert (clock.before.due_at, clock.before.hours_late) == (ACCIDENT + timedelta(hours=48), 0)
        assert clock.before.left == timedelta(hours=4, minutes=40)

    def test_a_report_that_was_late_stays_late_on_the_first_clock(self):
        claim = ClaimFactory(reported_at=NOW, accident_at=NOW - timedelta(hours=50))

        clock = rules.report_clock(correct(claim, accident_at=NOW - timedelta(hours=40)), now=NOW)

        assert (clock.hours_late, clock.before.hours_late) == (0, 2)

    def test_who_when_and_why_are_on_the_trail(self):
        by = UserFactory(officer=True)
        claim = correct(claim_in(S.ROUTED), by=by)

        entry = audit.entries_of(claim).get()
        assert (entry.event, entry.actor_id, entry.note) == ("claim.correct_time", by.pk, NOTE)
        assert {name: datetime.fromisoformat(at) for name, at in entry.facts.items()} == {
            "before": ACCIDENT,
            "after": EARLIER,
        }
        claim.refresh_from_db()
        assert (claim.accident_at, claim.first_said_at, claim.revision) == (EARLIER, ACCIDENT, 1)

    def test_a_second_correction_keeps_what_the_report_said(self):
        claim = correct(claim_in(S.ROUTED))

        claim = correct(claim, accident_at=EARLIER - timedelta(hours=1))

        assert claim.first_said_at == ACCIDENT

    def test_the_same_time_again_leaves_no_entry(self):  # AC-W71
        claim = correct(claim_in(S.ROUTED), accident_at=ACCIDENT)

        assert (claim.first_said_at, audit.entries_of(claim).count()) == (None, 0)

    def test_an_estimate_is_of_the_new_day(self):
        claim = claim_in(S.TREATED)
        operations.estimate_claim(claim.pk, by=UserFactory(), base=1_000_000, denture=1)

        correct(claim)

        assert [kept.facts["event_on"] for kept in claim.estimates.all()] == ["2026-11-21", "2026-11-22"]

    @pytest.mark.parametrize(
        ("accident_at", "codes"),
        [
            (NOW + SECOND, ["accident_in_the_future", "accident_after_report", "accident_after_care"]),  # AC-K5
            (ACCIDENT + timedelta(hours=1) + SECOND, ["accident_after_report"]),  # AC-W32
            (datetime(2021, 11, 23, 13, tzinfo=WITA), ["lapsed"]),  # AC-W35
        ],
    )
    def test_a_time_that_cannot_be_is_refused(self, accident_at, codes):
        assert refused(claim_in(S.TREATED), accident_at=accident_at) == codes

    def test_the_day_of_care_is_the_latest(self):
        claim = ClaimFactory(treated=True, care_from=date(2026, 11, 21), accident_at=EARLIER, reported_at=NOW)

        assert refused(claim, accident_at=ACCIDENT) == ["accident_after_care"]

    def test_it_needs_a_reason(self):
        assert refused(claim_in(S.ROUTED), note=" ") == ["reason_missing"]

    def test_the_day_of_another_claim_of_the_person_is_taken(self):  # AC-C14
        claim = claim_in(S.ROUTED)
        ClaimFactory(worker=claim.worker, accident_at=EARLIER)

        assert refused(claim) == ["already_reported"]

    @pytest.mark.parametrize("status", [S.VERIFIED, S.APPROVED, S.FORWARDED, S.WITHDRAWN])
    def test_not_once_it_is_signed_or_over(self, status):
        assert refused(claim_in(status)) == ["wrong_status"]

    def test_only_those_who_have_the_case(self):
        claim = claim_in(S.ADMITTED)

        assert rules.may_correct_time(claim, UserFactory(hospital_staff=True)).codes == ["other_hospital"]
        assert rules.may_correct_time(claim, UserFactory(hospital_staff=True, hospital=claim.hospital)).codes == []
        assert rules.may_correct_time(claim, UserFactory(auditor=True)).codes == ["wrong_role"]

    def test_the_page_takes_the_time_and_the_claim_shows_both(self, client):
        claim = claim_in(S.ROUTED)
        client.force_login(UserFactory(officer=True))
        typed = {f"accident_at_{n}": part for n, part in enumerate(("21", "11", "2026", "07.40"))}

        response = client.post(reverse("claims:claim_correct_time", args=[claim.number]), typed | {"note": NOTE})

        assert response.url == claim.get_absolute_url()
        page = client.get(claim.get_absolute_url()).content.decode()
        assert "Tenggat laporan tahap I: <b>23 November 2026, 07.40 WITA</b>" in page
        assert "Menurut laporan semula tenggatnya 24 November 2026, 13.40 WITA, dan laporan dalam tenggat." in page
        assert reverse("claims:claim_correct_time", args=[claim.number]) in page
