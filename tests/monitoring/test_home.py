import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from claims.enums import ClaimStatus
from enrollment.enums import Answer, BatchStatus, BillStatus, Payer
from monitoring.views import SHAPES
from tests.accounts.factories import AgreementFactory, UserFactory
from tests.claims.factories import ClaimFactory
from tests.enrollment.factories import (
    ApiClientFactory,
    ApiTokenFactory,
    BatchFactory,
    BillFactory,
    BudgetFactory,
    ContributionFactory,
    DifferenceFactory,
    DoorOpeningFactory,
    ExportTemplateFactory,
    HolidayChangeFactory,
    MembershipFactory,
    ReceiptFactory,
    RecheckFactory,
)
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import DesilRecordFactory, PolicyFactory, WorkerFactory
from workers.models import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)  # 09.00 WITA
HERE, ELSEWHERE = "73.71.09.1009", "73.71.12.1008"


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False):
        PolicyFactory()
        yield


def home(client, user):
    client.force_login(user)
    return client.get(reverse("home"))


def titles(response) -> list[str]:
    return [task.title for task in response.context["tasks"]]


def eligible(place: str, **fields) -> Worker:
    worker = WorkerFactory(kelurahan=kelurahan(place), **fields)
    DesilRecordFactory(family_card_number=worker.family_card_number, desil=2)
    return worker


def claim(place: str, **fields):
    return ClaimFactory(
        worker__kelurahan=kelurahan(place),
        accident_at=NOW - timedelta(hours=5),
        reported_at=NOW - timedelta(hours=4),
        **fields,
    )


def test_an_officer_reads_what_waits_in_the_region(client):
    officer = UserFactory(officer=True, region=kecamatan("73.71.09"), name="Sitti Rahmah")
    eligible(HERE)
    claim(HERE)
    eligible(ELSEWHERE)
    claim(ELSEWHERE)
    claim(ELSEWHERE)

    response = home(client, officer)

    assert titles(response) == ["1 dugaan kecelakaan belum diarahkan", "1 pekerja layak belum menjadi peserta"]
    assert "Selamat pagi, Sitti" in response.content.decode()
    assert [(area.code, area.registered) for area in response.context["areas"]] == [("73.71.09.1001", 0), (HERE, 2)]


def test_an_officer_sees_no_name_and_no_place_of_another_region(client):
    kelurahan(ELSEWHERE)
    officer = UserFactory(officer=True, region=kecamatan("73.71.09"))
    eligible(ELSEWHERE, name="Baso Rahasia")

    page = home(client, officer).content.decode()

    assert "Rahasia" not in page
    assert "Kelurahan 1008" not in page


def test_a_deadline_stands_first(client):
    officer = UserFactory(officer=True, region=kecamatan("73.71.09"))
    eligible(HERE)
    ClaimFactory(
        worker__kelurahan=kelurahan(HERE),
        accident_at=NOW - timedelta(hours=30),
        reported_at=NOW - timedelta(hours=29),
    )

    assert titles(home(client, officer)) == [
        "1 kasus mendekati tenggat tahap I",
        "1 dugaan kecelakaan belum diarahkan",
        "1 pekerja layak belum menjadi peserta",
    ]


def test_an_admin_is_not_asked_to_sign_twice(client):
    admin = UserFactory()
    BatchFactory(proposed_by=admin)
    BatchFactory()
    claim(HERE, verified=True, verified_by=admin)
    claim(ELSEWHERE, verified=True)
    claim(ELSEWHERE, approved=True, approved_by=admin)

    assert titles(home(client, admin)) == [
        "1 kelompok iuran menunggu persetujuan",
        "1 klaim menunggu persetujuan",
        "1 klaim belum diteruskan",
    ]


