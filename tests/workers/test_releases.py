"""DTSEN releases: received once, counted on only when a policy says so (rules S1 to S3, AC-W55)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from casework.audit import entries_of
from casework.decisions import Refused
from tests.accounts.factories import UserFactory
from tests.regions.factories import CityFactory, kecamatan
from tests.workers.factories import DesilRecordFactory, DesilReleaseFactory, PolicyFactory
from workers import rules
from workers.models import DesilRelease
from workers.operations import receive_release

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def receive(by, **changes):
    release = {"name": "2026-4", "dated_on": date(2026, 11, 1), "received_on": date(2026, 11, 20), "source": "Surat 12"}
    return receive_release(by=by, **release | changes)


def test_a_release_is_recorded_with_its_days_and_its_source():
    admin = UserFactory()

    release = receive(admin)

    assert DesilRelease.objects.get() == release
    assert (release.name, release.dated_on, release.received_on) == ("2026-4", date(2026, 11, 1), date(2026, 11, 20))
    (entry,) = entries_of(release)
    assert (entry.event, entry.actor_id, entry.note) == ("release.receive", admin.pk, "Surat 12")


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"dated_on": None}, []),
        ({"dated_on": date(2026, 11, 20)}, []),
        ({"dated_on": date(2026, 11, 21)}, ["dated_after_receipt"]),
        ({"dated_on": None, "received_on": TODAY}, []),
        ({"dated_on": None, "received_on": TODAY + timedelta(days=1)}, ["received_in_future"]),
        ({"name": "2026-3"}, ["release_known"]),
    ],
)
def test_what_a_release_needs(changes, codes):
    DesilReleaseFactory(name="2026-3")
    release = {"name": "2026-4", "dated_on": date(2026, 11, 1), "received_on": date(2026, 11, 20)}

    assert rules.check_release(by=UserFactory(), today=TODAY, **release | changes).codes == codes


@pytest.mark.parametrize(
    ("user", "codes"),
    [
        ({}, []),
        ({"role": Role.OFFICER, "region": "city"}, []),
        ({"role": Role.OFFICER, "region": "kecamatan"}, ["not_for_the_city"]),
        ({"auditor": True}, ["not_for_the_city"]),
    ],
)
def test_who_takes_a_release_in(user, codes):
    places = {"city": CityFactory(), "kecamatan": kecamatan()}
    asking = UserFactory(**{name: places.get(value, value) for name, value in user.items()})

    assert rules.may_receive_release(asking).codes == codes


def test_a_policy_rests_only_on_a_release_that_has_come():
    PolicyFactory(release="2026-3")
    DesilReleaseFactory(name="2026-2")

    assert rules.may_rest_on("2026-2").codes == []
    assert rules.may_rest_on("2026-3").codes == []
    assert rules.may_rest_on("2026-4").codes == ["release_unknown"]


@pytest.mark.parametrize(
    "broken", [{"name": "2026-5"}, {"name": "triwulan 3"}, {"dated_on": date(2026, 10, 2)}], ids=str
)
def test_the_database_holds_name_and_days(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        DesilReleaseFactory(**broken)


def test_a_release_comes_once():
    DesilReleaseFactory(name="2026-4")

    with pytest.raises(Refused) as refused:
        receive(UserFactory())

    assert refused.value.codes == ["release_known"]


# --- pages ---


def test_the_list_says_how_many_families_stand_above_the_limit(client):
    PolicyFactory(release="2026-3", desil_limit=4)
    DesilReleaseFactory(name="2026-3")
    DesilReleaseFactory(name="2026-4")
    for number, desil in enumerate((4, 5, 6)):
        DesilRecordFactory(family_card_number=f"737109010115000{number}", release="2026-3", desil=desil)
    client.force_login(UserFactory(auditor=True))

    response = client.get(reverse("workers:release_list"))

    assert [(row["release"].name, row["families"], row["above"]) for row in response.context["rows"]] == [
        ("2026-4", 0, 0),
        ("2026-3", 3, 2),
    ]
    assert "Catat rilis" not in response.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(client, count, django_assert_num_queries):
    PolicyFactory()
    for number in range(count):
        DesilReleaseFactory(name=f"2026-{number + 1}")
    client.force_login(UserFactory())

    with django_assert_num_queries(5):  # session, user, policy, families, releases
        response = client.get(reverse("workers:release_list"))

    assert len(response.context["rows"]) == count


def test_an_empty_list_says_what_to_do(client):
    PolicyFactory()
    client.force_login(UserFactory())

    assert "Belum ada rilis yang dicatat" in client.get(reverse("workers:release_list")).text


TYPED = {
    "name": "2026-4",
    "dated_on_0": "1",
    "dated_on_1": "11",
    "dated_on_2": "2026",
    "received_on_0": "20",
    "received_on_1": "11",
    "received_on_2": "2026",
    "source": "Surat 12",
}


def test_the_page_records_a_release(client):
    PolicyFactory()
    client.force_login(UserFactory())

    response = client.post(reverse("workers:release_record"), TYPED, follow=True)

    release = DesilRelease.objects.get()
    assert response.redirect_chain == [(reverse("workers:release_upload", args=[release.pk]), 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "DTSEN rilis 2026-4 dicatat. Unggah data keluarganya bila sudah ada."
    ]


def test_the_page_says_at_which_field_it_is_refused(client):
    DesilReleaseFactory(name="2026-4")
    client.force_login(UserFactory())

    response = client.post(reverse("workers:release_record"), TYPED)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]


def test_an_officer_of_a_kecamatan_reads_why_not(client):
    client.force_login(UserFactory(officer=True))

    response = client.get(reverse("workers:release_record"))

    assert "wilayah tugas seluruh kota" in response.text
    assert '<form class="card form"' not in response.text
