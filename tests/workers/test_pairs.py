"""Records that may be one person: found, decided by two officers, linked, and told apart for good."""

from datetime import date
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from casework.audit import entries_about
from casework.decisions import Refused
from casework.models import AuditEntry, Kind
from tests.accounts.factories import UserFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import DesilRecordFactory, DuplicatePairFactory, PolicyFactory, WorkerFactory
from workers import finder, operations, rules
from workers.enums import PairStatus
from workers.models import DuplicatePair, Worker

pytestmark = pytest.mark.django_db
ELSEWHERE = "73.71.10.1001"
BORN = date(1990, 8, 17)


@pytest.fixture
def officer():
    return UserFactory(officer=True)


@pytest.fixture
def colleague():
    return UserFactory(officer=True)


def asked(**particulars):
    plain = {"nik": "7401010000000099", "name": "Muhammad Syamsuddin", "birth_on": BORN, "sex": "L"}
    return {**plain, **particulars}


def names(found):
    return [one.worker.name for one in found.similar]


def answer(pair, by, word, **more):
    pair.refresh_from_db()
    return operations.answer_pair(pair.pk, by=by, seen=pair.revision, answer=word, reason="Dicocokkan.", **more)


def deed(operation, pair, by):
    pair.refresh_from_db()
    return operation(pair.pk, by=by, seen=pair.revision, reason="Dicocokkan dengan KTP.")


def same(pair, officer, colleague, *, survivor):
    """The pair with both signatures under "same"."""
    answer(pair, officer, "same", survivor=survivor.pk)
    return deed(operations.confirm_pair, pair, colleague)


def codes(refusal):
    return refusal.value.codes


def test_similar_persons_are_told_with_what_agrees(officer):  # AC-D19
    known = WorkerFactory(name="Muh. Samsudin", birth_on=BORN, phone="081242424242")
    WorkerFactory(name="Baharuddin", birth_on=BORN)

    found = operations.find_similar(by=officer, **asked(phone="081242424242"))

    assert [(one.worker, one.rules, one.agreeing, one.likeness) for one in found.similar] == [
        (known, ("birth", "phone"), ("birth_on", "sex", "phone"), 1.0)
    ]
    assert found.elsewhere is False


def test_set_m_nearest_birth_date_first(officer):  # AC-D16
    family = {"family_card_number": "7371090101150001"}
    for name, born, more in (
        ("Test1", date(2000, 1, 31), family),
        ("Test2", date(2000, 1, 2), family),
        ("Test3", date(2022, 1, 1), family),
        ("Testimony", date(2000, 1, 1), {}),
    ):
        WorkerFactory(name=name, birth_on=born, **more)

    assert names(operations.find_similar(by=officer, **asked(name="Test", birth_on=date(2000, 1, 1), **family))) == [
        "Test2",
        "Test1",
    ]


def test_of_persons_elsewhere_only_that_there_are_some(officer):  # AC-D20
    WorkerFactory(name="Muh. Samsudin", birth_on=BORN, kelurahan=kelurahan(ELSEWHERE))

    found = operations.find_similar(by=officer, **asked())

    assert (found.similar, found.elsewhere, bool(found)) == ((), True, True)


def test_another_birth_date_asks_anew(officer):  # AC-D17
    WorkerFactory(name="Muh. Samsudin", birth_on=BORN)

    assert bool(operations.find_similar(by=officer, **asked())) is True
    assert bool(operations.find_similar(by=officer, **asked(birth_on=date(1985, 3, 1)))) is False


def test_who_holds_the_same_nik_only_is_no_suspicion(officer):
    WorkerFactory(nik="7401010000000099", name="Baharuddin", birth_on=date(1970, 1, 31))

    assert bool(operations.find_similar(by=officer, **asked())) is False


def test_a_search_for_similar_persons_is_on_the_trail(officer):  # AC-A1
    here = WorkerFactory(name="Muh. Samsudin", birth_on=BORN)
    there = WorkerFactory(name="Muh. Samsudin", birth_on=BORN, kelurahan=kelurahan(ELSEWHERE))

    operations.find_similar(by=officer, **asked())
    operations.find_similar(by=officer, **asked(name="Fatimah"))

    hit, miss = AuditEntry.objects.filter(event="worker.search").order_by("pk")
    assert (hit.kind, set(hit.persons), miss.persons) == (Kind.READ, {str(here.pk), str(there.pk)}, [])
    assert (hit.facts["similar_to"], hit.facts["found"], hit.facts["elsewhere"]) == ("…0099", 1, 1)


def test_a_hospital_looks_for_nobody(db):
    with pytest.raises(Refused) as refusal:
        operations.find_similar(by=UserFactory(hospital_staff=True), **asked())

    assert codes(refusal) == ["not_a_registrar"]


