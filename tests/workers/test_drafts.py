"""Registering in short pages: each is kept as typed, and only the last one enters anybody."""

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.roles import Role
from casework.audit import entries_about, entries_of
from casework.decisions import Refused
from casework.models import AuditEntry
from monitoring.models import RetentionPolicy
from tests.accounts.factories import UserFactory
from tests.casework import bad_files as bad
from tests.casework.bad_files import upload
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import (
    DesilRecordFactory,
    OccupationFactory,
    PolicyFactory,
    RegistrationDraftFactory,
    WorkerFactory,
)
from workers.enums import DraftPage
from workers.forms import FORM_OF_PAGE
from workers.models import DraftPhoto, DuplicatePair, RegistrationDraft, Worker
from workers.operations import (
    begin_draft,
    delete_draft,
    keep_photo,
    open_photo,
    register_worker,
    remove_drafts,
    save_draft,
)
from workers.rules import MOST_DRAFTS

pytestmark = pytest.mark.django_db

KEY = UUID("5f0cf2a8-53a0-4d5d-9f1c-53b9c2b8f0aa")
NIK = "7371091708900001"
CARD = "7371090101150001"
SEARCH = reverse("workers:worker_search")
BEGIN = reverse("workers:draft_begin")


@pytest.fixture(autouse=True)
def policy(db):
    return PolicyFactory()


@pytest.fixture
def officer(policy):
    return UserFactory(officer=True, name="Petugas Satu")


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def draft(officer):
    return RegistrationDraftFactory(author=officer)


def typed(page, **changes):
    """What an officer types on that page, as the boxes hold it."""
    whole = {
        "identity": {
            "nik": "7371 0917 0890 0001",
            "name": "Baso Syamsuddin",
            "birth_on_0": "17",
            "birth_on_1": "8",
            "birth_on_2": "1990",
            "mother_name": "Hj. Sitti Aminah",
            "sex": "L",
            "is_resident": "on",
        },
        "home": {"kelurahan": kelurahan().pk, "address": "Lorong 4", "rt": "4", "rw": "", "phone": "+62 812 3456 7890"},
        "work": {
            "occupation": OccupationFactory().pk,
            "employment": "informal",
            "workplace": "Pelabuhan Paotere",
            "work_hours": "setiap hari, 05.00 sampai 11.00",
            "income": "1.300.000",
        },
        "family": {"family_card_number": "7371 0901 0115 0001", "desil": "3", "desil_source": "DTSEN kelurahan"},
    }
    return {**whole[page], **changes}


SECOND = {
    "second_occupation": "CKR",
    "second_workplace": "Rumah sendiri",
    "second_work_hours": "malam",
    "second_income": "250.000",
}
PROOF = {
    "witness_name": "Daeng Ngalle",
    "witness_phone": "0812 0000 0001",
    "work_seen_on_0": "22",
    "work_seen_on_1": "11",
    "work_seen_on_2": "2026",
}


def send(client, draft, page, *, go="next", **changes):
    return client.post(draft.address_of(page), {**typed(page, **changes), "go": go})


def fill(client, draft, **changes):
    """Every page in turn, with these changes where they belong."""
    for page in FORM_OF_PAGE:
        own = {name: value for name, value in changes.items() if name in FORM_OF_PAGE[page].typed_in(changes)}
        response = send(client, draft, page, **own)
        assert response.status_code == 302, response.context["form"].errors


def register(client, draft, **changes):
    return client.post(draft.address_of("summary"), {"notice": "on", **changes})


def begun(client, **searched):
    client.post(SEARCH, searched or {"nik": NIK})
    return client.post(BEGIN, {"submission_key": str(KEY)})


# --- begin ---


def test_a_search_leads_to_a_draft_with_what_was_typed(signed_in, officer):
    response = begun(
        signed_in, nik="7371 0917 0890 0001", name="Baso", birth_on_0="17", birth_on_1="8", birth_on_2="1990"
    )

    draft = RegistrationDraft.objects.get()
    assert response.url == draft.address_of("identity")
    assert (draft.pk, draft.author, draft.region) == (KEY, officer, officer.region)
    form = signed_in.get(response.url).context["form"]
    assert not form.errors
    assert [form[name].value() for name in ("nik", "name", "birth_on", "is_resident")] == [
        NIK,
        "Baso",
        ["17", "8", "1990"],
        True,
    ]
    assert [entry.event for entry in entries_of(draft)] == ["draft.begin"]


