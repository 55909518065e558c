"""The referral note: written once, on paper, verifiable by anybody, and no guarantee of payment."""

import io
from datetime import datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader

from accounts.roles import Role
from casework import audit
from casework.decisions import Refused
from claims import operations, rules
from claims.enums import ClaimStatus as S
from claims.models import ReferralNote
from tests.accounts.factories import HospitalFactory, UserFactory
from tests.claims.factories import WITA, ClaimFactory, CoverageCheckFactory, claim_in
from tests.claims.test_operations import at_once
from tests.regions.factories import kecamatan, kelurahan

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=WITA)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def officer():
    return UserFactory(officer=True, name="Sitti Rahmah")


@pytest.fixture
def claim():
    return ClaimFactory(
        at_hospital=True,
        status=S.ROUTED,
        worker__name="Kenanga Rahasia",
        worker__nik="7371095708900001",
        worker__kelurahan=kelurahan(),
        place="Pasar Terong",
    )


def said(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


@pytest.mark.parametrize("status", S)
def test_it_is_written_once_a_hospital_has_the_case_and_until_it_treats(officer, status):
    decision = rules.may_issue_note(claim_in(status), officer)

    assert bool(decision) is (status in (S.ROUTED, S.ADMITTED))
    assert decision.codes == ([] if decision else ["wrong_status"])


@pytest.mark.parametrize("traits", [{"hospital_staff": True}, {"bpjs": True}, {"auditor": True}])
def test_only_the_city_writes_it(claim, traits):
    assert rules.may_issue_note(claim, UserFactory(**traits)).codes == ["wrong_role"]


def test_the_paper_says_who_where_to_and_that_it_guarantees_nothing(claim, officer):
    claim.hospital.name, claim.hospital.address = "RS Contoh", "Jl. Urip Sumoharjo 43"
    claim.hospital.save()
    note = operations.issue_note(claim.pk, by=officer)

    paper = said(operations.print_note(claim.number, by=officer))

    for words in (
        "Surat pengantar", note.number, "Instalasi Gawat Darurat RS Contoh", "Jl. Urip Sumoharjo 43",
        "Kenanga Rahasia", "7371 09•• •••• 0001", claim.number, "22 November 2026, 13.40 WITA", "Pasar Terong",
        "Belum dicek", "bukan surat jaminan", "layanan gawat darurat tetap diberikan", "22 November 2026, 15.00 WITA",
        "Sitti Rahmah", note.code,
    ):  # fmt: skip
        assert words in paper
    assert claim.worker.nik not in paper
    assert [entry.event for entry in audit.entries_about(claim.worker_id)] == ["claim.issue_note", "claim.print_note"]


def test_it_tells_the_answer_that_the_hospital_was_given(officer):
    check = CoverageCheckFactory(number="2611-00417", worker__kelurahan=kelurahan())
    claim = ClaimFactory(at_hospital=True, status=S.ROUTED, coverage_check=check, worker=check.worker)
    operations.issue_note(claim.pk, by=officer)

    assert "Aktif, jawaban 2611-00417" in said(operations.print_note(claim.number, by=officer))


def test_text_of_people_is_never_markup(officer):
    claim = ClaimFactory(at_hospital=True, status=S.ROUTED, worker__kelurahan=kelurahan(), place='#read("/etc") *x*')
    operations.issue_note(claim.pk, by=officer)

    assert '#read("/etc") *x*' in said(operations.print_note(claim.number, by=officer))


def test_the_same_again_is_the_same_note_and_another_hospital_another(claim, officer):
    first = operations.issue_note(claim.pk, by=officer)
    assert operations.issue_note(claim.pk, by=UserFactory()) == first
    claim.hospital = HospitalFactory(partner=True)
    claim.save()

    second = operations.issue_note(claim.pk, by=officer)

    assert (second.number, second.hospital) == ("2611-00002", claim.hospital)
    assert list(claim.notes.all()) == [second, first]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_write_one_note(claim, officer):
    notes = at_once(*[lambda: operations.issue_note(claim.pk, by=officer)] * 2)

    assert notes[0] == notes[1] == ReferralNote.objects.get()


def test_it_never_changes_but_may_be_emptied(claim, officer):
    note = operations.issue_note(claim.pk, by=officer)
    for change in ({"number": "2611-99999"}, {"facts": [["Nama", "Lain"]]}):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            ReferralNote.objects.update(**change)
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        note.delete()

    ReferralNote.objects.update(facts=[])
    note.refresh_from_db()
    assert note.has_code(note.code)
    with pytest.raises(ReferralNote.DoesNotExist):
        operations.print_note(claim.number, by=officer)


def test_anybody_with_the_paper_learns_that_it_is_ours_and_not_who_the_patient_is(client, claim, officer):
    note = operations.issue_note(claim.pk, by=officer)

    html = client.get(note.get_verify_url()).content.decode()
    assert "Nomor dan isi cocok." in html
    assert claim.hospital.name in html
    assert "Sudah diganti." not in html
    assert [word for word in ("Kenanga", claim.worker.nik, claim.number, claim.place) if word in html] == []
    for number, code in ((note.number, "0" * 16), ("2611-77777", note.code)):
        wrong = client.get(reverse("claims:note_verify", args=[number, code])).content.decode()
        assert "Nomor atau isi berbeda." in wrong
        assert claim.hospital.name not in wrong


def test_an_older_note_and_one_to_the_hospital_before_say_so(client, claim, officer):
    old = operations.issue_note(claim.pk, by=officer)
    claim.hospital = HospitalFactory(partner=True)
    claim.save()
    assert "Sudah diganti." in client.get(old.get_verify_url()).content.decode()

    new = operations.issue_note(claim.pk, by=officer)
    assert "Sudah diganti." in client.get(old.get_verify_url()).content.decode()
    assert "Sudah diganti." not in client.get(new.get_verify_url()).content.decode()


def test_the_page_of_the_claim_offers_it_to_the_city_alone(client, claim, officer):
    client.force_login(officer)
    assert "Buat surat pengantar" in client.get(claim.get_absolute_url()).content.decode()
    html = client.post(reverse("claims:note_issue", args=[claim.number]), follow=True).content.decode()
    assert "Surat pengantar 2611-00001 siap diunduh." in html
    response = client.get(reverse("claims:note_file", args=[claim.number]))
    assert response["Content-Disposition"] == f'attachment; filename="surat-pengantar-{claim.number}.pdf"'

    client.force_login(UserFactory(role=Role.HOSPITAL, hospital=claim.hospital))
    html = client.get(claim.get_absolute_url()).content.decode()
    assert 'id="pengantar"' not in html


def test_a_refusal_is_said_on_the_page_of_the_claim(client, officer):
    claim = ClaimFactory(worker__kelurahan=kelurahan())
    client.force_login(officer)

    html = client.post(reverse("claims:note_issue", args=[claim.number]), follow=True).content.decode()

    assert "Surat pengantar dibuat setelah kasus diarahkan" in html
    assert client.get(reverse("claims:note_file", args=[claim.number])).status_code == 404


def test_out_of_scope_there_is_nothing(client, claim, officer):
    operations.issue_note(claim.pk, by=officer)
    client.force_login(UserFactory(officer=True, region=kecamatan("73.71.12")))

    assert client.post(reverse("claims:note_issue", args=[claim.number])).status_code == 404
    assert client.get(reverse("claims:note_file", args=[claim.number])).status_code == 404
    with pytest.raises(Refused):
        operations.issue_note(claim_in(S.APPROVED).pk, by=UserFactory())
