from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from enrollment.models import Receipt
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import ContributionFactory, MembershipFactory, ReceiptFactory

LIST, RECORD = reverse("enrollment:receipt_list"), reverse("enrollment:receipt_record")
TYPED = {
    "month": "2026-11-01",
    "payer": "APBD",
    "reference": "TT-2611",
    "received_on_0": "12",
    "received_on_1": "11",
    "received_on_2": "2026",
}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def bpjs(client, db):
    user = UserFactory(bpjs=True)
    client.force_login(user)
    return user


@pytest.mark.parametrize("count", [1, 3])
def test_list_queries_do_not_grow(client, bpjs, count, django_assert_num_queries):
    for month in range(1, count + 1):
        ContributionFactory(month=date(2026, month, 1))

    with django_assert_num_queries(3):  # session, user, page
        response = client.get(LIST)

    assert [(receipt.members, receipt.amount) for receipt in response.context["page"]] == [(1, 16_800)] * count


def test_an_empty_list_leads_on(client, bpjs):
    assert "Belum ada tanda terima" in client.get(LIST).content.decode()


def test_a_receipt_is_asked_about_and_then_recorded(client, bpjs):
    MembershipFactory.create_batch(2)

    response = client.post(RECORD, TYPED)
    assert response.context["preview"]["members"] == 2
    assert response.context["preview"]["listed"] == 33_600
    assert Receipt.objects.count() == 0

    response = client.post(RECORD, {**TYPED, "confirmed": "on"}, follow=True)
    assert "Tanda terima TT-2611 dicatat: 2 peserta, Rp33.600." in response.content.decode()
    assert Receipt.objects.get().received_on == date(2026, 11, 12)


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "on"}])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reference": "TT-1"}, "reference"),
        ({"month": "2026-06-01"}, "month"),
        ({"received_on_0": "25"}, "received_on"),
        ({"received_on_0": "31"}, "received_on"),
        ({"month": "2020-01-01"}, "month"),
    ],
)
def test_a_refusal_stands_at_its_field(client, bpjs, confirmed, changes, field):
    MembershipFactory(period=(date(2026, 11, 1), None))
    ReceiptFactory(reference="TT-1", month=date(2026, 10, 1))

    response = client.post(RECORD, TYPED | changes | confirmed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize("trait", ["officer", "hospital_staff"])
def test_others_do_not_see_receipts(client, db, trait):
    client.force_login(UserFactory(**{trait: True}))

    assert [client.get(address).status_code for address in (LIST, RECORD)] == [403, 403]


@pytest.mark.parametrize("trait", ["auditor", "admin"])
def test_admins_and_auditors_read_only(client, db, trait):
    client.force_login(UserFactory(**{trait: True} if trait != "admin" else {}))

    assert [client.get(address).status_code for address in (LIST, RECORD)] == [200, 403]