def test_nobody_begins_without_a_search(signed_in):
    assert signed_in.post(BEGIN, {"submission_key": str(KEY)}).url == SEARCH
    signed_in.post(SEARCH, {"nik": NIK})
    assert signed_in.post(BEGIN, {"submission_key": "x\0"}).url == SEARCH
    assert RegistrationDraft.objects.count() == 0


def test_a_second_click_begins_nothing_new(signed_in):
    first, second = begun(signed_in), signed_in.post(BEGIN, {"submission_key": str(KEY)})

    assert second.url == first.url
    assert RegistrationDraft.objects.count() == 1


def test_a_nik_under_way_is_gone_on_with(signed_in, draft):
    draft.typed = {"identity": {"nik": "7371 0917 0890 0001"}}
    draft.page = DraftPage.WORK
    draft.save()

    assert begun(signed_in).url == draft.address_of("work")
    assert RegistrationDraft.objects.count() == 1


def test_a_form_that_registered_somebody_begins_nothing(signed_in, officer):
    WorkerFactory(submission_key=KEY)

    response = begun(signed_in, nik="7371091708900009")

    assert response.url == SEARCH
    assert "sudah dipakai untuk mendaftarkan pekerja lain" in signed_in.get(SEARCH).text
    assert RegistrationDraft.objects.count() == 0


def test_the_key_of_somebody_else_begins_nothing(officer):
    RegistrationDraftFactory(pk=KEY)

    with pytest.raises(Refused) as refusal:
        begin_draft(KEY, by=officer, identity={})

    assert refusal.value.codes == ["submission_used"]


def test_drafts_do_not_pile_up(officer):
    RegistrationDraftFactory.create_batch(MOST_DRAFTS, author=officer)

    with pytest.raises(Refused) as refusal:
        begin_draft(KEY, by=officer, identity={})

    assert refusal.value.messages == ["Sudah ada 20 draf. Selesaikan atau hapus draf lama dulu."]


def test_other_roles_begin_none():
    with pytest.raises(Refused) as refusal:
        begin_draft(KEY, by=UserFactory(auditor=True), identity={})

    assert refusal.value.codes == ["not_a_registrar"]


# --- pages ---


def test_the_pages_follow_each_other_and_only_the_last_enters_somebody(signed_in, draft, officer):
    OccupationFactory(code="CKR", name="Cukur")
    with time_machine.travel(datetime(2026, 11, 24, 4, tzinfo=UTC)):
        ways = [send(signed_in, draft, page).url for page in ("identity", "home")]
        ways.append(send(signed_in, draft, "work", **SECOND, **PROOF).url)
        ways.append(send(signed_in, draft, "family").url)
        assert ways == [draft.address_of(page) for page in ("home", "work", "family", "summary")]
        assert Worker.objects.count() == 0
        response = register(signed_in, draft)

    worker = Worker.objects.get()
    assert response.url == worker.get_absolute_url()
    assert (worker.nik, worker.name, str(worker.birth_on), worker.is_resident) == (
        NIK,
        "Baso Syamsuddin",
        "1990-08-17",
        True,
    )
    assert (worker.kelurahan, worker.rt, worker.phone) == (kelurahan(), "004", "081234567890")
    assert worker.mother_name == "Hj. Sitti Aminah"
    assert (worker.workplace, worker.work_hours, worker.income) == (
        "Pelabuhan Paotere",
        "setiap hari, 05.00 sampai 11.00",
        1_300_000,
    )
    assert (worker.second_occupation_id, worker.second_workplace, worker.second_income) == (
        "CKR",
        "Rumah sendiri",
        250_000,
    )
    assert (worker.witness_name, worker.witness_phone, str(worker.work_seen_on)) == (
        "Daeng Ngalle",
        "081200000001",
        "2026-11-22",
    )
    assert (worker.family_card_number, worker.desil_in("2026-3")) == (CARD, 3)
    assert (str(worker.noticed_on), worker.registered_by, worker.submission_key) == ("2026-11-24", officer, draft.pk)
    assert RegistrationDraft.objects.count() == 0


