import csv
from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.operations import move_account
from casework import chain
from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations
from enrollment.enums import BatchStatus, LineStatus, Package, Payer
from enrollment.models import ApprovalPolicy, Batch, BatchApproval, BatchLine
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import BatchFactory, BatchLineFactory, MembershipFactory
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import DesilRecordFactory, OccupationFactory, PolicyFactory, WorkerFactory
from workers.enums import Employment, OccupationCategory, Sector
from workers.models import Worker

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
        BatchStatus.LOCKED,
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
        "fund": "",
        "start_month": "2026-12-01",
        "policy": "2026-01-01",
        "digest": batch.digest,
        "approvals_needed": 1,
    }
    assert entry.persons == [str(line.worker_id) for line in lines]


def test_a_line_keeps_the_facts_it_was_decided_on(officer):  # AC-B19
    worker = eligible_worker(name="=Baso")

    batch = operations.propose_batch(by=officer, **TERMS)

    facts = batch.lines.get().facts
    assert facts["file"]["nik"] == worker.nik
    assert facts["file"]["name"] == "=Baso"
    assert facts["eligibility"]["desil"] == 2
    assert facts["eligibility"]["desil_release"] == "2026-3"
    assert [line["amount"] for line in facts["contribution"]] == [10_000, 6_800]


def test_the_facts_name_the_snapshot_and_the_policy(officer):
    batch = operations.propose_batch(by=officer, workers=[eligible_worker().pk], **TERMS)

    assert batch.lines.get().facts["eligibility"] == {
        "on": "2026-11-24",
        "policy_effective_on": "2026-01-01",
        "policy_source": "Pernyataan contoh",
        "desil": 2,
        "desil_limit": 4,
        "desil_release": "2026-3",
        "desil_source": "Berkas contoh",
        "desil_received_on": "2026-10-01",
        "age": 36,
        "occupation": "Nelayan",
        "second_occupation": "",
        "by_office": False,
        "employment": "informal",
        "is_resident": True,
    }


def test_facts_without_a_desil_say_so(officer):
    imam = OccupationFactory(code="IMM", name="Imam", category=OccupationCategory.RELIGIOUS)
    worker = WorkerFactory(second_occupation=imam)

    facts = operations.propose_batch(by=officer, workers=[worker.pk], **TERMS).lines.get().facts["eligibility"]

    assert (facts["desil"], facts["desil_source"], facts["desil_received_on"]) == (None, "", None)
    assert (facts["second_occupation"], facts["by_office"]) == ("Imam", True)


def test_nothing_has_changed_right_after_the_lock(officer):
    """The statement that freezes and the page that compares say the same of a person (AC-B19)."""
    worker = eligible_worker(
        name='D\'Ang "Ba\\so" é 💛\t', address="Jl. Baru\n1", phone="081234567890", income=1_250_000
    )

    line = operations.propose_batch(by=officer, workers=[worker.pk], **TERMS).lines.get()

    assert line.changed_since_lock() == []
    assert line.digest == line.content_digest()


@pytest.mark.parametrize(("born", "age"), [(date(2000, 11, 24), 26), (date(2000, 11, 25), 25), (date(2004, 2, 29), 22)])
def test_the_age_is_in_full_years(officer, born, age):
    worker = eligible_worker(birth_on=born)

    line = operations.propose_batch(by=officer, workers=[worker.pk], **TERMS).lines.get()

    assert line.facts["eligibility"]["age"] == age == worker.age_on(date(2026, 11, 24))


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
    assert entry.facts == {"from": "locked", "to": "approved"}


def test_a_dear_batch_needs_a_second_person(officer, admin):  # AC-B5, AC-B7
    ApprovalPolicy.objects.create(effective_on=date(2026, 1, 1), source="SK contoh", tiers=[16_799])
    batch = operations.propose_batch(by=officer, workers=[eligible_worker().pk], **TERMS)
    assert batch.approvals_needed == 2

    operations.approve_batch(batch.pk, by=admin, note="Satu")
    batch.refresh_from_db()
    assert batch.status == BatchStatus.LOCKED
    assert refusal(operations.approve_batch, batch, by=admin) == ["already_signed"]
    assert refusal(operations.hand_back_batch, batch, by=admin, note="Keliru") == ["already_signed"]  # AC-B8
    second, third = UserFactory.create_batch(2)
    operations.approve_batch(batch.pk, by=second)

    batch.refresh_from_db()
    assert (batch.status, batch.approved_by) == (BatchStatus.APPROVED, second)
    assert list(batch.approvals.values_list("stage", "approved_by")) == [(1, admin.pk), (2, second.pk)]
    assert refusal(operations.approve_batch, batch, by=third) == ["wrong_status"]
    events = AuditEntry.objects.order_by("pk").values_list("event", "actor_id")
    assert list(events)[1:] == [("batch.sign", admin.pk), ("batch.approve", second.pk)]


