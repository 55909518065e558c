from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from psycopg2.extras import DateRange

from casework.models import AuditEntry
from config.middleware import CLOSED_DEVICES
from enrollment.models import CoverageCheck
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.casework import bad_files as bad
from tests.casework.test_qr import card
from tests.enrollment.factories import (
    ContributionFactory,
    CoverageCheckFactory,
    MembershipFactory,
)
from tests.workers.factories import WorkerFactory

CHECK, HISTORY = reverse("enrollment:coverage_check"), reverse("enrollment:coverage_list")
TYPED = {
    "question": "7371 0917 0890 0001",
    "event_at_0": "22",
    "event_at_1": "11",
    "event_at_2": "2026",
    "event_at_3": "13.40",
    "accident": "3",
    "purpose": "emergency",
}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(datetime(2026, 11, 22, 6, 32, tzinfo=UTC), tick=False)


@pytest.fixture
def clerk(client, db):
    user = UserFactory(hospital_staff=True)
    client.force_login(user)
    return user


def test_the_form_is_filled_with_now(client, clerk):
    assert client.get(CHECK).context["form"]["event_at"].initial.isoformat() == "2026-11-22T14:32:00+08:00"


def test_an_answer_has_its_own_address_without_the_nik(client, clerk):
    ContributionFactory(membership=MembershipFactory(worker__nik="7371091708900001", worker__name="Baso"))

    response = client.post(CHECK, TYPED)

    assert response.url == "/coverage/2611-00001/"
    html = client.get(response.url).content.decode()
    assert "Peserta aktif pada waktu kejadian." in html
    assert "Kejadian 22 November 2026, 13.40 WITA" in html
    assert "Baso" in html
    assert "7371 09•• •••• 0001" in html
    assert "7371091708900001" not in html
    assert "sejak 1 Mar 2026" in html
    assert "/claims/report/?check=2611-00001" in html
    assert [entry.event for entry in AuditEntry.objects.order_by("pk")] == ["coverage.check", "coverage.view"]


FIXED = (
    "Layanan gawat darurat tetap diberikan,",
    "Lembar ini bukan surat jaminan. Surat jaminan hanya dari BPJS Ketenagakerjaan.",
)


@pytest.mark.parametrize(
    ("nik", "lead", "offers_report"),
    [
        ("7371091708900001", "Peserta aktif pada waktu kejadian.", True),
        ("7371091708900002", "Bukan peserta aktif pada waktu kejadian.", False),
        ("7371091708900003", "Belum dapat dipastikan sekarang.", True),
        ("7371091708900099", "Belum dapat dipastikan sekarang.", False),
    ],
)
def test_three_answers_and_two_fixed_sentences(client, clerk, nik, lead, offers_report):
    ContributionFactory(membership=MembershipFactory(worker__nik="7371091708900001"))
    WorkerFactory(nik="7371091708900002")
    ContributionFactory(membership__worker__nik="7371091708900003", month=datetime(2026, 10, 1, tzinfo=UTC).date())

    html = client.post(CHECK, {**TYPED, "question": nik}, follow=True).content.decode()

    assert lead in html
    assert all(sentence in html for sentence in FIXED)
    assert ("Laporkan kejadian" in html) == offers_report
    assert "dijamin" not in html


def test_cover_that_was_entered_later_says_so(client, clerk):  # AC-C2
    membership = MembershipFactory(worker__nik="7371091708900001", entered_at=datetime(2026, 11, 22, 6, tzinfo=UTC))
    ContributionFactory(membership=membership)

    html = client.post(CHECK, TYPED, follow=True).content.decode()

    assert "Dicatat setelah kejadian." in html


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"question": "737109170890000"}, "question", "NIK harus 16 angka. Yang diisi 15 angka."),  # AC-W10
        ({"question": ""}, "question", "Isi NIK atau nomor peserta."),  # AC-P26
        ({"question": "Baso"}, "question", "dengan angka saja."),
        ({"question": "", "name": "Baso"}, "birth_on", "Isi juga tanggal lahirnya"),
        ({"event_at_3": "14.33"}, "event_at", "Waktu kejadian belum tiba."),  # AC-W32
        ({"event_at_0": "31"}, "event_at", "tidak ada di kalender"),
        ({"purpose": "curious"}, "purpose", ""),
        ({"accident": "4"}, "accident", ""),
    ],
)
def test_a_wrong_question_stays_on_the_page(client, clerk, changes, field, message):
    response = client.post(CHECK, TYPED | changes)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert message in response.content.decode()
    assert CoverageCheck.objects.count() == 0


