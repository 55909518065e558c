from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.urls import reverse

from casework import audit
from casework.models import AuditEntry
from claims import operations
from claims.enums import ClaimStatus as S
from claims.enums import Outcome
from claims.models import Claim
from enrollment.enums import Verdict
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.claims.factories import ACCIDENT, WITA, ClaimFactory, CoverageCheckFactory, claim_in
from tests.regions.factories import kecamatan
from tests.workers.factories import PolicyFactory, WorkerFactory

NOW = datetime(2026, 11, 23, 14, 10, tzinfo=WITA)
LIST = reverse("claims:claim_list")
REPORT = reverse("claims:claim_report")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def as_user(client):
    """A browser logged in as the user."""

    def log_in(user):
        client.force_login(user)
        return client

    return log_in


def html(response) -> str:
    return response.content.decode()


def deed_of(claim: Claim, action: str) -> str:
    return reverse(f"claims:claim_{action}", args=[claim.number])


def its_hospital(claim: Claim):
    return UserFactory(hospital_staff=True, hospital=claim.hospital)


def notice(**change) -> dict:
    return {
        "submission_key": str(uuid4()),
        "accident_at_0": "22",
        "accident_at_1": "11",
        "accident_at_2": "2026",
        "accident_at_3": "13.40",
        "place": "Pasar Terong",
        "cause": "Tertimpa karung beras",
        "chronology": "Saat menurunkan beras dari truk.",
        "informant_name": "Daeng Tutu",
        "informant_phone": "+62 812-3456-7890",
        **change,
    }


class TestList:
    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.parametrize(
        ("caller", "queries"),
        [
            ({"officer": True}, 6),  # session, user, page, and 3 for the entry
            ({}, 7),  # session, user, hospitals to filter by, page, and 3 for the entry
            ({"auditor": True}, 6),  # session, user, page, and 3 for the entry
        ],
    )
    def test_queries_do_not_grow(self, as_user, count, caller, queries, django_assert_num_queries):
        for _ in range(count):
            claim_in(S.ADMITTED)
        browser = as_user(UserFactory(**caller))

        with django_assert_num_queries(queries):
            response = browser.get(LIST)

        assert len(response.context["page"]) == count
        entry = AuditEntry.objects.get(event="claim.list")
        assert entry.persons == [str(claim.worker_id) for claim in response.context["page"]]

    def test_what_waits_for_the_reader_comes_first(self, as_user):
        newest = claim_in(S.ADMITTED, reported_at=ACCIDENT + timedelta(hours=5))
        mine = claim_in(S.TREATED)

        response = as_user(UserFactory()).get(LIST)

        assert [(claim, claim.is_my_turn) for claim in response.context["page"]] == [(mine, True), (newest, False)]

    def test_no_whole_nik_is_on_the_page(self, as_user):  # AC-P19
        claim = ClaimFactory(worker__nik="7371091708901234")

        page = html(as_user(UserFactory(officer=True)).get(LIST))

        assert "7371 09•• •••• 1234" in page
        assert claim.worker.nik not in page

    def test_filters_narrow_the_list(self, as_user):
        november = claim_in(S.ADMITTED)
        october = claim_in(S.TREATED, accident_at=datetime(2026, 10, 31, 22, 0, tzinfo=WITA))
        browser = as_user(UserFactory())

        def found(**query):
            return list(browser.get(LIST, query).context["page"])

        assert found(status="admitted") == [november]
        assert found(month="2026-10") == [october]
        assert found(hospital=november.hospital_id) == [november]
        assert found(turn="mine") == [october]
        assert found(status="admitted", month="2026-10") == []

    def test_a_filter_in_use_can_be_taken_away(self, as_user):
        hospital = claim_in(S.ADMITTED).hospital

        response = as_user(UserFactory()).get(LIST, {"status": "admitted", "hospital": hospital.pk, "page": 2})

        assert response.context["chosen"] == [
            {"word": "Diterima rumah sakit", "without": f"?hospital={hospital.pk}"},
            {"word": hospital.name, "without": "?status=admitted"},
        ]

    def test_only_admins_filter_by_hospital(self, as_user):
        claim_in(S.ADMITTED)
        assert "hospital" not in as_user(UserFactory(officer=True)).get(LIST).context["filter"].fields

    @pytest.mark.parametrize("query", [{"status": "\x00"}, {"month": "2026-13"}, {"page": "x"}, {"hospital": "\x00"}])
    def test_odd_parameters_do_no_harm(self, as_user, query):
        claim_in(S.ADMITTED)
        assert as_user(UserFactory()).get(LIST, query).status_code == 200

    def test_nothing_yet_differs_from_nothing_found(self, as_user):
        browser = as_user(UserFactory())

        assert "Belum ada klaim" in html(browser.get(LIST))
        assert "Tidak ada klaim yang cocok" in html(browser.get(LIST, {"status": "routed"}))

    def test_a_hospital_lists_its_own_cases_only(self, as_user):  # X7
        own, _other = claim_in(S.ADMITTED), claim_in(S.ADMITTED)

        assert list(as_user(its_hospital(own)).get(LIST).context["page"]) == [own]