def test_a_page_with_faults_is_kept_as_it_was_typed(signed_in, draft):
    response = send(signed_in, draft, "identity", nik="7371 09", birth_on_1="13", name="Baso\0", sex="")

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "nik": ["NIK baru 6 angka, kurang 10 lagi."],
        "birth_on": ["Tanggal ini tidak ada di kalender. Contoh yang benar: 7 8 1990."],
        "sex": ["Pilih jenis kelamin."],
    }
    draft.refresh_from_db()
    kept = typed("identity", nik="7371 09", birth_on_1="13", name="Baso", sex="")
    assert (draft.typed["identity"], draft.page) == (kept, "identity")
    again = signed_in.get(draft.get_absolute_url())
    assert not again.context["form"].errors
    for value in ("7371 09", 'value="13"', "Baso"):
        assert value in again.text


def test_only_the_boxes_of_the_page_are_kept_and_none_without_end(signed_in, draft):
    send(signed_in, draft, "home", address="x" * 9000, submission_key="a", csrfmiddlewaretoken="b", nik="12")

    draft.refresh_from_db()
    assert set(draft.typed["home"]) == {"kelurahan", "address", "rt", "rw", "phone"}
    assert len(draft.typed["home"]["address"]) == 500


@pytest.mark.parametrize("page", ["home", "work", "family"])
def test_going_back_loses_nothing(signed_in, draft, page):
    """Also where what was typed is not right yet."""
    wrong = {"home": {"rt": "a"}, "work": {"income": "seribu"}, "family": {"family_card_number": "12"}}[page]

    response = send(signed_in, draft, page, go="back", **wrong)

    assert response.url == draft.address_of({"home": "identity", "work": "home", "family": "work"}[page])
    (name, value), *_ = wrong.items()
    assert signed_in.get(draft.address_of(page)).context["form"][name].value() == value


def test_the_first_page_goes_back_to_itself(signed_in, draft):
    assert send(signed_in, draft, "identity", go="back").url == draft.address_of("identity")


def test_a_draft_is_left_and_found_again(signed_in, draft):
    with time_machine.travel(datetime(2026, 11, 24, 5, 40, tzinfo=UTC)):
        send(signed_in, draft, "identity")
        response = send(signed_in, draft, "home", go="later", rt="a")
        page = signed_in.get(response.url)

        assert response.url == SEARCH
        assert "Draf tersimpan 13.40 WITA." in page.text
        assert list(page.context["drafts"]) == [draft]
        assert draft.address_of("home") in page.text
        assert "Baso Syamsuddin" in page.text
        home = signed_in.get(reverse("home"))
    assert [(task.title, task.url) for task in home.context["tasks"]] == [("1 pendaftaran belum selesai", SEARCH)]


@pytest.mark.parametrize(
    ("page", "changes", "field", "message"),
    [
        ("identity", {"nik": "73710917089"}, "nik", "NIK baru 11 angka, kurang 5 lagi."),
        ("identity", {"nik": "73710917089000X1"}, "nik", "NIK hanya berisi angka. Hapus huruf atau tanda lain."),
        ("identity", {"nik": " . "}, "nik", "Isi NIK. Lihat 16 angka di bagian atas KTP."),
        ("identity", {"birth_on_2": "2090"}, "birth_on", "Tanggal lahir belum terjadi. Cocokkan dengan KTP."),
        ("home", {"kelurahan": ""}, "kelurahan", "Pilih kelurahan tempat tinggal sekarang."),
        ("home", {"rt": "a"}, "rt", "RT hanya angka, seperti 004."),
        ("home", {"rw": "b"}, "rw", "RW hanya angka, seperti 004."),
        (
            "home",
            {"phone": "12"},
            "phone",
            "Nomor HP harus diawali 08 dan berisi 10 sampai 13 angka. Contoh: 0812 3456 7890.",
        ),
        (
            "work",
            {"witness_phone": "12"},
            "witness_phone",
            "Nomor HP harus diawali 08 dan berisi 10 sampai 13 angka. Contoh: 0812 3456 7890.",
        ),
        (
            "work",
            {"work_seen_on_0": "1", "work_seen_on_1": "1", "work_seen_on_2": "2090"},
            "work_seen_on",
            "Tanggal ini belum terjadi. Isi hari pekerjaan dilihat.",
        ),
        (
            "work",
            {"second_workplace": "Pasar"},
            "second_occupation",
            "Pilih pekerjaan kedua, atau kosongkan isian di bawahnya.",
        ),
        (
            "work",
            {"second_occupation": "NLP"},
            "second_occupation",
            "Pekerjaan kedua sama dengan yang pertama. Pilih yang lain.",
        ),
        (
            "family",
            {"family_card_number": "12"},
            "family_card_number",
            "Nomor KK harus 16 angka. Cocokkan dengan Kartu Keluarga.",
        ),
        ("family", {"desil_source": ""}, "desil_source", "Tulis dari mana desil ini diketahui."),
        (
            "family",
            {"family_card_number": ""},
            "family_card_number",
            "Isi nomor KK, atau kosongkan desil. Desil dicatat per keluarga.",
        ),
    ],
)
def test_each_field_says_how_to_mend_it(signed_in, draft, page, changes, field, message):
    if "birth_on_2" in changes:
        changes |= {"nik_confirmed": "on"}

    response = send(signed_in, draft, page, **changes)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [message]}