def test_a_correction_does_not_find_itself_nor_whom_it_was_told_apart_from(officer):  # AC-D4, AC-D35
    one, other = (WorkerFactory(name=name, birth_on=BORN) for name in ("Hasan Basri", "Hasan Basrie"))
    question = asked(name="Hasan Basri", nik=one.nik, itself=one.pk)
    assert names(operations.find_similar(by=officer, **question)) == ["Hasan Basrie"]

    operations.raise_pairs([one.pk], by=officer)
    answer(DuplicatePair.objects.get(), officer, "different")

    assert names(operations.find_similar(by=officer, **question)) == []
    assert names(operations.find_similar(by=officer, **{**question, "nik": other.nik, "itself": other.pk})) == []


def test_a_pair_is_raised_once(officer):  # AC-D5: every pair of the three, and nobody merged
    three = [WorkerFactory(name="Muh. Samsudin", birth_on=BORN) for _ in range(3)]

    assert operations.raise_pairs([three[0].pk], by=officer, note="Ayah dan anak") == 2
    assert operations.raise_pairs([worker.pk for worker in three], by=None) == 1
    assert operations.raise_pairs([worker.pk for worker in three], by=None) == 0

    pairs = DuplicatePair.objects.order_by("pk")
    assert {pair.worker_ids for pair in pairs} == {
        tuple(sorted((one.pk, other.pk))) for one, other in combinations(three, 2)
    }
    assert [(pair.found_by, pair.note, pair.status) for pair in pairs] == [
        (officer, "Ayah dan anak", "open"),
        (officer, "Ayah dan anak", "open"),
        (None, "", "open"),
    ]
    assert [worker.survivor for worker in Worker.objects.all()] == [None] * 3
    raised = AuditEntry.objects.filter(event="pair.raise").order_by("pk")
    assert [(entry.note, entry.facts) for entry in raised] == [("Ayah dan anak", {"pairs": 2}), ("", {"pairs": 1})]


def test_pairs_of_many_rows_are_stored_by_a_query(officer):
    for _ in range(3):
        WorkerFactory(name="Muh. Samsudin", birth_on=BORN)

    assert operations.store_pairs(finder.pairs_within(finder.REGISTRY), by=officer) == 3
    assert operations.store_pairs(finder.pairs_within(finder.REGISTRY), by=None) == 0

    assert AuditEntry.objects.get(event="pair.raise").facts == {"pairs": 3}


def test_twins_are_reviewed_once(officer):  # AC-D35
    twins = [
        WorkerFactory(name=name, birth_on=BORN, family_card_number="7371090101150001") for name in ("Hasan", "Husain")
    ]
    operations.raise_pairs([twins[0].pk], by=officer)
    answer(DuplicatePair.objects.get(), officer, "different")

    assert operations.raise_pairs([worker.pk for worker in twins], by=officer) == 0
    assert DuplicatePair.objects.get().status == PairStatus.DIFFERENT
    assert DuplicatePair.objects.undecided().count() == 0


def test_a_correction_that_parts_a_pair_offers_it_for_closing(officer):  # AC-D37
    one, _ = (WorkerFactory(name="Muh. Samsudin", birth_on=BORN, nik=f"740101000000009{n}") for n in (1, 2))
    operations.raise_pairs([one.pk], by=officer)
    pair = DuplicatePair.objects.get()
    assert pair.faded_at is None

    Worker.objects.filter(pk=one.pk).update(birth_on=date(1985, 3, 1), nik="7371090103850003")
    operations.raise_pairs([one.pk], by=officer)
    pair.refresh_from_db()
    assert (pair.faded_at is not None, pair.status) == (True, PairStatus.OPEN)

    Worker.objects.filter(pk=one.pk).update(birth_on=BORN)
    operations.raise_pairs([one.pk], by=officer)
    pair.refresh_from_db()
    assert pair.faded_at is None


def test_a_corrected_family_card_is_compared_anew(officer):
    one, _ = (
        WorkerFactory(name=name, birth_on=BORN, nik=nik, family_card_number=card)
        for name, nik, card in (
            ("Hasan", "7401010000000011", ""),
            ("Husain", "7401010000000022", "7371090101150001"),
        )
    )
    seen = operations.last_change(one.pk)

    operations.correct_worker(one.pk, by=officer, reason="KK", seen=seen, address="Lorong 2")
    assert DuplicatePair.objects.count() == 0

    seen = operations.last_change(one.pk)
    operations.correct_worker(one.pk, by=officer, reason="KK", seen=seen, family_card_number="7371090101150001")
    assert DuplicatePair.objects.get().rules == ["family"]


