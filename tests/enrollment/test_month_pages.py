from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casework.models import AuditEntry
from enrollment import rules
from enrollment.enums import Answer, BillStatus, Mismatch, Package, Payer
from enrollment.models import Bill, Difference
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import BillFactory, ContributionFactory, DifferenceFactory, MembershipFactory
from tests.workers.factories import OccupationFactory, WorkerFactory
from workers.enums import Sector

NOVEMBER = date(2026, 11, 1)
LIST = reverse("enrollment:month_list")
PAGE = reverse("enrollment:month_detail", args=[NOVEMBER, "APBD"])
CHANGES = reverse("enrollment:month_changes", args=[NOVEMBER, "APBD"])
READ = reverse("enrollment:bill_read", args=[NOVEMBER, "APBD"])
STRANGER = "7371090000000000"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def admin(client, db):
    user = UserFactory()
    client.force_login(user)
    return user


def typed(content=f"nik,nama,program,iuran\n{STRANGER},Orang Lain,JKK+JKM,16800\n", **changes):
    file = SimpleUploadedFile("tagihan.csv", content.encode())
    return {"billing_code": "KI-1", "total": "16.800", "file": file, **changes}


def words(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("count", [1, 3])
def test_list_queries_do_not_grow(client, admin, count, django_assert_num_queries):
    members, bill = MembershipFactory.create_batch(count), BillFactory()
    ContributionFactory(membership=members[0])
    DifferenceFactory.create_batch(count, bill=bill)

    with django_assert_num_queries(16):  # session, user, bills, paid, members of twelve months
        response = client.get(LIST)

    months = [(row["month"], row["members"], row["bill"]) for row in response.context["months"]]
    assert months[:3] == [
        (date(2026, 12, 1), count, None),
        (NOVEMBER, count, Bill.objects.get()),
        (date(2026, 10, 1), count, None),
    ]
    assert len(months) == 10  # cover began in March
    assert [row["paid"] for row in response.context["months"][:3]] == [0, 1, 0]
    assert response.context["months"][1]["bill"].open_differences == count


def test_an_empty_list_says_when_months_come(client, admin):
    assert "Belum ada peserta" in words(client.get(LIST))


def test_a_bill_whose_month_has_no_members_is_listed(client, admin):
    BillFactory(payer=Payer.DONOR)

    assert [(row["payer"], row["members"]) for row in client.get(LIST).context["months"]] == [(Payer.DONOR, 0)]


@pytest.mark.parametrize("count", [1, 3])
def test_a_month_with_its_bill(client, admin, count, django_assert_num_queries):
    bill = BillFactory()
    differences = DifferenceFactory.create_batch(count, bill=bill)

    with django_assert_num_queries(15):
        response = client.get(PAGE)

    assert [kind["count"] for kind in response.context["kinds"]] == [count, 0, 0, 0, 0, 0, 0]
    assert response.context["page"].rows == differences
    assert [deed.action for deed in response.context["open_deeds"]] == ["close"]
    assert f"Ditagih, tidak ada di daftar kita: {count}." in words(response)
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.persons) == ("bill.view", [str(difference.worker_id) for difference in differences])


def test_a_month_without_a_bill_says_what_is_expected(client, admin):
    MembershipFactory(package=Package.JKK_JKM_JHT)
    MembershipFactory.create_batch(2)
    driver = OccupationFactory(code="OJK", name="Ojek", sector=Sector.TRANSPORT)
    MembershipFactory(worker=WorkerFactory(occupation=driver))
    ContributionFactory()

    response = client.get(PAGE)

    assert [(group.package, group.sector, group.members, group.amount) for group in response.context["expected"]] == [
        (Package.JKK_JKM, Sector.OTHER, 2, 33_600),
        (Package.JKK_JKM, Sector.TRANSPORT, 1, 16_800),  # rule D4: the city gets no discount
        (Package.JKK_JKM_JHT, Sector.OTHER, 1, 36_800),
    ]
    assert response.context["paid"] == {"members": 1, "amount": 16_800}
    assert "Menunggu tagihan BPJS Ketenagakerjaan." in words(response)
    assert AuditEntry.objects.count() == 0


