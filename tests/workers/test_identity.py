"""Who a person is changes by two people: old beside new, with reason and evidence (AC-K10, AC-K11, AC-B22, AC-B26)."""

import threading
from datetime import date
from uuid import uuid4

import pghistory
import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.roles import Role
from casework.audit import entries_about, entries_of
from casework.decisions import Refused
from casework.models import AuditEntry, Kind
from tests.accounts.factories import UserFactory
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import IdentityCorrectionFactory, PolicyFactory, WorkerFactory
from workers import rules
from workers.enums import CorrectionStatus
from workers.models import DuplicatePair, IdentityCorrection, Worker
from workers.operations import (
    approve_identity,
    last_change,
    propose_identity,
    raise_pairs,
    reject_identity,
    withdraw_identity,
)

pytestmark = pytest.mark.django_db

NIK = "7371091708900001"


@pytest.fixture
def maker():
    PolicyFactory()
    return UserFactory(officer=True, name="Petugas Satu")


@pytest.fixture
def checker(maker):
    return UserFactory(officer=True, name="Petugas Dua")


@pytest.fixture
def worker(maker):
    return WorkerFactory(nik=NIK, name="Baso Syamsudin", registered_by=maker)


def propose(worker, by, **changes):
    typed = {
        "nik": worker.nik,
        "name": worker.name,
        "birth_on": worker.birth_on,
        "sex": worker.sex,
        "reason": "Salah ketik",
        "evidence": "KTP asli",
        "seen": last_change(worker.pk),
    }
    return propose_identity(worker.pk, by=by, **typed | changes)


def codes_of(act) -> list[str]:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def test_a_proposal_changes_nothing_yet(worker, maker):
    correction = propose(worker, maker, name="Baso Syamsuddin")

    worker.refresh_from_db()
    assert worker.name == "Baso Syamsudin"
    assert (correction.before, correction.after) == ({"name": "Baso Syamsudin"}, {"name": "Baso Syamsuddin"})
    (entry,) = entries_of(correction)
    assert (entry.event, entry.kind, entry.note) == ("identity.propose", Kind.DEED, "Salah ketik")
    assert entry.facts == {"fields": ["name"]}
    assert entry.persons == [str(worker.pk)]


def test_a_second_person_makes_it_hold(worker, maker, checker):
    correction = propose(
        worker, maker, nik="7371095808910002", birth_on=date(1991, 8, 18), sex="P", name="Sitti Aminah"
    )

    approve_identity(correction.pk, by=checker)

    worker.refresh_from_db()
    correction.refresh_from_db()
    assert (worker.nik, worker.name, worker.birth_on, worker.sex) == (
        "7371095808910002",
        "Sitti Aminah",
        date(1991, 8, 18),
        "P",
    )
    assert (correction.status, correction.decided_by, correction.history_row) == (
        CorrectionStatus.APPROVED,
        checker,
        last_change(worker.pk),
    )
    assert [entry.event for entry in entries_about(worker.pk)] == ["identity.propose", "identity.approve"]
    assert worker.events.count() == 2


def test_without_a_difference_nothing_is_proposed(worker, maker):  # AC-W71
    assert propose(worker, maker) is None
    assert not IdentityCorrection.objects.exists()
    assert not AuditEntry.objects.exists()


def test_nobody_checks_their_own(worker, maker):  # AC-W67
    correction = propose(worker, maker, name="Lain")

    assert codes_of(lambda: approve_identity(correction.pk, by=maker)) == ["same_person"]
    assert codes_of(lambda: reject_identity(correction.pk, by=maker, note="Tidak cocok")) == ["same_person"]


def test_a_second_correction_while_one_waits_is_refused(worker, maker, checker):  # AC-K10, AC-B26
    propose(worker, maker, name="Lain")
    other = WorkerFactory(registered_by=maker)

    assert codes_of(lambda: propose(worker, checker, name="Lain Lagi")) == ["correction_waiting"]
    assert propose(other, checker, name="Orang Lain").status == "waiting"