def test_a_nik_that_disagrees_is_asked_about_on_its_page(signed_in, draft):  # N4a
    first = send(signed_in, draft, "identity", sex="P")

    assert first.context["form"].errors == {
        "nik_confirmed": [
            "Jenis kelamin berbeda dari NIK. Cocokkan dengan KTP. Bila sudah Anda cocokkan, centang pernyataannya."
        ]
    }
    assert [field.name for field in first.context["form"].nik_questions] == ["nik_confirmed"]
    assert send(signed_in, draft, "identity", sex="P", nik_confirmed="on").url == draft.address_of("home")
    again = signed_in.get(draft.address_of("identity")).context["form"]
    assert [field.name for field in again.nik_questions] == ["nik_confirmed"]

    fill(signed_in, draft, sex="P", nik_confirmed="on")
    register(signed_in, draft)

    facts = entries_of(Worker.objects.get()).filter(event="worker.register").get().facts
    assert facts["nik_findings"] == ["warn:sex_mismatch"]


@pytest.mark.parametrize(
    "nik",
    ["6471091708900001", "7371091708900000"],
    ids=["N3 of another region", "N4 serial 0000"],
)
def test_a_nik_of_elsewhere_passes_and_a_placeholder_is_a_question(signed_in, draft, nik):
    assert send(signed_in, draft, "identity", nik=nik, nik_confirmed="on").status_code == 302


def test_a_nik_with_an_impossible_date_asks_for_evidence(signed_in, draft):
    first = send(signed_in, draft, "identity", nik="7371098508900001")

    assert [field.name for field in first.context["form"].nik_questions] == ["nik_evidence"]
    assert send(signed_in, draft, "identity", nik="7371098508900001", nik_evidence="KTP asli").status_code == 302


def test_a_nik_that_is_taken_leads_to_its_holder_and_the_draft_stays(signed_in, draft):  # AC-D19
    known = WorkerFactory(nik=NIK, name="Andi Nurhayati", registered_at="2026-03-02T10:00:00+08:00")

    response = send(signed_in, draft, "identity")

    assert response.context["form"].errors == {
        "nik": [
            "NIK ini sudah terdaftar (Kelurahan Kelurahan 1009) sejak 02-03-2026. "
            "Buka datanya dan perbaiki di sana bila ada yang berubah."
        ]
    }
    assert known.get_absolute_url() in response.text
    draft.refresh_from_db()
    assert draft.name == "Baso Syamsuddin"
    assert [entry.event for entry in entries_about(known.pk)] == ["worker.search", "worker.refuse"]  # AC-A1


def test_a_nik_that_is_taken_elsewhere_names_nobody(signed_in, draft):  # AC-D20
    known = WorkerFactory(nik=NIK, name="Andi Nurhayati", kelurahan=kelurahan("73.71.10.1001"))

    response = send(signed_in, draft, "identity")

    assert response.context["form"].errors == {
        "nik": ["NIK ini sudah terdaftar di wilayah lain. Admin kota dapat membantu."]
    }
    assert known.name not in response.text
    assert str(known.pk) not in response.text


