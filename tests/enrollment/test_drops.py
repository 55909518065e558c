"""Members who leave: lines that end a membership (rules.md section 5, step 4)."""

import csv
from datetime import UTC, date, datetime

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations, rules
from enrollment.enums import Accident, BatchStatus, LineKind, LineStatus, Package, Payer
from enrollment.models import Batch, BatchLine, Membership
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import (
    BatchFactory,
    BatchLineFactory,
    ContributionFactory,
    FundFactory,
    MembershipFactory,
)
from tests.regions.factories import kelurahan
from tests.workers.factories import PolicyFactory, WorkerExitFactory, WorkerFactory
from workers.enums import ExitReason

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)
TERMS = {"package": Package.JKK_JKM, "payer": Payer.APBD, "start_month": DECEMBER}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.fixture
def officer():
    PolicyFactory()
    return UserFactory(officer=True)


@pytest.fixture
def bpjs():
    return UserFactory(bpjs=True)


@pytest.fixture
def draft(officer) -> Batch:
    return operations.open_draft(by=officer, **TERMS)


def died(worker, on: date):
    return WorkerExitFactory(worker=worker, reason=ExitReason.DIED, exited_on=on, death_report="2611-00001")


def drop(batch: Batch, worker, reason=ExitReason.MOVED) -> BatchLine:
    return operations.add_drop(batch.pk, by=batch.proposed_by, nik=worker.nik, reason=reason)


def refusal(act, *args, **fields) -> list[str]:
    before = BatchLine.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Refused) as refused:
        act(*args, **fields)
    assert (BatchLine.objects.count(), AuditEntry.objects.count()) == before
    return refused.value.codes


def taken(batch: Batch, bpjs) -> Batch:
    """Locked, approved and taken by BPJS Ketenagakerjaan."""
    operations.lock_batch(batch.pk, by=batch.proposed_by)
    operations.approve_batch(batch.pk, by=UserFactory())
    return operations.send_batch(batch.pk, by=bpjs)


def answer(batch: Batch, bpjs, row: str):
    header = "nik,nomor_peserta,mulai_perlindungan,tanggal_jawaban,alasan_penolakan"
    reply, _ = operations.read_reply(batch.pk, by=bpjs, file=ContentFile(f"{header}\n{row}".encode(), "jawaban.csv"))
    return reply


def test_a_member_is_put_into_a_draft_with_the_reason(draft):
    membership = MembershipFactory()

    line = drop(draft, membership.worker)

    assert (draft.status, draft.number) == (BatchStatus.DRAFT, "2611-00001")
    assert (line.number, line.kind, line.reason, line.ends, line.monthly_amount, line.status) == (
        1,
        LineKind.DROP,
        "moved",
        membership,
        0,
        LineStatus.PENDING,
    )
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.event for entry in entries] == ["batch.draft", "batch.add_drop"]
    assert entries.last().facts == {"line": 1, "reason": "moved"}
    assert entries.last().persons == [str(membership.worker_id)]


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, []),
        ({"period": (date(2026, 3, 1), date(2027, 3, 1))}, []),
        ({"period": (date(2026, 3, 1), DECEMBER)}, ["not_a_member"]),
        ({"period": (date(2027, 1, 1), None)}, ["not_a_member"]),
        ({"period": (DECEMBER, None)}, ["begins_then"]),
        ({"payer": Payer.DONOR}, ["not_a_member"]),
        ({"package": Package.JKK_JKM_JHT}, ["not_a_member"]),
    ],
)
def test_only_a_member_by_the_terms_of_the_batch_leaves(officer, fields, codes):
    membership = MembershipFactory(**fields)

    held = rules.membership_to_end(membership.worker, rules.Terms(**TERMS))
    decision = rules.check_drop(membership.worker, held, month=DECEMBER, reason=ExitReason.MOVED)

    assert decision.codes == codes


def test_who_waits_in_a_batch_is_refused_with_its_number(draft):  # AC-B25
    line = BatchLineFactory(batch__number="2610-00003")
    linked = WorkerFactory(survivor=line.worker)
    MembershipFactory(worker=linked)

    with pytest.raises(Refused) as refused:
        drop(draft, linked)

    assert refused.value.codes == ["already_proposed"]
    assert "2610-00003" in refused.value.messages[0]