@pytest.mark.parametrize("end", ["approve", "reject", "withdraw"])
def test_one_that_was_decided_stands_in_nobodys_way(worker, maker, checker, end):  # AC-B26
    correction = propose(worker, maker, name="Lain")
    match end:
        case "approve":
            approve_identity(correction.pk, by=checker)
        case "reject":
            reject_identity(correction.pk, by=checker, note="Tidak cocok")
        case "withdraw":
            withdraw_identity(correction.pk, by=maker)
    worker.refresh_from_db()

    assert propose(worker, checker, name="Lain Lagi").status == "waiting"


def test_a_wrong_request_is_nobodys_to_approve(worker, maker, checker):  # AC-K11
    correction = propose(worker, maker, name="Lain")
    withdraw_identity(correction.pk, by=maker)
    propose(worker, maker, name="Lain Lagi")

    assert codes_of(lambda: approve_identity(correction.pk, by=checker)) == ["wrong_status"]
    with pytest.raises(IdentityCorrection.DoesNotExist):
        approve_identity(uuid4(), by=checker)
    worker.refresh_from_db()
    assert worker.name == "Baso Syamsudin"


def test_a_new_name_is_looked_for_among_the_others(worker, maker, checker):
    other = WorkerFactory(nik="7371091708900002", name="Daeng Ngalle", birth_on=worker.birth_on)
    correction = propose(worker, maker, name="Daeng Ngale")

    approve_identity(correction.pk, by=checker)

    (pair,) = DuplicatePair.objects.undecided()
    assert set(pair.worker_ids) == {worker.pk, other.pk}
    assert (pair.found_by, pair.note, pair.faded_at) == (checker, "Identitas diperbaiki", None)


def test_a_pair_that_the_correction_made_unlike_is_offered_for_closing(worker, maker, checker):  # AC-D37
    WorkerFactory(nik="7371091708900010", name=worker.name, birth_on=worker.birth_on)
    raise_pairs([worker.pk], by=maker)
    correction = propose(worker, maker, nik="7371090202800001", name="Muhammad Yusuf", birth_on=date(1980, 2, 2))

    approve_identity(correction.pk, by=checker)

    (pair,) = DuplicatePair.objects.undecided()
    assert pair.faded_at is not None


def test_out_of_scope_there_is_nothing_to_check(worker, maker):
    correction = propose(worker, maker, name="Lain")
    elsewhere = UserFactory(officer=True, region=kecamatan("73.71.10"))

    for deed in (approve_identity, withdraw_identity):
        with pytest.raises(IdentityCorrection.DoesNotExist):
            deed(correction.pk, by=elsewhere)


def test_what_changed_in_between_is_looked_at_anew(worker, maker, checker):  # AC-B22
    correction = propose(worker, maker, name="Lain")
    with pghistory.context(user=maker.pk):
        Worker.objects.filter(pk=worker.pk).update(name="Baso Sudah Diganti")

    with pytest.raises(Refused) as refused:
        approve_identity(correction.pk, by=checker)

    assert refused.value.codes == ["changed_meanwhile"]
    assert "sudah diubah oleh Petugas Satu pada" in refused.value.messages[0]


def test_other_fields_may_change_in_between(worker, maker, checker):
    correction = propose(worker, maker, birth_on=date(1990, 8, 18), nik_confirmed=True)
    Worker.objects.filter(pk=worker.pk).update(phone="081234567890")

    approve_identity(correction.pk, by=checker)

    worker.refresh_from_db()
    assert (worker.birth_on, worker.phone) == (date(1990, 8, 18), "081234567890")


def test_the_second_of_two_open_forms_is_told(worker, maker):  # AC-B22
    seen = last_change(worker.pk)
    Worker.objects.filter(pk=worker.pk).update(rt="001")

    assert codes_of(lambda: propose(worker, maker, name="Lain", seen=seen)) == ["changed_meanwhile"]


