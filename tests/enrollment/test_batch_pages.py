from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from casework.models import AuditEntry
from enrollment import operations
from enrollment.enums import BatchStatus
from enrollment.models import Batch
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import BatchFactory, BatchLineFactory, MembershipFactory
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import DesilRecordFactory, PolicyFactory, WorkerFactory

TERMS = {"package": "JKK_JKM", "payer": "APBD", "start_month": "2026-12-01"}


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def officer(db):
    PolicyFactory()
    return UserFactory(officer=True)


@pytest.fixture
def admin(db):
    return UserFactory(name="Sitti Admin")


@pytest.fixture
def bpjs(db):
    return UserFactory(bpjs=True)


def page(name, *args) -> str:
    return reverse(f"enrollment:{name}", args=args)


def eligible_worker(**fields):
    worker = WorkerFactory(**fields)
    DesilRecordFactory(family_card_number=worker.family_card_number)
    return worker


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("trait", ["officer", "bpjs", "auditor"])
def test_list_queries_do_not_grow(client, db, trait, count, django_assert_num_queries):
    user = UserFactory(**{trait: True})
    for _ in range(count):
        BatchLineFactory(batch=BatchFactory(approved=True))
    client.force_login(user)

    with django_assert_num_queries(3):  # session, user, page
        response = client.get(page("batch_list"))

    assert len(response.context["page"]) == count


def test_list_shows_each_role_its_own(client, admin, bpjs):
    here = BatchFactory(approved=True)
    there = BatchFactory(approved=True, region=kecamatan("73.71.01"))
    proposed = BatchFactory()
    expected = {
        UserFactory(officer=True): [proposed, here],
        admin: [proposed, there, here],
        bpjs: [there, here],
        UserFactory(auditor=True): [proposed, there, here],
    }

    for user, batches in expected.items():
        client.force_login(user)
        assert list(client.get(page("batch_list")).context["page"]) == batches


def test_what_waits_for_the_reader_comes_first(client, admin, bpjs):
    proposed = BatchFactory(proposed_at=datetime(2026, 11, 1, tzinfo=UTC))
    approved = BatchFactory(approved=True, proposed_at=datetime(2026, 11, 2, tzinfo=UTC))
    answered = BatchFactory(answered=True, proposed_at=datetime(2026, 11, 3, tzinfo=UTC))

    client.force_login(admin)
    assert list(client.get(page("batch_list")).context["page"]) == [proposed, answered, approved]
    client.force_login(bpjs)
    assert list(client.get(page("batch_list")).context["page"]) == [approved, answered]


def test_list_is_narrowed_by_status(client, admin):
    BatchFactory()
    approved = BatchFactory(approved=True)
    client.force_login(admin)

    response = client.get(page("batch_list"), {"status": "approved"})

    assert list(response.context["page"]) == [approved]
    assert response.context["chosen"] == [{"word": "Disetujui", "without": "?"}]


@pytest.mark.parametrize("count", [1, 3])
def test_detail_queries_do_not_grow(client, admin, count, django_assert_num_queries):
    batch = BatchFactory()
    BatchLineFactory.create_batch(count, batch=batch)
    client.force_login(admin)

    with django_assert_num_queries(
        12
    ):  # session, user, limit, batch, approvals, replies, trail, traces, page, 3 for it
        response = client.get(batch.get_absolute_url())

    assert len(response.context["page"]) == count
    entry = AuditEntry.objects.get(event="batch.view")
    assert entry.persons == [str(line.worker_id) for line in response.context["page"]]


def test_detail_masks_every_nik(client, admin):
    line = BatchLineFactory(worker__nik="7371091708900001")
    client.force_login(admin)

    html = client.get(line.batch.get_absolute_url()).content.decode()

    assert "7371 09•• •••• 0001" in html
    assert "7371091708900001" not in html


def deeds(response) -> tuple[list[str], list[tuple[str, list[str]]]]:
    blocked = [(deed.action, decision.codes) for deed, decision in response.context["blocked_deeds"]]
    return [deed.action for deed in response.context["open_deeds"]], blocked


def test_the_proposer_sees_why_another_signs(client, officer):
    line = BatchLineFactory(batch__proposed_by=officer)
    client.force_login(officer)

    response = client.get(line.batch.get_absolute_url())

    assert deeds(response) == (["withdraw"], [("approve", ["not_an_admin", "same_person"])])
    assert "Anda mengusulkan kelompok ini, jadi orang lain yang menyetujui." in response.content.decode()


