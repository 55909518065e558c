"""What a file does not say, or what Excel spoilt, typed by a person from the papers: never guessed, always recorded."""

import io

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework.audit import entries_of
from casework.decisions import Refused
from regions.models import Region
from tests.accounts.factories import UserFactory
from tests.workers.factories import DesilRecordFactory, WorkerFactory
from tests.workers.test_import_pages import run_worker
from tests.workers.test_imports import findings, state, taken_in, undo
from tests.workers.test_registry_file import ROW, csv_of
from workers.enums import ImportStatus, Verdict
from workers.forms import AnswersForm
from workers.models import DesilRecord, DuplicatePair, ImportFinding, StagedRow, Worker
from workers.operations import accept_import, answer_row, check_import, report_of, store_import
from workers.registry_file import message_of
from workers.rules import answers_wanted

ROUNDED = "7,37114E+15"


@pytest.fixture
def officer(db):
    call_command("load_regions", stdout=io.StringIO())
    call_command("load_occupations", stdout=io.StringIO())
    return UserFactory(officer=True, region=Region.objects.get(pk="73.71.14"), name="Petugas Satu")


def checked(*rows, by, accepted=False):
    registry_import = taken_in(csv_of(*rows), by=by, posting=by.region)
    check_import(registry_import.pk, by=by)
    if accepted:
        accept_import(registry_import.pk, by=by)
        store_import(registry_import.pk)
    return registry_import


def answered(registry_import, *, by, row=2, **answers):
    return answer_row(registry_import.pk, row, by=by, answers=answers)


def accept_the_rest(registry_import, *, by):
    registry_import.refresh_from_db()
    if registry_import.status == ImportStatus.READY:
        accept_import(registry_import.pk, by=by)
        store_import(registry_import.pk)


ASKED = [
    ({"jenis_kelamin": "-"}, {"jenis_kelamin": "L"}),  # AC-I35
    ({"nik": ROUNDED}, {"nik": ROW["nik"]}),  # AC-I19
    ({"nik": ""}, {"nik": ROW["nik"]}),
    ({"tanggal_lahir": "qwerty"}, {"tanggal_lahir": "17-08-1972"}),  # AC-I8
    ({"no_kk": "7,37114E+15", "desil": ""}, {"no_kk": "7371140509156001"}),
    ({"no_kk": ""}, {"no_kk": "7371140509156001"}),  # a desil without a family
    ({"desil": "11"}, {"desil": "3"}),
    ({"no_hp": "12"}, {"no_hp": "081100052838"}),
    ({"pendapatan": "12,242"}, {"pendapatan": "1300000"}),  # AC-I13
    ({"rt": "1234", "rw": "x"}, {"rt": "004", "rw": "001"}),
    ({"kode_kelurahan": "", "kelurahan": "Tidak Ada", "kecamatan": ""}, {"kode_kelurahan": "7371141002"}),
    ({"kecamatan": "MAKASSAR"}, {"kode_kelurahan": "7371141002"}),  # AC-I17
    ({"pekerjaan": "astronot"}, {"pekerjaan": "Tukang cukur"}),
    ({"nama": "", "pekerjaan": ""}, {"nama": "ANDI AMBO PETTALOLO", "pekerjaan": "Tukang cukur"}),
    (
        {"nik": "12", "jenis_kelamin": "", "tanggal_lahir": "31-02-1990"},
        {"nik": ROW["nik"], "jenis_kelamin": "L", "tanggal_lahir": "17-08-1972"},
    ),
]


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize(("said", "typed"), ASKED)
def test_what_the_file_does_not_say_is_typed_and_judged_alike(officer, said, typed, accepted):
    registry_import = checked({**ROW, **said}, by=officer, accepted=accepted)
    row = registry_import.staged.get()
    assert set(answers_wanted(row, registry_import.findings.all())) == set(typed)

    row = answered(registry_import, by=officer, **typed)

    assert (row.verdict, row.answered_by, row.answered_at is None) == (Verdict.REPAIRED, officer, False)
    assert state(registry_import)[1] == {"repaired": 1}
    assert {(code, column, value) for _, _, column, code, value, _ in list(report_of(registry_import.pk))} == {
        ("answered", column, value) for column, value in typed.items()
    }
    assert Worker.objects.count() == int(accepted)
    accept_the_rest(registry_import, by=officer)
    worker = Worker.objects.get()
    assert (worker.nik, worker.name, str(worker.birth_on), worker.sex) == (
        ROW["nik"],
        "ANDI AMBO PETTALOLO",
        "1972-08-17",
        "L",
    )
    assert (worker.kelurahan_id, worker.registry_row, worker.registered_by) == ("73.71.14.1002", 2, officer)
    assert worker.desil_in("2026-3") == (None if said.get("desil") == "" else 3)