class TestReport:
    def test_a_hospital_reports_from_its_answer(self, as_user):
        answer = CoverageCheckFactory()
        browser = as_user(answer.asked_by)
        page = browser.get(REPORT, {"check": answer.number})

        assert page.context["form"]["accident_at"].value() == ACCIDENT
        assert answer.worker.name in html(page)

        response = browser.post(f"{REPORT}?check={answer.number}", notice(), follow=True)
        claim = Claim.objects.get()

        assert response.redirect_chain == [(claim.get_absolute_url(), 302)]
        assert f"Laporan dugaan kecelakaan kerja terkirim. Nomor {claim.number}." in html(response)
        assert (claim.accident_at, claim.informant_phone) == (ACCIDENT, "081234567890")
        assert (claim.status, claim.hospital) == (S.ROUTED, answer.hospital)

    def test_officer_and_hospital_both_see_it_at_once(self, as_user):
        answer = CoverageCheckFactory()
        as_user(answer.asked_by).post(f"{REPORT}?check={answer.number}", notice())
        claim = Claim.objects.get()

        assert as_user(UserFactory(officer=True)).get(claim.get_absolute_url()).status_code == 200
        assert as_user(its_hospital(claim)).get(claim.get_absolute_url()).status_code == 200

    def test_an_officer_reports_from_the_workers_page(self, as_user):
        worker = WorkerFactory()

        as_user(UserFactory(officer=True)).post(f"{REPORT}?worker={worker.pk}", notice())

        assert (Claim.objects.get().worker, Claim.objects.get().status) == (worker, S.SUSPECTED)

    @pytest.mark.parametrize(("caller", "links"), [({"officer": True}, 1), ({}, 0), ({"auditor": True}, 0)])
    def test_the_workers_page_leads_officers_here(self, as_user, caller, links):
        PolicyFactory()
        worker = WorkerFactory()

        page = html(as_user(UserFactory(**caller)).get(worker.get_absolute_url()))

        assert page.count(f'href="{REPORT}?worker={worker.pk}"') == links

    @pytest.mark.parametrize(
        ("caller", "start"),
        [({"officer": True}, "workers:worker_list"), ({"hospital_staff": True}, "enrollment:coverage_check")],
    )
    def test_a_report_begins_with_the_person(self, as_user, caller, start):
        page = html(as_user(UserFactory(**caller)).get(REPORT))

        assert "Siapa yang mengalami kecelakaan?" in page
        assert f'<a class="btn btn--second" href="{reverse(start)}">' in page

    def test_the_same_form_sent_twice_leads_to_the_same_claim(self, as_user):  # AC-W31
        worker, typed = WorkerFactory(), notice()
        browser = as_user(UserFactory(officer=True))

        first = browser.post(f"{REPORT}?worker={worker.pk}", typed)
        again = browser.post(f"{REPORT}?worker={worker.pk}", typed)

        assert first.url == again.url
        assert Claim.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "field", "message"),
        [
            ({"accident_at_3": "14.11", "accident_at_0": "23"}, "accident_at", "Waktu kejadian belum tiba."),
            ({"accident_at_2": "2021", "accident_at_0": "22"}, "accident_at", "Hak klaim gugur 5 tahun"),
            ({"place": ""}, "place", "Isi tempat kejadian."),
            ({"informant_phone": "telepon"}, "informant_phone", "Tulis nomor HP dengan angka"),
            ({"chronology": "a\x00b"}, "chronology", ""),
        ],
    )
    def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(self, as_user, change, field, message):  # AC-W32
        worker, typed = WorkerFactory(), notice(cause="Jatuh dari perahu", **change)

        response = as_user(UserFactory(officer=True)).post(f"{REPORT}?worker={worker.pk}", typed)

        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert response.context["form"].errors[field][0].startswith(message)
        assert "Jatuh dari perahu" in html(response)
        assert typed["submission_key"] in html(response)
        assert Claim.objects.count() == 0

    def test_a_second_report_leads_to_the_first(self, as_user):  # AC-C14
        first = ClaimFactory()
        browser = as_user(UserFactory(officer=True))

        response = browser.post(f"{REPORT}?worker={first.worker_id}", notice())

        assert response.status_code == 422
        assert f'href="{first.get_absolute_url()}"' in html(response)

    def test_the_first_report_is_shown_before_anything_is_typed(self, as_user):  # AC-C14
        answer = CoverageCheckFactory()
        first = claim_in(S.ROUTED, worker=answer.worker, hospital=answer.hospital)

        response = as_user(answer.asked_by).get(REPORT, {"check": answer.number})

        assert response.context["reported"] == first

    def test_another_hospitals_case_is_named_but_not_linked(self, as_user):
        answer = CoverageCheckFactory()
        first = claim_in(S.ADMITTED, worker=answer.worker)

        response = as_user(answer.asked_by).post(f"{REPORT}?check={answer.number}", notice())

        assert first.number in response.context["form"].errors["accident_at"][0]
        assert first.get_absolute_url() not in html(response)

    def test_a_person_whom_nobody_knows_gets_the_reason_instead_of_a_form(self, as_user):
        answer = CoverageCheckFactory(worker=None, question="7371091708909999", verdict=Verdict.UNKNOWN)

        page = html(as_user(answer.asked_by).get(REPORT, {"check": answer.number}))

        assert "Orang ini tidak ada di daftar pekerja Kota Makassar." in page
        assert "<textarea" not in page
        assert answer.question not in page

    @pytest.mark.parametrize("query", ["check=2611-99999", "check=%00", "worker=x", f"worker={UUID(int=0)}"])
    def test_what_does_not_exist_is_not_found(self, as_user, query):
        assert as_user(UserFactory(officer=True)).get(f"{REPORT}?{query}").status_code == 404

    def test_nobody_opens_the_form_for_people_out_of_scope(self, as_user):  # AC-W65
        answer = CoverageCheckFactory()
        elsewhere = UserFactory(officer=True, region=kecamatan("73.71.01"))

        assert as_user(elsewhere).get(REPORT, {"worker": answer.worker_id}).status_code == 404
        assert as_user(UserFactory(hospital_staff=True)).get(REPORT, {"check": answer.number}).status_code == 404
        assert audit.entries_of(answer.worker).count() == 0


