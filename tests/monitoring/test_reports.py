from datetime import UTC, date, datetime, timedelta

import pytest

from claims.enums import ClaimStatus
from enrollment.enums import BatchStatus, Payer
from monitoring import reports
from monitoring.reports import AreaFigures
from tests.accounts.factories import UserFactory
from tests.claims.factories import ClaimFactory
from tests.enrollment.factories import (
    BatchFactory,
    BatchLineFactory,
    ContributionFactory,
    MembershipFactory,
    ReceiptFactory,
)
from tests.regions.factories import CityFactory, kecamatan, kelurahan
from tests.workers.factories import DesilRecordFactory, OccupationFactory, PolicyFactory, WorkerFactory
from workers.enums import ImportStatus, OccupationCategory
from workers.models import RegistryImport, Worker

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
KARUWISI_UTARA, PAROPO, BITOWA = "73.71.09.1009", "73.71.09.1007", "73.71.12.1008"


@pytest.fixture(autouse=True)
def policy():
    PolicyFactory()


@pytest.fixture
def officer():
    return UserFactory(officer=True, region=kecamatan("73.71.09"))


def eligible(place: str) -> Worker:
    worker = WorkerFactory(kelurahan=kelurahan(place))
    DesilRecordFactory(family_card_number=worker.family_card_number, desil=2)
    return worker


def member(place: str, *, paid: bool) -> Worker:
    membership = MembershipFactory(worker=eligible(place))
    if paid:
        ContributionFactory(membership=membership, month=date(2026, 11, 1))
    return membership.worker


@pytest.fixture
def city():
    """Karuwisi Utara: one of each; Paropo: nobody; Bitowa in another kecamatan: one covered; one without a place."""
    kelurahan(PAROPO)
    WorkerFactory(kelurahan=kelurahan(KARUWISI_UTARA))  # desil not recorded
    eligible(KARUWISI_UTARA)
    member(KARUWISI_UTARA, paid=False)
    member(KARUWISI_UTARA, paid=True)
    member(BITOWA, paid=True)
    WorkerFactory(kelurahan=None)


def figures(user) -> list[tuple[str, int, int, int, int]]:
    return [
        (area.code, area.registered, area.eligible, area.members, area.covered)
        for area in reports.figures_by_area(user, on=TODAY)
    ]


@pytest.mark.usefixtures("city")
def test_an_officer_of_a_kecamatan_sees_its_kelurahan_and_no_other(officer):
    kelurahan("73.71.09.1001")

    assert figures(officer) == [
        ("73.71.09.1001", 0, 0, 0, 0),
        (PAROPO, 0, 0, 0, 0),
        (KARUWISI_UTARA, 4, 3, 2, 1),
    ]


@pytest.mark.usefixtures("city")
def test_an_officer_of_a_kelurahan_sees_it_alone():
    assert figures(UserFactory(officer=True, region=kelurahan(KARUWISI_UTARA))) == [(KARUWISI_UTARA, 4, 3, 2, 1)]


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    "reader",
    [lambda: UserFactory(officer=True, region=CityFactory()), lambda: UserFactory(auditor=True)],
    ids=["officer of the city", "auditor"],
)
def test_the_city_is_seen_by_kecamatan(reader):
    assert figures(reader()) == [("73.71.09", 4, 3, 2, 1), ("73.71.12", 1, 1, 1, 1)]


@pytest.mark.usefixtures("city")
def test_only_an_admin_sees_who_has_no_kelurahan():  # AC-P5
    assert figures(UserFactory()) == [("73.71.09", 4, 3, 2, 1), ("73.71.12", 1, 1, 1, 1), ("", 1, 0, 0, 0)]


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("traits", [{"bpjs": True}, {"hospital_staff": True}], ids=["bpjs", "hospital"])
def test_who_has_no_registry_counts_nobody(traits):
    assert reports.total(reports.figures_by_area(UserFactory(**traits), on=TODAY), name="Jumlah").registered == 0


def test_a_share_says_nothing_of_nobody():
    assert AreaFigures("73.71.01", "Mariso", 0, 0, 0, 0).share is None
    assert AreaFigures("73.71.01", "Mariso", 8, 4, 3, 2).share == 0.25


@pytest.mark.parametrize("count", [1, 3])
def test_figures_take_the_same_queries_for_one_worker_and_for_three(count, officer, django_assert_num_queries):
    for _ in range(count):
        member(KARUWISI_UTARA, paid=True)

    with django_assert_num_queries(6):  # registered, policy, eligible, members, covered, regions
        reports.figures_by_area(officer, on=TODAY)


def test_nobody_is_eligible_before_the_first_policy(officer):
    eligible(KARUWISI_UTARA)

    assert reports.ready_to_enroll(officer, on=date(2025, 12, 31)).count() == 0