def test_same_needs_two_officers_and_links(officer, colleague):  # AC-D26
    pair = DuplicatePairFactory()
    one, other = pair.one, pair.other

    answer(pair, officer, "same", survivor=other.pk)
    one.refresh_from_db()
    assert (pair.__class__.objects.get().status, one.survivor) == (PairStatus.PROPOSED, None)

    with pytest.raises(Refused) as refusal:
        deed(operations.confirm_pair, pair, officer)
    assert codes(refusal) == ["same_person"]

    deed(operations.confirm_pair, pair, colleague)
    one.refresh_from_db()
    pair.refresh_from_db()
    assert (one.survivor, one.person, other.person) == (other, other, other)
    assert (pair.status, pair.answered_by, pair.confirmed_by) == (PairStatus.SAME, officer, colleague)
    assert list(Worker.objects.same_person_as(one)) == list(Worker.objects.same_person_as(other))
    assert Worker.objects.same_person_as(one).count() == 2
    events = [entry.event for entry in entries_about(one.pk).filter(event__startswith="pair.")]
    assert events == ["pair.answer_same", "pair.confirm"]


def test_the_database_too_refuses_one_person_for_both_signatures(officer):
    pair = DuplicatePairFactory()
    signed = {"answered_by": officer, "answered_at": timezone.now(), "survivor": pair.one, "status": PairStatus.SAME}

    for more in ({"confirmed_by": officer, "confirmed_at": timezone.now()}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DuplicatePair.objects.update(**signed, **more)


@pytest.mark.parametrize("change", ["one=other", "swapped", "survivor is itself"])
def test_the_database_keeps_pairs_in_form(change):
    pair = DuplicatePairFactory()
    broken = {
        "one=other": lambda: DuplicatePair.objects.update(other=pair.one),
        "swapped": lambda: DuplicatePair.objects.update(one=pair.other, other=pair.one),
        "survivor is itself": lambda: Worker.objects.filter(pk=pair.one_id).update(survivor=pair.one),
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        broken[change]()


def test_a_link_is_undone(officer, colleague):
    pair = DuplicatePairFactory()
    before = Worker.objects.order_by("pk").values()
    before = list(before)
    same(pair, officer, colleague, survivor=pair.one)

    deed(operations.unlink_pair, pair, officer)

    assert list(Worker.objects.order_by("pk").values()) == before
    assert DuplicatePair.objects.get().status == PairStatus.OPEN


def test_the_answer_same_is_taken_back(officer, colleague):
    pair = DuplicatePairFactory()
    answer(pair, officer, "same", survivor=pair.one_id)

    deed(operations.decline_pair, pair, colleague)

    pair.refresh_from_db()
    assert (pair.status, pair.answered_by, pair.survivor, pair.reason) == (PairStatus.OPEN, None, None, "")


def test_who_cannot_say_leaves_it_to_others(officer, colleague):
    pair = DuplicatePairFactory()
    answer(pair, officer, "unsure")
    assert DuplicatePair.objects.waiting_for(officer).get().status == PairStatus.UNSURE

    answer(pair, colleague, "different")

    assert DuplicatePair.objects.undecided().count() == 0


def test_the_second_sees_the_decision_of_the_first(officer, colleague):  # AC-D38
    officer.name = "Andi Pertama"
    officer.save()
    pair = DuplicatePairFactory()
    answer(pair, officer, "different")

    with pytest.raises(Refused) as refusal:
        operations.answer_pair(pair.pk, by=colleague, seen=0, answer="same", reason="Sama.", survivor=pair.one_id)

    assert codes(refusal) == ["decided_meanwhile"]
    assert refusal.value.messages[0].startswith("Andi Pertama sudah memutuskan “orang yang berbeda” pada ")


def test_a_decision_that_was_taken_back_is_told_too(officer, colleague):
    pair = DuplicatePairFactory()
    answer(pair, officer, "same", survivor=pair.one_id)
    deed(operations.decline_pair, pair, officer)

    with pytest.raises(Refused) as refusal:
        operations.confirm_pair(pair.pk, by=colleague, seen=1, reason="Sama.")

    assert refusal.value.messages[0].startswith("Keputusan sebelumnya sudah dibatalkan")


@pytest.mark.parametrize("deed", ["answer_same", "answer_different", "answer_unsure", "confirm", "decline", "unlink"])
@pytest.mark.parametrize("status", PairStatus)
def test_each_deed_in_each_status(status, deed):  # AC-B1
    allowed = {
        "open": {"answer_same", "answer_different", "answer_unsure"},
        "unsure": {"answer_same", "answer_different", "answer_unsure"},
        "proposed": {"confirm", "decline"},
        "same": {"unlink"},
        "different": set(),
    }
    user = UserFactory.build(pk=7, officer=True)

    decision = rules.may_decide(DuplicatePair(status=status), user, deed)

    assert decision.codes == ([] if deed in allowed[status] else ["wrong_status"])


def test_the_survivor_is_one_of_the_two(officer):
    pair = DuplicatePairFactory()

    for survivor in (None, WorkerFactory().pk):
        with pytest.raises(Refused) as refusal:
            answer(pair, officer, "same", survivor=survivor)
        assert codes(refusal) == ["no_survivor"]


def test_a_record_is_not_linked_to_itself():  # AC-D25
    worker = WorkerFactory()

    assert rules.check_link(worker, survivor=worker).codes == ["survivor_is_linked"]


def test_links_have_one_step(officer, colleague):
    a, b, c = (WorkerFactory() for _ in range(3))
    pair = DuplicatePairFactory(one=a, other=b)
    same(pair, officer, colleague, survivor=b)
    a.refresh_from_db()
    b.refresh_from_db()

    assert rules.check_link(a, survivor=b).codes == ["linked_already"]
    assert rules.check_link(a, survivor=c).codes == ["linked_elsewhere"]
    assert rules.check_link(b, survivor=c).codes == ["has_linked"]
    assert rules.check_link(c, survivor=b).codes == []
    assert rules.check_link(WorkerFactory(anonymised_at=timezone.now()), survivor=b).codes == ["anonymised"]


def test_a_third_record_joins_the_survivor_of_the_first_two(officer, colleague):
    a, b, c = (WorkerFactory() for _ in range(3))
    same(DuplicatePairFactory(one=a, other=b), officer, colleague, survivor=b)
    pair, moot = DuplicatePairFactory(one=a, other=c), DuplicatePairFactory(one=b, other=c)

    same(pair, officer, colleague, survivor=a)

    c.refresh_from_db()
    assert c.survivor == b
    assert list(DuplicatePair.objects.undecided()) == []  # the pair of b and c is answered by the links
    assert moot.status == PairStatus.OPEN


def test_linked_records_are_no_candidates(officer, colleague):
    pair = DuplicatePairFactory(
        one=WorkerFactory(name="Muh. Samsudin", birth_on=BORN), other=WorkerFactory(name="Abdul", birth_on=BORN)
    )
    survivor = Worker.objects.get(name="Abdul")
    same(pair, officer, colleague, survivor=survivor)

    assert bool(operations.find_similar(by=officer, **asked())) is False


def test_only_the_survivor_can_be_enrolled(officer, colleague):
    policy, family = PolicyFactory(), {"family_card_number": "7371090101150001"}
    DesilRecordFactory(**family)
    pair = DuplicatePairFactory(one=WorkerFactory(**family), other=WorkerFactory(**family))
    same(pair, officer, colleague, survivor=pair.one)
    linked, survivor = Worker.objects.get(pk=pair.other_id), Worker.objects.get(pk=pair.one_id)
    on = date(2026, 11, 24)

    assert rules.check_eligibility(linked, policy=policy, on=on).codes == ["linked"]
    assert rules.check_eligibility(survivor, policy=policy, on=on).codes == []
    assert list(Worker.objects.eligible(policy, on)) == [survivor]


def test_pairs_wait_for_whom_they_concern(officer, colleague):
    here, across = DuplicatePairFactory(), DuplicatePairFactory(one=WorkerFactory(kelurahan=kelurahan(ELSEWHERE)))
    admin = UserFactory()

    assert set(DuplicatePair.objects.waiting_for(officer)) == {here}
    assert set(DuplicatePair.objects.waiting_for(admin)) == {here, across}
    answer(here, officer, "same", survivor=here.one_id)
    assert set(DuplicatePair.objects.waiting_for(officer)) == set()
    assert set(DuplicatePair.objects.waiting_for(colleague)) == {here}


def test_an_officer_decides_no_pair_across_regions(officer):  # AC-D20
    pair = DuplicatePairFactory(one=WorkerFactory(kelurahan=kelurahan(ELSEWHERE)))

    with pytest.raises(DuplicatePair.DoesNotExist):
        answer(pair, officer, "different")
    with pytest.raises(DuplicatePair.DoesNotExist):
        operations.view_pair(pair.pk, by=officer)


def test_reading_pairs_is_on_the_trail(officer):
    pair = DuplicatePairFactory()

    operations.view_pair(pair.pk, by=officer)
    operations.list_pairs([pair], by=officer, terms={"status": "open"})

    entries = AuditEntry.objects.filter(event__in=["pair.view", "pair.list"]).order_by("pk")
    both = [str(pair.one_id), str(pair.other_id)]
    assert [(entry.kind, entry.persons) for entry in entries] == [(Kind.READ, both), (Kind.READ, both)]


def test_a_pair_is_not_told_from_its_number():
    assert str(DuplicatePair(pk=7)) == "dugaan ganda #7"