@pytest.mark.parametrize(
    ("trait", "status", "offered", "download"),
    [
        ("admin", {}, ["approve", "hand_back", "reject"], False),
        ("admin", {"approved": True}, [], False),
        ("bpjs", {"approved": True}, ["send"], False),
        ("bpjs", {"sent": True}, ["reply"], True),
        ("bpjs", {"answered": True}, [], True),
        ("bpjs", {"closed": True}, [], True),
        ("admin", {"draft": True}, [], False),
        ("auditor", {}, [], False),
    ],
)
def test_deeds_are_offered_by_the_rules(client, db, trait, status, offered, download):
    user = UserFactory(**{trait: True} if trait != "admin" else {})
    line = BatchLineFactory(batch=BatchFactory(**status))
    client.force_login(user)

    response = client.get(line.batch.get_absolute_url())

    assert deeds(response) == (offered, [])
    assert response.context["can_download"] == download


def test_another_officers_batch_can_not_be_withdrawn_and_says_so(client, officer):
    line = BatchLineFactory()
    client.force_login(officer)

    assert deeds(client.get(line.batch.get_absolute_url())) == ([], [("withdraw", ["not_the_proposer"])])


def test_out_of_scope_is_not_found(client, officer, bpjs):
    elsewhere = BatchLineFactory(batch__region=kecamatan("73.71.01")).batch
    client.force_login(officer)
    assert client.get(elsewhere.get_absolute_url()).status_code == 404
    assert client.post(page("batch_withdraw", elsewhere.number)).status_code == 404
    client.force_login(bpjs)
    assert client.get(elsewhere.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("name", "trait", "status", "posted", "becomes"),
    [
        ("batch_approve", "admin", {}, {"note": "Sesuai"}, BatchStatus.APPROVED),
        ("batch_reject", "admin", {}, {"note": "Desil berubah"}, BatchStatus.REJECTED),
        ("batch_hand_back", "admin", {}, {"note": "Desil berubah"}, BatchStatus.RETURNED),
        ("batch_send", "bpjs", {"approved": True}, {}, BatchStatus.SENT),
    ],
)
def test_a_deed_is_asked_about_and_then_done(client, db, name, trait, status, posted, becomes):
    user = UserFactory(**{trait: True} if trait != "admin" else {})
    batch = BatchLineFactory(batch=BatchFactory(**status)).batch
    client.force_login(user)

    assert client.get(page(name, batch.number)).status_code == 200
    batch.refresh_from_db()
    assert batch.status != becomes

    response = client.post(page(name, batch.number), posted, follow=True)
    batch.refresh_from_db()
    assert batch.status == becomes
    assert response.redirect_chain == [(batch.get_absolute_url(), 302)]
    deed, seen = AuditEntry.objects.values_list("event", flat=True)
    assert (deed, seen) == (f"batch.{name.removeprefix('batch_')}", "batch.view")


def test_withdrawing_by_page(client, officer):
    batch = BatchLineFactory(batch__proposed_by=officer).batch
    client.force_login(officer)

    client.post(page("batch_withdraw", batch.number), {"note": ""})

    batch.refresh_from_db()
    assert batch.status == BatchStatus.WITHDRAWN


def test_a_draft_from_the_first_worker_to_the_lock(client, officer):
    first, second = eligible_worker(), eligible_worker(name="Daeng Bunga")
    client.force_login(officer)
    address = f"{page('batch_propose')}?package=JKK_JKM&payer=APBD&start_month=2026-12-01&worker={first.pk}"
    client.post(address, {"expected": "1", "draft": "1"})
    batch = Batch.objects.get()
    assert batch.status == BatchStatus.DRAFT

    html = client.post(page("batch_add", batch.number), {"nik": f" {second.nik} "}, follow=True).content.decode()
    assert "Daeng Bunga masuk sebagai baris 2." in html
    assert "NIK" in client.post(page("batch_add", batch.number), {"nik": ""}, follow=True).content.decode()
    again = client.post(page("batch_add", batch.number), {"nik": second.nik}, follow=True).content.decode()
    assert f"Sudah ada di kelompok {batch.number}." in again

    html = client.post(page("batch_take_out", batch.number), {"line": ["1", "x"]}, follow=True).content.decode()
    assert "1 pekerja dikeluarkan dari kelompok." in html
    assert "Centang dulu barisnya." in client.post(page("batch_take_out", batch.number), follow=True).content.decode()

    assert client.get(page("batch_lock", batch.number)).status_code == 200
    client.post(page("batch_lock", batch.number), {"note": "Lengkap"})
    batch.refresh_from_db()
    assert batch.status == BatchStatus.LOCKED
    late = client.post(page("batch_take_out", batch.number), {"line": "2"}, follow=True).content.decode()
    assert "Statusnya sekarang “Dikunci, menunggu persetujuan”." in late


