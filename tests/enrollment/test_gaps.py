"""Months that are not paid: who loses what and when (rules T1, T4, T5, T10, M2)."""

from datetime import UTC, date, datetime
from io import StringIO
from itertools import product

import pytest
from django.core.management import call_command
from django.urls import reverse

from casework.models import AuditEntry
from enrollment.models import Contribution, Membership
from enrollment.rules import gap_of, gap_to
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import ContributionFactory, MembershipFactory, ReceiptFactory
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import WorkerFactory

JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 1)
TENTH = date(2026, 6, 10)
MONTHS = [date(2026, number, 1) for number in range(1, 7)]
PATTERNS = list(product([True, False], repeat=6))  # paid or not, January to June
# the 15th, or the next day that is no weekend, holiday or joint leave (rule T1)
SAVED_BY = {
    1: date(2026, 9, 15),
    2: date(2026, 8, 18),  # 15th a Saturday, 17th Independence Day
    3: date(2026, 7, 15),
    4: date(2026, 6, 15),
    5: date(2026, 5, 18),  # 15th joint leave, then a weekend
    6: date(2026, 4, 15),
}
GAPS = reverse("enrollment:gap_list")


def paid_of(pattern) -> list[date]:
    return [month for month, paid in zip(MONTHS, pattern, strict=True) if paid]


def in_a_row_at_the_end(pattern) -> int:
    told = "".join("P" if paid else "-" for paid in pattern)
    return len(told) - len(told.rstrip("-"))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_six_months_paid_or_not(pattern):
    count = in_a_row_at_the_end(pattern)

    gap = gap_of(paid_of(pattern), start=JANUARY, on=TENTH)

    assert (list(gap.months) if gap else []) == MONTHS[6 - count :]
    assert (gap.saved_by if gap else None) == SAVED_BY.get(count)
    assert (gap.has_ended(TENTH) if gap else False) is (count > 4)


@pytest.mark.django_db
def test_the_query_for_many_counts_as_the_rule_does():
    receipt = ReceiptFactory()
    members = MembershipFactory.create_batch(64, period=(JANUARY, None))
    Contribution.objects.bulk_create(
        Contribution(membership=member, month=month, amount=16_800, receipt=receipt)
        for member, pattern in zip(members, PATTERNS, strict=True)
        for month in paid_of(pattern)
    )

    counted = dict(Membership.objects.with_gap(TENTH).values_list("pk", "unpaid_months"))

    assert [counted[member.pk] for member in members] == [in_a_row_at_the_end(pattern) for pattern in PATTERNS]


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "length"), [(date(2026, 6, 9), 1), (date(2026, 4, 20), 3)])
def test_nobody_owes_months_before_their_cover(start, length):
    MembershipFactory(period=(start, None))

    assert len(gap_of([], start=start, on=TENTH).months) == length
    assert Membership.objects.with_gap(TENTH).get().unpaid_months == length


@pytest.mark.django_db
def test_months_paid_ahead_and_in_an_earlier_period_count():  # rule T9, AC-W17
    worker = WorkerFactory()
    before = MembershipFactory(worker=worker, period=(JANUARY, date(2026, 5, 1)), participant_number="26030000001")
    MembershipFactory(worker=worker, period=(date(2026, 5, 1), None), participant_number="26030000001")
    ContributionFactory(membership=before, month=date(2026, 5, 1))
    ahead = ContributionFactory(month=date(2026, 12, 1)).membership

    behind = dict(Membership.objects.covering(TENTH).with_gap(TENTH).values_list("worker", "unpaid_months"))

    assert behind == {worker.pk: 1, ahead.worker_id: 4}  # March to June: a month paid ahead settles none before it


def test_what_is_lost_is_said_in_the_order_of_the_losses():
    assert gap_to(JUNE, length=2).losses(TENTH) == (
        "Kecelakaan pada Mei 2026 sampai Juni 2026 dijawab Belum pasti sampai iurannya lunas (aturan T10).",
        "Tiga bulan lunas berturut-turut untuk santunan kematian penuh terputus bila Juni 2026 belum lunas "
        "15 Juni 2026 (aturan M2; cara menghitungnya belum dikonfirmasi).",
        "Kepesertaan berakhir bila belum dilunasi sampai 18 Agustus 2026 (aturan T4, T5).",
    )
    assert (
        "terputus karena Juni 2026 belum lunas pada 15 Juni 2026" in gap_to(JUNE, length=2).losses(date(2026, 6, 16))[1]
    )
    assert gap_to(JUNE, length=1).losses(TENTH)[0].startswith("Kecelakaan pada Juni 2026 dijawab")
    assert gap_to(JUNE, length=5).losses(TENTH) == (
        "Kepesertaan berakhir 18 Mei 2026 karena lebih dari 3 bulan belum lunas (aturan T5).",
    )