def test_ready_are_those_whom_nothing_keeps_from_a_batch(officer):
    ready = eligible(KARUWISI_UTARA)
    WorkerFactory(kelurahan=kelurahan(KARUWISI_UTARA))  # not eligible
    member(KARUWISI_UTARA, paid=False)
    MembershipFactory(worker=eligible(KARUWISI_UTARA), period=(date(2026, 12, 1), None))  # about to be a member
    BatchLineFactory(worker=eligible(KARUWISI_UTARA))  # waits for an answer
    eligible(BITOWA)  # of another kecamatan
    past = eligible(KARUWISI_UTARA)
    MembershipFactory(worker=past, period=(date(2026, 1, 1), date(2026, 11, 22)))
    BatchLineFactory(worker=past, rejected=True)

    assert set(reports.ready_to_enroll(officer, on=TODAY)) == {ready, past}


def test_an_office_that_the_policy_names_is_enough(officer):  # rule E10
    imam = OccupationFactory(code="IMM", name="Imam masjid", category=OccupationCategory.RELIGIOUS)
    worker = WorkerFactory(kelurahan=kelurahan(KARUWISI_UTARA), occupation=imam)

    assert list(reports.ready_to_enroll(officer, on=TODAY)) == [worker]


def upload(place: str, *, refused: int, days_ago: int = 0, status: str = ImportStatus.DONE) -> None:
    RegistryImport.objects.create(
        name="daftar.csv",
        sha256="0" * 64,
        path="imports/x.csv",
        posting=kelurahan(place),
        status=status,
        rows_total=10,
        rows_done=10,
        rows_accepted=10 - refused,
        rows_refused=refused,
        uploaded_by=UserFactory(officer=True),
        uploaded_at=NOW - timedelta(days=days_ago),
    )


def test_rows_handed_back_are_counted_for_thirty_days(officer):
    upload(KARUWISI_UTARA, refused=3)
    upload(PAROPO, refused=4, days_ago=30)
    upload(PAROPO, refused=5, days_ago=31)
    upload(PAROPO, refused=0)
    upload(PAROPO, refused=2, status=ImportStatus.CHECKING)
    upload(BITOWA, refused=1)

    assert reports.refused_rows(officer, now=NOW) == (7, 2)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(24, (0, 0)), (24.1, (1, 0)), (48, (1, 0)), (48.1, (0, 1))],
)
def test_the_deadline_of_stage_one_is_near_on_its_last_day(officer, hours, expected):  # rule A7
    ClaimFactory(
        worker__kelurahan=kelurahan(KARUWISI_UTARA),
        accident_at=NOW - timedelta(hours=hours),
        reported_at=NOW - timedelta(hours=1),
    )

    assert reports.claims_near_deadline(officer, now=NOW) == expected


def test_a_case_in_a_hospital_or_in_another_kecamatan_has_no_deadline_here(officer):
    long_ago = {"accident_at": NOW - timedelta(hours=60), "reported_at": NOW - timedelta(hours=50)}
    ClaimFactory(worker__kelurahan=kelurahan(BITOWA), **long_ago)
    ClaimFactory(worker__kelurahan=kelurahan(KARUWISI_UTARA), status=ClaimStatus.WITHDRAWN, **long_ago)

    assert reports.claims_near_deadline(officer, now=NOW) == (0, 0)


def test_claims_are_counted_within_the_region(officer):
    ClaimFactory.create_batch(2, worker__kelurahan=kelurahan(KARUWISI_UTARA))
    ClaimFactory(worker__kelurahan=kelurahan(BITOWA))

    assert reports.claims_by_status(officer) == {"suspected": 2}


def test_an_admins_own_proposal_waits_for_another():
    admin = UserFactory()
    BatchFactory(proposed_by=admin)
    BatchFactory.create_batch(2)

    assert reports.batches_by_status(admin) == {"locked": 2}


def test_bpjs_counts_what_was_approved_for_it():
    BatchFactory()
    BatchFactory(approved=True)
    BatchFactory.create_batch(2, sent=True)

    assert reports.batches_by_status(UserFactory(bpjs=True)) == {BatchStatus.APPROVED: 1, BatchStatus.SENT: 2}


def test_a_month_with_members_and_no_receipt_is_missing():
    MembershipFactory(period=(date(2026, 8, 15), None))
    ReceiptFactory(month=date(2026, 8, 1))
    ReceiptFactory(month=date(2026, 10, 1))
    ReceiptFactory(month=date(2026, 9, 1), payer=Payer.DONOR)

    missing = reports.months_without_receipt(UserFactory(bpjs=True), on=TODAY)

    assert missing == [date(2026, 9, 1), date(2026, 11, 1)]


def test_no_month_is_missing_before_the_first_member():
    assert reports.months_without_receipt(UserFactory(bpjs=True), on=TODAY) == []


def test_receipts_are_none_of_an_officers_business(officer):
    MembershipFactory()

    assert reports.months_without_receipt(officer, on=TODAY) == []
