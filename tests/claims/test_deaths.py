"""A death is first a possible claim, and only then does the person leave the programme (rules.md section 5)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from casework.audit import entries_of
from casework.decisions import Refused
from claims import rules
from claims.enums import ClaimStatus, DeathStatus
from claims.models import DeathReport
from claims.operations import forward_death, report_death
from tests.accounts.factories import UserFactory
from tests.claims.factories import ClaimFactory, DeathReportFactory
from tests.enrollment.factories import ContributionFactory, MembershipFactory
from tests.regions.factories import kecamatan
from tests.workers.factories import PolicyFactory, WorkerFactory
from workers.models import Worker, WorkerExit

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DIED = date(2026, 11, 20)


@pytest.fixture
def officer():
    PolicyFactory()
    return UserFactory(officer=True)


@pytest.fixture
def worker(officer):
    return WorkerFactory(name="Baso Syamsuddin", registered_by=officer)


def report(worker, by, **changes):
    told = {
        "submission_key": uuid4(),
        "died_on": DIED,
        "cause": "other",
        "informant_name": "Daeng Tene",
        "informant_phone": "081234567890",
        "note": "Surat kematian 474/3",
    }
    return report_death(worker.pk, by=by, **told | changes)


def codes_of(act) -> list[str]:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def test_the_death_of_a_member_is_a_possible_claim_and_then_an_exit(worker, officer):
    cover = MembershipFactory(worker=worker, period=(date(2026, 1, 1), None))
    for month in (9, 10, 11):
        ContributionFactory(membership=cover, month=date(2026, month, 1))

    death = report(worker, officer)

    assert (death.status, death.facts) == (
        DeathStatus.POSSIBLE,
        {"covered": True, "paid_in_a_row": 3, "paid_with_gap": False},
    )
    left = worker.exit
    assert (left.reason, left.exited_on, left.death_report) == ("died", DIED, death.number)
    assert [entry.event for entry in entries_of(death)] == ["death.report"]
    assert [entry.event for entry in entries_of(worker)] == ["worker.exit"]


def test_who_was_not_covered_leaves_without_a_claim(worker, officer):
    MembershipFactory(worker=worker, period=(date(2026, 1, 1), DIED))

    assert report(worker, officer).status == DeathStatus.NO_COVER
    assert worker.exit.reason == "died"


def test_cover_under_a_linked_record_counts(worker, officer):
    MembershipFactory(worker=WorkerFactory(survivor=worker), period=(date(2026, 1, 1), None))

    assert report(worker, officer).facts["covered"] is True


def test_a_death_by_work_belongs_to_the_claim_of_the_accident(worker, officer):
    assert codes_of(lambda: report(worker, officer, cause="work")) == ["accident_not_reported"]
    ClaimFactory(worker=worker, status=ClaimStatus.WITHDRAWN)
    assert codes_of(lambda: report(worker, officer, cause="work")) == ["accident_not_reported"]
    assert not WorkerExit.objects.exists()
    claim = ClaimFactory(worker=worker)

    death = report(worker, officer, cause="work", died_on=claim.accident_on)

    assert (death.claim, death.status) == (claim, DeathStatus.POSSIBLE)


def test_a_second_click_reports_once(worker, officer):
    key = uuid4()
    first = report(worker, officer, submission_key=key)

    assert report(worker, officer, submission_key=key) == first
    assert DeathReport.objects.count() == WorkerExit.objects.count() == 1


def test_a_refused_exit_leaves_no_report(worker, officer):
    assert codes_of(lambda: report(worker, officer, died_on=TODAY + timedelta(days=1))) == ["exit_in_future"]
    assert not DeathReport.objects.exists()
    report(worker, officer)
    assert codes_of(lambda: report(worker, officer)) == ["exited_already"]


def test_out_of_scope_nobody_dies(worker, officer):
    with pytest.raises(Worker.DoesNotExist):
        report(worker, UserFactory(officer=True, region=kecamatan("73.71.10")))


def test_an_admin_hands_it_over_once(worker, officer):
    death = DeathReportFactory(worker=worker)
    admin = UserFactory()
    assert codes_of(lambda: forward_death(death.number, by=officer, reference="TT-1")) == ["wrong_role"]

    forward_death(death.number, by=admin, reference="TT-1")

    death.refresh_from_db()
    assert (death.status, death.forwarded_by, death.reference) == (DeathStatus.FORWARDED, admin, "TT-1")
    assert codes_of(lambda: forward_death(death.number, by=admin, reference="TT-2")) == ["wrong_status"]


def test_without_cover_there_is_nothing_to_hand_over():
    death = DeathReportFactory(status=DeathStatus.NO_COVER)

    assert rules.may_forward_death(death, UserFactory()).codes == ["wrong_status"]


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"cause": "work"}, "claims_death_by_work_has_its_claim"),
        ({"status": "forwarded"}, "claims_death_forwarded_fits_status"),
        ({"forwarded_at": "2026-11-21T10:00+08:00"}, "claims_death_forwarded_is_signed"),
        ({"informant_phone": "12"}, "claims_death_informant_phone_form"),
    ],
    ids=str,
)
def test_what_the_database_refuses(worker, broken, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        DeathReportFactory(worker=worker, **broken)


# --- pages ---

TYPED = {
    "died_on_0": "20",
    "died_on_1": "11",
    "died_on_2": "2026",
    "cause": "other",
    "informant_name": "Daeng Tene",
    "informant_phone": "+62 812-3456-7890",
}


def test_the_page_reports_and_an_admin_hands_over(client, worker, officer):
    MembershipFactory(worker=worker, period=(date(2026, 1, 1), None))
    client.force_login(officer)
    address = reverse("claims:death_report", args=[worker.pk])
    key = client.get(address).context["form"]["submission_key"].value()
    response = client.post(address, TYPED | {"submission_key": key}, follow=True)
    death = DeathReport.objects.get()
    assert response.redirect_chain == [(death.get_absolute_url(), 302)]
    assert death.informant_phone == "081234567890"
    assert "Catat sudah diteruskan" not in response.text
    assert "Sudah keluar dari program sejak 20 November 2026" in client.get(worker.get_absolute_url()).text

    client.force_login(UserFactory())
    assert "1 kematian mungkin ada santunannya" in [t.title for t in client.get(reverse("home")).context["tasks"]]
    (listed,) = client.get(reverse("claims:death_list") + "?status=possible").context["page"]
    assert listed == death
    forward = reverse("claims:death_forward", args=[death.number])
    assert client.post(forward, {"reference": ""}).status_code == 422
    response = client.post(forward, {"reference": "TT-1"}, follow=True)
    assert response.redirect_chain == [(death.get_absolute_url(), 302)]
    assert client.post(forward, {"reference": "TT-2"}).status_code == 422


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"died_on_2": "2031"}, "died_on"),
        ({"cause": "work"}, "cause"),
        ({"informant_phone": "12"}, "informant_phone"),
    ],
    ids=str,
)
def test_each_refusal_stands_at_its_field(client, worker, officer, typed, field):
    client.force_login(officer)
    address = reverse("claims:death_report", args=[worker.pk])

    response = client.post(address, TYPED | {"submission_key": uuid4()} | typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


@pytest.mark.parametrize(("query", "found"), [("", 1), ("?status=no_cover", 0), ("?status=x", 0)])
def test_the_list_narrows_by_status(client, officer, query, found):
    DeathReportFactory()
    client.force_login(officer)

    assert len(client.get(reverse("claims:death_list") + query).context["page"]) == found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(client, officer, count, django_assert_num_queries):
    DeathReportFactory.create_batch(count)
    client.force_login(officer)

    with django_assert_num_queries(7):  # session, user, limit, limits, page, entry
        response = client.get(reverse("claims:death_list"))

    assert len(response.context["page"]) == count


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BPJS])
def test_other_roles_have_no_business_here(client, role):
    death = DeathReportFactory()
    client.force_login(UserFactory(role=role))

    assert client.get(death.get_absolute_url()).status_code == 403