def test_the_sum_is_that_of_each_month():  # PP 50/2025: donors pay half for JKK and JKM of transport, never the city
    city = gap_to(JUNE, length=3).costs(package="JKK_JKM_JHT", payer="APBD", sector="other")

    assert city == 3 * 36_800
    assert gap_to(JUNE, length=0) is None


@pytest.fixture
def tenth(time_machine):
    time_machine.move_to(datetime(2026, 6, 10, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def behind(db, tenth):
    """Two in Panakkukang, one and three months behind, and one elsewhere."""
    for name, place, month in [
        ("Daeng Satu", "73.71.09.1009", 5),
        ("Daeng Tiga", "73.71.09.1009", 3),
        ("Baso Rahasia", "73.71.12.1008", 4),
    ]:
        member = MembershipFactory(worker__name=name, worker__kelurahan=kelurahan(place))
        ContributionFactory(membership=member, month=date(2026, month, 1))


def names(response) -> list[str]:
    return [member.worker.name for member, _ in response.context["rows"]]


def test_an_officer_sees_who_is_behind_with_the_sum_that_saves_them(client, behind):
    client.force_login(UserFactory(officer=True, region=kecamatan("73.71.09")))

    response = client.get(GAPS)

    assert names(response) == ["Daeng Tiga", "Daeng Satu"]
    groups = response.context["groups"]
    assert [(len(group.gap.months), group.members, group.amount) for group in groups] == [
        (3, 1, 50_400),
        (1, 1, 16_800),
    ]
    assert "Rahasia" not in response.content.decode()
    entry = AuditEntry.objects.get(event="gap.list")
    assert len(entry.persons) == 2


@pytest.mark.parametrize(("months", "found"), [("1", ["Daeng Satu"]), ("2", ["Baso Rahasia"]), ("more", [])])
def test_the_list_narrows_to_a_number_of_months(client, behind, months, found):
    client.force_login(UserFactory())

    assert names(client.get(GAPS, {"months": months})) == found


@pytest.mark.django_db
@pytest.mark.usefixtures("tenth")
def test_when_all_is_paid_the_page_says_so(client):
    client.force_login(UserFactory())

    assert "Semua iuran lunas" in client.get(GAPS).content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("tenth")
@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client, count, django_assert_num_queries):
    MembershipFactory.create_batch(count)
    client.force_login(UserFactory())

    with django_assert_num_queries(9):  # session, user, limit, page, savepoint, entry, release, groups, holidays
        client.get(GAPS)


def alarm() -> str:
    out = StringIO()
    call_command("alarm_gaps", stdout=out)
    return out.getvalue().strip()


@pytest.mark.django_db
@pytest.mark.parametrize("day", [5, 10, 14])
def test_the_alarm_names_the_sum_of_members_and_no_person(time_machine, mailoutbox, day):
    time_machine.move_to(datetime(2026, 6, day, 2, tzinfo=UTC), tick=False)
    admin, officer = UserFactory(), UserFactory(officer=True)
    MembershipFactory(worker__name="Daeng Satu", worker__registered_by=officer)

    assert alarm() == "1 peserta, dikirim kepada admin"

    (letter,) = mailoutbox
    assert letter.to == [admin.email]
    assert "1 peserta belum tercatat lunas untuk Juni 2026, yang terlama 4 bulan" in letter.body
    assert "Jatuh tempo 15 Juni 2026" in letter.body
    assert "Daeng" not in letter.body


@pytest.mark.django_db
@pytest.mark.parametrize("day", [4, 6, 15])
def test_on_other_days_nothing_is_sent(time_machine, mailoutbox, day):
    time_machine.move_to(datetime(2026, 6, day, 2, tzinfo=UTC), tick=False)
    UserFactory()
    MembershipFactory()

    assert (alarm(), mailoutbox) == ("bukan hari alarm", [])


@pytest.mark.django_db
@pytest.mark.usefixtures("tenth")
def test_when_all_is_paid_nothing_is_sent(mailoutbox):
    UserFactory()
    ContributionFactory(month=JUNE)

    assert (alarm(), mailoutbox) == ("semua lunas", [])