def test_what_was_handed_back_is_reopened_by_page(client, officer):
    batch = BatchLineFactory(batch=BatchFactory(returned=True, proposed_by=officer)).batch
    client.force_login(officer)

    assert client.get(page("batch_reopen", batch.number)).status_code == 200
    client.post(page("batch_reopen", batch.number))

    batch.refresh_from_db()
    assert batch.status == BatchStatus.DRAFT


def test_the_second_of_two_pages_is_told_who_was_first(client, admin):  # AC-B22
    batch = BatchLineFactory().batch
    client.force_login(admin)
    seen = client.get(page("batch_approve", batch.number)).context["form"]["seen"].value()
    other = UserFactory(name="Admin Lain")
    operations.hand_back_batch(batch.pk, by=other, note="Periksa lagi")
    operations.reopen_batch(batch.pk, by=batch.proposed_by)

    response = client.post(page("batch_approve", batch.number), {"note": "Sesuai", "seen": seen})

    assert response.status_code == 422
    assert f"Kelompok ini sudah diubah oleh {batch.proposed_by.name} pada" in response.content.decode()
    assert "Statusnya sekarang “Draf”." in response.content.decode()


def test_a_worker_corrected_after_the_lock_shows_so(client, officer, admin):  # AC-B19
    worker = eligible_worker(name="Nama lama")
    terms = {"package": "JKK_JKM", "payer": "APBD", "start_month": date(2026, 12, 1)}
    batch = operations.propose_batch(by=officer, workers=[worker.pk], **terms)
    worker.name = "Nama baru"
    worker.save()
    client.force_login(admin)

    html = client.get(batch.get_absolute_url()).content.decode()

    assert "Nama lama" in html
    assert "<b>Berubah sejak dikunci:</b> nama" in html
    assert "Nama baru" not in html


def test_a_rejection_without_reason_stays_on_the_page(client, admin):  # AC-B10
    batch = BatchLineFactory().batch
    client.force_login(admin)

    response = client.post(page("batch_reject", batch.number), {"note": " "})

    assert response.status_code == 422
    assert response.context["form"].errors == {"note": ["Isi alasan."]}
    batch.refresh_from_db()
    assert batch.status == BatchStatus.LOCKED


@pytest.mark.parametrize("name", ["batch_approve", "batch_reject"])
def test_a_deed_too_late_says_the_state(client, admin, name):  # AC-B1, AC-B7
    batch = BatchLineFactory(batch=BatchFactory(approved=True)).batch
    client.force_login(admin)

    assert "Statusnya sekarang “Disetujui”." in client.get(page(name, batch.number)).content.decode()
    response = client.post(page(name, batch.number), {"note": "Lagi"})

    assert response.status_code == 422
    assert "Statusnya sekarang “Disetujui”." in str(response.context["form"].non_field_errors())


def test_proposing_by_page(client, officer):
    eligible_worker()
    WorkerFactory()
    BatchLineFactory(worker=eligible_worker())
    MembershipFactory(worker=eligible_worker())
    client.force_login(officer)
    assert client.get(page("batch_propose")).context["preview"] is None

    preview = client.get(page("batch_propose"), TERMS).context["preview"]
    assert (preview["count"], preview["amount"]) == (1, 16_800)
    assert preview["left_out"] == {
        "not_eligible": 1,
        "other_cohort": 0,
        "already_proposed": 1,
        "already_covered": 1,
        "suspected_double": 0,
    }

    address = f"{page('batch_propose')}?package=JKK_JKM&payer=APBD&start_month=2026-12-01&kelurahan=&worker="
    response = client.post(address, {"expected": "1", "note": "Rombongan pertama"})
    batch = Batch.objects.get(note="Rombongan pertama")
    assert response.url == batch.get_absolute_url()
    assert batch.lines.count() == 1