def test_what_is_counted_is_what_the_list_shows(client):
    admin = UserFactory()
    claim(HERE)
    claim(HERE, status=ClaimStatus.WITHDRAWN)
    claim(HERE, treated=True)
    claim(HERE, treated=True)
    claim(HERE, verified=True)
    claim(HERE, verified=True, verified_by=admin)
    BatchFactory.create_batch(3)
    BatchFactory(approved=True)

    tasks = home(client, admin).context["tasks"]

    assert [task.count for task in tasks] == [1, 3, 2, 1]
    assert [client.get(task.url).context["page"].count for task in tasks] == [1, 3, 2, 1]


def test_a_hospital_sees_its_own_cases_and_the_way_to_the_check(client):
    staff = UserFactory(hospital_staff=True)
    mine = claim(HERE, status=ClaimStatus.ROUTED, hospital=staff.hospital)
    theirs = claim(HERE, status=ClaimStatus.ROUTED, at_hospital=True)

    response = home(client, staff)

    assert list(response.context["cases"]) == [mine]
    assert titles(response) == ["1 pasien diarahkan ke sini"]
    page = response.content.decode()
    assert f'href="{reverse("enrollment:coverage_check")}"' in page
    assert theirs.worker.name not in page


def test_a_hospital_without_cases_is_told_when_they_come(client):
    assert "Tidak ada kasus terbuka" in home(client, UserFactory(hospital_staff=True)).content.decode()


def test_bpjs_reads_batches_and_the_month_that_is_due(client):
    BatchFactory(approved=True)
    BatchFactory(sent=True)
    BatchFactory()
    MembershipFactory(period=(date(2026, 10, 1), None))
    ReceiptFactory(month=date(2026, 10, 1))

    response = home(client, UserFactory(bpjs=True))

    assert titles(response) == [
        "Iuran November 2026 belum tercatat diterima",
        "1 kelompok iuran siap diambil",
        "1 kelompok iuran belum dijawab",
    ]
    assert response.context["tasks"][0].detail == "Lewat jatuh tempo 16 November 2026"
    assert "Pekerja terdaftar" not in response.content.decode()


@pytest.mark.parametrize(
    ("day", "detail"), [(16, "Jatuh tempo 16 November 2026"), (17, "Lewat jatuh tempo 16 November 2026")]
)
def test_the_working_day_after_a_sunday_fifteenth_is_still_in_time(client, day, detail):  # rule T1
    MembershipFactory(period=(date(2026, 11, 1), None))

    with time_machine.travel(datetime(2026, 11, day, 12, tzinfo=UTC), tick=False):
        response = home(client, UserFactory(bpjs=True))

    assert response.context["tasks"][0].detail == detail


@pytest.mark.parametrize(
    ("day", "paid_to", "first"),
    [
        (4, 10, None),
        (5, 10, "1 peserta belum lunas"),
        (4, 9, "1 peserta belum lunas"),  # more than the running month is due at any time
    ],
)
@pytest.mark.parametrize("caller", [{"officer": True}, {}])
def test_unpaid_months_are_told_from_the_first_alarm_day_on(client, caller, day, paid_to, first):
    member = MembershipFactory(worker__kelurahan=kelurahan(HERE), period=(date(2026, 9, 1), None))
    ContributionFactory(membership=member, month=date(2026, paid_to, 1))

    with time_machine.travel(datetime(2026, 11, day, 1, tzinfo=UTC), tick=False):
        shown = titles(home(client, UserFactory(**caller)))

    assert (shown[0] if shown else None) == first


def test_an_auditor_reads_figures_and_has_nothing_to_do(client):
    member = MembershipFactory(worker=eligible(HERE))
    ContributionFactory(membership=member, month=date(2026, 11, 1))
    WorkerFactory(kelurahan=None)

    response = home(client, UserFactory(auditor=True))

    assert response.context["tasks"] is None
    assert "Perlu tindakan" not in response.content.decode()
    assert (response.context["total"].registered, response.context["total"].covered) == (1, 1)


