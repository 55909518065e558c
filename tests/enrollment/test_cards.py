"""Cards: one valid card of a person, whose number tells nothing, and what becomes of it."""

import io
import re
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from pypdf import PdfReader

from casework import audit
from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations, rules
from enrollment.card_file import Face, draw_cards
from enrollment.enums import CARD_NUMBER, CardLoss, CardState, Purpose, Receiver, Verdict
from enrollment.models import Card, Membership
from enrollment.rules import Question, number_on_card
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import CardFactory, ContributionFactory, MembershipFactory
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import WorkerFactory
from workers.models import Worker

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
EVENT = datetime(2026, 11, 22, 5, 40, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def officer(db):
    return UserFactory(officer=True)


def refused_codes(deed, *args, **kwargs) -> list[str]:
    with pytest.raises(Refused) as refused:
        deed(*args, **kwargs)
    return refused.value.codes


# Making


def test_a_member_gets_one_card_with_a_random_number(officer):
    member = MembershipFactory()

    card = operations.make_card(member.worker.pk, by=officer)

    assert (card.worker, card.membership, card.made_by, card.state) == (member.worker, member, officer, CardState.MADE)
    assert CARD_NUMBER.fullmatch(card.number)
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.persons) == ("card.make", [str(member.worker.pk)])
    assert refused_codes(operations.make_card, member.worker.pk, by=officer) == ["has_card"]


@pytest.mark.parametrize("period", [None, (date(2026, 1, 1), date(2026, 11, 22))])
def test_without_running_cover_there_is_no_card(officer, period):
    worker = WorkerFactory()
    if period:
        MembershipFactory(worker=worker, period=period)

    assert refused_codes(operations.make_card, worker.pk, by=officer) == ["not_a_member"]
    assert Card.objects.count() == 0


def test_a_person_of_two_records_has_one_card(officer):  # ADR 0014
    member = MembershipFactory()
    double = WorkerFactory(survivor=member.worker)

    card = operations.make_card(double.pk, by=officer)

    assert card.membership == member
    assert refused_codes(operations.make_card, member.worker.pk, by=officer) == ["has_card"]
    assert refused_codes(operations.make_cards, by=officer) == ["nobody_without_card"]


def test_cards_of_a_kelurahan_are_made_for_those_without(officer):
    with_card, without, later = MembershipFactory.create_batch(3, worker__kelurahan=kelurahan())
    CardFactory(membership=with_card)
    CardFactory(membership=without, withdrawn=True)
    Membership.objects.filter(pk=later.pk).update(period=(date(2026, 12, 1), None))
    MembershipFactory(worker__kelurahan=kelurahan(), period=(date(2026, 1, 1), date(2026, 6, 1)))

    assert operations.make_cards(by=officer, kelurahan=kelurahan()) == 2

    assert set(Card.objects.valid().values_list("membership", flat=True)) == {with_card.pk, without.pk, later.pk}
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.facts["cards"]) == ("card.make", 2)
    assert sorted(entry.persons) == sorted(str(member.worker_id) for member in (without, later))


def test_an_officer_makes_no_cards_elsewhere(officer):
    elsewhere = UserFactory(officer=True, region=kecamatan("73.71.10"))
    member = MembershipFactory(worker__kelurahan=kelurahan())

    with pytest.raises(Worker.DoesNotExist):
        operations.make_card(member.worker.pk, by=elsewhere)
    assert refused_codes(operations.make_cards, by=elsewhere) == ["nobody_without_card"]
    assert Card.objects.count() == 0


def test_too_many_at_one_time_are_refused(officer):
    assert rules.may_make_cards(officer, members=rules.MOST_CARDS).codes == []
    assert rules.may_make_cards(officer, members=rules.MOST_CARDS + 1).codes == ["too_many_cards"]
    assert rules.may_make_cards(UserFactory(auditor=True), members=1).codes == ["wrong_role"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("deed", "told"),
    [
        (lambda member, by: operations.make_card(member.worker_id, by=by), "has_card"),
        (lambda member, by: operations.make_cards(by=by), "nobody_without_card"),
    ],
    ids=["one", "all"],
)
def test_two_officers_at_once_make_one_card(deed, told):
    member = MembershipFactory()
    officers = UserFactory.create_batch(2, officer=True)
    start, outcomes = Barrier(2), []

    def make(by):
        start.wait()
        try:
            deed(member, by)
            outcomes.append("made")
        except Refused as refused:
            outcomes.append(refused.codes[0])
        finally:
            connection.close()

    threads = [Thread(target=make, args=[by]) for by in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == sorted(["made", told])
    assert Card.objects.count() == 1


# The database


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("enrollment_card_valid_once", {}),
        ("enrollment_card_number_form", {"withdrawn": True, "number": "X12345678901"}),
        ("enrollment_card_number_form", {"withdrawn": True, "number": "K1234567890O"}),
        ("enrollment_card_withdrawal_has_a_reason", {"withdrawn": True, "withdrawn_because": ""}),
        ("enrollment_card_withdrawal_is_signed", {"withdrawn": True, "withdrawn_at": None}),
        ("enrollment_card_hand_over_is_signed", {"withdrawn": True, "handed_over": True, "handed_at": None}),
        ("enrollment_card_hand_over_is_complete", {"withdrawn": True, "handed_over": True, "handed_on": None}),
        ("enrollment_card_hand_over_is_complete", {"withdrawn": True, "receiver": "Siapa"}),
    ],
)
def test_constraints(db, name, fields):
    first = CardFactory()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CardFactory(membership=first.membership, **fields)