def test_the_expected_bill_is_the_list_of_the_month(db):
    ended = MembershipFactory(period=(date(2026, 3, 1), date(2026, 11, 10)))
    MembershipFactory(
        worker=ended.worker, participant_number=ended.participant_number, period=(date(2026, 11, 15), None)
    )
    MembershipFactory(worker=WorkerFactory(survivor=ended.worker))
    MembershipFactory(package=Package.JKK_JKM_JHT, payer=Payer.APBD)

    groups = rules.expected_bill(NOVEMBER, Payer.APBD)

    assert sum(group.amount for group in groups) == 16_800 + 36_800
    assert sum(member.amount for member in rules.members_of(NOVEMBER, Payer.APBD)) == 16_800 + 36_800


def test_who_joins_and_who_drops_and_why(client, admin):
    MembershipFactory()
    joined = MembershipFactory(worker=WorkerFactory(name="Andi"), period=(NOVEMBER, None))
    died = MembershipFactory(
        worker=WorkerFactory(name="Baso"), period=(date(2026, 3, 1), date(2026, 11, 30)), end_reason="Meninggal"
    )
    MembershipFactory(period=(date(2026, 3, 1), date(2026, 12, 1)), end_reason="Pindah")
    MembershipFactory(period=(NOVEMBER, None), payer=Payer.DONOR)

    changes = client.get(PAGE).context["changes"]
    page = client.get(CHANGES).context["page"]

    assert (changes.joined, changes.dropped, changes.dropped_in_all) == (1, (("Meninggal", 1),), 1)
    assert [(row, row.joins, row.drops) for row in page] == [(joined, True, False), (died, False, True)]
    assert AuditEntry.objects.get(event="month.list").persons == [str(joined.worker_id), str(died.worker_id)]


def test_a_month_without_changes_says_so(client, admin):
    assert "Tidak ada perubahan" in words(client.get(CHANGES))


def test_a_bill_is_uploaded_and_told(client, admin):
    response = client.post(READ, typed(), follow=True)

    assert response.redirect_chain == [(PAGE, 302)]
    assert "dibaca: 1 baris, Rp16.800, 0 cocok, 1 selisih." in words(response)
    assert "Orang Lain" in words(response)
    response = client.post(READ, typed(), follow=True)
    assert "Berkas ini sudah dibaca. Tidak ada yang berubah." in words(response)


