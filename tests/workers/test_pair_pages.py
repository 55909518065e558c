"""The pages on which officers decide whether two records are one person."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse

from casework.decisions import Refused
from casework.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import MembershipFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import DuplicatePairFactory, OccupationFactory, PolicyFactory, WorkerFactory
from workers import operations
from workers.enums import PairStatus
from workers.models import DuplicatePair, Worker

LIST = reverse("workers:pair_list")
HOME = reverse("home")


@pytest.fixture
def officer(db):
    PolicyFactory()
    return UserFactory(officer=True, name="Andi Pertama")


@pytest.fixture
def colleague(db):
    return UserFactory(officer=True, name="Besse Kedua")


@pytest.fixture
def pair(db):
    one = WorkerFactory(
        name="Muh. Samsudin",
        nik="7371091703900001",
        birth_on=date(1990, 3, 4),
        family_card_number="7371090101150001",
        registered_at="2026-11-01T00:00Z",
    )
    other = WorkerFactory(
        name="Muhammad Syamsuddin", nik="7371091703900002", birth_on=date(1990, 4, 3), family_card_number=""
    )
    return DuplicatePairFactory(one=one, other=other, rules=["nik", "birth"])


def as_(client, user):
    client.force_login(user)
    return client


def post(client, pair, deed="", **typed):
    pair.refresh_from_db()
    address = f"{pair.get_absolute_url()}{deed}{'/' if deed else ''}"
    return client.post(address, {"seen": pair.revision, "reason": "KTP dilihat.", **typed})


def test_both_records_stand_side_by_side_with_a_word_for_each_difference(client, officer, pair):
    response = as_(client, officer).get(pair.get_absolute_url())

    assert {row["label"]: row["verdict"][2] for row in response.context["rows"]} == {
        "NIK": "Berbeda",
        "Nama": "Beda ejaan",
        "Tanggal lahir": "Tanggal dan bulan tertukar",
        "Tempat lahir": "Kosong",
        "Jenis kelamin": "Sama",
        "Nomor KK": "Kosong",
        "Nomor HP": "Kosong",
        "Kelurahan": "Sama",
        "Alamat": "Kosong",
        "Pekerjaan": "Sama",
        "Terdaftar": "Berbeda",
    }
    nik = response.context["rows"][0]["one"]
    assert "".join(digit for digit, _ in nik) in ("7371 0917 0390 0001", "7371 0917 0390 0002")
    assert [differs for _, differs in nik] == [False] * 18 + [True]
    assert response.text.count("<mark>") == 2


def test_the_record_with_cover_is_suggested_to_survive(client, officer, pair):
    MembershipFactory(worker=pair.other)

    response = as_(client, officer).get(pair.get_absolute_url())

    assert response.context["answer"]["survivor"].initial == str(pair.other_id)


def test_one_answers_same_and_another_links(client, officer, colleague, pair):
    response = post(as_(client, officer), pair, answer="same", survivor=str(pair.other_id))
    assert response.status_code == 302
    page = client.get(pair.get_absolute_url())
    assert "Tidak dapat Anda setujui" in page.text

    page = as_(client, colleague).get(pair.get_absolute_url())
    assert "Andi Pertama" in page.text
    assert "Setujui: orang yang sama" in page.text
    assert post(client, pair, "confirm").status_code == 302

    assert Worker.objects.get(pk=pair.one_id).survivor_id == pair.other_id
    page = client.get(pair.get_absolute_url())
    assert [step["what"] for step in page.context["steps"]] == [
        "Diduga orang yang sama",
        "Dijawab: orang yang sama",
        "Disetujui, kedua data ditautkan",
    ]

    assert post(client, pair, "unlink").status_code == 302
    assert Worker.objects.get(pk=pair.one_id).survivor_id is None


def test_a_confirmation_by_the_same_person_is_told_on_the_page(client, officer, pair):
    post(as_(client, officer), pair, answer="same", survivor=str(pair.one_id))

    response = post(client, pair, "confirm")

    assert response.status_code == 422
    assert response.context["refused"].codes == ["same_person"]
    assert "Minta petugas lain" in response.text


def test_the_second_sees_the_first_decision(client, officer, colleague, pair):  # AC-D38
    post(as_(client, officer), pair, answer="different")

    response = as_(client, colleague).post(
        pair.get_absolute_url(),
        {"seen": 0, "answer": "same", "survivor": str(pair.one_id), "reason": "Sama."},
    )

    assert response.status_code == 422
    assert "Andi Pertama sudah memutuskan “orang yang berbeda”" in response.text
    assert DuplicatePair.objects.get().status == PairStatus.DIFFERENT


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({}, ["answer"]),
        ({"answer": "same", "survivor": ""}, ["survivor"]),
        ({"answer": "same", "survivor": "x"}, ["survivor"]),
        ({"answer": "different", "reason": ""}, ["reason"]),
    ],
)
def test_what_an_answer_needs(client, officer, pair, typed, errors):
    response = post(as_(client, officer), pair, **typed)

    assert response.status_code == 422
    assert list(response.context["answer"].errors) == errors
    assert DuplicatePair.objects.get().status == PairStatus.OPEN


def test_a_decision_without_a_reason_stays_on_the_page(client, officer, colleague, pair):
    post(as_(client, officer), pair, answer="same", survivor=str(pair.one_id))

    response = post(as_(client, colleague), pair, "decline", reason="")

    assert response.status_code == 422
    assert list(response.context["reason"].errors) == ["reason"]
    assert post(client, pair, "decline").status_code == 302
    assert DuplicatePair.objects.get().status == PairStatus.OPEN


def test_a_faded_pair_is_offered_for_closing(client, officer, pair):  # AC-D37
    Worker.objects.filter(pk=pair.one_id).update(name="Baharuddin", nik="7401010000000099")
    operations.raise_pairs([pair.one_id], by=officer)

    assert "tidak lagi mirip" in as_(client, officer).get(pair.get_absolute_url()).text
    assert list(client.get(LIST, {"status": "faded"}).context["page"]) == [pair]


def test_further_suspicions_about_either_are_linked(client, officer, pair):  # AC-D5
    third = DuplicatePairFactory(one=pair.one)

    response = as_(client, officer).get(pair.get_absolute_url())

    assert response.context["others"] == [third]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"open", "unsure", "proposed"}),
        ({"status": "different"}, {"different"}),
        ({"status": "same"}, set()),
        ({"status": "faded"}, set()),
        ({"rule": "phone"}, set()),
        ({"rule": "birth"}, {"open", "unsure", "proposed"}),
        ({"status": "nonsense"}, set()),
    ],
)
def test_the_list_narrows(client, officer, query, expected):
    signed = {"answered_by": officer, "answered_at": "2026-11-24T00:00Z"}
    DuplicatePairFactory()
    for status in ("unsure", "different"):
        DuplicatePairFactory(status=status, **signed)
    waiting = DuplicatePairFactory()
    DuplicatePair.objects.filter(pk=waiting.pk).update(status="proposed", survivor=waiting.one, **signed)

    response = as_(client, officer).get(LIST, query)

    assert {row.status for row in response.context["page"]} == expected


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(client, officer, count, django_assert_num_queries):
    DuplicatePairFactory.create_batch(count)
    as_(client, officer)

    with django_assert_num_queries(7):  # session, user, limit, limits, page, and the entry
        response = client.get(LIST)

    assert len(response.context["page"]) == count


def test_nothing_to_decide_differs_from_nothing_that_matches(client, officer):
    as_(client, officer)

    assert "Tidak ada dugaan ganda" in client.get(LIST).text
    assert "Tidak ada dugaan yang cocok" in client.get(LIST, {"rule": "nik"}).text


def test_what_waits_stands_on_the_home_page(client, officer, colleague, pair):
    task = "1 dugaan pekerja ganda menunggu keputusan Anda"
    assert task in as_(client, officer).get(HOME).text

    post(client, pair, answer="same", survivor=str(pair.one_id))

    assert task not in client.get(HOME).text
    assert task in as_(client, colleague).get(HOME).text


def test_reading_and_deciding_is_on_the_trail_of_both(client, officer, pair):
    as_(client, officer).get(LIST)
    post(client, pair, answer="unsure")

    entries = AuditEntry.objects.filter(event__startswith="pair.").order_by("pk")
    assert [(entry.event, set(entry.persons)) for entry in entries] == [
        (event, {str(pair.one_id), str(pair.other_id)}) for event in ("pair.list", "pair.view", "pair.answer_unsure")
    ]


# --- at once, with real connections ---


def at_once(*acts):
    """Each in a thread and with a connection of its own; the results or refusals, in order."""
    barrier, results = Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        barrier.wait()
        try:
            results[place] = act()
        except Refused as refused:
            results[place] = refused.codes
        finally:
            connection.close()

    threads = [Thread(target=run, args=numbered) for numbered in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_at_once_one_decides_and_the_other_is_told():  # AC-D38
    pair = DuplicatePairFactory()
    users = UserFactory.create_batch(2, officer=True)

    results = at_once(
        *(
            lambda user=user, word=word: operations.answer_pair(
                pair.pk, by=user, seen=0, answer=word, reason="Dilihat."
            )
            for user, word in zip(users, ("different", "unsure"), strict=True)
        )
    )

    assert sorted(isinstance(result, list) for result in results) == [False, True]
    assert ["decided_meanwhile"] in results
    assert AuditEntry.objects.filter(event__startswith="pair.answer").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_links_at_once_make_no_circle():
    one, other = WorkerFactory(), WorkerFactory()
    first, second = UserFactory.create_batch(2, officer=True)
    pairs = [DuplicatePairFactory(one=one, other=WorkerFactory()), DuplicatePairFactory(one=one, other=other)]
    for pair, survivor in ((pairs[0], one), (pairs[1], other)):
        operations.answer_pair(pair.pk, by=first, seen=0, answer="same", reason="Sama.", survivor=survivor.pk)

    results = at_once(
        *(lambda pair=pair: operations.confirm_pair(pair.pk, by=second, seen=1, reason="Sama.") for pair in pairs)
    )

    refused = [result for result in results if isinstance(result, list)]
    linked = Worker.objects.filter(survivor__isnull=False)
    assert refused in ([["has_linked"]], [])
    assert not linked.filter(survivor__survivor__isnull=False).exists()
    assert linked.count() == 2 - len(refused)


@pytest.mark.django_db(transaction=True)
def test_two_registrations_at_once_of_one_person_become_a_pair():
    PolicyFactory()
    users = UserFactory.create_batch(2, officer=True)
    home, work = kelurahan(), OccupationFactory()

    def register(user, nik):
        return operations.register_worker(
            by=user,
            nik=nik,
            name="Muhammad Syamsuddin",
            birth_on=date(1990, 8, 17),
            sex="L",
            kelurahan=home,
            occupation=work,
            similar_note="Lain orang.",
        )

    at_once(
        lambda: register(users[0], "7371091708900001"),
        lambda: register(users[1], "7371091708900002"),
    )

    assert Worker.objects.count() == 2
    assert DuplicatePair.objects.get().status == PairStatus.OPEN
