"""Whoever is turned away from a page is on the trail (ASVS 16.3.2, 16.3.3)."""

import pytest
from django.test import Client
from django.urls import reverse

from casework.models import AuditEntry, Kind
from tests.accounts.factories import UserFactory
from tests.regions.factories import kecamatan
from tests.workers.factories import WorkerFactory


def refusals() -> list[tuple]:
    return [
        (entry.actor_id, entry.kind, entry.facts["page"], entry.facts["asked"], entry.facts["status"])
        for entry in AuditEntry.objects.filter(event="page.deny")
    ]


@pytest.fixture
def worker(db):
    return WorkerFactory()


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda: UserFactory(officer=True, region=kecamatan("73.71.10")), 404),
        (lambda: UserFactory(hospital_staff=True), 403),
    ],
    ids=["out of scope", "wrong role"],
)
def test_a_page_that_is_not_theirs_leaves_an_entry(client, worker, make, status):
    user = make()
    client.force_login(user)
    response = client.get(reverse("workers:worker_detail", args=[worker.pk]))

    assert response.status_code == status
    assert refusals() == [(user.pk, Kind.READ, "workers:worker_detail", str(worker.pk), status)]


def test_a_forged_form_leaves_an_entry(db):
    client, user = Client(enforce_csrf_checks=True), UserFactory()
    client.force_login(user)
    client.post(reverse("account_end_all_sessions"))

    assert refusals() == [(user.pk, Kind.READ, "account_end_all_sessions", "", 403)]


def test_too_much_at_once_leaves_an_entry(client, db, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"search": "1/m/user"}
    user = UserFactory(officer=True)
    client.force_login(user)
    statuses = [client.get(reverse("workers:worker_list")).status_code for _ in range(2)]

    assert statuses == [200, 429]
    assert refusals() == [(user.pk, Kind.READ, "workers:worker_list", "", 429)]


@pytest.mark.parametrize("path", ["/no/such/page/", "/workers/7371091708900001/"])
def test_an_address_that_does_not_exist_leaves_none_and_keeps_no_nik(client, db, path):
    client.force_login(UserFactory())

    assert client.get(path).status_code == 404
    assert refusals() == []


def test_strangers_leave_none(client, worker):
    assert client.get(reverse("workers:worker_detail", args=[worker.pk])).status_code == 302
    assert refusals() == []
