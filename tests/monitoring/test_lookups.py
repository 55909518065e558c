"""Look-ups that leave the usual, with known answers, and who asked about a person."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from casework import audit
from casework.models import AuditEntry
from enrollment import operations
from monitoring.lookups import CASE_WITHIN, SPAN, Pattern, patterns
from tests.accounts.factories import UserFactory
from tests.claims.factories import ClaimFactory
from tests.enrollment.factories import CoverageCheckFactory
from tests.regions.factories import kecamatan
from tests.workers.factories import WorkerFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=3)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def clerk():
    return UserFactory(hospital_staff=True, name="Rosmiati")


@pytest.fixture
def admin():
    return UserFactory()


def miss(by, count=1, **fields):
    CoverageCheckFactory.create_batch(count, asked_by=by, **{"asked_at": LONG_AGO, **fields})


def hit(by, worker=None, asked_at=LONG_AGO):
    worker = worker or WorkerFactory()
    CoverageCheckFactory(asked_by=by, worker=worker, asked_at=asked_at, reason_code="not_enrolled", verdict="inactive")
    return worker


def only(admin) -> Pattern:
    (pattern,) = patterns(admin, now=NOW)
    return pattern


def test_each_number_is_what_it_says(clerk, admin):
    miss(clerk, 2)
    miss(clerk, 3, reason_code="door_unknown")
    seen_twice = hit(clerk)
    hit(clerk, seen_twice)
    hit(clerk, asked_at=NOW - timedelta(hours=1))  # may still lead to a case
    ClaimFactory(worker=hit(clerk), hospital=clerk.hospital)
    ClaimFactory(worker=hit(clerk), reported_from=clerk.hospital)
    ClaimFactory(worker=hit(clerk), reported_from=UserFactory(hospital_staff=True).hospital)

    assert only(admin) == Pattern(
        user_id=clerk.pk,
        name="Rosmiati",
        hospital=clerk.hospital.name,
        asked=11,
        missed=2,
        doors=3,
        persons=4,
        without_case=2,
    )


@pytest.mark.parametrize(
    ("misses", "hits", "unusual"),
    [(9, 0, False), (10, 0, True), (5, 5, True), (5, 6, False), (4, 6, False)],
)
def test_many_misses_are_half_of_ten_or_more(clerk, admin, misses, hits, unusual):
    miss(clerk, misses)
    person = WorkerFactory()
    for _ in range(hits):
        hit(clerk, person)

    assert (only(admin).misses_much, only(admin).is_unusual) == (unusual, unusual)


@pytest.mark.parametrize(("alone", "with_case", "unusual"), [(8, 2, True), (7, 3, False), (9, 0, False), (10, 0, True)])
def test_many_without_a_case_are_eight_of_ten_persons_or_more(clerk, admin, alone, with_case, unusual):
    for _ in range(alone):
        hit(clerk)
    for _ in range(with_case):
        ClaimFactory(worker=hit(clerk), hospital=clerk.hospital)

    assert (only(admin).leads_nowhere, only(admin).is_unusual) == (unusual, unusual)


@pytest.mark.parametrize(
    ("asked_at", "asked"),
    [(NOW, 0), (NOW - timedelta(seconds=1), 1), (NOW - SPAN, 1), (NOW - SPAN - timedelta(seconds=1), 0)],
)
def test_seven_days_count(clerk, admin, asked_at, asked):
    miss(clerk, asked_at=asked_at)

    assert [pattern.asked for pattern in patterns(admin, now=NOW)] == [1] * asked


@pytest.mark.parametrize(("age", "persons"), [(CASE_WITHIN, 0), (CASE_WITHIN + timedelta(seconds=1), 1)])
def test_a_case_may_follow_for_two_days(clerk, admin, age, persons):
    hit(clerk, asked_at=NOW - age)

    assert only(admin).persons == persons


def test_the_unusual_come_first_then_who_asked_most(admin):
    quiet, busy, odd = UserFactory.create_batch(3, hospital_staff=True)
    miss(quiet, 1)
    for _ in range(11):
        hit(busy, WorkerFactory(), asked_at=NOW - timedelta(hours=1))
    miss(odd, 10)

    assert [pattern.user_id for pattern in patterns(admin, now=NOW)] == [odd.pk, busy.pk, quiet.pk]


@pytest.mark.parametrize("count", [1, 3])
def test_it_is_one_query(admin, count, django_assert_num_queries):
    for clerk in UserFactory.create_batch(count, hospital_staff=True):
        miss(clerk)
        hit(clerk)

    with django_assert_num_queries(1):
        assert len(patterns(admin, now=NOW)) == count


def test_the_page_shows_them_to_admins_and_the_start_page_counts_them(client, clerk, admin):
    miss(clerk, 10)
    client.force_login(admin)

    html = client.get(reverse("lookup_patterns")).content.decode()
    tasks = client.get(reverse("home")).context["tasks"]

    assert "Banyak meleset" in html
    assert f'href="{reverse("trail_list")}?actor={clerk.pk}"' in html
    assert [task.title for task in tasks] == ["1 akun rumah sakit mengecek dengan pola tidak biasa"]


def test_the_page_without_questions_says_so(client, admin):
    client.force_login(admin)

    assert "Belum ada cek" in client.get(reverse("lookup_patterns")).content.decode()


class TestOfOnePerson:
    def test_an_officer_reads_which_hospital_asked_when_and_what_for(self, client, clerk):
        worker = WorkerFactory(name="Baso Syamsuddin")
        event = NOW - timedelta(hours=1)
        operations.check_coverage(by=clerk, question=worker.nik, event_at=event, purpose="referral")
        operations.open_door(
            by=clerk, name=worker.name, birth_year=worker.birth_on.year, event_at=event, reason="Tidak sadar."
        )
        operations.check_coverage(by=clerk, question=WorkerFactory().nik, event_at=event, purpose="emergency")
        client.force_login(UserFactory(officer=True, region=kecamatan(worker.kelurahan_id[:8])))

        response = client.get(reverse("worker_lookups", args=[worker.pk]))
        html = response.content.decode()

        assert [(seen.place, seen.purpose, seen.by_door) for seen in response.context["lookups"]] == [
            (clerk.hospital.name, "Gawat darurat", True),
            (clerk.hospital.name, "Rujukan", False),
        ]
        assert "22 Nov 2026, 14.32 WITA" in html
        assert "Pintu darurat" in html
        assert clerk.name not in html
        entry = AuditEntry.objects.order_by("-pk").first()
        assert (entry.event, entry.persons) == ("worker.who_saw", [str(worker.pk)])

    def test_an_emptied_entry_still_says_who(self, client, clerk, admin):
        worker = WorkerFactory()
        operations.check_coverage(by=clerk, question=worker.nik, event_at=NOW, purpose="referral")
        with transaction.atomic():
            audit.anonymise(AuditEntry.objects.all(), fields=["facts"], by=None, note="Masa simpan habis")
        client.force_login(admin)

        html = client.get(reverse("worker_lookups", args=[worker.pk])).content.decode()

        assert clerk.hospital.name in html
        assert "Keperluannya sudah dihapus" in html

    def test_nobody_asked(self, client, admin):
        client.force_login(admin)

        html = client.get(reverse("worker_lookups", args=[WorkerFactory().pk])).content.decode()

        assert "Belum pernah dicek" in html