def test_a_nik_that_somebody_holds_is_refused_and_the_look_up_stays(worker, maker):  # AC-D20
    other = WorkerFactory(nik="7371091708900002", kelurahan=kelurahan("73.71.10.1001"))

    with pytest.raises(Refused) as refused:
        propose(worker, maker, nik=other.nik)

    assert refused.value.messages == ["NIK ini sudah terdaftar di wilayah lain. Admin kota dapat membantu."]
    (entry,) = AuditEntry.objects.all()
    assert (entry.event, entry.persons) == ("worker.refuse", [str(other.pk)])


def test_a_nik_that_was_taken_before_the_approval_is_refused(worker, maker, checker):
    correction = propose(worker, maker, nik="7371091708900002")
    WorkerFactory(nik="7371091708900002")

    assert codes_of(lambda: approve_identity(correction.pk, by=checker)) == ["nik_registered"]
    correction.refresh_from_db()
    assert correction.status == "waiting"


def test_what_the_database_refuses_for_another_reason_is_no_refusal(worker, maker, checker):
    correction = propose(worker, maker, name="Lain")
    IdentityCorrection.objects.filter(pk=correction.pk).update(after={"sex": "X"})

    with pytest.raises(IntegrityError, match="workers_worker_sex_is_known"):
        approve_identity(correction.pk, by=checker)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ({}, []),
        ({"nik": "737109170890001"}, ["nik_length"]),
        ({"birth_on": date(1991, 8, 17)}, ["nik_birth_mismatch"]),
        ({"birth_on": date(1991, 8, 17), "nik_confirmed": True}, []),
        ({"nik": "7371098508900001"}, []),  # the evidence speaks for a date that does not exist (rule N4a)
        ({"nik": "7371098508900001", "evidence": ""}, ["nik_invalid_date"]),
        ({"birth_on": date(2030, 1, 1), "nik_confirmed": True}, ["born_in_future"]),
        ({"by": "auditor"}, ["not_a_registrar"]),
        ({"worker": "anonymised"}, ["anonymised"]),
        ({"waiting": "one"}, ["correction_waiting"]),
    ],
    ids=str,
)
def test_what_a_proposal_needs(typed, codes):
    worker = WorkerFactory(anonymised_at="2026-03-02T10:00:00+08:00" if typed.pop("worker", "") else None)
    waiting = IdentityCorrectionFactory(worker=worker) if typed.pop("waiting", "") else None
    by = UserFactory(auditor=True) if typed.pop("by", "") else UserFactory()
    plain = {"nik": NIK, "birth_on": date(1990, 8, 17), "sex": "L", "nik_confirmed": False, "evidence": "KTP"}

    decision = rules.check_identity_change(worker, by=by, on=date(2026, 11, 24), waiting=waiting, **plain | typed)

    assert decision.codes == codes


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BPJS])
def test_other_roles_neither_check_nor_withdraw(worker, maker, role):
    correction = propose(worker, maker, name="Lain")
    other = UserFactory(role=role)

    assert rules.may_check_identity(correction, other).codes == ["not_a_registrar"]
    assert rules.may_withdraw_identity(correction, other).codes == ["not_the_proposer"]


def test_only_the_proposer_withdraws(worker, maker, checker):
    correction = propose(worker, maker, name="Lain")

    assert codes_of(lambda: withdraw_identity(correction.pk, by=checker)) == ["not_the_proposer"]
    withdraw_identity(correction.pk, by=maker)
    assert codes_of(lambda: withdraw_identity(correction.pk, by=maker)) == ["wrong_status"]
    correction.refresh_from_db()
    assert (correction.status, correction.decided_by) == ("withdrawn", maker)


def test_a_rejection_says_why(worker, maker, checker):
    correction = propose(worker, maker, name="Lain")

    assert codes_of(lambda: reject_identity(correction.pk, by=checker, note=" ")) == ["reason_missing"]
    reject_identity(correction.pk, by=checker, note="KTP menyebut nama lama")
    correction.refresh_from_db()
    assert (correction.status, correction.answer) == ("rejected", "KTP menyebut nama lama")
    assert entries_of(correction).last().note == "KTP menyebut nama lama"