def test_a_death_is_a_possible_claim_first(draft):
    membership = MembershipFactory()

    with pytest.raises(Refused) as refused:
        drop(draft, membership.worker, ExitReason.DIED)

    assert refused.value.codes == ["death_not_reported"]
    assert "Laporkan kematian" in refused.value.messages[0]
    died(membership.worker, date(2026, 11, 30))
    assert drop(draft, membership.worker, ExitReason.DIED).reason == ExitReason.DIED


@pytest.mark.parametrize("reason", [ExitReason.DIED, ExitReason.MOVED])
@pytest.mark.parametrize("on", [DECEMBER, date(2026, 12, 20)])
def test_cover_reaches_beyond_the_day_of_death(officer, reason, on):
    membership = Membership.objects.get(pk=MembershipFactory().pk)

    decision = rules.may_drop(membership, month=DECEMBER, reason=reason, died_on=on, open_batch="")

    assert decision.codes == ["ends_before_death"]


def test_a_death_told_of_another_record_is_of_the_person(draft):
    membership = MembershipFactory()
    linked = WorkerFactory(survivor=membership.worker)
    died(linked, date(2026, 11, 3))

    assert drop(draft, membership.worker, ExitReason.DIED).reason == ExitReason.DIED


def test_only_the_maker_drops_and_only_within_reach(draft):
    member = MembershipFactory().worker
    colleague = UserFactory(officer=True)
    elsewhere = MembershipFactory(worker__kelurahan=kelurahan("73.71.01.1001")).worker

    fields = {"nik": member.nik, "reason": ExitReason.MOVED}
    assert refusal(operations.add_drop, draft.pk, by=colleague, **fields) == ["not_the_proposer"]
    assert refusal(drop, draft, elsewhere) == ["worker_not_found"]


def test_a_draft_is_opened_by_officers_for_a_month_to_come(officer):
    assert refusal(operations.open_draft, by=UserFactory(), **TERMS) == ["not_an_officer"]
    assert refusal(operations.open_draft, by=officer, **{**TERMS, "start_month": date(2026, 10, 1)}) == [
        "month_is_past"
    ]


def test_the_lock_asks_again_whether_a_death_is_told(draft):
    member = MembershipFactory(worker__name="Baso").worker
    left = died(member, date(2026, 11, 3))
    drop(draft, member, ExitReason.DIED)
    left.returned_on, left.returned_by = date(2026, 11, 24), draft.proposed_by
    left.save()

    with pytest.raises(Refused) as refused:
        operations.lock_batch(draft.pk, by=draft.proposed_by)

    assert refused.value.codes == ["death_not_reported"]
    assert refused.value.messages[0].startswith("Baso: ")


def test_who_leaves_costs_nothing(officer):
    fund = FundFactory()  # without a budget, so that it pays for nobody
    batch = operations.open_draft(by=officer, **TERMS)
    drop(batch, MembershipFactory().worker)

    locked = operations.lock_batch(batch.pk, by=officer)

    assert (locked.status, locked.fund) == (BatchStatus.LOCKED, fund)
    assert rules.need_of(locked) is None


def test_the_file_names_what_each_line_asks(draft, bpjs):
    membership = MembershipFactory()
    drop(draft, membership.worker)
    batch = taken(draft, bpjs)

    _, rows = operations.download_batch(batch.pk, by=bpjs)

    (row,) = csv.DictReader(row.decode() for row in rows)
    assert (row["nik"], row["iuran_per_bulan"]) == (membership.worker.nik, "0")
    assert (row["jenis"], row["alasan_keluar"]) == ("Keluar", "Pindah dari Kota Makassar")
    assert row["nomor_peserta"] == membership.participant_number


def test_an_accepted_line_ends_the_membership_with_the_month_before(draft, bpjs):
    membership = MembershipFactory()
    line = drop(draft, membership.worker)
    batch = taken(draft, bpjs)

    reply = answer(batch, bpjs, f"{membership.worker.nik},{membership.participant_number},,24-11-2026,")

    assert (reply.accepted, reply.rejected, reply.findings) == (1, 0, [])
    membership.refresh_from_db()
    assert (membership.period.lower, membership.period.upper) == (date(2026, 3, 1), DECEMBER)
    assert membership.end_reason == "Pindah dari Kota Makassar"
    line.refresh_from_db()
    assert (line.status, line.participant_number, line.cover_start) == (
        LineStatus.ACCEPTED,
        membership.participant_number,
        None,
    )
    batch.refresh_from_db()
    assert batch.status == BatchStatus.ANSWERED
    assert Membership.objects.count() == 1
    assert rules.check_drop(membership.worker, None, month=DECEMBER, reason="moved").codes == ["not_a_member"]