def test_the_map_colours_only_where_enough_people_are(client):
    places = [kecamatan(shape["code"]) for shape in SHAPES["areas"]]
    WorkerFactory.create_batch(9, kelurahan=places[0].children.get())
    WorkerFactory.create_batch(10, kelurahan=places[1].children.get())

    response = home(client, UserFactory(auditor=True))

    steps = {area["code"]: area["step"] for area in response.context["map"]["areas"]}
    assert steps == {place.code: 0 for place in places} | {places[1].code: 1}
    page = response.content.decode()
    assert len(re.findall(r"<path", page)) == 15
    assert f"{SHAPES['areas'][0]['name']}: data terlalu sedikit" in page


def test_an_empty_registry_has_a_page(client):
    kecamatan("73.71.09")

    response = home(client, UserFactory())

    assert titles(response) == []
    assert "Semua sudah beres" in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("traits", "queries"),  # session and user; the counts; six of the figures
    [({"officer": True}, 24), ({}, 36), ({"hospital_staff": True}, 6), ({"bpjs": True}, 7), ({"auditor": True}, 8)],
    ids=["officer", "admin", "hospital", "bpjs", "auditor"],
)
def test_home_queries_do_not_grow(client, traits, queries, count, django_assert_num_queries):
    user = UserFactory(**traits)
    for _ in range(count):
        eligible(HERE)
        claim(HERE, status=ClaimStatus.ROUTED, hospital=user.hospital or UserFactory(hospital_staff=True).hospital)
        BatchFactory(approved=True)
        MembershipFactory(worker__kelurahan=kelurahan(HERE))
    client.force_login(user)

    with django_assert_num_queries(queries):
        client.get(reverse("home"))


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [(10, "Selamat pagi"), (11, "Selamat siang"), (15, "Selamat sore"), (18, "Selamat malam")],
)
def test_the_greeting_fits_the_hour_in_makassar(client, hour, greeting):
    with time_machine.travel(datetime(2026, 11, 22, hour - 8, tzinfo=UTC), tick=False):
        response = home(client, UserFactory())

    assert response.context["greeting"] == greeting


@pytest.mark.parametrize(
    ("traits", "heading"),
    [
        ({"officer": True}, "Petugas kota"),
        ({}, "Admin kota"),
        ({"hospital_staff": True}, "Staf rumah sakit"),
        ({"bpjs": True}, "Petugas BPJS Ketenagakerjaan"),
        ({"auditor": True}, "Auditor"),
    ],
    ids=Role.values,
)
def test_help_speaks_of_the_readers_own_work(client, traits, heading):
    client.force_login(UserFactory(**traits))

    assert f'<h2 id="cara">{heading}</h2>' in client.get(reverse("help")).content.decode()


def test_privacy_names_basis_and_contact_to_everyone(client, settings):
    settings.CONTACT = "data@kota.example"

    page = client.get(reverse("privacy")).content.decode()

    assert "tugas pelayanan publik" in page
    assert 'href="mailto:data@kota.example"' in page


def test_home_asks_for_a_log_in_first(client):
    response = client.get(reverse("home"))

    assert (response.status_code, response.url) == (302, f"{reverse('account_login')}?next=/")


@pytest.mark.parametrize(
    ("left", "title"),
    [
        (timedelta(), "1 sistem rumah sakit tokennya sudah berakhir"),
        (timedelta(seconds=1), "1 sistem rumah sakit tokennya segera berakhir"),
        (timedelta(days=14), "1 sistem rumah sakit tokennya segera berakhir"),
    ],
)
def test_who_keeps_a_hospitals_systems_reads_which_tokens_end(client, left, title):
    lead = UserFactory(lead=True)
    ours = ApiClientFactory(account__hospital=lead.hospital)
    ApiTokenFactory(client=ours, ends_at=NOW - timedelta(days=1))  # one before it
    ApiTokenFactory(client=ours, ends_at=NOW + left)

    assert titles(home(client, lead)) == titles(home(client, UserFactory())) == [title]
    assert titles(home(client, UserFactory(lead=True))) == []  # of another hospital
    assert titles(home(client, UserFactory(role=Role.HOSPITAL, hospital=lead.hospital))) == []