def test_who_typed_what_stays_in_the_report_and_on_the_trail(officer):
    registry_import = checked({**ROW, "jenis_kelamin": "-"}, by=officer)
    answered(registry_import, by=officer, jenis_kelamin="L")

    ((row, outcome, column, code, value, message),) = report_of(registry_import.pk)
    assert (row, outcome, column, code, value) == (2, "repaired", "jenis_kelamin", "answered", "L")
    assert message == "Diisi Petugas Satu. Di berkas: “-”."
    entry = entries_of(registry_import).last()
    assert (entry.event, entry.actor_id, entry.facts["row"], entry.facts["columns"]) == (
        "import.answer",
        officer.pk,
        2,
        ["jenis_kelamin"],
    )


def test_what_was_mended_before_is_still_told(officer):
    registry_import = checked({**ROW, "nama": "Drs. ANDI AMBO PETTALOLO", "jenis_kelamin": ""}, by=officer)
    answered(registry_import, by=officer, jenis_kelamin="L")

    assert [code for *_, code in findings(registry_import)] == ["title", "answered"]
    assert registry_import.staged.get().name == "ANDI AMBO PETTALOLO"


def test_an_empty_cell_is_said_to_be_empty_and_what_is_over_in_general():
    assert message_of("answered", "L", ["", "Petugas Satu"]) == "Diisi Petugas Satu. Di berkas: kosong."
    assert message_of("answered") == "Diisi petugas, karena di berkas kosong atau tidak terbaca."


def refused(registry_import, *, by, **answers):
    before = list(registry_import.staged.values()), list(registry_import.findings.values())
    with pytest.raises(Refused) as refusal:
        answered(registry_import, by=by, **answers)
    assert (list(registry_import.staged.values()), list(registry_import.findings.values())) == before
    return refusal.value.codes


def test_a_wrong_answer_changes_nothing(officer):
    DesilRecordFactory(family_card_number=ROW["no_kk"], desil=5)
    WorkerFactory(nik="8203101708720009")
    spoilt = checked({**ROW, "nik": ROUNDED}, {**ROW, "no_kk": "", "desil": ""}, by=officer)

    assert refused(spoilt, by=officer, nik="12") == ["nik_length"]
    assert refused(spoilt, by=officer, nik="8203101708720009") == ["nik_elsewhere"]
    assert refused(spoilt, by=officer, nik=ROW["nik"]) == ["nik_twice"]
    assert state(spoilt) == (ImportStatus.READY, {"accepted": 1, "refused": 1})


def test_a_sex_is_still_no_guess(officer):
    registry_import = checked({**ROW, "jenis_kelamin": "-"}, by=officer)

    assert refused(registry_import, by=officer, jenis_kelamin="?") == ["sex"]


def test_a_family_has_one_desil_in_a_file(officer):
    registry_import = checked({**ROW, "desil": "11"}, {**ROW, "nik": "8203101708720002", "desil": "4"}, by=officer)

    assert refused(registry_import, by=officer, desil="3") == ["desil_differs_in_file"]
    assert answered(registry_import, by=officer, desil="4").verdict == Verdict.REPAIRED


def test_a_row_that_changes_somebody_is_still_decided_on(officer):
    """The missing part is typed; whether the rest is taken is another question."""
    home = Region.objects.get(pk="73.71.14.1002")
    WorkerFactory(nik=ROW["nik"], name=ROW["nama"], kelurahan=home, registered_by=officer)
    registry_import = checked({**ROW, "no_hp": "12", "desil": ""}, by=officer)
    row = answered(registry_import, by=officer, no_hp="081100052838")

    assert (row.verdict, row.decision) == (Verdict.REVIEW, "")
    assert "nik_changed" in [code for *_, code in findings(registry_import)]


FAULTY = [
    {"nik": ROUNDED, "alamat": "x" * 201},  # what is too long is cut: only the file has it whole
    {"kode_kelurahan": "7371091009", "kelurahan": "", "kecamatan": "", "jenis_kelamin": "-"},  # of others
    {},
    {"tanggal_lahir": "24-11-1955", "jenis_kelamin": "-"},  # too old, whatever the sex
]


@pytest.mark.parametrize("said", FAULTY)
def test_what_only_a_mended_file_can_settle_is_not_asked(officer, said):
    registry_import = checked({**ROW, **said}, by=officer)

    assert answers_wanted(registry_import.staged.get(), registry_import.findings.all()) == {}
    assert refused(registry_import, by=officer) == ["nothing_to_answer"]


def test_a_row_that_was_left_is_left(officer):
    registry_import = checked({**ROW, "jenis_kelamin": "-"}, by=officer)
    row = registry_import.staged.get()
    row.decision = "left"

    assert answers_wanted(row, registry_import.findings.all()) == {}