# Handing over


def test_a_hand_over_is_recorded_once(officer):
    card = CardFactory()

    operations.hand_over_card(
        card.pk, by=officer, handed_on=TODAY, handed_to=Receiver.FAMILY, receiver=" Sitti Aminah "
    )

    card.refresh_from_db()
    assert (card.handed_on, card.handed_to, card.receiver) == (TODAY, Receiver.FAMILY, "Sitti Aminah")
    assert (card.handed_by, card.handed_at, card.state) == (officer, NOW, CardState.HANDED_OVER)
    entry = audit.entries_about(card.worker_id).get()
    assert (entry.event, entry.facts) == ("card.hand_over", {"on": "2026-11-22", "to": "family"})
    again = {"handed_on": TODAY, "handed_to": Receiver.SELF}
    assert refused_codes(operations.hand_over_card, card.pk, by=officer, **again) == ["already_handed_over"]


@pytest.mark.parametrize(
    ("handed_on", "handed_to", "receiver", "codes"),
    [
        (date(2026, 11, 20), Receiver.SELF, "", []),
        (date(2026, 11, 19), Receiver.SELF, "", ["handed_before_made"]),
        (date(2026, 11, 23), Receiver.SELF, "", ["handed_in_future"]),
        (TODAY, Receiver.OFFICIAL, "", ["receiver_missing"]),
        (TODAY, Receiver.OFFICIAL, "Pak RT", []),
    ],
)
def test_what_a_hand_over_can_be(db, handed_on, handed_to, receiver, codes):
    card = CardFactory(made_at=datetime(2026, 11, 19, 16, tzinfo=UTC))  # 20 November in Makassar

    decision = rules.check_hand_over(card, handed_on=handed_on, handed_to=handed_to, receiver=receiver, today=TODAY)

    assert decision.codes == codes


def test_the_name_of_the_worker_is_not_kept_twice(officer):
    card = CardFactory()

    operations.hand_over_card(card.pk, by=officer, handed_on=TODAY, handed_to=Receiver.SELF, receiver="Baso")

    card.refresh_from_db()
    assert card.receiver == ""


# Replacing and withdrawing


def test_a_replaced_card_is_over_and_another_is_valid(officer):
    card = CardFactory(handed_over=True)

    made = operations.replace_card(card.pk, by=officer, because=CardLoss.LOST)

    card.refresh_from_db()
    assert (card.state, card.withdrawn_by, card.withdrawn_because) == (CardState.WITHDRAWN, officer, CardLoss.LOST)
    assert (made.replaces, made.worker, made.state) == (card, card.worker, CardState.MADE)
    assert made.number != card.number
    assert AuditEntry.objects.get().event == "card.replace"
    assert refused_codes(operations.replace_card, card.pk, by=officer, because=CardLoss.LOST) == ["card_withdrawn"]


def test_without_cover_a_card_is_withdrawn_and_not_replaced(officer):
    card = CardFactory()
    Membership.objects.update(period=(date(2026, 3, 1), date(2026, 11, 1)))

    assert refused_codes(operations.replace_card, card.pk, by=officer, because=CardLoss.LOST) == ["not_a_member"]
    operations.withdraw_card(card.pk, by=officer, because=CardLoss.ENDED)

    card.refresh_from_db()
    assert card.state == CardState.WITHDRAWN
    assert refused_codes(operations.withdraw_card, card.pk, by=officer, because=CardLoss.ENDED) == ["card_withdrawn"]
    hand_over = {"handed_on": TODAY, "handed_to": Receiver.SELF}
    assert refused_codes(operations.hand_over_card, card.pk, by=officer, **hand_over) == ["card_withdrawn"]
    assert refused_codes(operations.print_card, card.pk, by=officer) == ["card_withdrawn"]


@pytest.mark.parametrize("deed", [operations.withdraw_card, operations.replace_card])
def test_cards_elsewhere_are_not_found(officer, deed):
    elsewhere = UserFactory(officer=True, region=kecamatan("73.71.10"))
    card = CardFactory(membership__worker__kelurahan=kelurahan())

    with pytest.raises(Card.DoesNotExist):
        deed(card.pk, by=elsewhere, because=CardLoss.LOST)