def test_only_kelurahan_of_the_posting_are_offered_and_taken(signed_in, draft):  # AC-W65
    kelurahan("73.71.09.1009")
    elsewhere = kelurahan("73.71.10.1001")

    form = signed_in.get(draft.address_of("home")).context["form"]

    assert [region.pk for region in form.fields["kelurahan"].queryset] == ["73.71.09.1001", "73.71.09.1009"]
    assert list(send(signed_in, draft, "home", kelurahan=elsewhere.pk).context["form"].errors) == ["kelurahan"]


def test_who_works_in_one_kelurahan_need_not_choose_it(client):
    officer = UserFactory(officer=True, region=kelurahan("73.71.09.1009"))
    client.force_login(officer)
    draft = RegistrationDraftFactory(author=officer, region=officer.region)

    assert client.get(draft.address_of("home")).context["form"]["kelurahan"].value() == "73.71.09.1009"


def test_the_digits_of_a_nik_are_read_where_they_stand(signed_in, draft):
    send(signed_in, draft, "identity")

    assert "17 Agustus 1990" in signed_in.get(draft.address_of("identity")).text


@pytest.mark.parametrize("page", DraftPage.values)
def test_a_page_is_short(client, page):
    """Under 50 KB for who works in the whole city, before compression."""
    call_command("load_regions", stdout=StringIO())
    call_command("load_occupations", stdout=StringIO())
    admin = UserFactory()
    client.force_login(admin)
    draft = RegistrationDraftFactory(author=admin, region=None)
    fill(client, draft, kelurahan="73.71.09.1009", occupation="NLP")

    assert len(client.get(draft.address_of(page)).content) < 50_000


def test_a_page_that_does_not_exist_is_not_there(signed_in, draft):
    assert signed_in.get(f"/workers/register/{draft.pk}/lain/").status_code == 404


# --- photo ---


def photo_of(draft):
    return DraftPhoto.objects.filter(draft=draft).first()


def test_a_photo_comes_with_the_page_and_becomes_a_paper_of_the_worker(signed_in, draft, officer):
    fill(signed_in, draft)
    send(signed_in, draft, "work", photo=upload("perahu.png", bad.photo("PNG")), go="back")
    photo = photo_of(draft)
    page = signed_in.get(draft.address_of("work")).text
    assert "Foto tersimpan: perahu.jpg" in page

    download = signed_in.get(reverse("workers:draft_photo", args=[draft.pk]))
    assert download["Content-Disposition"] == 'attachment; filename="perahu.jpg"'
    assert [entry.event for entry in entries_of(draft)] == ["draft.download"]

    register(signed_in, draft)

    document = Worker.objects.get().documents.get()
    assert (document.kind, document.path, document.sha256, document.uploaded_by) == (
        "work",
        photo.path,
        photo.sha256,
        officer,
    )
    assert default_storage.exists(photo.path)
    assert [entry.event for entry in entries_of(document)] == ["document.add"]


def test_a_new_photo_replaces_the_old_and_its_file(draft, officer, django_capture_on_commit_callbacks):  # AC-K14
    with django_capture_on_commit_callbacks(execute=True):
        old = keep_photo(draft.pk, by=officer, file=upload("a.jpg", bad.photo()))
        new = keep_photo(draft.pk, by=officer, file=upload("b.jpg", bad.photo(size=(10, 10))))

    assert photo_of(draft) == new
    assert (default_storage.exists(old.path), default_storage.exists(new.path)) == (False, True)