def photo_of(text, name="kartu.jpg"):
    return SimpleUploadedFile(name, card(text), "image/jpeg")


def test_a_photo_of_the_card_asks_for_its_number(client, clerk):
    ContributionFactory(membership=MembershipFactory(participant_number="26030000001", worker__name="Baso"))

    response = client.post(CHECK, {**TYPED, "question": "", "photo": photo_of("26030000001")}, follow=True)

    assert response.redirect_chain == [("/coverage/2611-00001/", 302)]
    assert "Peserta aktif pada waktu kejadian." in response.content.decode()
    assert CoverageCheck.objects.get().question == "26030000001"


def test_a_number_read_from_a_photo_stays_when_the_page_comes_back(client, clerk):
    response = client.post(CHECK, {**TYPED, "question": "", "event_at_3": "14.33", "photo": photo_of("26030000001")})

    assert response.status_code == 422
    assert response.context["form"]["question"].value() == "26030000001"


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (lambda: photo_of("https://contoh.example/"), "Kode ini bukan kode kartu peserta."),
        (lambda: photo_of("7371091708900001"), "Kode ini bukan kode kartu peserta."),
        (lambda: SimpleUploadedFile("kartu.jpg", bad.photo(), "image/jpeg"), "Kode QR tidak terbaca di foto ini."),
        (lambda: SimpleUploadedFile("kartu.pdf", bad.pdf(), "image/jpeg"), "Gunakan JPG atau PNG."),
    ],
)
def test_a_photo_of_something_else_says_so_at_its_field(client, clerk, file, message):
    response = client.post(CHECK, {**TYPED, "question": "", "photo": file()})

    assert (response.status_code, list(response.context["form"].errors)) == (422, ["photo"])
    assert message in response.content.decode()
    assert CoverageCheck.objects.count() == 0


def test_only_the_desk_may_use_the_camera(client, clerk):
    asked, wrong = client.get(CHECK), client.post(CHECK, {**TYPED, "question": ""})

    assert [page["Permissions-Policy"] for page in (asked, wrong)] == [
        CLOSED_DEVICES.replace("camera=()", "camera=(self)")
    ] * 2
    assert client.get(HISTORY)["Permissions-Policy"] == CLOSED_DEVICES


def test_asking_again_opens_the_new_answer(client, clerk):  # AC-C8
    check = CoverageCheckFactory(asked_by=clerk)

    assert "Cek lagi" in client.get(check.get_absolute_url()).content.decode()
    assert client.post(reverse("enrollment:coverage_again", args=[check.number])).url == "/coverage/2611-00001/"


def test_an_emptied_question_is_not_offered_again(client, clerk):
    check = CoverageCheckFactory(asked_by=clerk, question="", facts={})
    again = reverse("enrollment:coverage_again", args=[check.number])

    assert again not in client.get(check.get_absolute_url()).content.decode()
    assert "masa simpannya berakhir" in client.post(again, follow=True).content.decode()


def test_whoever_holds_a_sheet_can_check_it(client, db):
    check = CoverageCheckFactory(active=True)

    html = client.get(check.get_verify_url()).content.decode()

    assert "Nomor dan isi cocok." in html
    assert check.hospital.name in html
    assert "22 Nov 2026, 13.40 WITA" in html
    assert check.worker.name not in html
    assert check.worker.nik not in html


def test_a_traffic_accident_at_work_goes_to_jasa_raharja_first(client, clerk):  # AC-C13
    ContributionFactory(membership=MembershipFactory(worker__nik="7371091708900001"))

    html = client.post(CHECK, TYPED | {"accident": "2"}, follow=True).content.decode()

    assert "lakaLantas 2" in html
    first, second = html.index("Jasa Raharja lebih dulu"), html.index("BPJS Ketenagakerjaan, program Jaminan")
    assert first < second
    assert "Perlu laporan polisi." in html


def test_what_did_not_happen_at_work_is_not_reported_as_such(client, clerk):
    ContributionFactory(membership=MembershipFactory(worker__nik="7371091708900001"))

    html = client.post(CHECK, TYPED | {"accident": "1"}, follow=True).content.decode()

    assert "Jasa Raharja lebih dulu" in html
    assert "Peserta aktif pada waktu kejadian." in html
    assert "Laporkan" not in html


def test_another_code_or_number_differs_and_tells_nothing(client, db):
    check = CoverageCheckFactory(active=True)

    for number, code in ((check.number, "0" * 16), ("2611-09999", check.code)):
        html = client.get(reverse("enrollment:coverage_verify", args=[number, code])).content.decode()
        assert "Nomor atau isi berbeda." in html
        assert check.hospital.name not in html


