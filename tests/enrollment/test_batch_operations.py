import csv
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.operations import move_account
from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations
from enrollment.enums import BatchStatus, LineStatus, Package, Payer
from enrollment.models import Batch, BatchLine
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import BatchFactory, BatchLineFactory, MembershipFactory
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import DesilRecordFactory, OccupationFactory, PolicyFactory, WorkerFactory
from workers.enums import Employment, OccupationCategory, Sector

TERMS = {"package": Package.JKK_JKM, "payer": Payer.APBD, "start_month": date(2026, 12, 1)}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def policy(db):
    return PolicyFactory()


@pytest.fixture
def officer(policy):
    return UserFactory(officer=True)


@pytest.fixture
def admin(db):
    return UserFactory()


@pytest.fixture
def bpjs(db):
    return UserFactory(bpjs=True)


def eligible_worker(**fields):
    worker = WorkerFactory(**fields)
    DesilRecordFactory(family_card_number=worker.family_card_number)
    return worker


def state() -> list:
    return [
        list(Batch.objects.order_by("pk").values_list("pk", "status", "approved_by", "sent_by")),
        list(BatchLine.objects.order_by("pk").values_list("pk", "status")),
        AuditEntry.objects.count(),
    ]


def test_proposing_takes_everyone_who_is_eligible_and_free(officer):
    eligible = eligible_worker(name="Baso")
    eligible_worker(employment=Employment.WAGE_EARNER)
    waiting = eligible_worker()
    BatchLineFactory(worker=waiting)
    MembershipFactory(worker=eligible_worker())
    answered = BatchLineFactory(worker=eligible_worker(name="Andi"), rejected=True)
    eligible_worker(kelurahan=kelurahan("73.71.01.1001"))  # another kecamatan

    batch = operations.propose_batch(by=officer, **TERMS)

    lines = batch.lines.order_by("number")
    assert [(line.number, line.worker, line.status, line.monthly_amount) for line in lines] == [
        (1, answered.worker, LineStatus.PENDING, 16_800),
        (2, eligible, LineStatus.PENDING, 16_800),
    ]
    assert (batch.number, batch.status, batch.region_id, batch.proposed_by) == (
        "2611-00001",
        BatchStatus.PROPOSED,
        "73.71.09",
        officer,
    )
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.subject_id, entry.actor_id) == ("batch.propose", str(batch.pk), officer.pk)
    assert entry.facts == {
        "lines": 2,
        "monthly_amount": 33_600,
        "package": "JKK_JKM",
        "payer": "APBD",
        "start_month": "2026-12-01",
        "policy": "2026-01-01",
    }


def test_a_line_keeps_the_facts_it_was_decided_on(officer):  # AC-B19
    worker = eligible_worker(name="=Baso")

    batch = operations.propose_batch(by=officer, **TERMS)

    facts = batch.lines.get().facts
    assert facts["file"]["nik"] == worker.nik
    assert facts["file"]["name"] == "=Baso"
    assert facts["eligibility"]["desil"] == 2
    assert facts["eligibility"]["desil_release"] == "2026-3"
    assert [line["amount"] for line in facts["contribution"]] == [10_000, 6_800]


def test_the_amount_follows_payer_and_sector(officer):  # rules D2, D4
    driver = OccupationFactory(code="OJK", name="Tukang ojek", sector=Sector.TRANSPORT)
    eligible_worker(occupation=driver)

    batch = operations.propose_batch(by=officer, **TERMS | {"payer": Payer.DONOR, "start_month": date(2027, 1, 1)})

    assert batch.lines.get().monthly_amount == 8_400


def test_one_kelurahan_can_be_proposed_alone(officer):
    eligible_worker()
    here = eligible_worker(kelurahan=kelurahan("73.71.09.1002"))

    batch = operations.propose_batch(by=officer, kelurahan="73.71.09.1002", **TERMS)

    assert [line.worker for line in batch.lines.all()] == [here]


def test_named_workers_are_proposed_alone(officer):
    named = eligible_worker()
    eligible_worker()

    batch = operations.propose_batch(by=officer, workers=[named.pk], **TERMS)

    assert [line.worker for line in batch.lines.all()] == [named]


def test_those_in_office_need_no_desil(officer):  # rule E10
    imam = OccupationFactory(code="IMM", name="Imam", category=OccupationCategory.RELIGIOUS)
    worker = WorkerFactory(occupation=imam)

    batch = operations.propose_batch(by=officer, workers=[worker.pk], **TERMS)

    assert batch.lines.get().facts["eligibility"]["by_office"]


def test_a_worker_in_an_open_batch_is_refused_with_its_number(officer):  # AC-B25
    line = BatchLineFactory(worker=eligible_worker(), batch__number="2610-00003")
    before = state()

    with pytest.raises(Refused) as refused:
        operations.propose_batch(by=officer, workers=[line.worker.pk], **TERMS)

    assert refused.value.codes == ["already_proposed"]
    assert "2610-00003" in refused.value.messages[0]
    assert state() == before