def test_the_preview_costs_what_the_batch_costs(client, officer):
    for _ in range(3):
        eligible_worker()
    client.force_login(officer)
    address = f"{page('batch_propose')}?package=JKK_JKM_JHT&payer=DONOR&start_month=2027-01-01"

    preview = client.get(address).context["preview"]
    client.post(address, {"expected": "3"})

    batch = Batch.objects.visible_to(officer).with_list_data().get()
    assert (preview["count"], preview["amount"]) == (batch.line_count, batch.monthly_amount) == (3, 110_400)


def test_a_number_that_changed_is_shown_again(client, officer):
    eligible_worker()
    client.force_login(officer)
    address = f"{page('batch_propose')}?package=JKK_JKM&payer=APBD&start_month=2026-12-01"

    response = client.post(address, {"expected": "7", "note": "Catatan saya"})

    assert response.status_code == 422
    assert "Jumlahnya berubah menjadi 1 pekerja." in response.content.decode()
    assert "Catatan saya" in response.content.decode()
    assert Batch.objects.count() == 0
    assert client.post(address, {"expected": "1"}).status_code == 302


def test_a_named_worker_is_shown_with_every_reason(client, officer):  # AC-B25
    line = BatchLineFactory(worker=eligible_worker(), batch__number="2610-00003")
    client.force_login(officer)

    response = client.get(page("batch_propose"), {**TERMS, "worker": str(line.worker.pk)})

    assert response.context["preview"]["decision"].codes == ["already_proposed"]
    assert "Sudah ada di kelompok 2610-00003." in response.content.decode()
    assert "<span>Usulkan 1 pekerja</span>" not in response.content.decode()


def test_a_named_worker_is_proposed_alone(client, officer):
    eligible_worker()
    named = eligible_worker()
    client.force_login(officer)
    address = f"{page('batch_propose')}?package=JKK_JKM&payer=APBD&start_month=2026-12-01&worker={named.pk}"

    client.post(address, {"expected": "1"})

    assert [line.worker for line in Batch.objects.get().lines.all()] == [named]


def test_a_worker_out_of_reach_is_not_shown(client, officer):
    stranger = eligible_worker(name="Rahasia", kelurahan=kelurahan("73.71.01.1001"))
    client.force_login(officer)

    response = client.get(page("batch_propose"), {**TERMS, "worker": str(stranger.pk)})

    assert response.status_code == 422
    assert "Rahasia" not in response.content.decode()


def test_a_kelurahan_out_of_reach_is_no_choice(client, officer):
    kelurahan("73.71.01.1001")
    client.force_login(officer)

    response = client.get(page("batch_propose"), {**TERMS, "kelurahan": "73.71.01.1001"})

    assert list(response.context["terms_form"].errors) == ["kelurahan"]


def test_nobody_to_propose_says_what_to_do(client, officer):
    client.force_login(officer)

    response = client.get(page("batch_propose"), TERMS)

    assert "Tidak ada pekerja yang dapat diusulkan." in response.content.decode()


def test_without_a_policy_the_page_says_so(client, db):
    client.force_login(UserFactory(officer=True))

    response = client.get(page("batch_propose"), TERMS)

    assert response.status_code == 422
    assert "Kebijakan kota belum ditetapkan." in response.content.decode()


def test_what_changes_between_page_and_click_is_refused_on_the_page(client, officer, time_machine):
    eligible_worker()
    client.force_login(officer)
    address = f"{page('batch_propose')}?package=JKK_JKM&payer=APBD&start_month=2026-11-01"
    assert client.get(address).status_code == 200
    time_machine.move_to(datetime(2026, 12, 1, 2, tzinfo=UTC), tick=False)
    client.force_login(officer)

    response = client.post(address, {"expected": "1"})

    assert response.status_code == 422
    assert Batch.objects.count() == 0


def test_the_file_is_downloaded_as_an_attachment(client, bpjs):
    batch = BatchLineFactory(batch=BatchFactory(sent=True, number="2610-00012"), worker__name="Baso").batch
    client.force_login(bpjs)

    response = client.get(page("batch_file", batch.number))

    assert response["Content-Disposition"] == 'attachment; filename="kelompok-2610-00012.csv"'
    assert "Baso" in b"".join(response.streaming_content).decode()


def test_the_file_before_taking_leads_back(client, bpjs):
    batch = BatchLineFactory(batch=BatchFactory(approved=True)).batch
    client.force_login(bpjs)

    response = client.get(page("batch_file", batch.number), follow=True)

    assert response.redirect_chain == [(batch.get_absolute_url(), 302)]
    assert "Ambil berkasnya dulu." in response.content.decode()