BROKEN = [
    ("approved", "maker", "2026-11-24T10:00+08:00"),
    ("rejected", "maker", "2026-11-24T10:00+08:00"),
    ("withdrawn", "checker", "2026-11-24T10:00+08:00"),
    ("approved", None, None),
    ("approved", "checker", None),
    ("waiting", "checker", "2026-11-24T10:00+08:00"),
]


@pytest.mark.parametrize(("status", "by", "at"), BROKEN)
def test_the_database_refuses_what_two_did_not_sign(worker, maker, checker, status, by, at):
    signer = {"maker": maker, "checker": checker, None: None}[by]

    with pytest.raises(IntegrityError, match="workers_identity_checker_is_not_proposer"), transaction.atomic():
        IdentityCorrectionFactory(worker=worker, proposed_by=maker, status=status, decided_by=signer, decided_at=at)


def test_the_database_lets_one_wait(worker):  # AC-K10
    IdentityCorrectionFactory(worker=worker)

    with pytest.raises(IntegrityError, match="workers_identity_one_waits"), transaction.atomic():
        IdentityCorrectionFactory(worker=worker)


@pytest.mark.django_db(transaction=True)
def test_of_two_proposals_at_once_one_waits_and_one_is_told():  # AC-K10
    PolicyFactory()
    users = [UserFactory(officer=True), UserFactory()]
    worker, told = WorkerFactory(), []

    def act(user):
        try:
            propose(worker, user, name=f"Nama {user.role}")
        except Refused as refused:
            told.extend(refused.codes)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told == ["correction_waiting"]
    assert IdentityCorrection.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_checkers_at_once_one_decides():
    PolicyFactory()
    correction = IdentityCorrectionFactory()
    decided, told = [], []

    def act(user, deed, typed):
        try:
            decided.append(deed(correction.pk, by=user, **typed).status)
        except Refused as refused:
            told.extend(refused.codes)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=act, args=[UserFactory(), approve_identity, {}]),
        threading.Thread(target=act, args=[UserFactory(), reject_identity, {"note": "Tidak cocok"}]),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told == ["wrong_status"]
    correction.refresh_from_db()
    assert [correction.status] == decided


# --- pages ---


def typed_on(client, worker, **changes):
    form = client.get(reverse("workers:identity_propose", args=[worker.pk])).context["form"]
    day = worker.birth_on
    values = {"nik": worker.nik, "name": worker.name, "sex": worker.sex, "seen": form["seen"].value()}
    values |= {"birth_on_0": day.day, "birth_on_1": day.month, "birth_on_2": day.year}
    return values | {"reason": "Salah ketik", "evidence": "KTP asli"} | changes


def test_one_proposes_and_another_approves_on_pages(client, worker, maker, checker):
    client.force_login(maker)
    response = client.post(
        reverse("workers:identity_propose", args=[worker.pk]),
        typed_on(client, worker, name="Baso Syamsuddin"),
        follow=True,
    )
    correction = IdentityCorrection.objects.get()
    assert response.redirect_chain == [(correction.get_absolute_url(), 302)]
    assert [(row["old"], row["new"], row["changes"]) for row in response.context["rows"]] == [
        (NIK, NIK, False),
        ("Baso Syamsudin", "Baso Syamsuddin", True),
        (date(1990, 8, 17), date(1990, 8, 17), False),
        ("L", "L", False),
    ]
    assert "jadi orang lain yang memeriksanya" in response.text
    assert "Tarik usulan saya" in response.text
    assert "Setujui perbaikan" not in response.text

    client.force_login(checker)
    page = client.get(correction.get_absolute_url())
    assert "Setujui perbaikan" in page.text
    assert "Tarik usulan saya" not in page.text
    response = client.post(reverse("workers:identity_approve", args=[correction.pk]), follow=True)
    assert response.redirect_chain == [(worker.get_absolute_url(), 302)]
    assert [str(message) for message in response.context["messages"]] == ["Identitas diperbaiki."]
    assert response.context["worker"].name == "Baso Syamsuddin"


