"""Agreements with hospitals: recorded, ended and renewed in time. Without one in force a hospital neither asks nor
receives."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse
from psycopg2.extras import DateRange

from accounts import operations, rules
from accounts.models import CooperationAgreement
from casework import uploads
from casework.decisions import Refused
from casework.models import AuditEntry
from tests.accounts.factories import AgreementDocumentFactory, AgreementFactory, HospitalFactory, UserFactory
from tests.casework import bad_files as bad
from tests.casework.bad_files import upload

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)  # 09.00 WITA
TYPED = {
    "title": "Perjanjian 12/PKS/2026",
    "starts_on_0": "1",
    "starts_on_1": "12",
    "starts_on_2": "2026",
    "last_day_0": "30",
    "last_day_1": "11",
    "last_day_2": "2027",
    "scope": "Rawat jalan dan rawat inap kecelakaan kerja.",
    "signatories": "dr. Andi, direktur\nBaso, kepala cabang",
    "source": "Bagian Hukum",
}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def admin(client, db):
    user = UserFactory()
    client.force_login(user)
    return user


def record(by, hospital, starts_on, last_day=None) -> CooperationAgreement:
    return operations.record_agreement(
        hospital.pk,
        by=by,
        title="Perjanjian 12/PKS/2026",
        source="Bagian Hukum",
        scope="Kecelakaan kerja",
        signatories="dr. Andi, direktur",
        starts_on=starts_on,
        last_day=last_day,
    )


def stored(**fields) -> CooperationAgreement:
    agreement = AgreementFactory(**fields)
    agreement.refresh_from_db()  # the period as a range
    return agreement


def refused_codes(deed, *args, **kwargs) -> list[str]:
    with pytest.raises(Refused) as refused:
        deed(*args, **kwargs)
    return refused.value.codes


class TestRecording:
    def test_its_last_day_is_a_day_of_it(self, admin):
        hospital = HospitalFactory()

        agreement = record(admin, hospital, date(2026, 12, 1), date(2027, 11, 30))

        assert (agreement.period, agreement.last_day) == (
            DateRange(date(2026, 12, 1), date(2027, 12, 1)),
            date(2027, 11, 30),
        )
        assert (agreement.recorded_by, agreement.recorded_at) == (admin, NOW)
        entry = AuditEntry.objects.get()
        assert (entry.event, entry.note, entry.facts) == (
            "agreement.record",
            "Perjanjian 12/PKS/2026",
            {"hospital": hospital.pk, "starts_on": "2026-12-01", "last_day": "2027-11-30"},
        )

    @pytest.mark.parametrize(
        ("starts_on", "last_day", "codes"),
        [
            (date(2026, 12, 1), date(2026, 12, 1), []),
            (date(2026, 12, 2), date(2026, 12, 1), ["ends_before_it_starts"]),  # AC-C11
            (date(2026, 2, 12), date(2026, 2, 12), []),
            (date(2026, 2, 12), date(2026, 2, 13), ["overlaps"]),
            (date(2026, 6, 30), None, ["overlaps"]),
            (date(2026, 7, 1), None, []),
        ],
    )
    def test_days_are_in_order_and_no_two_agreements_share_one(self, admin, starts_on, last_day, codes):
        hospital = AgreementFactory(period=(date(2026, 2, 13), date(2026, 7, 1))).hospital

        if codes:
            assert refused_codes(record, admin, hospital, starts_on, last_day) == codes
            assert (hospital.agreements.count(), AuditEntry.objects.count()) == (1, 0)
        else:
            record(admin, hospital, starts_on, last_day)
            assert hospital.agreements.count() == 2

    def test_another_hospitals_days_do_not_matter(self, admin):
        AgreementFactory()

        record(admin, HospitalFactory(), date(2026, 3, 1))

    @pytest.mark.parametrize("trait", ["officer", "lead", "bpjs", "auditor"])
    def test_only_admins_keep_agreements(self, db, trait):
        user, agreement = UserFactory(**{trait: True}), AgreementFactory()
        paper = AgreementDocumentFactory()

        assert refused_codes(record, user, HospitalFactory(), TODAY) == ["not_an_admin"]
        end = {"by": user, "last_day": TODAY, "note": ""}
        assert refused_codes(operations.end_agreement, agreement.pk, **end) == ["not_an_admin"]
        attempt = {"by": user, "paper": uploads.document(upload("PKS 12.pdf", bad.pdf()))}
        assert refused_codes(operations.add_document, agreement.pk, **attempt) == ["not_an_admin"]
        assert refused_codes(operations.open_document, paper.pk, by=user) == ["not_an_admin"]


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_record_one_agreement():
    hospital, admins = HospitalFactory(), UserFactory.create_batch(2)
    barrier, outcomes = Barrier(2), []

    def run(by):
        try:
            barrier.wait()
            record(by, hospital, TODAY)
            outcomes.append("recorded")
        except Refused as refused:
            outcomes.extend(refused.codes)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[by]) for by in admins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["overlaps", "recorded"]


class TestEnding:
    @pytest.mark.parametrize(
        ("last_day", "codes"),
        [
            (TODAY - timedelta(days=1), ["in_the_past"]),
            (TODAY, []),
            (date(2027, 2, 11), []),
            (date(2027, 2, 12), ["not_sooner"]),
            (date(2027, 2, 13), ["not_sooner"]),
        ],
    )
    def test_it_ends_today_or_later_and_sooner_than_agreed(self, admin, last_day, codes):
        agreement = AgreementFactory(period=(date(2026, 2, 13), date(2027, 2, 13)))

        end = {"by": admin, "last_day": last_day, "note": "Dicabut."}
        if codes:
            assert refused_codes(operations.end_agreement, agreement.pk, **end) == codes
        else:
            operations.end_agreement(agreement.pk, **end)
            agreement.refresh_from_db()
            assert agreement.last_day == last_day
            entry = AuditEntry.objects.get()
            assert (entry.event, entry.note) == ("agreement.end", "Dicabut.")
            assert entry.facts == {"before": "2027-02-12", "last_day": last_day.isoformat()}

    def test_a_second_time_is_refused(self, admin):  # AC-C10
        agreement = AgreementFactory()
        end = {"by": admin, "last_day": TODAY, "note": "Dicabut."}
        operations.end_agreement(agreement.pk, **end)

        assert refused_codes(operations.end_agreement, agreement.pk, **end) == ["not_sooner"]

    def test_it_does_not_end_before_it_starts(self, admin):
        agreement = stored(period=(date(2027, 1, 1), None))

        decision = rules.may_end_agreement(agreement, admin, last_day=date(2026, 12, 31), on=TODAY)

        assert decision.codes == ["ends_before_it_starts"]


class TestRenewal:
    """The warning begins 60 days before the first day without cover."""

    @pytest.mark.parametrize(
        ("end", "state", "renew", "run_out"),
        [
            (TODAY + timedelta(days=61), "current", 0, 0),
            (TODAY + timedelta(days=60), "ending", 1, 0),
            (TODAY + timedelta(days=1), "ending", 1, 0),
            (TODAY, "over", 0, 1),
            (TODAY - timedelta(days=59), "over", 0, 1),
            (TODAY - timedelta(days=60), "over", 0, 0),
        ],
    )
    def test_each_border(self, db, end, state, renew, run_out):
        agreement = stored(period=(date(2026, 2, 13), end))

        assert agreement.state_on(TODAY) == state
        assert CooperationAgreement.objects.to_renew(TODAY).count() == renew
        assert CooperationAgreement.objects.run_out(TODAY).count() == run_out

    def test_one_without_an_end_or_to_come_is_no_task(self, db):
        AgreementFactory()
        coming = stored(period=(date(2026, 12, 1), date(2026, 12, 31)))

        assert coming.state_on(TODAY) == "coming"
        assert CooperationAgreement.objects.to_renew(TODAY).count() == 0

    @pytest.mark.parametrize("end", [TODAY + timedelta(days=30), TODAY])
    def test_one_that_is_renewed_without_a_gap_is_no_task(self, db, end):
        agreement = AgreementFactory(period=(date(2026, 2, 13), end))
        AgreementFactory(hospital=agreement.hospital, period=(end, None))

        assert CooperationAgreement.objects.to_renew(TODAY).count() == 0
        assert CooperationAgreement.objects.run_out(TODAY).count() == 0

    def test_one_that_is_renewed_with_a_gap_stays_a_task(self, db):
        agreement = AgreementFactory(period=(date(2026, 2, 13), date(2026, 12, 1)))
        AgreementFactory(hospital=agreement.hospital, period=(date(2026, 12, 2), None))

        assert list(CooperationAgreement.objects.to_renew(TODAY)) == [agreement]

    def test_after_a_gap_that_is_over_it_is_none(self, db):
        agreement = AgreementFactory(period=(date(2026, 2, 13), date(2026, 11, 1)))
        AgreementFactory(hospital=agreement.hospital, period=(date(2026, 11, 10), None))

        assert CooperationAgreement.objects.run_out(TODAY).count() == 0


class TestPages:
    def test_recording_by_the_form(self, client, admin):
        hospital = HospitalFactory()

        response = client.post(reverse("agreement_record", args=[hospital.pk]), TYPED)

        assert response.url == reverse("hospital_detail", args=[hospital.pk])
        html = client.get(response.url).content.decode()
        for words in (
            "Perjanjian 12/PKS/2026",
            "1 Des 2026 s.d. 30 Nov 2027",
            "dr. Andi, direktur<br>",
            "Akan berlaku",
        ):
            assert words in html

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"starts_on_1": "2", "starts_on_2": "2028"}, "last_day"),
            ({"starts_on_1": "3", "last_day_0": "", "last_day_1": "", "last_day_2": ""}, "starts_on"),
            ({"scope": ""}, "scope"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field(self, client, admin, changes, field):
        hospital = AgreementFactory(period=(date(2026, 2, 13), date(2026, 7, 1))).hospital

        response = client.post(reverse("agreement_record", args=[hospital.pk]), TYPED | changes)

        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])

    def test_ending_by_the_form(self, client, admin):
        agreement = AgreementFactory()
        address = reverse("agreement_end", args=[agreement.pk])
        typed = {"last_day_0": "21", "last_day_1": "11", "last_day_2": "2026", "note": "Dicabut."}

        refused, done = client.post(address, typed), client.post(address, typed | {"last_day_0": "22"})

        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["last_day"])
        assert done.url == reverse("hospital_detail", args=[agreement.hospital_id])
        agreement.refresh_from_db()
        assert agreement.last_day == TODAY

    def test_a_paper_is_kept_and_handed_out_again(self, client, admin):
        agreement = AgreementFactory()

        response = client.post(
            reverse("agreement_upload", args=[agreement.pk]), {"file": upload("PKS 12.pdf", bad.pdf())}
        )

        assert response.url == reverse("hospital_detail", args=[agreement.hospital_id])
        document = agreement.documents.get()
        assert (document.name, document.uploaded_by) == ("PKS 12.pdf", admin)
        page = client.get(response.url).content.decode()
        assert reverse("agreement_file", args=[document.pk]) in page
        handed = client.get(reverse("agreement_file", args=[document.pk]))
        assert (handed.getvalue(), handed["Content-Disposition"]) == (bad.pdf(), 'attachment; filename="PKS 12.pdf"')
        assert [entry.event for entry in AuditEntry.objects.order_by("pk")] == [
            "agreement.upload",
            "agreement.download",
        ]

    def test_what_is_no_paper_is_refused(self, client, admin):
        agreement = AgreementFactory()

        response = client.post(
            reverse("agreement_upload", args=[agreement.pk]), {"file": upload("PKS.pdf", bad.scripted_pdf())}
        )

        assert response.status_code == 422
        assert "berisi skrip" in response.content.decode()
        assert agreement.documents.count() == 0

    def test_ten_papers_are_enough(self, client, admin):
        agreement = AgreementFactory()
        AgreementDocumentFactory.create_batch(10, agreement=agreement)

        response = client.post(reverse("agreement_upload", args=[agreement.pk]), {"file": upload("a.pdf", bad.pdf())})

        assert response.status_code == 422
        assert "Sudah ada 10 berkas." in response.content.decode()

    def test_the_list_says_which_agreement_counts(self, client, admin):
        none, coming, current, over = HospitalFactory.create_batch(4)
        AgreementFactory(hospital=coming, period=(date(2026, 12, 1), None), title="nanti")
        AgreementFactory(hospital=current, period=(date(2025, 1, 1), date(2026, 1, 1)), title="dulu")
        AgreementFactory(hospital=current, period=(date(2026, 1, 1), date(2027, 1, 1)), title="kini")
        AgreementFactory(hospital=current, period=(date(2027, 1, 1), None), title="nanti")
        AgreementFactory(hospital=over, period=(date(2025, 1, 1), date(2026, 1, 1)), title="dulu")

        response = client.get(reverse("hospital_list"))

        shown = {row.pk: (row.state, row.agreement and row.agreement.title) for row in response.context["hospitals"]}
        assert shown == {
            none.pk: ("none", None),
            coming.pk: ("coming", "nanti"),
            current.pk: ("ending", "kini"),
            over.pk: ("over", "dulu"),
        }
        assert response.context["partners"] == 1
        assert response.context["hospitals"][-1] == none

    @pytest.mark.parametrize("count", [1, 3])
    def test_queries_do_not_grow(self, client, admin, count, django_assert_num_queries):
        agreement = AgreementFactory(period=(date(2026, 2, 13), date(2026, 7, 1)))
        for _ in range(count):
            AgreementDocumentFactory(agreement=agreement)
            AgreementFactory()
        AgreementFactory(hospital=agreement.hospital, period=(date(2026, 7, 1), None))

        with django_assert_num_queries(4):  # session, user, hospitals, agreements
            client.get(reverse("hospital_list"))
        with django_assert_num_queries(5):  # session, user, hospital, agreements, papers
            client.get(reverse("hospital_detail", args=[agreement.hospital_id]))

    def test_an_unknown_paper_is_not_found(self, client, admin):
        assert client.get(reverse("agreement_file", args=[1])).status_code == 404