@pytest.mark.parametrize(
    ("approval", "constraint"),
    [
        (lambda batch, admin: {"stage": 1, "approved_by": batch.proposed_by}, "enrollment_approval_is_by_another"),
        (lambda batch, admin: {"stage": 3, "approved_by": admin}, "enrollment_approval_is_needed"),
        (lambda batch, admin: {"stage": 0, "approved_by": admin}, "enrollment_approval_stages_begin_at_1"),
        (lambda batch, admin: {"stage": 1, "approved_by": admin}, "enrollment_approval_stage_once"),
        (
            lambda batch, admin: {"stage": 2, "approved_by": batch.approvals.get().approved_by},
            "enrollment_approval_person_once",
        ),
    ],
)
def test_the_database_holds_the_rules_of_an_approval(admin, approval, constraint):  # AC-B4, AC-B5, AC-B7
    batch = BatchFactory(approvals_needed=2)
    operations.approve_batch(batch.pk, by=UserFactory())

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        batch.approvals.create(approved_at=batch.proposed_at, **approval(batch, admin))


def test_what_was_handed_back_is_mended_and_locked_again(officer, admin):
    ApprovalPolicy.objects.create(effective_on=date(2026, 1, 1), source="SK contoh", tiers=[0])
    stays, goes = eligible_worker(), eligible_worker()
    batch = operations.propose_batch(by=officer, workers=[stays.pk, goes.pk], **TERMS)
    operations.approve_batch(batch.pk, by=admin)

    operations.hand_back_batch(batch.pk, by=UserFactory(), note="Satu orang sudah pindah")
    batch.refresh_from_db()
    assert (batch.status, batch.approvals.count()) == (BatchStatus.RETURNED, 0)
    assert refusal(operations.propose_batch, by=officer, workers=[goes.pk], **TERMS) == ["already_proposed"]

    operations.reopen_batch(batch.pk, by=officer)
    assert list(batch.lines.values_list("facts", "digest")) == [({}, "")] * 2
    out = batch.lines.get(worker=goes).number
    assert operations.take_out_lines(batch.pk, by=officer, numbers=[out, 99]) == 1
    locked = operations.lock_batch(batch.pk, by=officer)
    assert (locked.status, locked.approvals_needed) == (BatchStatus.LOCKED, 2)
    assert list(locked.lines.values_list("worker", flat=True)) == [stays.pk]
    assert operations.propose_batch(by=officer, workers=[goes.pk], **TERMS).lines.count() == 1
    assert operations.approve_batch(batch.pk, by=admin).status == BatchStatus.LOCKED


def test_a_draft_takes_workers_in_until_it_is_locked(officer):
    batch = operations.propose_batch(by=officer, workers=[eligible_worker().pk], draft=True, **TERMS)
    assert (batch.status, batch.digest, list(batch.lines.values_list("facts", flat=True))) == ("draft", "", [{}])
    late = eligible_worker()

    line = operations.add_worker(batch.pk, by=officer, nik=late.nik)
    assert (line.number, line.worker, line.monthly_amount) == (2, late, 16_800)
    assert refusal(operations.add_worker, batch, by=officer, nik=late.nik) == ["already_proposed"]
    assert refusal(operations.add_worker, batch, by=officer, nik="7371010101010001") == ["worker_not_found"]

    operations.lock_batch(batch.pk, by=officer)
    assert refusal(operations.add_worker, batch, by=officer, nik=eligible_worker().nik) == ["wrong_status"]
    assert refusal(operations.take_out_lines, batch, by=officer, numbers=[1]) == ["wrong_status"]
    events = ["batch.draft", "batch.add_line", "batch.lock"]
    assert list(AuditEntry.objects.order_by("pk").values_list("event", flat=True)) == events


def test_the_lock_keeps_a_digest_of_each_line_and_of_all(officer):
    batch = operations.propose_batch(by=officer, workers=[eligible_worker().pk, eligible_worker().pk], **TERMS)

    lines = list(batch.lines.order_by("number"))
    assert [line.digest for line in lines] == [line.content_digest() for line in lines]
    assert batch.digest == chain.sha256(*[line.digest for line in lines])
    lines[0].monthly_amount -= 1
    assert lines[0].digest != lines[0].content_digest()


def test_an_empty_draft_is_not_locked(officer):  # AC-B2
    batch = BatchFactory(draft=True, proposed_by=officer)

    assert refusal(operations.lock_batch, batch, by=officer) == ["no_lines"]


def test_a_line_without_amount_is_not_locked(officer):  # AC-B2
    line = BatchLineFactory(batch__draft=True, batch__proposed_by=officer, worker=eligible_worker(), monthly_amount=0)

    assert refusal(operations.lock_batch, line.batch, by=officer) == ["amount_missing"]


def test_what_became_of_a_worker_since_the_draft_is_said_at_the_lock(officer):  # AC-B2
    batch = operations.propose_batch(
        by=officer, workers=[eligible_worker(name="Andi").pk, eligible_worker(name="Baso").pk], draft=True, **TERMS
    )
    Worker.objects.filter(name="Andi").update(employment=Employment.WAGE_EARNER)
    MembershipFactory(worker=Worker.objects.get(name="Baso"))

    before = state()
    with pytest.raises(Refused) as refused:
        operations.lock_batch(batch.pk, by=officer)

    assert refused.value.codes == ["wage_earner", "already_covered"]
    assert [text.partition(":")[0] for text in refused.value.messages] == ["Andi", "Baso"]
    assert state() == before