def test_a_rejected_line_changes_nothing(draft, bpjs):
    membership = MembershipFactory()
    drop(draft, membership.worker)
    batch = taken(draft, bpjs)

    answer(batch, bpjs, f"{membership.worker.nik},,,24-11-2026,Iuran sudah ditagih")

    membership.refresh_from_db()
    assert (membership.period.upper, membership.end_reason) == (None, "")
    assert batch.lines.get().rejection == "Iuran sudah ditagih"


@pytest.mark.parametrize(
    ("kind", "number", "start", "code"),
    [
        (LineKind.DROP, "26030000009", "", "other_participant_number"),
        (LineKind.DROP, "26030000001", "01-12-2026", "leaves_with_a_start"),
        (LineKind.ADD, "26030000001", "", "cover_start_form"),
    ],
)
def test_an_answer_that_does_not_fit_the_kind_is_held(bpjs, kind, number, start, code):
    membership = MembershipFactory(participant_number="26030000001")
    dropped = {"reason": "moved", "ends": membership, "monthly_amount": 0} if kind == LineKind.DROP else {}
    line = BatchLineFactory(batch=BatchFactory(sent=True), worker=membership.worker, kind=kind, **dropped)

    reply = answer(line.batch, bpjs, f"{line.worker.nik},{number},{start},24-11-2026,")

    assert [finding["code"] for finding in reply.findings] == [code]
    assert (reply.accepted, Membership.objects.get().period.upper) == (0, None)


def desk(worker, day: date) -> str:
    event_at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return operations.answer_about(worker, event_at=event_at, accident=Accident.WORK)[0].code


def test_who_waits_to_leave_does_not_wait_to_join(officer, bpjs):
    membership = MembershipFactory(period=(DECEMBER, None))
    batch = operations.open_draft(by=officer, **TERMS | {"start_month": date(2027, 1, 1)})
    drop(batch, membership.worker)
    taken(batch, bpjs)

    assert desk(membership.worker, date(2026, 11, 24)) == "before_start"


def test_the_desk_answers_by_the_end_once_the_line_is_accepted(draft, bpjs):
    membership = ContributionFactory().membership
    drop(draft, membership.worker)
    batch = taken(draft, bpjs)
    assert desk(membership.worker, DECEMBER) == "month_unpaid"

    answer(batch, bpjs, f"{membership.worker.nik},{membership.participant_number},,24-11-2026,")

    assert desk(membership.worker, date(2026, 11, 30)) == "active"
    assert desk(membership.worker, DECEMBER) == "after_end"


def page(name: str, *args) -> str:
    return reverse(f"enrollment:{name}", args=args)


def test_an_officer_opens_a_draft_and_lets_a_member_leave(client, officer):
    member = MembershipFactory(worker__name="Baso").worker
    client.force_login(officer)
    assert client.get(page("batch_draft")).status_code == 200
    typed = {"package": "JKK_JKM", "payer": "APBD", "start_month": "2026-12-01", "note": ""}

    client.post(page("batch_draft"), typed)
    number = Batch.objects.get().number
    to_add = {"drop-nik": member.nik, "drop-reason": "own_request"}
    html = client.post(page("batch_drop", number), to_add, follow=True).content.decode()

    assert "Baso keluar dengan baris 1." in html
    assert "Permintaan sendiri" in html
    assert "Sudah ada di kelompok" in client.post(page("batch_drop", number), to_add, follow=True).content.decode()
    empty = client.post(page("batch_drop", number), {"drop-nik": member.nik}, follow=True).content.decode()
    assert "Isi NIK peserta dan alasan keluarnya dulu." in empty


def test_a_draft_that_can_not_be_opened_says_why(client, officer):
    FundFactory()
    FundFactory(name="Dana desa")
    client.force_login(officer)

    response = client.post(page("batch_draft"), {"package": "JKK_JKM", "payer": "APBD", "start_month": "2026-12-01"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["fund"]