def test_each_state_is_listed_alone(db):
    made, handed, withdrawn = CardFactory(), CardFactory(handed_over=True), CardFactory(withdrawn=True)

    listed = {state: list(Card.objects.in_state(state)) for state in CardState}

    assert listed == {CardState.MADE: [made], CardState.HANDED_OVER: [handed], CardState.WITHDRAWN: [withdrawn]}


# At the desk


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("K7F3M9QX0001", "K7F3M9QX0001"),
        (" k7f3 m9qx 0001 ", "K7F3M9QX0001"),
        ("k7f3-m9qx-ooil", "K7F3M9QX0011"),
        ("26030000001", "26030000001"),
        ("7371091708900001", ""),  # a NIK is on no card
        ("K7F3M9QX001", ""),
        ("K7F3M9QX000U", ""),
        ("https://contoh.id/K7F3M9QX0001", ""),
    ],
)
def test_what_a_code_says(text, number):
    assert number_on_card(text) == number


@pytest.mark.parametrize(("typed", "is_card"), [("k7f3 m9qx 0001", True), ("26030000001", False), ("", False)])
def test_a_card_number_is_a_kind_of_question(typed, is_card):
    question = Question.typed(typed)

    assert question.is_card == is_card
    assert Question.read(str(question)) == question


def ask(number, **fields):
    by = UserFactory(hospital_staff=True)
    return operations.check_coverage(by=by, question=number, event_at=EVENT, purpose=Purpose.EMERGENCY, **fields)


def test_a_valid_card_finds_its_person(db):
    card = CardFactory(number="K7F3M9QX0001")
    ContributionFactory(membership=card.membership)

    check = ask("k7f3 m9qx 0001")

    assert (check.verdict, check.worker, check.question) == (Verdict.ACTIVE, card.worker, "K7F3M9QX0001")
    assert AuditEntry.objects.get().facts["question"] == "…0001"


def test_a_valid_card_with_another_name_is_doubt(db):  # AC-C7
    CardFactory(number="K7F3M9QX0001", membership__worker__name="Baso Syamsuddin")

    assert ask("K7F3M9QX0001", name="Rahim").reason_code == "data_name"


def test_a_withdrawn_card_says_so_and_shows_nobody(db):
    card = CardFactory(number="K7F3M9QX0001", withdrawn=True, membership__worker__name="Rahasia")
    CardFactory(membership=card.membership)

    check = ask("K7F3M9QX0001")

    assert (check.verdict, check.reason_code, check.worker) == (Verdict.UNKNOWN, "card_withdrawn", None)
    assert check.reason == "Kartu ini tidak berlaku lagi. Ini bukan jawaban tidak aktif."
    assert "Rahasia" not in str(check.facts)
    entry = AuditEntry.objects.get()
    assert (entry.facts["hit"], entry.persons) == (False, [str(card.worker_id)])


def test_an_unknown_card_is_like_any_unknown_number(db):
    check = ask("K7F3M9QX0001")

    assert (check.reason_code, AuditEntry.objects.get().persons) == ("not_found", [])


def test_letters_that_are_no_card_are_told(db):
    assert refused_codes(ask, "K7F3M9QX000U") == ["not_digits"]


# The paper

FACES = [
    Face(
        name, "26030000001", ("Jaminan Kecelakaan Kerja (JKK)", "Jaminan Kematian (JKM)"), "K7F3M9QX0001", "1 Mei 2026"
    )
    for name in (
        "Andi Muhammad Nurhidayatullah Syamsuddin Dg. Mattola",
        '#read("/etc/passwd")',
        '"] #panic() $x$ *b* _i_ @l <a> \\ //',
        "Sitti 😀 Aminah",
        "W" * 120,
        "",
    )
]


def test_names_are_words_and_never_commands():
    """Also signs that Typst's markup has, and a name that fits on no line."""
    paper = PdfReader(io.BytesIO(draw_cards(FACES, paper="card")))

    said = [" ".join(page.extract_text().split()) for page in paper.pages]

    assert len(said) == len(FACES)
    assert '#read("/etc/passwd")' in said[1]
    assert '"] #panic() $x$ *b* _i_ @l <a> \\ //' in said[2]
    assert "Sitti" in said[3]
    assert len(re.findall("W", said[4])) == 120
    assert [round(float(side) / 72 * 25.4, 1) for side in paper.pages[0].mediabox[2:]] == [85.6, 54.0]