def test_a_wrong_total_is_told_at_its_field(client, admin):
    response = client.post(READ, typed(total="16.801"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["total"]
    assert "Jumlah baris di berkas Rp16.800, jumlah tagihan yang diisi Rp16.801." in words(response)


def test_a_closed_month_takes_no_file_and_says_why(client, admin):
    BillFactory(closed=True)

    assert "Tagihan belum dapat diunggah" in words(client.get(READ))


def test_after_payment_a_supplementary_bill_can_come(client, admin):
    BillFactory(paid=True)

    assert "Unggah tagihan susulan" in words(client.get(PAGE))
    assert client.get(READ).context["decision"].reasons == ()


def test_the_examples_can_be_taken(client, admin):
    response = client.get(reverse("enrollment:bill_example"))

    assert b"".join(response.streaming_content).decode().splitlines()[0] == "\ufeffnik,nama,program,iuran"


def test_the_file_comes_back_as_it_was(client, admin):
    client.post(READ, typed())
    file = Bill.objects.get().files.get()

    response = client.get(reverse("enrollment:bill_file", args=[file.pk]))

    assert b"".join(response.streaming_content).decode().splitlines()[1] == f"{STRANGER},Orang Lain,JKK+JKM,16800"
    assert client.get(reverse("enrollment:bill_file", args=[file.pk + 1])).status_code == 404


def test_a_difference_is_settled_on_its_page_and_taken_back(client, admin):
    difference = DifferenceFactory()
    settle = reverse("enrollment:difference_settle", args=[difference.pk])

    page = client.get(settle)
    wrong = client.post(settle, {"answer": "ask_bill"})
    response = client.post(settle, {"answer": "pay_billed", "note": "Peserta baru."}, follow=True)

    assert [value for value, _ in page.context["form"].fields["answer"].choices] == [Answer.PAY_BILLED, Answer.HOLD]
    assert list(wrong.context["form"].errors) == ["answer"]
    assert "Bayar sesuai tagihan" in words(response)
    assert "Selisih ini sudah diputuskan." in words(client.post(settle, {"answer": "hold"}))
    unsettle = reverse("enrollment:difference_unsettle", args=[difference.pk])
    assert "dibatalkan." in words(client.post(unsettle, follow=True))
    assert "Selisih ini belum diputuskan." in words(client.post(unsettle, follow=True))
    assert Difference.objects.get().answer == ""
    assert client.get(reverse("enrollment:difference_settle", args=[difference.pk + 1])).status_code == 404


@pytest.mark.parametrize(
    ("asked", "shown"), [({"kind": "twice"}, 1), ({"state": "open"}, 2), ({"state": "settled"}, 1), ({}, 3)]
)
def test_differences_are_filtered(client, admin, asked, shown):
    bill = BillFactory()
    DifferenceFactory(bill=bill, kind=Mismatch.TWICE)
    DifferenceFactory(bill=bill)
    DifferenceFactory(bill=bill, answer=Answer.HOLD, settled_by=admin, settled_at=datetime(2026, 11, 13, tzinfo=UTC))

    assert len(client.get(PAGE, asked).context["page"]) == shown


def test_open_differences_come_first(client, admin):
    bill = BillFactory()
    settled = {"answer": Answer.HOLD, "settled_by": admin, "settled_at": datetime(2026, 11, 13, tzinfo=UTC)}
    done, waiting = DifferenceFactory(bill=bill, **settled), DifferenceFactory(bill=bill)

    assert client.get(PAGE).context["page"].rows == [waiting, done]


def test_a_month_is_closed_by_two_and_paid(client, admin):
    bill = DifferenceFactory().bill
    close, second, order = (
        reverse(f"enrollment:bill_{deed}", args=[bill.number]) for deed in ("close", "second", "order")
    )

    assert "Masih ada 1 selisih" in words(client.get(close))
    assert list(client.post(close, {"note": ""}).context["form"].errors) == ["note"]
    assert "ditutup." in words(client.post(close, {"note": "Tenggat besok."}, follow=True))
    assert "Belum dapat Anda sahkan" in words(client.get(PAGE))
    assert "Minta admin lain." in words(client.get(second))
    client.force_login(UserFactory())
    assert "Tenggat besok." in words(client.get(second))
    assert "disahkan." in words(client.post(second, {}, follow=True))
    date_typed = {"ordered_on_0": "24", "ordered_on_1": "11", "ordered_on_2": "2026"}
    assert "Rp16.800" in words(client.get(order))
    client.post(order, {"order_number": "SP2D-7", **date_typed})

    bill.refresh_from_db()
    assert (bill.status, bill.ordered_amount, bill.order_number) == (BillStatus.ORDERED, 16_800, "SP2D-7")
    client.force_login(UserFactory(bpjs=True))
    assert "Catat penerimaan" in words(client.get(PAGE))


def test_the_second_person_sends_it_back(client, admin):
    bill = BillFactory(closed=True, status=BillStatus.CLOSING, open_at_closing=1, closing_reason="Tenggat.")

    response = client.post(
        reverse("enrollment:bill_decline", args=[bill.number]), {"note": "Putuskan dulu."}, follow=True
    )

    assert "dikembalikan." in words(response)
    assert Bill.objects.get().status == BillStatus.OPEN


def test_comparing_again_is_one_click(client, admin):
    bill = BillFactory()
    compare = reverse("enrollment:bill_compare", args=[bill.number])

    assert "dicocokkan lagi dengan daftar kota." in words(client.post(compare, follow=True))
    Bill.objects.update(status=BillStatus.CLOSED, closed_by=admin, closed_at=datetime(2026, 11, 13, tzinfo=UTC))
    assert "sudah “Sudah dicocokkan”." in words(client.post(compare, follow=True))
    assert client.post(reverse("enrollment:bill_compare", args=["2611-99999"])).status_code == 404


@pytest.mark.parametrize("address", ["/months/2026-13/APBD/", "/months/2026-11/KOTA/", "/months/0000-01/APBD/"])
def test_no_such_month(client, admin, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2026, 11, 24), [date(2026, 12, 1), date(2026, 11, 1), date(2026, 10, 1)]),
        (date(2026, 12, 31), [date(2027, 1, 1), date(2026, 12, 1), date(2026, 11, 1)]),
        (date(2027, 1, 1), [date(2027, 2, 1), date(2027, 1, 1), date(2026, 12, 1)]),
    ],
)
def test_months_back(day, months):
    assert rules.months_back(day, count=3) == months