def test_another_region_has_no_such_row(officer):
    registry_import = checked({**ROW, "jenis_kelamin": "-"}, by=officer)
    with pytest.raises(registry_import.DoesNotExist):
        answered(registry_import, by=UserFactory(officer=True), jenis_kelamin="L")


def test_undoing_takes_a_completed_row_back_too(officer):  # AC-I37
    registry_import = checked({**ROW, "jenis_kelamin": "-"}, by=officer, accepted=True)
    answered(registry_import, by=officer, jenis_kelamin="L")
    undo(registry_import, by=officer)

    assert (Worker.objects.count(), DesilRecord.objects.count()) == (0, 0)


def test_the_database_wants_both_parts_of_the_signature(officer):
    registry_import = checked({**ROW, "jenis_kelamin": "-"}, by=officer)
    with pytest.raises(IntegrityError, match="workers_staged_row_answer_is_signed"), transaction.atomic():
        StagedRow.objects.filter(registry_import=registry_import).update(answered_by=officer)


# --- on its page ---


def test_an_officer_completes_a_held_row_on_its_page(client, officer):  # AC-I35
    client.force_login(officer)
    registry_import = checked(
        {**ROW, "nik": "7371141708720001", "nama": "ANDI AMBO PETTALOLO", "no_kk": "", "desil": ""},
        {**ROW, "jenis_kelamin": "-"},
        by=officer,
        accepted=True,
    )
    address = reverse("workers:import_row", args=[registry_import.pk, 3])
    assert address in client.get(reverse("workers:import_held", args=[registry_import.pk])).text
    page = client.get(address)
    assert list(page.context["form"].fields) == ["jenis_kelamin"]
    assert ROW["nik"] not in page.text

    empty = client.post(address, {})
    assert (empty.status_code, "Isi menurut dokumennya." in empty.text) == (422, True)
    response = client.post(address, {"jenis_kelamin": "L"}, follow=True)
    run_worker()

    assert [str(message) for message in response.context["messages"]] == ["Baris 3 dilengkapi dan disimpan."]
    assert (Worker.objects.count(), DuplicatePair.objects.count()) == (2, 1)
    assert "Tidak dapat dilengkapi di sini" in client.get(address).text


def test_a_date_and_a_number_are_asked_for_from_the_findings(client, officer):
    client.force_login(officer)
    registry_import = checked({**ROW, "nik": ROUNDED, "tanggal_lahir": "17-8-72"}, by=officer)
    listed = client.get(
        reverse("workers:import_finding_list", args=[registry_import.pk]),
        {"code": "nik_excel_rounded", "column": "nik"},
    )
    address = reverse("workers:import_row", args=[registry_import.pk, 2])
    assert address in listed.text
    date = {"tanggal_lahir_0": "17", "tanggal_lahir_1": "8", "tanggal_lahir_2": "1972"}

    wrong = client.post(address, {"nik": "12", **date})
    assert (wrong.status_code, "NIK baru 2 angka" in wrong.text) == (422, True)
    response = client.post(address, {"nik": ROW["nik"], **date}, follow=True)

    told = [str(message) for message in response.context["messages"]]
    assert told == ["Baris 2 dilengkapi dan disimpan bersama berkasnya."]
    assert state(registry_import) == (ImportStatus.READY, {"repaired": 1})


def test_a_row_that_is_still_held_says_so(client, officer):
    client.force_login(officer)
    registry_import = checked({**ROW, "nik": "7371149908720001", "jenis_kelamin": "-"}, by=officer)
    address = reverse("workers:import_row", args=[registry_import.pk, 2])
    response = client.post(address, {"jenis_kelamin": "L"}, follow=True)

    told = [str(message) for message in response.context["messages"]]
    assert told == ["Baris 2 dilengkapi. Putuskan: ambil atau biarkan."]
    assert registry_import.staged.get().verdict == Verdict.REVIEW


def test_each_kind_of_answer_becomes_a_cell(officer):
    wanted = ["kode_kelurahan", "pekerjaan", "desil", "no_kk", "nama"]
    typed = {"kode_kelurahan": "73.71.14.1002", "pekerjaan": "CKR", "desil": "", "no_kk": "", "nama": "Ambo"}
    form = AnswersForm(typed, wanted=wanted, posting="73.71.14")

    assert form.is_valid()
    assert form.cells() == {
        "kode_kelurahan": "7371141002", "pekerjaan": "Tukang cukur", "desil": "", "no_kk": "", "nama": "Ambo",
    }  # fmt: skip


def test_findings_of_other_rows_are_left_alone(officer):
    registry_import = checked(
        {**ROW, "jenis_kelamin": "-"}, {**ROW, "nik": "82031017087", "no_kk": "", "desil": ""}, by=officer
    )
    answered(registry_import, by=officer, jenis_kelamin="L")

    assert ImportFinding.objects.get(row=3).code == "nik_length"
