"""What became of one's cases, and who is told of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.roles import Role
from casework import audit
from claims import operations as claims
from claims.models import Claim
from monitoring import inbox
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.claims.factories import ClaimFactory
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import PolicyFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)
    PolicyFactory()


@pytest.fixture
def officer():
    return UserFactory(officer=True)


@pytest.fixture
def admin():
    return UserFactory(name="Rahmat")


def did(by, claim, event="claim.report"):
    with transaction.atomic():
        audit.record(event, claim, by=by)


def told(user):
    return [(line.what, line.number) for line in inbox.news_for(user, now=NOW)]


def in_panakkukang(**fields) -> Claim:
    return ClaimFactory(worker__kelurahan=kelurahan(), worker__name="Kenanga Rahasia", **fields)


def test_who_reported_hears_what_others_did_with_it(officer, admin):
    claim = in_panakkukang()
    did(officer, claim)
    claims.route_claim(claim.pk, by=admin, hospital=HospitalFactory(partner=True))

    (line,) = inbox.news_for(officer, now=NOW)
    assert (line.what, line.number, line.by, line.is_new) == ("Mengarahkan klaim", claim.number, "Rahmat", True)
    assert line.url == claim.get_absolute_url()


def test_own_deeds_readings_the_portals_work_and_what_was_before_are_no_news(officer, admin):
    claim = in_panakkukang()
    did(admin, claim, "claim.route")  # before the officer had a hand in it
    did(officer, claim)
    did(officer, claim, "claim.correct_time")
    did(admin, claim, "claim.view")
    did(None, claim, "claim.estimate")

    assert told(officer) == []


def test_a_case_that_one_never_touched_is_no_news(officer, admin):
    did(officer, in_panakkukang())
    did(admin, in_panakkukang(), "claim.route")

    assert told(officer) == []


def test_it_reaches_back_sixty_days(officer, admin, time_machine):
    claim = in_panakkukang()
    did(officer, claim)
    did(admin, claim, "claim.route")

    assert inbox.count_new(officer, now=NOW + timedelta(days=60)) == 1
    assert inbox.count_new(officer, now=NOW + timedelta(days=60, seconds=1)) == 0


def test_in_a_hospital_the_next_shift_hears_it_and_the_other_hospital_does_not(admin):
    claim = in_panakkukang(at_hospital=True)
    night, day = (UserFactory(role=Role.HOSPITAL, hospital=claim.hospital) for _ in range(2))
    stranger = UserFactory(hospital_staff=True)
    did(stranger, claim)  # whatever it once had to do with the case
    did(night, claim, "claim.admit")
    did(day, claim, "claim.treat")
    did(admin, claim, "claim.send_back")

    assert told(day) == told(night) == [("Mengembalikan klaim", claim.number)]
    assert told(stranger) == []


def test_an_officer_who_was_moved_hears_no_more_of_the_old_region(officer, admin):
    claim = in_panakkukang()
    did(officer, claim)
    did(admin, claim, "claim.route")
    officer.region = kecamatan("73.71.12")

    assert told(officer) == []
    assert inbox.count_new(officer, now=NOW) == 0


def test_the_page_tells_it_without_a_person_and_forgets_what_was_read(client, officer, admin):
    claim = in_panakkukang()
    did(officer, claim)
    did(admin, claim, "claim.route")
    client.force_login(officer)
    assert "1 kabar baru" in client.get(reverse("home")).content.decode()

    html = client.get(reverse("inbox_list")).content.decode()
    assert "Mengarahkan klaim" in html
    assert claim.get_absolute_url() in html
    assert "Kenanga" not in html
    assert '<b class="num">1</b> belum dibaca' in html

    html = client.post(reverse("inbox_read"), follow=True).content.decode()
    assert '<b class="num">0</b> belum dibaca' in html
    assert "Mengarahkan klaim" in html
    assert "kabar baru" not in client.get(reverse("home")).content.decode()
    did(admin, claim, "claim.transfer")
    assert [line.is_new for line in inbox.news_for(officer, now=NOW)] == [True, False]


def test_nothing_to_tell_says_what_will_stand_here(client, officer):
    client.force_login(officer)

    assert "Belum ada kabar" in client.get(reverse("inbox_list")).content.decode()
    assert client.post(reverse("inbox_read")).status_code == 302