def test_a_photo_is_taken_away(signed_in, draft, officer, django_capture_on_commit_callbacks):
    photo = keep_photo(draft.pk, by=officer, file=upload("a.jpg", bad.photo()))

    with django_capture_on_commit_callbacks(execute=True):
        response = send(signed_in, draft, "work", go="remove_photo", workplace="Pasar Terong")

    assert response.url == draft.address_of("work")
    assert photo_of(draft) is None
    assert not default_storage.exists(photo.path)
    draft.refresh_from_db()
    assert draft.typed["work"]["workplace"] == "Pasar Terong"
    assert signed_in.get(reverse("workers:draft_photo", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize("go", ["next", "back", "later"])
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("foto.exe", bad.EXE, "Jenis berkas ini tidak diterima. Gunakan JPG atau PNG."),
        ("foto.jpg", b"", "Foto ini kosong. Ambil lagi."),
    ],
    ids=["exe", "empty"],
)
def test_a_refused_photo_is_said_and_loses_nothing_typed(signed_in, draft, go, name, content, message):  # AC-B28
    response = send(signed_in, draft, "work", photo=upload(name, content), go=go, workplace="Pasar Terong")

    assert response.status_code == 422
    assert response.context["form"].errors["photo"] == [message]
    assert "Pasar Terong" in response.text
    draft.refresh_from_db()
    assert draft.typed["work"]["workplace"] == "Pasar Terong"


def test_a_file_on_another_page_is_no_photo(signed_in, draft):
    assert send(signed_in, draft, "home", photo=upload("a.jpg", bad.photo())).status_code == 302
    assert photo_of(draft) is None


# --- summary ---


def test_the_summary_says_what_is_missing_and_where(signed_in, draft):
    send(signed_in, draft, "identity")

    response = signed_in.get(draft.address_of("summary"))

    assert [(label, address) for label, address, _ in response.context["missing"]] == [
        ("Tempat tinggal", draft.address_of("home")),
        ("Pekerjaan", draft.address_of("work")),
    ]
    assert "Pilih kelurahan tempat tinggal sekarang." in response.text
    assert register(signed_in, draft).status_code == 422
    assert Worker.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "recorded", "codes"),
    [
        ({}, None, []),
        ({"desil": "7"}, None, ["desil_too_high"]),
        ({"desil": "", "desil_source": ""}, None, ["desil_unknown"]),
        ({"desil": "", "desil_source": ""}, 2, []),
        ({"desil": "3"}, 7, ["desil_too_high"]),
        (
            {"desil": "7", "is_resident": "", "employment": "wage_earner"},
            None,
            ["desil_too_high", "not_resident", "wage_earner"],
        ),
        ({"desil": "9", "second_occupation": "IMM"}, None, []),
    ],
    ids=["eligible", "desil", "unknown", "recorded", "recorded counts", "every reason", "E10 by the second kind"],
)
def test_the_summary_answers_whether_the_city_can_pay(signed_in, draft, changes, recorded, codes):
    OccupationFactory(code="IMM", name="Imam masjid", category="religious")
    DesilRecordFactory.create_batch(recorded is not None, family_card_number=CARD, desil=recorded)
    fill(signed_in, draft, **changes)

    answer = signed_in.get(draft.address_of("summary")).context["answer"]

    assert answer["eligibility"].codes == codes


def test_who_may_be_the_same_person_is_shown_and_asked_anew_after_a_change(signed_in, draft):  # AC-D17, AC-D19
    known = WorkerFactory(name="Baso Samsudin", birth_on="1990-08-17", nik="7371091708900077")
    fill(signed_in, draft)

    page = signed_in.get(draft.address_of("summary")).text
    assert known.get_absolute_url() in page
    assert "Draf ini tetap tersimpan" in page

    send(signed_in, draft, "identity", birth_on_2="1971", nik_confirmed="on")

    assert known.get_absolute_url() not in signed_in.get(draft.address_of("summary")).text


def test_who_is_alike_is_entered_with_a_reason_and_the_pair_kept_for_review(signed_in, draft):
    WorkerFactory(name="Baso Samsudin", birth_on="1990-08-17", nik="7371091708900077")
    fill(signed_in, draft)

    response = register(signed_in, draft)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["similar_note"]
    assert Worker.objects.count() == 1

    assert register(signed_in, draft, similar_note="KTP berbeda.").status_code == 302
    assert (Worker.objects.count(), DuplicatePair.objects.get().note) == (2, "KTP berbeda.")


def test_who_may_be_the_same_elsewhere_is_not_named(signed_in, draft):  # AC-D20
    known = WorkerFactory(name="Baso Samsudin", birth_on="1990-08-17", kelurahan=kelurahan("73.71.10.1001"))
    fill(signed_in, draft)

    page = signed_in.get(draft.address_of("summary")).text

    assert "Orang yang mirip terdaftar di kecamatan lain; admin kota yang memutuskan." in page
    assert (known.name in page, str(known.pk) in page) == (False, False)