def test_a_sheet_is_a4_with_ten_cards():
    paper = PdfReader(io.BytesIO(draw_cards(FACES[:1] * 11, paper="sheet")))

    assert [page.extract_text().count("K7F3 M9QX 0001") for page in paper.pages] == [10, 1]
    assert [round(float(side) / 72 * 25.4) for side in paper.pages[0].mediabox[2:]] == [210, 297]


def test_only_printing_of_valid_cards_in_scope(officer):
    card = CardFactory(membership__worker__name="Baso Syamsuddin")

    paper = PdfReader(io.BytesIO(operations.print_card(card.pk, by=officer)))

    assert "Baso Syamsuddin" in paper.pages[0].extract_text()
    assert audit.entries_about(card.worker_id).get().event == "card.print"
    sheet = PdfReader(io.BytesIO(operations.print_sheet(operations.cards_to_print(officer), by=officer)))
    assert card.code in sheet.pages[0].extract_text()
    assert refused_codes(operations.print_sheet, [], by=officer) == ["no_cards"]
    assert rules.may_print_sheet(officer, cards=rules.AT_ONCE_ON_PAGE + 1).codes == ["too_many_cards"]


# The pages


def test_from_making_to_handing_over_by_the_pages(client, officer):
    MembershipFactory(worker__name="Baso Syamsuddin", worker__kelurahan=kelurahan())
    client.force_login(officer)
    make, listed = reverse("enrollment:card_make"), reverse("enrollment:card_list")

    assert "Buat 1 kartu" in client.get(make, {"kelurahan": kelurahan().pk}).content.decode()
    assert client.post(f"{make}?kelurahan={kelurahan().pk}").url == listed
    card = Card.objects.get()
    html = client.get(listed, {"kelurahan": kelurahan().pk, "state": "made"}).content.decode()
    assert card.code in html
    hand_over = reverse("enrollment:card_hand_over", args=[card.pk])
    assert hand_over in html
    sheet = client.get(reverse("enrollment:card_sheet"), {"kelurahan": kelurahan().pk})
    assert (sheet["Content-Type"], sheet.getvalue()[:5]) == ("application/pdf", b"%PDF-")
    assert client.get(reverse("enrollment:card_file", args=[card.pk])).getvalue()[:5] == b"%PDF-"
    given = {"handed_on_0": "22", "handed_on_1": "11", "handed_on_2": "2026", "handed_to": "self"}
    assert client.post(hand_over, given).url == listed
    assert "Tidak ada kartu di sini" in client.get(listed).content.decode()
    assert card.code in client.get(listed, {"state": "handed_over"}).content.decode()


def test_replacing_and_withdrawing_by_the_pages(client, officer):
    card = CardFactory()
    client.force_login(officer)

    page = reverse("enrollment:card_replace", args=[card.pk])
    assert client.post(page, {"because": "lost"}).url == reverse("enrollment:card_list")
    made = Card.objects.valid().get()
    assert "sudah ditarik" in client.get(page).content.decode()
    assert "sudah ditarik" in client.post(page, {"because": "lost"}).content.decode()
    client.post(reverse("enrollment:card_withdraw", args=[made.pk]), {"because": "ended"})
    assert Card.objects.valid().count() == 0
    response = client.get(reverse("enrollment:card_file", args=[made.pk]), follow=True)
    assert "tidak berlaku lagi, jadi tidak dicetak" in response.content.decode()
    response = client.get(reverse("enrollment:card_sheet"), follow=True)
    assert "Tidak ada kartu yang belum diserahkan" in response.content.decode()


def test_one_card_from_the_page_of_a_person(client, officer):
    member = MembershipFactory()
    client.force_login(officer)
    page = reverse("enrollment:card_make_one", args=[member.worker.pk])

    client.post(page)
    response = client.post(page, follow=True)

    assert Card.objects.count() == 1
    assert "sudah punya kartu yang berlaku" in response.content.decode()
    assert "Semua peserta di sini sudah punya kartu" in client.get(reverse("enrollment:card_make")).content.decode()
    assert client.post(reverse("enrollment:card_make")).status_code == 422


def test_an_auditor_sees_masked_numbers_and_no_deeds(client, db):
    card = CardFactory(membership__worker__kelurahan=kelurahan())
    client.force_login(UserFactory(auditor=True))

    html = client.get(reverse("enrollment:card_list")).content.decode()

    assert card.code not in html
    assert card.code_masked in html
    assert reverse("enrollment:card_withdraw", args=[card.pk]) not in html


@pytest.mark.parametrize("count", [1, 3])
def test_card_list_queries_do_not_grow(client, officer, count, django_assert_num_queries):
    CardFactory.create_batch(count)
    client.force_login(officer)

    with django_assert_num_queries(8):  # patience, session, user, limit, kelurahan twice, cards, entry, end of patience
        response = client.get(reverse("enrollment:card_list"))

    assert len(response.context["page"].rows) == count