@pytest.mark.parametrize(
    ("period", "codes"),
    [
        ((date(2026, 3, 1), None), ["already_covered"]),  # AC-W17
        ((date(2026, 3, 1), date(2026, 12, 2)), ["already_covered"]),
        ((date(2027, 3, 1), None), ["already_covered"]),
        ((date(2026, 3, 1), date(2026, 12, 1)), []),
    ],
)
def test_cover_that_reaches_into_the_new_months_stands_against(officer, period, codes):
    worker = MembershipFactory(worker=eligible_worker(), period=period).worker

    try:
        operations.propose_batch(by=officer, workers=[worker.pk], **TERMS)
        refusal = []
    except Refused as refused:
        refusal = refused.codes

    assert refusal == codes


def test_every_reason_against_a_named_worker_is_said_with_the_name(officer):
    worker = WorkerFactory(name="Baso", birth_on=date(1950, 1, 1))
    before = state()

    with pytest.raises(Refused) as refused:
        operations.propose_batch(by=officer, workers=[worker.pk], **TERMS)

    assert refused.value.codes == ["desil_unknown", "too_old"]
    assert [text.partition(":")[0] for text in refused.value.messages] == ["Baso", "Baso"]
    assert state() == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"start_month": date(2026, 10, 1)}, "month_is_past"), ({"kelurahan": "73.71.09.1099"}, "no_worker_to_propose")],
)
def test_a_proposal_without_ground_leaves_no_trace(officer, changes, code):  # AC-B2, AC-W62
    eligible_worker()
    before = state()

    with pytest.raises(Refused) as refused:
        operations.propose_batch(by=officer, **TERMS | changes)

    assert refused.value.codes == [code]
    assert state() == before


def test_a_worker_of_another_region_is_not_found(officer):
    stranger = eligible_worker(kelurahan=kelurahan("73.71.01.1001"))

    with pytest.raises(Refused) as refused:
        operations.propose_batch(by=officer, workers=[stranger.pk], **TERMS)

    assert refused.value.codes == ["worker_not_found"]
    assert stranger.name not in str(refused.value.messages)


@pytest.mark.parametrize("trait", ["hospital_staff", "bpjs", "auditor"])
def test_other_roles_do_not_propose(policy, trait):
    with pytest.raises(Refused) as refused:
        operations.propose_batch(by=UserFactory(**{trait: True}), **TERMS)

    assert refused.value.codes == ["not_an_officer"]


def test_without_a_policy_nothing_is_proposed(db):
    with pytest.raises(Refused) as refused:
        operations.propose_batch(by=UserFactory(officer=True), **TERMS)

    assert refused.value.codes == ["no_policy"]


def test_approving_signs_the_batch(admin):
    line = BatchLineFactory()

    batch = operations.approve_batch(line.batch.pk, by=admin, note="Sesuai")

    assert (batch.status, batch.approved_by, batch.approved_at) == (
        BatchStatus.APPROVED,
        admin,
        datetime(2026, 11, 24, 2, tzinfo=UTC),
    )
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.actor_id, entry.note) == ("batch.approve", admin.pk, "Sesuai")
    assert entry.facts == {"from": "proposed", "to": "approved"}


def test_the_database_refuses_the_proposers_own_signature(admin):  # AC-B4
    batch = BatchFactory(proposed_by=admin)

    with pytest.raises(IntegrityError, match="enrollment_batch_approver_is_not_proposer"), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(
            status=BatchStatus.APPROVED, approved_by=admin, approved_at=batch.proposed_at
        )


@pytest.mark.parametrize(
    ("deed", "status"), [("reject_batch", BatchStatus.REJECTED), ("withdraw_batch", BatchStatus.WITHDRAWN)]
)
def test_a_batch_that_ends_frees_its_workers(officer, admin, deed, status):  # AC-B29
    batch = operations.propose_batch(by=officer, workers=[eligible_worker().pk], **TERMS)
    by = admin if deed == "reject_batch" else officer

    getattr(operations, deed)(batch.pk, by=by, note="Desil berubah")

    batch.refresh_from_db()
    line = batch.lines.get()
    assert (batch.status, line.status) == (status, LineStatus.DROPPED)
    assert AuditEntry.objects.latest("pk").note == "Desil berubah"
    assert operations.propose_batch(by=officer, workers=[line.worker_id], **TERMS).status == BatchStatus.PROPOSED


def test_taking_the_file_is_signed_and_each_download_is_on_the_trail(bpjs):
    line = BatchLineFactory(batch=BatchFactory(approved=True, number="2611-00012"), number=1)

    batch = operations.send_batch(line.batch.pk, by=bpjs)
    name, rows = operations.download_batch(batch.pk, by=bpjs)

    assert (batch.status, batch.sent_by, batch.sent_at) == (
        BatchStatus.SENT,
        bpjs,
        datetime(2026, 11, 24, 2, tzinfo=UTC),
    )
    assert name == "kelompok-2611-00012.csv"
    _, row = csv.reader(rows)
    assert row[:4] == ["2611-00012", "1", line.worker.nik, line.worker.name]
    assert list(AuditEntry.objects.values_list("event", flat=True)) == ["batch.send", "batch.download"]