def upload(client, batch, *rows: str, name="jawaban.csv"):
    header = "nik,nomor_peserta,mulai_perlindungan,tanggal_jawaban,alasan_penolakan"
    file = SimpleUploadedFile(name, "\n".join([header, *rows]).encode(), content_type="text/csv")
    return client.post(page("batch_reply", batch.number), {"file": file}, follow=True)


def test_a_reply_is_read_and_its_findings_are_shown(client, bpjs):
    line = BatchLineFactory(batch=BatchFactory(sent=True))
    client.force_login(bpjs)
    assert client.get(page("batch_reply", line.batch.number)).status_code == 200
    rows = (f"{line.worker.nik},26110000001,01-12-2026,24-11-2026,", "7371091708909999,,,24-11-2026,Tidak cocok")

    html = upload(client, line.batch, *rows).content.decode()

    assert "Jawaban dibaca: 1 diterima, 0 ditolak, 1 baris perlu dilihat." in html
    assert "NIK ini tidak ada di daftar kami." in html
    assert "7371091708909999" not in html
    again = upload(client, line.batch, *rows).content.decode()
    assert "Tidak ada yang berubah." in again


def test_every_row_of_a_reply_is_shown_and_the_file_taken_again(client, bpjs):
    one, other, third = BatchLineFactory.create_batch(3, batch=BatchFactory(sent=True))
    client.force_login(bpjs)
    rows = (
        f"{one.worker.nik},26110000001,01-12-2026,24-11-2026,",
        f"{other.worker.nik},,,24-11-2026,Umur melebihi 65 tahun",
        f"{third.worker.nik},26110000003,01-12-2026,21-11-2026,",
        "7371091708909999,,,24-11-2026,Tidak cocok",
    )
    upload(client, one.batch, *rows)
    reply = one.batch.replies.get()

    html = client.get(reply.get_absolute_url()).content.decode()
    response = client.get(page("reply_file", one.batch.number, reply.pk))

    for said in ("26110000001", "Usia di luar batas", "Umur melebihi 65 tahun", "Ditahan: tanggal jawaban sebelum"):
        assert said in html
    assert "NIK ini tidak ada di daftar kami." in html
    assert one.worker.nik not in html
    assert b"".join(response.streaming_content).decode().splitlines()[1:] == list(rows)
    assert client.get(page("reply_file", one.batch.number, reply.pk + 1)).status_code == 404


@pytest.mark.parametrize(
    ("name", "status", "error"),
    [
        ("jawaban.xls", {"sent": True}, "Gunakan .xlsx atau .csv."),
        ("jawaban.csv", {"approved": True}, "Statusnya sekarang “Disetujui”."),
    ],
)
def test_a_refused_upload_says_why(client, bpjs, name, status, error):  # AC-I1
    batch = BatchLineFactory(batch=BatchFactory(**status)).batch
    client.force_login(bpjs)

    response = upload(client, batch, "x", name=name)

    assert response.status_code == 422
    assert error in response.content.decode()


def test_the_reply_example_can_be_downloaded(client, bpjs):
    client.force_login(bpjs)

    response = client.get(page("reply_example"))

    assert b"".join(response.streaming_content).decode().startswith("\ufeffnik,nomor_peserta")


@pytest.mark.parametrize("number", ["2610-99999", "%00", "2610-0000x", "2610"])
def test_an_unknown_number_is_not_found(client, admin, number):
    client.force_login(admin)

    assert client.get(f"/batches/{number}/").status_code == 404


def test_facts_of_the_day_are_shown_to_the_second_signature(client, admin):
    facts = BatchLineFactory.build(worker=WorkerFactory()).facts
    facts["contribution"] = [
        {
            "program": "JKK",
            "name": "Jaminan Kecelakaan Kerja",
            "amount": 10_000,
            "formula": "1% × Rp1.000.000",
            "article": "PP 44/2015",
            "confirmed": False,
        }
    ]
    line = BatchLineFactory(facts=facts, batch__start_month=date(2026, 12, 1))
    client.force_login(admin)

    html = client.get(page("batch_approve", line.batch.number)).content.decode()

    assert "1% × Rp1.000.000" in html
    assert "PP 44/2015, belum terkonfirmasi" in html
    assert line.batch.proposed_by.name in html