def test_nobody_is_entered_before_they_were_told(signed_in, draft):  # X2, X3
    fill(signed_in, draft)

    response = register(signed_in, draft, notice="")

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "notice": ["Centang pemberitahuan. Pekerja harus tahu datanya dipakai untuk apa."]
    }
    assert Worker.objects.count() == 0
    assert register(signed_in, draft).status_code == 302


def test_a_refusal_leads_to_the_page_where_it_is_answered(signed_in, draft):
    DesilRecordFactory(family_card_number=CARD, desil=7)
    fill(signed_in, draft)

    response = register(signed_in, draft)

    assert response.status_code == 422
    assert [(reason.code, address) for reason, address in response.context["refused"]] == [
        ("desil_differs", draft.address_of("family"))
    ]
    assert (Worker.objects.count(), RegistrationDraft.objects.count()) == (0, 1)


def test_a_draft_that_became_a_worker_leads_there(signed_in, draft):
    """A second click, a form sent again, or the button back."""
    fill(signed_in, draft)
    worker = register(signed_in, draft).url

    again = [register(signed_in, draft), signed_in.get(draft.address_of("work")), send(signed_in, draft, "home")]

    assert [response.url for response in again] == [worker] * 3
    assert Worker.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_give_one_person_and_lose_no_photo():
    PolicyFactory()
    officer = UserFactory(officer=True)
    draft = RegistrationDraftFactory(author=officer)
    photo = keep_photo(draft.pk, by=officer, file=upload("a.jpg", bad.photo()))
    given = {
        "nik": NIK,
        "name": "Baso",
        "birth_on": datetime(1990, 8, 17).date(),
        "sex": "L",
        "kelurahan": kelurahan(),
        "occupation": OccupationFactory(),
    }
    start, made = threading.Barrier(2), []

    def click():
        try:
            start.wait(timeout=10)
            made.append(register_worker(by=officer, submission_key=draft.pk, **given).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    worker = Worker.objects.get()
    assert made == [worker.pk] * 2
    assert [document.path for document in worker.documents.all()] == [photo.path]
    assert RegistrationDraft.objects.count() == 0


# --- whose it is, and how long ---


def test_a_draft_is_its_authors_alone(client, draft):  # AC-P14
    for user in (UserFactory(officer=True), UserFactory()):
        client.force_login(user)
        for page in DraftPage.values:
            assert client.get(draft.address_of(page)).status_code == 404
        assert client.post(draft.address_of("home"), {"address": "x"}).status_code == 404
        assert client.post(reverse("workers:draft_delete", args=[draft.pk])).status_code == 404
        assert client.get(reverse("workers:draft_photo", args=[draft.pk])).status_code == 404
    client.force_login(draft.author)
    assert client.get(draft.get_absolute_url()).status_code == 200


def test_an_officer_who_moves_leaves_the_drafts_of_the_old_posting(draft, officer):  # AC-P23
    officer.region = kecamatan("73.71.10")
    officer.save()

    assert not RegistrationDraft.objects.visible_to(officer).exists()
    assert remove_drafts(before=datetime(2020, 1, 1, tzinfo=UTC)) == 1
    assert RegistrationDraft.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "gone"),
    [
        ({}, 0),
        ({"is_active": False, "ended_by": True}, 1),
        ({"role": Role.ADMIN, "region": None}, 1),
        ({"role": Role.AUDITOR, "region": None}, 1),
    ],
    ids=["still there", "ended", "now an admin", "now an auditor"],
)
def test_drafts_of_who_no_longer_works_there_are_removed(draft, officer, changes, gone):
    if changes.pop("ended_by", None):
        changes |= {"ended_by": UserFactory(), "ended_at": datetime(2026, 3, 1, tzinfo=UTC)}
    for name, value in changes.items():
        setattr(officer, name, value)
    officer.save()

    assert remove_drafts(before=datetime(2020, 1, 1, tzinfo=UTC)) == gone