class TestDetail:
    def test_the_clock_says_how_long_is_left(self, as_user):  # A7
        claim = ClaimFactory()

        page = html(as_user(UserFactory(officer=True)).get(claim.get_absolute_url()))

        assert "Tenggat laporan tahap I: <b>24 November 2026, 13.40 WITA</b> (23 jam lagi)." in page
        assert "Dilaporkan dalam tenggat." in page

    @pytest.mark.parametrize(
        ("now", "words"),
        [
            (datetime(2026, 11, 24, 12, 40, 0, tzinfo=WITA), "(1 jam lagi)"),
            (datetime(2026, 11, 24, 12, 40, 1, tzinfo=WITA), "(59 menit lagi)"),
            (datetime(2026, 11, 24, 13, 39, 59, tzinfo=WITA), "(1 menit lagi)"),
            (datetime(2026, 11, 24, 13, 40, 0, tzinfo=WITA), ""),
        ],
    )
    def test_the_clock_to_the_second(self, as_user, now, words):
        claim = ClaimFactory()
        with time_machine.travel(now, tick=False):
            response = as_user(UserFactory(officer=True)).get(claim.get_absolute_url())

        assert response.context["time_left"] == words.strip("()")

    def test_a_late_report_says_by_how_many_hours(self, as_user):  # AC-W34
        claim = ClaimFactory(reported_at=ACCIDENT + timedelta(hours=51))

        page = html(as_user(UserFactory(officer=True)).get(claim.get_absolute_url()))

        assert "Dilaporkan terlambat 3 jam. Laporan tetap diterima." in page

    def test_the_timeline_shows_each_step_with_who_and_when(self, as_user):
        claim = claim_in(S.ROUTED)
        staff = its_hospital(claim)
        operations.admit_claim(claim.pk, by=staff)

        as_user(staff).get(claim.get_absolute_url())
        (step,) = as_user(staff).get(claim.get_absolute_url()).context["steps"]

        assert (step["what"], step["who"]) == ("Pasien diterima rumah sakit", f"{staff.name}, {staff.hospital.name}")
        assert step["at"] == audit.entries_of(claim).get(event="claim.admit").at

    def test_a_look_leaves_a_trace(self, as_user):  # AC-W74
        claim, officer = ClaimFactory(), UserFactory(officer=True)

        as_user(officer).get(claim.get_absolute_url())

        assert [(entry.event, entry.actor_id) for entry in audit.entries_of(claim)] == [("claim.view", officer.pk)]

    def test_the_auditor_sees_masked_numbers(self, as_user):  # AC-P31
        claim = ClaimFactory(worker__nik="7371091708901234", informant_phone="081234567890")

        page = html(as_user(UserFactory(auditor=True)).get(claim.get_absolute_url()))

        assert "7371 09•• •••• 1234" in page
        assert "0812 ••••" in page
        assert "1708" not in page
        assert "3456" not in page

    @pytest.mark.parametrize(
        ("status", "caller", "offered", "explained"),
        [
            (S.SUSPECTED, "officer", ["route", "withdraw"], []),
            (S.SUSPECTED, "admin", ["route", "withdraw"], []),
            (S.ROUTED, "hospital", ["admit", "transfer"], []),
            (S.ADMITTED, "hospital", ["treat", "transfer"], []),
            (S.TREATED, "hospital", ["treat"], []),
            (S.TREATED, "admin", ["verify", "send_back"], []),
            (S.RETURNED, "hospital", ["treat"], []),
            (S.RETURNED, "admin", [], []),
            (S.VERIFIED, "admin", ["approve", "send_back"], []),
            (S.VERIFIED, "verifier", ["send_back"], [("approve", ["same_person"])]),
            (S.APPROVED, "admin", ["forward"], []),
            (S.APPROVED, "bpjs", [], []),
            (S.FORWARDED, "admin", [], []),
            (S.FORWARDED, "bpjs", [], []),
            (S.WITHDRAWN, "officer", [], []),
            (S.TREATED, "auditor", [], []),
        ],
    )
    def test_deeds_are_offered_or_explained(self, as_user, status, caller, offered, explained):
        claim = claim_in(status)
        user = {
            "officer": lambda: UserFactory(officer=True),
            "hospital": lambda: its_hospital(claim),
            "admin": UserFactory,
            "verifier": lambda: claim.verified_by,
            "bpjs": lambda: UserFactory(bpjs=True),
            "auditor": lambda: UserFactory(auditor=True),
        }[caller]()

        context = as_user(user).get(claim.get_absolute_url()).context

        assert [deed.action for deed in context["open_deeds"]] == offered
        assert [(deed.action, decision.codes) for deed, decision in context["blocked_deeds"]] == explained

    @pytest.mark.parametrize(("caller", "links"), [("officer", 1), ("auditor", 1), ("bpjs", 0), ("hospital", 0)])
    def test_those_who_may_open_the_worker_find_the_way(self, as_user, caller, links):
        claim = claim_in(S.APPROVED)
        user = its_hospital(claim) if caller == "hospital" else UserFactory(**{caller: True})

        page = html(as_user(user).get(claim.get_absolute_url()))

        assert page.count(f'href="{claim.worker.get_absolute_url()}"') == links

    @pytest.mark.parametrize(("caller", "links"), [("asker", 1), ("admin", 1), ("officer", 0), ("bpjs", 0)])
    def test_those_who_may_read_the_answer_find_the_way(self, as_user, caller, links):
        answer = CoverageCheckFactory()
        claim = claim_in(S.APPROVED, worker=answer.worker, hospital=answer.hospital, coverage_check=answer)
        user = {
            "asker": lambda: answer.asked_by,
            "admin": UserFactory,
            "officer": lambda: UserFactory(officer=True),
            "bpjs": lambda: UserFactory(bpjs=True),
        }[caller]()

        page = html(as_user(user).get(claim.get_absolute_url()))

        assert page.count(f'href="{answer.get_absolute_url()}"') == links

    def test_both_signatures_are_shown_with_who_and_when(self, as_user):
        claim = claim_in(S.APPROVED, verified_by__name="Sitti Rahmah", approved_by__name="Andi Baso")

        page = html(as_user(UserFactory(bpjs=True)).get(claim.get_absolute_url()))

        assert "Sitti Rahmah<small>23 Nov 2026, 19.40 WITA</small>" in page
        assert "Andi Baso<small>24 Nov 2026, 05.40 WITA</small>" in page

    def test_bpjs_reads_under_which_receipt_it_has_the_file(self, as_user):
        claim = claim_in(S.FORWARDED, forwarded_by__name="Andi Baso")

        page = html(as_user(UserFactory(bpjs=True)).get(claim.get_absolute_url()))

        assert "Andi Baso<small>24 Nov 2026, 15.40 WITA</small><small>Tanda terima TT-JKK/0042</small>" in page

    @pytest.mark.parametrize("status", S)
    def test_no_page_promises_payment(self, as_user, status):
        page = html(as_user(UserFactory()).get(claim_in(status).get_absolute_url())).lower()

        assert "dijamin" not in page
        assert "ditanggung" not in page

    @pytest.mark.parametrize("number", ["2611-99999", "2611-00000001", "%00", "abc"])
    def test_an_unknown_number_is_not_found(self, as_user, number):
        assert as_user(UserFactory()).get(f"{LIST}{number}/").status_code == 404


