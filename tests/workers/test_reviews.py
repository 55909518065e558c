"""A release that lifts a member's family above the limit makes a task, never a drop (rule S6, AC-W56)."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from casework.audit import entries_about, entries_of
from casework.decisions import Refused
from casework.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import MembershipFactory
from tests.regions.factories import kecamatan
from tests.workers.factories import (
    DesilRecordFactory,
    DesilReviewFactory,
    OccupationFactory,
    PolicyFactory,
    WorkerExitFactory,
    WorkerFactory,
)
from workers import rules
from workers.enums import OccupationCategory, ReviewStatus
from workers.models import DesilObjection, DesilReview, Policy, Worker
from workers.operations import (
    answer_review,
    close_objection,
    decide_review,
    file_objection,
    open_reviews,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
CARD = "7371090101150001"


@pytest.fixture
def officer():
    PolicyFactory()
    return UserFactory(officer=True, name="Petugas Satu")


@pytest.fixture
def admin(officer):
    return UserFactory(name="Admin Dua")


def member(**traits) -> Worker:
    worker = WorkerFactory(**{"family_card_number": CARD} | traits)
    MembershipFactory(worker=worker)
    return worker


def risen(desil: int = 6, **traits) -> Worker:
    DesilRecordFactory(family_card_number=CARD, release="2026-2", desil=3)
    DesilRecordFactory(family_card_number=CARD, release="2026-3", desil=desil)
    return member(**traits)


def codes_of(act) -> list[str]:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def test_a_new_snapshot_that_lifts_a_family_makes_a_task_and_drops_nobody(officer):  # AC-W56
    worker = risen(desil=6)

    assert open_reviews(on=TODAY) == 1

    (review,) = DesilReview.objects.all()
    assert (review.worker, review.status, review.desil, review.desil_limit) == (worker, ReviewStatus.OPEN, 6, 4)
    assert (review.release, review.earlier_release, review.earlier_desil) == ("2026-3", "2026-2", 3)
    assert (review.opened_on, review.due_on) == (TODAY, TODAY + timedelta(days=90))
    assert worker.exit is None
    assert worker.memberships.get().period.upper is None
    (entry,) = AuditEntry.objects.filter(event="review.open")
    assert (entry.persons, entry.actor_name) == ([str(worker.pk)], "sistem")


def test_the_grace_period_is_the_policys(officer):
    Policy.objects.update(grace_days=30)
    risen()
    open_reviews(on=TODAY)

    assert DesilReview.objects.get().due_on == TODAY + timedelta(days=30)


def test_one_answer_holds_until_another_release_or_limit(officer):
    worker = risen(desil=6)
    open_reviews(on=TODAY)
    answer_review(DesilReview.objects.get().pk, by=officer, answer="keep", reason="Tetap rentan")
    PolicyFactory(effective_on=TODAY - timedelta(days=2), minimum_age=18)

    assert open_reviews(on=TODAY) == 0
    PolicyFactory(effective_on=TODAY - timedelta(days=1), desil_limit=5)
    assert open_reviews(on=TODAY) == 1
    DesilRecordFactory(family_card_number=CARD, release="2026-4", desil=7)
    PolicyFactory(effective_on=TODAY, release="2026-4", desil_limit=5)
    assert open_reviews(on=TODAY) == 1
    assert worker.desil_reviews.count() == 3


def test_without_an_earlier_release_the_task_says_so(officer):
    DesilRecordFactory(family_card_number=CARD, release="2026-3", desil=6)
    member()
    open_reviews(on=TODAY)

    review = DesilReview.objects.get()
    assert (review.earlier_release, review.earlier_desil) == ("", None)


def _member_until_yesterday():
    worker = WorkerFactory(family_card_number=CARD)
    MembershipFactory(worker=worker, period=(date(2026, 3, 1), TODAY))


NOBODY = {
    "desil at the limit": lambda: risen(desil=4),
    "by office": lambda: risen(occupation=OccupationFactory(code="IMM", category=OccupationCategory.RELIGIOUS)),
    "left": lambda: WorkerExitFactory(worker=risen()),
    "forgotten": lambda: risen(anonymised_at="2026-03-02T10:00+08:00"),
    "linked": lambda: risen(survivor=WorkerFactory()),
    "no longer a member": lambda: (
        DesilRecordFactory(family_card_number=CARD, release="2026-3", desil=6),
        _member_until_yesterday(),
    ),
    "another release": lambda: (DesilRecordFactory(family_card_number=CARD, release="2026-4", desil=9), member()),
}


@pytest.mark.parametrize("arrange", NOBODY.values(), ids=NOBODY)
def test_who_gets_no_task(officer, arrange):
    arrange()

    assert open_reviews(on=TODAY) == 0


def test_the_officer_keeps_with_a_reason(officer):
    review = DesilReviewFactory()

    answer_review(review.pk, by=officer, answer="keep", reason="Rumah kontrakan, penghasilan tidak tetap")

    review.refresh_from_db()
    assert (review.status, review.answered_by, review.decided_by) == (ReviewStatus.KEPT, officer, None)
    assert [entry.event for entry in entries_of(review)] == ["review.keep"]
    assert codes_of(lambda: answer_review(review.pk, by=officer, answer="propose", reason="x")) == ["wrong_status"]


def test_a_proposed_exit_is_decided_by_an_admin(officer, admin):
    review = DesilReviewFactory()
    answer_review(review.pk, by=officer, answer="propose", reason="Sudah mampu")
    assert review.worker.exit is None
    refused = codes_of(lambda: decide_review(review.pk, by=officer, answer="confirm", note="Ya"))
    assert refused == ["not_an_admin", "same_person"]

    decide_review(review.pk, by=admin, answer="confirm", note="Setuju")

    review.refresh_from_db()
    left = review.worker.exit
    assert (review.status, review.decided_by, review.decision) == (ReviewStatus.ENDED, admin, "Setuju")
    assert (left.reason, left.exited_on, left.recorded_by, left.note) == ("policy", TODAY, admin, "Sudah mampu")
    assert [e.event for e in entries_about(review.worker_id)] == ["review.propose", "worker.exit", "review.confirm"]


def test_nobody_gives_both_signatures(admin):
    review = DesilReviewFactory()
    answer_review(review.pk, by=admin, answer="propose", reason="Sudah mampu")

    assert codes_of(lambda: decide_review(review.pk, by=admin, answer="confirm", note="Ya")) == ["same_person"]
    assert codes_of(lambda: decide_review(review.pk, by=admin, answer="decline", note="Ya")) == ["same_person"]


def test_a_declined_exit_keeps_the_member(officer, admin):
    review = DesilReviewFactory()
    answer_review(review.pk, by=officer, answer="propose", reason="Sudah mampu")

    decide_review(review.pk, by=admin, answer="decline", note="Periksa lagi rumahnya")

    review.refresh_from_db()
    assert (review.status, review.decided_by) == (ReviewStatus.KEPT, admin)
    assert review.worker.exit is None


def test_while_an_objection_is_open_nobody_leaves_for_it(officer, admin):  # rule S5
    worker = risen()
    open_reviews(on=TODAY)
    review = DesilReview.objects.get()
    objection = file_objection(worker.pk, by=officer, filed_on=date(2026, 11, 1), reference="Tanda terima 12")
    assert (objection.release, objection.desil, objection.filed_on) == ("2026-3", 6, date(2026, 11, 1))

    propose = {"by": officer, "answer": "propose", "reason": "Sudah mampu"}
    assert codes_of(lambda: answer_review(review.pk, **propose)) == ["objection_open"]
    assert not DesilReview.objects.waiting_for(officer).exists()
    close_objection(worker.pk, by=officer, outcome="rejected", outcome_on=date(2026, 11, 20), note="Surat 460/7")
    assert DesilReview.objects.waiting_for(officer).get() == review
    answer_review(review.pk, **propose)
    file_objection(worker.pk, by=officer, filed_on=date(2026, 11, 21), reference="Tanda terima 13")
    assert codes_of(lambda: decide_review(review.pk, by=admin, answer="confirm", note="Ya")) == ["objection_open"]
    decide_review(review.pk, by=admin, answer="decline", note="Menunggu hasilnya")
    assert worker.exit is None


def test_an_objection_has_its_days_and_its_outcome(officer):
    worker = risen()
    file_objection(worker.pk, by=officer, filed_on=date(2026, 11, 1), reference="Tanda terima 12")

    close_objection(worker.pk, by=officer, outcome="accepted", outcome_on=date(2026, 11, 20), note="Surat 460/7")

    (objection,) = worker.objections.all()
    assert (objection.outcome, objection.outcome_on, objection.closed_by) == ("accepted", date(2026, 11, 20), officer)
    assert [entry.event for entry in entries_of(objection)] == ["objection.file", "objection.close"]
    again = {"by": officer, "outcome": "rejected", "outcome_on": date(2026, 11, 21)}
    assert codes_of(lambda: close_objection(worker.pk, **again)) == ["objection_closed"]


def test_what_an_objection_needs(officer):
    file = {"by": officer, "filed_on": date(2026, 11, 1), "reference": "Tanda terima 12"}
    assert codes_of(lambda: file_objection(member().pk, **file)) == ["desil_unknown"]
    other = WorkerFactory(family_card_number="7371090101150002")
    DesilRecordFactory(family_card_number="7371090101150002", release="2026-3", desil=6)
    late = file | {"filed_on": TODAY + timedelta(days=1)}
    assert codes_of(lambda: file_objection(other.pk, **late)) == ["filed_in_future"]
    file_objection(other.pk, **file)
    assert codes_of(lambda: file_objection(other.pk, **file)) == ["objection_open"]


@pytest.mark.parametrize(
    ("on", "codes"),
    [
        (TODAY + timedelta(days=1), ["outcome_in_future"]),
        (date(2026, 10, 31), ["outcome_before_filing"]),
        (date(2026, 11, 1), []),
    ],
)
def test_what_an_outcome_needs(officer, on, codes):
    objection = DesilObjection(filed_on=date(2026, 11, 1))

    assert rules.check_outcome(objection, by=officer, outcome_on=on, today=TODAY).codes == codes


def test_an_outcome_needs_an_objection(officer):
    outcome = {"by": officer, "outcome": "accepted", "outcome_on": date(2026, 11, 20)}

    assert codes_of(lambda: close_objection(WorkerFactory().pk, **outcome)) == ["no_objection"]


def test_out_of_scope_there_is_nothing_to_answer(officer):
    review, elsewhere = DesilReviewFactory(), UserFactory(officer=True, region=kecamatan("73.71.10"))

    with pytest.raises(DesilReview.DoesNotExist):
        answer_review(review.pk, by=elsewhere, answer="keep", reason="x")
    with pytest.raises(Worker.DoesNotExist):
        file_objection(review.worker_id, by=elsewhere, filed_on=TODAY, reference="x")


def test_who_has_left_meanwhile_needs_no_answer(officer):
    review = DesilReviewFactory()
    assert DesilReview.objects.waiting_for(officer).get() == review
    WorkerExitFactory(worker=review.worker)

    assert not DesilReview.objects.waiting_for(officer).exists()


@pytest.mark.parametrize(
    ("broken", "constraint"),
    [
        ({"status": "proposed"}, "workers_review_signatures_fit_status"),
        ({"status": "ended", "answered_by": "officer", "answered_at": "2026-11-20T10:00+08:00"}, "signatures_fit"),
        ({"answered_at": "2026-11-20T10:00+08:00"}, "workers_review_answer_is_signed"),
        (
            {
                "status": "kept",
                "answered_by": "officer",
                "answered_at": "2026-11-20T10:00+08:00",
                "decided_by": "officer",
                "decided_at": "2026-11-20T10:00+08:00",
            },
            "workers_review_decider_is_not_proposer",
        ),
    ],
    ids=str,
)
def test_what_the_database_refuses(officer, broken, constraint):
    signed = {name: officer if value == "officer" else value for name, value in broken.items()}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        DesilReviewFactory(**signed)


def test_the_database_knows_one_review_and_one_open_objection(officer):
    review = DesilReviewFactory()
    filed = {"worker": review.worker, "release": "2026-3", "desil": 6, "filed_on": TODAY, "recorded_by": officer}
    DesilObjection.objects.create(**filed)

    with pytest.raises(IntegrityError, match="workers_review_once"), transaction.atomic():
        DesilReviewFactory(worker=review.worker)
    with pytest.raises(IntegrityError, match="workers_objection_one_open"), transaction.atomic():
        DesilObjection.objects.create(**filed)


def test_the_command_opens_them_every_night(officer):
    risen()
    out = StringIO()
    call_command("open_desil_reviews", stdout=out)
    assert out.getvalue() == "1 telaah dibuka.\n"


def test_the_command_waits_for_the_first_policy(db):
    out = StringIO()
    call_command("open_desil_reviews", stdout=out)
    assert out.getvalue() == "Kota belum menetapkan kebijakan.\n"


# --- pages ---


def test_an_officer_proposes_and_an_admin_decides_on_pages(client, officer, admin):
    review = DesilReviewFactory(due_on=TODAY - timedelta(days=1))
    client.force_login(officer)
    (task,) = client.get(reverse("home")).context["tasks"]
    assert (task.title, task.tone) == ("1 peserta perlu ditelaah desilnya", "bad")
    assert [row.pk for row in client.get(task.url).context["page"]] == [review.pk]
    page = client.get(review.get_absolute_url())
    assert "sudah lewat; kepesertaan tetap berjalan" in page.text
    address = reverse("workers:review_answer", args=[review.pk])
    assert client.post(address, {"answer": "propose"}).status_code == 422
    response = client.post(address, {"answer": "propose", "reason": "Sudah mampu"}, follow=True)
    assert [str(m) for m in response.context["messages"]] == ["Jawaban tersimpan: diusulkan keluar."]
    assert "Usulan keluar diputuskan oleh admin kota." in response.text
    assert client.post(address, {"answer": "keep", "reason": "Lain"}).status_code == 422

    client.force_login(admin)
    titles = [t.title for t in client.get(reverse("home")).context["tasks"]]
    assert titles == ["1 usulan keluar karena desil menunggu keputusan"]
    address = reverse("workers:review_decide", args=[review.pk])
    assert client.post(address, {"answer": "confirm"}).status_code == 422
    response = client.post(address, {"answer": "confirm", "note": "Setuju"}, follow=True)
    assert [str(m) for m in response.context["messages"]] == ["Keputusan tersimpan: keluar."]
    assert client.post(address, {"answer": "confirm", "note": "Setuju"}).status_code == 422
    wrong = reverse("workers:review_decide", args=["00000000-0000-4000-8000-000000000000"])
    assert client.post(wrong, {"answer": "confirm", "note": "Setuju"}).status_code == 404


FILED = {"filed_on_0": "1", "filed_on_1": "11", "filed_on_2": "2026", "reference": "Tanda terima 12"}
OUTCOME = {"outcome": "accepted", "outcome_on_0": "20", "outcome_on_1": "11", "outcome_on_2": "2026"}


def test_an_objection_is_kept_and_closed_on_pages(client, officer):
    worker = risen()
    client.force_login(officer)
    file = reverse("workers:objection_file", args=[worker.pk])
    assert "Desil 6 menurut DTSEN rilis 2026-3" in client.get(file).text
    assert list(client.post(file, FILED | {"filed_on_2": "2031"}).context["form"].errors) == ["filed_on"]
    assert client.post(file, FILED, follow=True).redirect_chain == [(worker.get_absolute_url(), 302)]

    close = reverse("workers:objection_close", args=[worker.pk])
    assert "Tanda terima 12" in client.get(close).text
    assert list(client.post(close, OUTCOME | {"outcome_on_1": "10"}).context["form"].errors) == ["outcome_on"]
    assert client.post(close, OUTCOME, follow=True).redirect_chain == [(worker.get_absolute_url(), 302)]
    assert worker.objections.get().outcome == "accepted"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(client, officer, count, django_assert_num_queries):
    DesilReviewFactory.create_batch(count)
    client.force_login(officer)

    with django_assert_num_queries(7):  # session, user, limit, limits, page, entry
        response = client.get(reverse("workers:review_list"))

    assert len(response.context["page"]) == count


@pytest.mark.parametrize(("query", "found"), [("", 1), ("?status=kept", 0), ("?status=x", 0)])
def test_the_list_narrows_by_status(client, officer, query, found):
    DesilReviewFactory()
    client.force_login(officer)

    assert len(client.get(reverse("workers:review_list") + query).context["page"]) == found
