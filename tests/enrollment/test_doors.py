"""AC-P29: the emergency door, from the question to the review, at every border of its three deadlines."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework import audit
from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations, rules
from enrollment.enums import Finding, Verdict
from enrollment.models import CoverageCheck, DoorOpening
from tests.accounts.factories import AgreementFactory, HospitalFactory, UserFactory
from tests.enrollment.factories import ContributionFactory, CoverageCheckFactory, DoorOpeningFactory, MembershipFactory
from tests.workers.factories import WorkerFactory

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)  # 14.32 WITA
EVENT = datetime(2026, 11, 22, 5, 40, tzinfo=UTC)
WHY = "Tidak sadar, tanpa KTP, diantar warga."
OPEN = reverse("enrollment:door_open")
TYPED = {
    "name": "Baso Syamsuddin",
    "birth_year": "1990",
    "event_at_0": "22",
    "event_at_1": "11",
    "event_at_2": "2026",
    "event_at_3": "13.40",
    "accident": "3",
    "reason": WHY,
}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def clerk(client, db):
    user = UserFactory(hospital_staff=True)
    client.force_login(user)
    return user


def open_door(by, name="Baso Syamsuddin", birth_year=1990, reason=WHY, event_at=EVENT) -> CoverageCheck:
    return operations.open_door(by=by, name=name, birth_year=birth_year, event_at=event_at, reason=reason)


def codes(by, **question) -> list[str]:
    with pytest.raises(Refused) as refused:
        open_door(by, **question)
    return refused.value.codes


def covered(name="Baso Syamsuddin", birth_on=date(1990, 8, 17)):
    membership = MembershipFactory(worker=WorkerFactory(name=name, birth_on=birth_on))
    ContributionFactory(membership=membership)
    return membership.worker


def test_the_answer_is_the_verdict_and_nothing_else(clerk):
    worker = covered()

    check = open_door(clerk, "Baso  Samsudin")

    assert (check.verdict, check.reason_code, check.question) == (Verdict.ACTIVE, "door_active", "|Baso Samsudin|1990")
    assert (check.worker, check.membership) == (None, None)
    assert CoverageCheck.objects.get().facts == {
        "next_steps": [
            "Begitu identitas pasien diketahui, cek lagi dengan NIK atau tanggal lahir lengkap.",
            "Simpan nomor jawaban ini di berkas pasien. Jawabannya dapat dibuka selama 3 jam.",
            "Tanyakan ke BPJS Ketenagakerjaan dengan nomor jawaban ini.",
        ],
        "programs": [],
        "entered_after_event": False,
        "known_at": check.facts["known_at"],
        "payers": ["BPJS Ketenagakerjaan, program Jaminan Kecelakaan Kerja."],
    }
    assert str(worker.pk) not in str(check.facts)


def test_each_of_the_three_answers_comes_through(clerk):
    WorkerFactory(name="Dg. Ngalle", birth_on=date(1985, 1, 1))
    ContributionFactory(
        membership__worker=WorkerFactory(name="Sitti Aminah", birth_on=date(1985, 12, 31)), month=date(2026, 10, 1)
    )

    inactive, doubt = open_door(clerk, "Dg. Ngalle", 1985), open_door(clerk, "Sitti Aminah", 1985)

    assert (inactive.verdict, inactive.reason_code) == (Verdict.INACTIVE, "door_inactive")
    assert (doubt.verdict, doubt.reason_code) == (Verdict.UNKNOWN, "door_unknown")


def test_a_doubt_and_a_stranger_sound_the_same(clerk):
    ContributionFactory(
        membership__worker=WorkerFactory(name="Sitti Aminah", birth_on=date(1985, 12, 31)), month=date(2026, 10, 1)
    )

    doubt, stranger = open_door(clerk, "Sitti Aminah", 1985), open_door(clerk, "Sitti Aminah", 1986)

    said = [(check.verdict, check.reason_code, check.reason, check.facts["next_steps"]) for check in (doubt, stranger)]
    assert said[0] == said[1]


def test_more_than_one_person_is_shown_by_nothing_and_asked_for_by_more(clerk):
    covered()
    covered(birth_on=date(1990, 1, 2))

    check = open_door(clerk)

    assert (check.verdict, check.reason_code) == (Verdict.UNKNOWN, "door_several")
    assert check.reason == ("Nama dan tahun lahir ini belum cukup untuk satu orang. Ini bukan jawaban tidak aktif.")
    assert check.facts["next_steps"][0] == (
        "Tanyakan kepada pengantar atau keluarga: NIK, nomor peserta, atau tanggal lahir lengkap. Lalu cek lagi."
    )


def test_who_was_forgotten_is_not_found(clerk):
    worker = covered()
    type(worker).objects.filter(pk=worker.pk).update(anonymised_at=NOW)

    assert open_door(clerk).reason_code == "door_unknown"


def test_the_log_has_who_why_and_about_whom(clerk):
    worker = covered()

    check = open_door(clerk)

    opening = DoorOpening.objects.get()
    assert (opening.check_given, opening.opened_by, opening.opened_at, opening.reason) == (check, clerk, NOW, WHY)
    entries = AuditEntry.objects.order_by("pk").values_list("event", "note", "persons", "facts")
    assert list(entries) == [
        ("door.use", WHY, [], {}),
        (
            "coverage.check",
            "",
            [str(worker.pk)],
            {
                "hit": True,
                "question": "name and birth year",
                "purpose": "emergency",
                "verdict": "active",
                "code": "door_active",
            },
        ),
    ]
    assert [entry.event for entry in audit.entries_about(worker.pk)] == ["coverage.check"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({"reason": "  "}, ["reason_missing"]),
        ({"name": " "}, ["name_missing"]),
        ({"birth_year": None}, ["year_missing"]),
        ({"birth_year": 1899}, ["year_unlikely"]),
        ({"birth_year": 2027}, ["year_unlikely"]),
        ({"event_at": NOW + timedelta(minutes=1)}, ["event_in_future"]),
        ({"name": "", "birth_year": None, "reason": ""}, ["name_missing", "year_missing", "reason_missing"]),
    ],
)
def test_the_door_asks_for_a_reason_a_name_and_a_year(clerk, question, expected):
    assert codes(clerk, **question) == expected
    assert CoverageCheck.objects.count() == DoorOpening.objects.count() == 0
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.facts) == ("coverage.refuse", {"refused": expected, "digits": 0, "purpose": "emergency"})


@pytest.mark.parametrize("year", [1900, 2026])
def test_the_first_and_the_last_year_are_years(clerk, year):
    assert open_door(clerk, birth_year=year).reason_code == "door_unknown"


def test_only_staff_of_a_hospital_with_an_agreement_open_it(db, time_machine):
    """A closed unit cannot be opened: one whose agreement is not in force that day in Makassar."""
    time_machine.move_to(datetime(2027, 2, 12, 15, 59, tzinfo=UTC), tick=False)  # 23.59 WITA of the last day
    hospital = AgreementFactory(period=(date(2026, 2, 13), date(2027, 2, 13))).hospital
    staff = UserFactory(hospital_staff=True, hospital=hospital)

    assert open_door(staff).reason_code == "door_unknown"
    time_machine.move_to(datetime(2027, 2, 12, 16, 0, tzinfo=UTC), tick=False)
    assert codes(staff) == ["no_agreement"]
    assert codes(UserFactory(hospital_staff=True, hospital=HospitalFactory())) == ["no_agreement"]
    assert codes(UserFactory(officer=True)) == ["not_a_hospital", "no_agreement"]


class TestThreeHours:
    @pytest.mark.parametrize(
        ("later", "readable"),
        [
            (timedelta(hours=3) - timedelta(microseconds=1), True),
            (timedelta(hours=3), False),
            (timedelta(hours=3, microseconds=1), False),
        ],
    )
    def test_the_answer_closes(self, client, clerk, time_machine, later, readable):
        covered()
        check = open_door(clerk)
        time_machine.move_to(NOW + later, tick=False)
        client.force_login(clerk)

        response = client.get(check.get_absolute_url())
        html = response.content.decode()

        assert response.status_code == (200 if readable else 403)
        assert ("Peserta aktif pada waktu kejadian." in html) == readable
        assert ("hanya dapat dibuka selama 3 jam" in html) == (not readable)

    def test_the_history_hides_the_verdict_too(self, client, clerk, time_machine):
        covered()
        open_door(clerk)
        time_machine.move_to(NOW + timedelta(hours=3), tick=False)
        client.force_login(clerk)

        html = client.get(reverse("enrollment:coverage_list")).content.decode()

        assert "Lewat 3 jam" in html
        assert "badge--ok" not in html

    def test_an_admin_reads_it_later_all_the_same(self, client, clerk, time_machine):
        check = open_door(clerk)
        time_machine.move_to(NOW + timedelta(days=2), tick=False)
        client.force_login(UserFactory())

        assert client.get(check.get_absolute_url()).status_code == 200

    def test_an_ordinary_answer_stays_open(self, clerk, time_machine):
        check = CoverageCheckFactory(asked_by=clerk)
        time_machine.move_to(NOW + timedelta(days=400), tick=False)

        assert operations.view_answer(check.number, by=clerk) == check

    def test_it_is_not_repeated(self, client, clerk):
        check = open_door(clerk)
        again = reverse("enrollment:coverage_again", args=[check.number])

        assert again not in client.get(check.get_absolute_url()).content.decode()
        assert "Jawaban pintu darurat tidak diulang." in client.post(again, follow=True).content.decode()
        assert CoverageCheck.objects.count() == 1

    def test_no_case_is_opened_from_it(self, client, clerk):
        worker = covered()
        check = open_door(clerk)

        html = client.get(reverse("claims:claim_report"), {"check": check.number}).content.decode()

        assert worker.name not in html
        assert "Laporkan kejadian" not in client.get(check.get_absolute_url()).content.decode()


class TestTenDays:
    @pytest.mark.parametrize(
        ("age", "expected"),
        [
            (timedelta(days=10) - timedelta(microseconds=1), None),
            (timedelta(days=10), ["door_closed"]),
            (timedelta(days=10, microseconds=1), ["door_closed"]),
        ],
    )
    def test_unreviewed_for_ten_days_closes_the_door(self, clerk, age, expected):
        DoorOpeningFactory(opened_by=clerk, opened_at=NOW - age)

        if expected is None:
            assert open_door(clerk).reason_code == "door_unknown"
        else:
            assert codes(clerk) == expected

    def test_the_oldest_counts(self, clerk):
        DoorOpeningFactory(opened_by=clerk, opened_at=NOW - timedelta(days=1))
        DoorOpeningFactory(opened_by=clerk, opened_at=NOW - timedelta(days=11))

        assert codes(clerk) == ["door_closed"]

    def test_only_that_account_and_only_the_door(self, clerk):
        DoorOpeningFactory(opened_by=clerk, opened_at=NOW - timedelta(days=11))
        colleague = UserFactory(hospital_staff=True, hospital=clerk.hospital)
        worker = WorkerFactory()

        assert open_door(colleague).reason_code == "door_unknown"
        ask = {"by": clerk, "question": worker.nik, "event_at": EVENT, "purpose": "emergency"}
        assert operations.check_coverage(**ask).worker == worker

    def test_a_review_opens_it_again(self, clerk):
        opening = DoorOpeningFactory(opened_by=clerk, opened_at=NOW - timedelta(days=11))

        operations.review_door(opening.pk, by=UserFactory(), finding=Finding.JUSTIFIED)

        assert open_door(clerk).reason_code == "door_unknown"

    def test_the_page_says_why_it_is_closed(self, client, clerk):
        DoorOpeningFactory(opened_by=clerk, opened_at=datetime(2026, 11, 1, 17, tzinfo=UTC))

        response = client.post(OPEN, TYPED)

        assert response.status_code == 422
        assert "pembukaan 2 November 2026 belum ditinjau selama 10 hari" in response.content.decode()


class TestReview:
    def test_an_admin_says_what_it_was_worth(self, client, clerk):
        opening, admin = DoorOpeningFactory(opened_by=clerk), UserFactory()
        client.force_login(admin)
        page = reverse("enrollment:door_review", args=[opening.pk])

        html = client.get(page).content.decode()
        response = client.post(page, {"finding": "unjustified", "note": "Ditelepon ke IGD."})

        assert "Baso Syamsuddin" in html
        assert "lahir tahun 1990" in html
        assert response.url == reverse("enrollment:door_list")
        opening.refresh_from_db()
        assert (opening.reviewed_by, opening.reviewed_at, opening.finding, opening.note) == (
            admin,
            NOW,
            Finding.UNJUSTIFIED,
            "Ditelepon ke IGD.",
        )
        entries = AuditEntry.objects.order_by("pk").values_list("event", "note", "facts")
        assert list(entries) == [
            ("door.view", "", {}),
            ("door.view", "", {}),
            ("door.review", "Ditelepon ke IGD.", {"finding": "unjustified"}),
        ]

    def test_a_second_review_is_refused(self, client, clerk):
        opening = DoorOpeningFactory(opened_by=clerk)
        client.force_login(UserFactory())
        page = reverse("enrollment:door_review", args=[opening.pk])
        client.post(page, {"finding": "justified"})

        response = client.post(page, {"finding": "unjustified"})

        assert response.status_code == 422
        assert "Pembukaan ini sudah ditinjau." in response.content.decode()
        opening.refresh_from_db()
        assert opening.finding == Finding.JUSTIFIED

    def test_nobody_reviews_an_own_one(self, db):
        """Also not after a move from the desk to the city hall."""
        moved = UserFactory()
        opening = DoorOpeningFactory(opened_by=moved, check_given__hospital=HospitalFactory())

        assert rules.may_review_door(opening, moved).codes == ["same_person"]
        assert rules.may_review_door(opening, UserFactory(auditor=True)).codes == ["not_an_admin"]

    def test_the_database_holds_it(self, db):
        opening = DoorOpeningFactory()
        openings = DoorOpening.objects.filter(pk=opening.pk)
        broken = {
            "enrollment_door_reviewer_is_another": {
                "reviewed_by": opening.opened_by,
                "reviewed_at": NOW,
                "finding": "justified",
            },
            "enrollment_door_review_has_a_finding": {"reviewed_by": UserFactory(), "reviewed_at": NOW},
            "enrollment_door_review_is_signed": {"reviewed_at": NOW},
            "enrollment_door_has_a_reason": {"reason": ""},
        }
        for constraint, values in broken.items():
            with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
                openings.update(**values)

    def test_the_oldest_unreviewed_is_on_top_and_late_after_a_week(self, client, clerk):
        """The week ends with the same day of the next week in Makassar."""
        seen = {
            "reviewed": DoorOpeningFactory(
                opened_at=NOW, reviewed_by=UserFactory(), reviewed_at=NOW, finding="justified"
            ),
            "fresh": DoorOpeningFactory(opened_at=datetime(2026, 11, 14, 16, tzinfo=UTC)),  # 00.00 of 15 November
            "late": DoorOpeningFactory(opened_at=datetime(2026, 11, 14, 15, 59, tzinfo=UTC)),  # 23.59 of 14 November
        }
        client.force_login(UserFactory())

        shown = client.get(reverse("enrollment:door_list")).context

        assert shown["waiting"] == [seen["late"], seen["fresh"]]
        assert [opening.is_late for opening in shown["waiting"]] == [True, False]
        assert list(shown["page"]) == [seen["reviewed"]]

    @pytest.mark.parametrize("count", [1, 3])
    def test_list_queries_do_not_grow(self, client, db, count, django_assert_num_queries):
        DoorOpeningFactory.create_batch(count)
        DoorOpeningFactory.create_batch(count, reviewed_by=UserFactory(), reviewed_at=NOW, finding="justified")
        client.force_login(UserFactory())

        with django_assert_num_queries(4):  # session, user, waiting, reviewed
            client.get(reverse("enrollment:door_list"))

    def test_an_unknown_one_is_not_found(self, client, db):
        client.force_login(UserFactory())

        assert client.get(reverse("enrollment:door_review", args=[1])).status_code == 404


class TestPage:
    def test_asking_leads_to_an_answer_without_a_name_in_address_or_page(self, client, clerk):
        covered()

        response = client.post(OPEN, TYPED)

        assert response.url == "/coverage/2611-00001/"
        html = client.get(response.url).content.decode()
        assert "Peserta aktif pada waktu kejadian." in html
        assert "Dapat dibuka sampai 22 Nov 2026, 17.32 WITA" in html
        assert "Layanan gawat darurat tetap diberikan," in html
        assert [word for word in ("Baso", "7371", "1990", "Mar 2026", "JKK") if word in html] == []

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"reason": ""}, "reason"),
            ({"birth_year": "90"}, "birth_year"),
            ({"birth_year": "abc"}, "birth_year"),
            ({"name": ""}, "name"),
        ],
    )
    def test_a_wrong_question_stays_on_the_page(self, client, clerk, changes, field):
        response = client.post(OPEN, TYPED | changes)

        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])

    def test_the_sixth_opening_in_an_hour_has_to_wait(self, client, clerk):
        assert [client.post(OPEN, TYPED).status_code for _ in range(6)] == [302] * 5 + [429]

    def test_the_form_is_filled_with_now(self, client, clerk):
        assert client.get(OPEN).context["form"]["event_at"].initial.isoformat() == "2026-11-22T14:32:00+08:00"