def test_guessing_codes_has_to_wait(client, db):
    address = reverse("enrollment:coverage_verify", args=["2611-00001", "0" * 16])

    assert [client.get(address).status_code for _ in range(31)] == [200] * 30 + [429]


def test_an_answer_from_before_there_were_codes_still_shows(client, clerk):
    check = CoverageCheckFactory.build(asked_by=clerk, hospital=clerk.hospital)
    check.save()

    assert "Keaslian lembar" not in client.get(check.get_absolute_url()).content.decode()


def test_a_hospital_without_an_agreement_reads_why(client, db):
    client.force_login(UserFactory(hospital_staff=True, hospital=HospitalFactory()))

    response = client.post(CHECK, TYPED)

    assert response.status_code == 422
    assert "belum punya perjanjian kerja sama yang berlaku" in response.content.decode()


@pytest.mark.parametrize("trait", ["officer", "bpjs", "auditor"])
def test_other_roles_have_no_desk(client, db, trait):
    check = CoverageCheckFactory()
    client.force_login(UserFactory(**{trait: True}))

    addresses = (CHECK, HISTORY, check.get_absolute_url())
    assert [client.get(address).status_code for address in addresses] == [403, 403, 403]


def test_an_admin_reads_answers_and_asks_nothing(client, db):
    check = CoverageCheckFactory(active=True)
    client.force_login(UserFactory())

    assert client.get(CHECK).status_code == 403
    assert client.get(HISTORY).status_code == 200
    html = client.get(check.get_absolute_url()).content.decode()
    assert "Laporkan kejadian" not in html


def test_another_hospitals_answer_is_not_found(client, clerk):
    theirs = CoverageCheckFactory(active=True)

    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert list(client.get(HISTORY).context["page"]) == []


@pytest.mark.parametrize("count", [1, 3])
def test_history_queries_do_not_grow(client, clerk, count, django_assert_num_queries):
    CoverageCheckFactory.create_batch(count, asked_by=clerk)

    with django_assert_num_queries(5):  # patience, session, user, page, end of patience
        response = client.get(HISTORY)

    assert len(response.context["page"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_check_and_its_answer_ask_as_often_for_three_periods_as_for_one(
    client, clerk, count, django_assert_num_queries
):
    worker = WorkerFactory(nik="7371091708900001")
    for year in range(2026, 2026 - count, -1):
        membership = MembershipFactory(worker=worker, period=DateRange(date(year, 3, 1), date(year, 12, 1)))
        for month in range(3, 3 + 3 * count):
            ContributionFactory(membership=membership, month=date(year, month, 1))

    # patience, session, user, limit; agreement, person, known; number, last word of BPJS, answer, entry; end of
    # patience: 12. Two more are the savepoint that stands for a transaction in tests.
    with django_assert_num_queries(12 + 2):
        response = client.post(CHECK, TYPED)
    with django_assert_num_queries(7 + 2):  # patience, session, user; answer, entry; head; end of patience
        client.get(response.url)


def test_history_names_nobody(client, clerk):
    check = CoverageCheckFactory(active=True, asked_by=clerk)

    html = client.get(HISTORY).content.decode()

    assert check.number in html
    assert check.worker.name not in html
    assert check.worker.nik not in html


@pytest.mark.parametrize("facts", [{}, {"package": "JKK_JKM_JHT", "start": "2026-01-01", "end": "2026-10-01"}])
def test_a_sheet_with_few_facts_still_shows(client, clerk, facts):
    check = CoverageCheckFactory(asked_by=clerk, verdict="inactive", facts=facts)

    html = client.get(check.get_absolute_url()).content.decode()

    assert ("1 Jan 2026 s.d. 30 Sep 2026" in html) == bool(facts)


def test_the_sixth_look_up_in_ten_seconds_has_to_wait(client, clerk):  # AC-P28
    answers = [client.post(CHECK, TYPED) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "Terlalu" in answers[5].content.decode()
    assert CoverageCheck.objects.count() == 5


def test_a_hospital_has_a_limit_of_its_own(client, db, settings):
    """Many clerks of one hospital count together, and another hospital's are not held up by them."""
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"coverage": "5/10s/user,3/h/key"}
    hospital = UserFactory(hospital_staff=True).hospital
    staff = [*UserFactory.create_batch(4, hospital_staff=True, hospital=hospital), UserFactory(hospital_staff=True)]

    statuses = []
    for user in staff:
        client.force_login(user)
        statuses.append(client.post(CHECK, TYPED).status_code)

    assert statuses == [302, 302, 302, 429, 302]