def test_of_many_who_may_not_be_enrolled_the_first_ten_are_told(officer):
    batch = BatchFactory(draft=True, proposed_by=officer)
    for worker in WorkerFactory.create_batch(12, employment=Employment.CIVIL_SERVANT):
        DesilRecordFactory(family_card_number=worker.family_card_number)
        BatchLineFactory(batch=batch, worker=worker)

    with pytest.raises(Refused) as refused:
        operations.lock_batch(batch.pk, by=officer)

    assert refused.value.codes == ["civil_servant"] * 10 + ["more_lines"]
    assert refused.value.messages[-1].startswith("Masih ada 2 pekerja lain")


def test_the_second_of_two_pages_is_told_who_changed_it(officer, admin):  # AC-B22
    batch = operations.propose_batch(by=officer, workers=[eligible_worker().pk], **TERMS)
    seen = operations.last_deed(batch)
    operations.hand_back_batch(batch.pk, by=admin, note="Periksa lagi", seen=seen)

    with pytest.raises(Refused) as refused:
        operations.approve_batch(batch.pk, by=UserFactory(), seen=seen)

    assert refused.value.codes == ["changed_meanwhile"]
    assert refused.value.messages[0].startswith(
        f"Kelompok ini sudah diubah oleh {admin.name} pada 24-11-2026 10.00 WITA."
    )


def test_a_month_takes_its_batches_along(admin):
    line = BatchLineFactory(batch=BatchFactory(answered=True), accepted=True)
    batch = line.batch
    assert refusal(operations.reconcile_batch, batch, by=admin, month_agrees=False) == ["month_not_reconciled"]

    operations.reconcile_batch(batch.pk, by=admin, month_agrees=True)
    late = BatchLineFactory(batch=batch)
    assert refusal(operations.close_batch, batch, by=admin, month_closed=True) == ["lines_unanswered"]
    late.delete()
    assert operations.close_batch(batch.pk, by=admin, month_closed=True).status == BatchStatus.CLOSED
    assert list(AuditEntry.objects.order_by("pk").values_list("event", flat=True)) == ["batch.reconcile", "batch.close"]


def refusal(operation, batch=None, **asked) -> list[str]:
    """The codes with which it is refused."""
    with pytest.raises(Refused) as refused:
        operation(*([batch.pk] if batch else []), **asked)
    return refused.value.codes


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
    assert operations.propose_batch(by=officer, workers=[line.worker_id], **TERMS).status == BatchStatus.LOCKED


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
    _, row = csv.reader(row.decode() for row in rows)
    assert row[:4] == ["2611-00012", "1", line.worker.nik, line.worker.name]
    assert list(AuditEntry.objects.values_list("event", flat=True)) == ["batch.send", "batch.download"]


def test_the_file_shows_what_was_decided_on_not_todays_data(bpjs):  # AC-B19
    line = BatchLineFactory(batch__sent=True, worker__name="Nama lama")
    line.worker.name = "Nama baru"
    line.worker.save()

    _, rows = operations.download_batch(line.batch.pk, by=bpjs)

    assert list(csv.reader(row.decode() for row in rows))[1][3] == "Nama lama"


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


def test_what_the_form_of_bpjs_asks_is_frozen_and_in_the_file(db):
    PolicyFactory()
    said = {
        "mother_name": "Hj. Sitti Aminah",
        "workplace": "Pasar Terong",
        "work_hours": "setiap hari, 05.00 sampai 11.00",
    }
    worker = eligible_worker(**said)
    batch = operations.propose_batch(by=UserFactory(officer=True), **TERMS)
    Worker.objects.filter(pk=worker.pk).update(mother_name="Sitti Halimah", workplace="")
    operations.approve_batch(batch.pk, by=UserFactory())
    bpjs = UserFactory(bpjs=True)
    operations.send_batch(batch.pk, by=bpjs)

    _, rows = operations.download_batch(batch.pk, by=bpjs)

    (row,) = csv.DictReader(row.decode() for row in rows)
    assert (row["nama_ibu_kandung"], row["tempat_kerja"], row["jam_kerja"]) == tuple(said.values())
    line = batch.lines.get()
    assert line.changed_since_lock() == ["nama ibu kandung", "tempat kerja"]
    for key in said:  # a line older than these fields
        del line.facts["file"][key]
    assert line.changed_since_lock() == []


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
    assert BatchApproval.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_approvers_at_once_give_both_approvals_where_two_are_needed():  # AC-B23
    line = BatchLineFactory(batch__approvals_needed=2)
    admins = UserFactory.create_batch(3)

    outcomes = at_once(*[lambda by=by: operations.approve_batch(line.batch.pk, by=by) for by in admins])

    assert outcomes == ["done", "done", "wrong_status"]
    assert sorted(BatchApproval.objects.values_list("stage", flat=True)) == [1, 2]
    assert sorted(AuditEntry.objects.values_list("event", flat=True)) == ["batch.approve", "batch.sign"]


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