def test_a_token_with_time_left_and_a_system_that_was_ended_are_no_task(client):
    admin = UserFactory()
    ApiTokenFactory(ends_at=NOW + timedelta(days=14, seconds=1))
    ApiTokenFactory(ends_at=NOW, client__ended_by=admin, client__ended_at=NOW)

    assert titles(home(client, admin)) == []


def test_an_admin_reads_which_agreements_need_renewing(client):
    AgreementFactory(period=(date(2026, 2, 13), date(2027, 1, 21)))  # 60 days from 22 November
    AgreementFactory(period=(date(2026, 2, 13), date(2027, 1, 22)))
    AgreementFactory(period=(date(2025, 2, 13), date(2026, 11, 22)))

    assert titles(home(client, UserFactory())) == [
        "1 perjanjian rumah sakit sudah berakhir",
        "1 perjanjian rumah sakit segera berakhir",
    ]
    assert titles(home(client, UserFactory(officer=True))) == []


def test_an_admin_reads_which_doors_wait_for_a_review(client):
    """The week ends with the same moment of the next week; what is reviewed is no task."""
    DoorOpeningFactory(opened_at=NOW - timedelta(days=7))
    DoorOpeningFactory(opened_at=NOW - timedelta(days=7, microseconds=1))
    DoorOpeningFactory(
        opened_at=NOW - timedelta(days=9), reviewed_by=UserFactory(), reviewed_at=NOW, finding="justified"
    )

    assert titles(home(client, UserFactory())) == [
        "1 pintu darurat lewat seminggu tanpa tinjauan",
        "1 pintu darurat belum ditinjau",
    ]


def test_an_admin_reads_which_answers_a_hospital_doubts(client):
    RecheckFactory()
    RecheckFactory(answered_by=UserFactory(), answered_at=NOW, reply="Sudah benar.")

    assert titles(home(client, UserFactory())) == ["1 cek ulang menunggu jawaban"]


def test_an_admin_reads_whose_turn_the_months_money_is(client):
    """Nobody is asked to sign what is their own."""
    admin, other = UserFactory(), UserFactory()
    october, november = date(2026, 10, 1), date(2026, 11, 1)
    open_bill = BillFactory(month=november)
    DifferenceFactory.create_batch(2, bill=open_bill)
    DifferenceFactory(bill=open_bill, answer=Answer.HOLD, settled_by=other, settled_at=NOW)
    closing = BillFactory(month=october, payer=Payer.APBN, closed=True, status=BillStatus.CLOSING, closed_by=other)
    BillFactory(month=october, payer=Payer.DONOR, closed=True, closed_by=other)
    BillFactory(month=november, payer=Payer.DONOR, closed=True, closed_by=other)
    BudgetFactory(proposed_by=other, waiting=True)
    HolidayChangeFactory(proposed_by=other)
    ExportTemplateFactory(proposed_by=other)

    tasks = {task.title: task.url for task in home(client, admin).context["tasks"]}

    assert tasks == {
        "2 selisih tagihan belum diputuskan": open_bill.get_absolute_url(),
        "1 penutupan bulan menunggu orang kedua": closing.get_absolute_url(),
        "2 bulan iuran menunggu perintah bayar": reverse("enrollment:month_list"),
        "1 anggaran menunggu persetujuan": reverse("enrollment:budget_list"),
        "1 perubahan hari libur menunggu persetujuan": reverse("enrollment:holiday_list"),
        "1 format berkas menunggu persetujuan": reverse("enrollment:template_list"),
    }
    assert titles(home(client, other)) == ["2 selisih tagihan belum diputuskan"]


def test_an_officer_reads_which_own_batches_are_not_done(client):
    officer = UserFactory(officer=True, region=kecamatan("73.71.09"))
    BatchFactory(proposed_by=officer, region=officer.region, status=BatchStatus.RETURNED)
    BatchFactory(proposed_by=officer, region=officer.region, status=BatchStatus.DRAFT)
    BatchFactory(region=officer.region, status=BatchStatus.DRAFT)

    assert titles(home(client, officer)) == ["1 kelompok iuran dikembalikan", "1 kelompok iuran masih draf"]