def test_a_changed_birth_date_stands_old_beside_new_with_what_the_nik_says(client, worker, maker, checker):
    correction = propose(worker, maker, birth_on=date(1991, 8, 17), nik_confirmed=True)
    client.force_login(checker)

    response = client.get(correction.get_absolute_url())

    assert [(row["old"], row["new"]) for row in response.context["rows"] if row["changes"]] == [
        (date(1990, 8, 17), date(1991, 8, 17))
    ]
    assert [finding.code for finding in response.context["findings"]] == ["birth_mismatch"]


def test_the_page_asks_about_a_nik_that_disagrees(client, worker, maker):
    client.force_login(maker)
    address = reverse("workers:identity_propose", args=[worker.pk])
    typed = typed_on(client, worker, sex="P")

    response = client.post(address, typed)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["nik_confirmed"]
    assert "Saya sudah mencocokkan NIK ini" in response.text
    assert client.post(address, typed | {"nik_confirmed": "on"}).status_code == 302


def test_the_page_without_a_change_says_so(client, worker, maker):  # AC-W71
    client.force_login(maker)
    response = client.post(reverse("workers:identity_propose", args=[worker.pk]), typed_on(client, worker), follow=True)

    assert [str(message) for message in response.context["messages"]] == ["Tidak ada yang berubah."]


def test_a_late_deed_is_told_on_the_page(client, worker, maker, checker):
    correction = propose(worker, maker, name="Lain")
    withdraw_identity(correction.pk, by=maker)
    client.force_login(checker)

    response = client.post(reverse("workers:identity_approve", args=[correction.pk]))

    assert response.status_code == 422
    assert "Statusnya sekarang “Ditarik”." in response.text


def test_a_rejection_without_a_reason_stays_on_the_page(client, worker, maker, checker):
    correction = propose(worker, maker, name="Lain")
    client.force_login(checker)
    address = reverse("workers:identity_reject", args=[correction.pk])

    assert client.post(address, {"note": ""}).status_code == 422
    response = client.post(address, {"note": "KTP menyebut nama lama"}, follow=True)
    assert [str(message) for message in response.context["messages"]] == ["Usulan ditolak."]


def test_the_proposer_withdraws_on_the_page(client, worker, maker):
    correction = propose(worker, maker, name="Lain")
    client.force_login(maker)

    response = client.post(reverse("workers:identity_withdraw", args=[correction.pk]), follow=True)

    assert [str(message) for message in response.context["messages"]] == ["Usulan ditarik."]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(client, maker, count, django_assert_num_queries):
    IdentityCorrectionFactory.create_batch(count)
    client.force_login(maker)

    with django_assert_num_queries(7):  # session, user, limit, limits, page, entry
        response = client.get(reverse("workers:identity_list"))

    assert len(response.context["page"]) == count


@pytest.mark.parametrize(
    ("query", "found"), [("", 1), ("?status=waiting", 1), ("?status=approved", 0), ("?status=x", 0)]
)
def test_the_list_narrows_by_status(client, maker, query, found):
    IdentityCorrectionFactory()
    client.force_login(maker)

    assert len(client.get(reverse("workers:identity_list") + query).context["page"]) == found


def test_what_waits_stands_on_the_home_page_of_the_other(client, worker, maker, checker):
    propose(worker, maker, name="Lain")

    client.force_login(checker)
    assert [task.title for task in client.get(reverse("home")).context["tasks"]] == [
        "1 perbaikan identitas menunggu pemeriksaan"
    ]
    client.force_login(maker)
    assert client.get(reverse("home")).context["tasks"] == []


def test_the_persons_page_says_that_one_waits(client, worker, maker):
    correction = propose(worker, maker, name="Lain")
    client.force_login(maker)

    assert correction.get_absolute_url() in client.get(worker.get_absolute_url()).text