class TestDeeds:
    @pytest.mark.parametrize(
        ("action", "status", "caller", "typed", "after"),
        [
            ("route", S.SUSPECTED, "officer", {"hospital": "partner"}, S.ROUTED),
            ("admit", S.ROUTED, "hospital", {}, S.ADMITTED),
            ("treat", S.ADMITTED, "hospital", "treatment", S.TREATED),
            ("verify", S.TREATED, "admin", {"seen": "0"}, S.VERIFIED),
            ("send_back", S.VERIFIED, "admin", {"note": "Kuitansi belum terbaca."}, S.RETURNED),
            ("approve", S.VERIFIED, "admin", {"seen": "0", "note": "Lengkap."}, S.APPROVED),
            ("forward", S.APPROVED, "admin", {"reference": "TT-JKK/0042"}, S.FORWARDED),
            ("withdraw", S.SUSPECTED, "officer", {"note": "Bukan saat bekerja."}, S.WITHDRAWN),
        ],
    )
    def test_each_deed_has_its_page(self, as_user, action, status, caller, typed, after):
        claim, partner = claim_in(status), HospitalFactory(partner=True)
        user = {
            "officer": lambda: UserFactory(officer=True),
            "hospital": lambda: its_hospital(claim),
            "admin": UserFactory,
        }[caller]()
        browser, url = as_user(user), deed_of(claim, action)
        typed = TREATMENT if typed == "treatment" else {**typed}
        if "hospital" in typed:
            typed["hospital"] = partner.pk

        asked = browser.get(url)
        claim.refresh_from_db()
        assert (asked.status_code, claim.status) == (200, status)

        response = browser.post(url, typed, follow=True)
        claim.refresh_from_db()
        assert (claim.status, response.redirect_chain) == (after, [(claim.get_absolute_url(), 302)])
        assert f"Klaim {claim.number}: " in html(response)

    def test_the_hospital_where_the_patient_is_is_proposed(self, as_user):
        _first, here = HospitalFactory(partner=True), HospitalFactory(partner=True)
        claim = ClaimFactory(reported_from=here)

        form = as_user(UserFactory(officer=True)).get(deed_of(claim, "route")).context["form"]

        assert form["hospital"].value() == here.pk

    def test_a_hospital_without_an_agreement_cannot_be_chosen(self, as_user):
        claim, elsewhere = ClaimFactory(), HospitalFactory()

        response = as_user(UserFactory(officer=True)).post(deed_of(claim, "route"), {"hospital": elsewhere.pk})

        assert response.status_code == 422
        assert response.context["form"].errors["hospital"] == [
            "Rumah sakit ini bukan mitra. Pilih salah satu yang tampil."
        ]

    def test_treatment_is_refused_at_its_field_and_kept(self, as_user):
        claim = claim_in(S.ADMITTED)

        response = as_user(its_hospital(claim)).post(
            deed_of(claim, "treat"), {**TREATMENT, "care_to_0": "", "care_to_1": "", "care_to_2": ""}
        )

        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["care_to"]
        assert "Luka dijahit." in html(response)

    def test_a_returned_record_is_corrected_from_what_stands(self, as_user):
        claim = claim_in(S.RETURNED)

        form = as_user(its_hospital(claim)).get(deed_of(claim, "treat")).context["form"]

        assert (form["cost"].value(), form["outcome"].value()) == (1_250_000, Outcome.RECOVERED)

    def test_the_verifier_finds_the_reason_where_the_button_would_be(self, as_user):  # AC-B5
        claim = claim_in(S.VERIFIED)
        browser, url = as_user(claim.verified_by), deed_of(claim, "approve")

        page = html(browser.get(url))
        posted = browser.post(url, {"seen": "0"})

        claim.refresh_from_db()
        assert "jadi admin lain yang menyetujui" in page
        assert "<button" not in page.split('id="isi"')[1].split("</main>")[0]
        assert (posted.status_code, claim.status) == (422, S.VERIFIED)

    def test_facts_that_changed_meanwhile_are_shown_before_the_signature(self, as_user):  # AC-B22
        claim = claim_in(S.TREATED)
        Claim.objects.filter(pk=claim.pk).update(revision=1, treatment="Ternyata patah tulang.")
        browser, url = as_user(UserFactory()), deed_of(claim, "verify")

        response = browser.post(url, {"seen": "0", "note": "Cocok."})
        page = html(response)

        assert response.status_code == 422
        assert "Klaim ini berubah sejak halamannya Anda buka." in page
        assert "Ternyata patah tulang." in page
        assert 'name="seen" value="1"' in page
        assert "Cocok." in page

        assert browser.post(url, {"seen": "1", "note": "Cocok."}).status_code == 302

    def test_a_reason_must_be_written(self, as_user):  # AC-K16, AC-B10
        claim = claim_in(S.TREATED)

        response = as_user(UserFactory()).post(deed_of(claim, "send_back"), {"note": "  "})

        assert response.status_code == 422
        assert response.context["form"].errors["note"] == ["Isi alasan."]

    def test_a_receipt_must_be_named(self, as_user):
        claim = claim_in(S.APPROVED)

        response = as_user(UserFactory()).post(deed_of(claim, "forward"), {"reference": " "})

        claim.refresh_from_db()
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["reference"])
        assert claim.status == S.APPROVED

    @pytest.mark.parametrize("action", ["admit", "treat"])
    def test_another_hospital_finds_nothing(self, as_user, action):  # AC-W65
        claim = claim_in(S.ADMITTED)
        browser = as_user(UserFactory(hospital_staff=True))

        assert browser.get(deed_of(claim, action)).status_code == 404
        assert browser.post(deed_of(claim, action), TREATMENT).status_code == 404
        assert audit.entries_of(claim).count() == 0

    @pytest.mark.parametrize(
        "action", ["route", "admit", "treat", "verify", "send_back", "approve", "forward", "withdraw"]
    )
    @pytest.mark.parametrize("caller", ["bpjs", "auditor"])
    def test_readers_do_nothing(self, as_user, action, caller):  # AC-P31, AC-W64
        claim = claim_in(S.APPROVED)
        browser = as_user(UserFactory(**{caller: True}))

        assert browser.get(claim.get_absolute_url()).status_code == 200
        assert browser.post(deed_of(claim, action), {"seen": "0", "note": "x"}).status_code == 403


TREATMENT = {
    "care_from_0": "22",
    "care_from_1": "11",
    "care_from_2": "2026",
    "care_to_0": "23",
    "care_to_1": "11",
    "care_to_2": "2026",
    "outcome": "RECOVERED",
    "treatment": "Luka dijahit.",
    "cost": "1.250.000",
}