def test_the_file_shows_what_was_decided_on_not_todays_data(bpjs):  # AC-B19
    line = BatchLineFactory(batch__sent=True, worker__name="Nama lama")
    line.worker.name = "Nama baru"
    line.worker.save()

    _, rows = operations.download_batch(line.batch.pk, by=bpjs)

    assert list(csv.reader(rows))[1][3] == "Nama lama"


@pytest.mark.parametrize(
    ("deed", "trait", "batch", "code"),
    [
        ("approve_batch", "officer", {}, "not_an_admin"),
        ("approve_batch", "admin", {"rejected": True}, "wrong_status"),
        ("reject_batch", "admin", {"approved": True}, "wrong_status"),  # AC-B8
        ("withdraw_batch", "officer", {}, "not_the_proposer"),
        ("send_batch", "bpjs", {"sent": True}, "wrong_status"),
        ("send_batch", "admin", {"approved": True}, "not_bpjs"),
        ("download_batch", "bpjs", {"approved": True}, "wrong_status"),
    ],
)
def test_a_refused_deed_leaves_no_trace(db, deed, trait, batch, code):
    user = UserFactory(**{trait: True} if trait != "admin" else {})
    line = BatchLineFactory(batch=BatchFactory(**batch))
    note = {"note": "Salah"} if deed == "reject_batch" else {}
    before = state()

    with pytest.raises(Refused) as refused:
        getattr(operations, deed)(line.batch.pk, by=user, **note)

    assert refused.value.codes == [code]
    assert state() == before


def test_bpjs_does_not_see_what_is_only_proposed(bpjs):
    batch = BatchFactory()

    with pytest.raises(Batch.DoesNotExist):
        operations.send_batch(batch.pk, by=bpjs)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"status": "approved"}, "enrollment_batch_not_sent_unapproved"),
        ({"approved_at": datetime(2026, 11, 1, tzinfo=UTC)}, "enrollment_batch_approval_is_signed"),
        ({"sent_at": datetime(2026, 11, 1, tzinfo=UTC)}, "enrollment_batch_sending_is_signed"),
        ({"start_month": date(2026, 12, 2)}, "enrollment_batch_starts_on_the_first"),
    ],
)
def test_the_database_holds_the_rules_of_a_batch(db, values, constraint):
    batch = BatchFactory()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(**values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"status": "accepted"}, "enrollment_line_answer_is_complete"),
        ({"status": "rejected"}, "enrollment_line_answer_is_complete"),
        ({"rejection": "Ganda"}, "enrollment_line_answer_is_complete"),
        ({"number": 1}, "enrollment_line_number_once"),
    ],
)
def test_the_database_holds_the_rules_of_a_line(db, values, constraint):
    first = BatchLineFactory(number=1)
    second = BatchLineFactory(batch=first.batch, number=2)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        BatchLine.objects.filter(pk=second.pk).update(**values)


def test_the_database_holds_a_worker_in_one_open_batch(db):  # AC-B25
    line = BatchLineFactory()

    with pytest.raises(IntegrityError, match="enrollment_line_worker_pending_once"), transaction.atomic():
        BatchLineFactory(worker=line.worker)


def at_once(*deeds) -> list[str]:
    """Each deed in its own thread and connection, started together; what became of each."""
    barrier, outcomes = Barrier(len(deeds)), []

    def run(deed):
        try:
            barrier.wait()
            deed()
            outcomes.append("done")
        except Refused as refused:
            outcomes.extend(refused.codes)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_give_one_approval():  # AC-B23
    line = BatchLineFactory()
    admins = UserFactory.create_batch(2)

    outcomes = at_once(*[lambda by=by: operations.approve_batch(line.batch.pk, by=by) for by in admins])

    assert outcomes == ["done", "wrong_status"]
    assert list(AuditEntry.objects.values_list("event", flat=True)) == ["batch.approve"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("named", [True, False])
def test_two_officers_at_once_propose_a_worker_once(named):  # AC-B25
    PolicyFactory()
    worker = eligible_worker()
    officers = UserFactory.create_batch(2, officer=True)
    chosen = {"workers": [worker.pk]} if named else {}

    outcomes = at_once(*[lambda by=by: operations.propose_batch(by=by, **TERMS, **chosen) for by in officers])

    assert outcomes == ["already_proposed" if named else "done", "done" if named else "no_worker_to_propose"]
    assert BatchLine.objects.count() == 1


def test_what_a_moved_officer_proposed_stays_with_its_region(officer, admin):  # AC-P23
    line = BatchLineFactory(batch=BatchFactory(proposed_by=officer))
    move = {"role": officer.role, "region": kecamatan("73.71.10"), "hospital": None, "note": "Mutasi"}
    moved = move_account(officer.pk, by=admin, **move)
    successor = UserFactory(officer=True)

    assert list(Batch.objects.visible_to(moved)) == []
    with pytest.raises(Batch.DoesNotExist):
        operations.withdraw_batch(line.batch.pk, by=moved)
    assert list(Batch.objects.visible_to(successor)) == [line.batch]
    assert operations.approve_batch(line.batch.pk, by=admin).status == BatchStatus.APPROVED