def test_an_admin_who_becomes_an_officer_leaves_the_drafts(officer):
    admin = UserFactory()
    draft = RegistrationDraftFactory(author=admin, region=None)
    assert list(RegistrationDraft.objects.visible_to(admin)) == [draft]
    assert remove_drafts(before=datetime(2020, 1, 1, tzinfo=UTC)) == 0
    admin.role, admin.region = Role.OFFICER, kecamatan()
    admin.save()

    assert not RegistrationDraft.objects.visible_to(admin).exists()
    assert remove_drafts(before=datetime(2020, 1, 1, tzinfo=UTC)) == 1


def test_a_draft_is_deleted_with_its_photo(signed_in, draft, officer, django_capture_on_commit_callbacks):  # AC-K13
    photo = keep_photo(draft.pk, by=officer, file=upload("a.jpg", bad.photo()))
    address = reverse("workers:draft_delete", args=[draft.pk])
    assert "tidak dapat dikembalikan" in signed_in.get(address).text
    assert RegistrationDraft.objects.count() == 1

    with django_capture_on_commit_callbacks(execute=True):
        assert signed_in.post(address).url == SEARCH

    assert RegistrationDraft.objects.count() == 0
    assert not default_storage.exists(photo.path)
    assert AuditEntry.objects.filter(event="draft.delete", subject_id=str(draft.pk)).count() == 1


@pytest.mark.parametrize("deed", [delete_draft, open_photo, lambda pk, by: save_draft(pk, by=by, go_on=DraftPage.HOME)])
def test_a_draft_that_is_gone_is_not_there(officer, deed):
    with pytest.raises(RegistrationDraft.DoesNotExist):
        deed(uuid4(), by=officer)


@pytest.mark.parametrize(("days", "kept"), [(29, 1), (31, 0)])
def test_a_draft_goes_when_nobody_goes_on_with_it(officer, django_capture_on_commit_callbacks, days, kept):
    now = datetime(2026, 11, 24, 18, tzinfo=UTC)
    draft = RegistrationDraftFactory(author=officer, saved_at=now - timedelta(days=days))
    photo = keep_photo(draft.pk, by=officer, file=upload("a.jpg", bad.photo()))
    out = StringIO()

    with time_machine.travel(now, tick=False), django_capture_on_commit_callbacks(execute=True):
        call_command("remove_drafts", stdout=out)

    assert out.getvalue().startswith(f"{1 - kept} draf dibuang")
    assert RegistrationDraft.objects.count() == kept
    assert default_storage.exists(photo.path) == bool(kept)
    entries = AuditEntry.objects.filter(event="draft.remove")
    assert [entry.facts for entry in entries] == [{"drafts": 1}] * (1 - kept)


def test_the_policy_says_how_long(officer):
    RetentionPolicy.objects.create(
        effective_on="2026-01-01",
        person_years=5,
        question_years=2,
        import_days=90,
        draft_days=7,
        trail_years=10,
        source="Uji",
    )
    now = datetime(2026, 11, 24, 18, tzinfo=UTC)
    RegistrationDraftFactory(author=officer, saved_at=now - timedelta(days=8))

    with time_machine.travel(now, tick=False):
        call_command("remove_drafts", stdout=StringIO())

    assert RegistrationDraft.objects.count() == 0


def test_the_database_knows_the_pages():
    with pytest.raises(IntegrityError, match="workers_draft_page_is_known"), transaction.atomic():
        RegistrationDraftFactory(page="lain")


@pytest.mark.parametrize(
    "changes",
    [{"second_workplace": "Pasar"}, {"second_income": 1}, {"second_work_hours": "malam"}, {"second_occupation": True}],
    ids=["place only", "income only", "hours only", "the same kind"],
)
def test_the_database_keeps_a_second_work_whole_and_another(changes):  # rule E4
    if "second_occupation" in changes:
        changes = {"second_occupation": OccupationFactory()}
    with pytest.raises(IntegrityError, match="workers_worker_second_work_is_another_kind"), transaction.atomic():
        WorkerFactory(**changes)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_entry_do_not_grow(signed_in, officer, count, django_assert_num_queries):
    RegistrationDraftFactory.create_batch(count, author=officer)

    with django_assert_num_queries(3):  # session, user, drafts
        response = signed_in.get(SEARCH)

    assert len(response.context["drafts"]) == count
