"""Members who go on by other terms: lines that change package or payer (rules.md section 5, step 4)."""

import csv
from datetime import UTC, date, datetime

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from casework.decisions import Decision, Refused
from casework.models import AuditEntry
from enrollment import operations, rules
from enrollment.enums import Accident, BatchStatus, LineKind, LineStatus, Package, Payer
from enrollment.models import Batch, BatchLine, Membership
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import (
    BatchFactory,
    BatchLineFactory,
    BudgetFactory,
    ContributionFactory,
    FundFactory,
    MembershipFactory,
)
from tests.regions.factories import kelurahan
from tests.workers.factories import DesilRecordFactory, PolicyFactory, WorkerExitFactory, WorkerFactory
from workers.enums import Employment, ExitReason

pytestmark = pytest.mark.django_db
DECEMBER, JANUARY = date(2026, 12, 1), date(2027, 1, 1)
WITH_JHT = {"package": Package.JKK_JKM_JHT, "payer": Payer.APBD, "start_month": DECEMBER}
BY_DONOR = {"package": Package.JKK_JKM, "payer": Payer.DONOR, "start_month": DECEMBER}
HEADER = "nik,nomor_peserta,mulai_perlindungan,tanggal_jawaban,alasan_penolakan"


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
    return operations.open_draft(by=officer, **WITH_JHT)


def member(**fields) -> Membership:
    """Who could be enrolled today, too."""
    membership = MembershipFactory(**fields)
    card = membership.worker.family_card_number
    DesilRecordFactory(family_card_number=card, desil=2)
    return membership


def change(batch: Batch, membership: Membership) -> BatchLine:
    return operations.add_change(batch.pk, by=batch.proposed_by, nik=membership.worker.nik)


def taken(batch: Batch, bpjs) -> Batch:
    operations.lock_batch(batch.pk, by=batch.proposed_by)
    operations.approve_batch(batch.pk, by=UserFactory())
    return operations.send_batch(batch.pk, by=bpjs)


def answer(batch: Batch, bpjs, row: str):
    reply, _ = operations.read_reply(batch.pk, by=bpjs, file=ContentFile(f"{HEADER}\n{row}".encode(), "jawaban.csv"))
    return reply


def periods() -> list[tuple]:
    rows = Membership.objects.order_by("period")
    return [(row.package, row.payer, row.period.lower, row.period.upper) for row in rows]


def page(name: str, *args) -> str:
    return reverse(f"enrollment:{name}", args=args)


def test_a_member_is_put_into_a_draft_by_whose_terms_the_cover_goes_on(draft):
    membership = member()

    line = change(draft, membership)

    assert (line.number, line.kind, line.reason, line.ends, line.monthly_amount, line.status) == (
        1,
        LineKind.CHANGE,
        "",
        membership,
        36_800,  # rule P8
        LineStatus.PENDING,
    )
    entry = AuditEntry.objects.get(event="batch.add_change")
    assert (entry.facts, entry.persons) == ({"line": 1}, [str(membership.worker_id)])


@pytest.mark.parametrize(
    ("terms", "fields", "codes"),
    [
        (WITH_JHT, {}, []),
        (BY_DONOR, {}, []),
        (WITH_JHT | BY_DONOR, {}, []),
        (WITH_JHT, {"period": (date(2026, 3, 1), date(2027, 3, 1))}, []),
        (WITH_JHT, {"package": Package.JKK_JKM_JHT}, ["same_terms"]),
        (BY_DONOR, {"package": Package.JKK_JKM, "payer": Payer.DONOR}, ["same_terms"]),
        (WITH_JHT, {"period": (DECEMBER, None)}, ["begins_then"]),
        (WITH_JHT, {"period": (date(2026, 3, 1), DECEMBER)}, ["not_a_member"]),
        (WITH_JHT, {"period": (JANUARY, None)}, ["not_a_member"]),
    ],
)
def test_only_a_running_membership_changes_and_only_into_other_terms(officer, terms, fields, codes):
    worker = member(**fields).worker
    terms = rules.Terms(**terms)

    held = rules.membership_to_change(worker, DECEMBER)
    decision = rules.check_change(
        worker, held, terms=terms, policy=rules.policy_in_force(DECEMBER), on=date(2026, 11, 24)
    )

    assert decision.codes == codes


@pytest.mark.parametrize(
    ("terms", "held", "desil", "codes"),
    [
        (WITH_JHT, {}, 4, []),
        (WITH_JHT, {}, 5, ["desil_too_high"]),
        (BY_DONOR, {}, 5, ["desil_too_high"]),
        ({**WITH_JHT, "package": Package.JKK_JKM}, {"package": Package.JKK_JKM_JHT}, 5, []),
    ],
)
def test_the_policy_is_asked_where_the_new_terms_cost_more_or_another_pays(officer, terms, held, desil, codes):
    membership = MembershipFactory(**held)
    DesilRecordFactory(family_card_number=membership.worker.family_card_number, desil=desil)
    policy = rules.policy_in_force(DECEMBER)

    decision = rules.check_suits(
        membership.worker, membership, terms=rules.Terms(**terms), policy=policy, on=date(2026, 11, 24)
    )

    assert decision.codes == codes


def test_the_upper_age_is_asked_at_registration_only(draft):  # rule E3
    membership = member(worker__birth_on=date(1950, 1, 1))

    assert change(draft, membership).kind == LineKind.CHANGE


def test_who_is_recorded_as_having_left_leaves_and_does_not_change(draft):
    membership = member()
    WorkerExitFactory(worker=membership.worker, reason=ExitReason.MOVED, exited_on=date(2026, 11, 20))

    with pytest.raises(Refused) as refused:
        change(draft, membership)

    assert refused.value.codes == ["exited"]


def test_two_change_requests_for_one_person_name_the_first(draft):  # AC-B25, AC-B26
    membership = member()
    change(draft, membership)
    other = operations.open_draft(by=draft.proposed_by, **BY_DONOR)

    with pytest.raises(Refused) as refused:
        change(other, membership)

    assert refused.value.codes == ["already_proposed"]
    assert draft.number in refused.value.messages[0]


def test_only_the_maker_changes_and_only_within_reach(draft):
    elsewhere = member(worker__kelurahan=kelurahan("73.71.01.1001"))
    near = member()

    with pytest.raises(Refused) as refused:
        change(draft, elsewhere)
    assert refused.value.codes == ["worker_not_found"]
    with pytest.raises(Refused) as refused:
        operations.add_change(draft.pk, by=UserFactory(officer=True), nik=near.worker.nik)
    assert refused.value.codes == ["not_the_proposer"]


def test_the_lock_asks_again_and_freezes_the_new_terms(draft):
    membership = member(worker__name="Baso")
    line = change(draft, membership)
    worker = membership.worker
    worker.employment = Employment.WAGE_EARNER
    worker.save()
    with pytest.raises(Refused) as refused:
        operations.lock_batch(draft.pk, by=draft.proposed_by)
    assert refused.value.codes == ["wage_earner"]
    assert refused.value.messages[0].startswith("Baso: ")
    worker.employment = Employment.INFORMAL
    worker.save()

    operations.lock_batch(draft.pk, by=draft.proposed_by)

    line.refresh_from_db()
    file = line.facts["file"]
    assert (file["kind"], file["programs"], file["monthly_amount"]) == ("change", "JKK+JKM+JHT", 36_800)
    assert file["participant_number"] == membership.participant_number
    assert [part["program"] for part in line.facts["contribution"]] == ["JKK", "JKM", "JHT"]
    assert line.digest == line.content_digest()


def test_a_change_needs_the_money_of_its_fund(draft):
    BudgetFactory(fund=FundFactory(), year=2026, amount=36_799)
    Batch.objects.filter(pk=draft.pk).update(fund=FundFactory._meta.model.objects.get())
    change(draft, member())

    with pytest.raises(Refused) as refused:
        operations.lock_batch(draft.pk, by=draft.proposed_by)

    assert refused.value.codes == ["budget_exceeded"]


def test_the_file_names_the_change(draft, bpjs):
    membership = member()
    change(draft, membership)
    batch = taken(draft, bpjs)

    _, rows = operations.download_batch(batch.pk, by=bpjs)

    (row,) = csv.DictReader(row.decode() for row in rows)
    assert (row["jenis"], row["alasan_keluar"], row["program"]) == ("Ubah", "", "JKK+JKM+JHT")
    assert (row["nomor_peserta"], row["iuran_per_bulan"]) == (membership.participant_number, "36800")


@pytest.mark.parametrize("upper", [None, date(2027, 3, 1)])
def test_an_accepted_change_goes_on_without_a_gap(draft, bpjs, upper):
    membership = member(period=(date(2026, 3, 1), upper))
    line = change(draft, membership)
    batch = taken(draft, bpjs)

    reply = answer(batch, bpjs, f"{membership.worker.nik},{membership.participant_number},01-12-2026,24-11-2026,")

    assert (reply.accepted, reply.findings) == (1, [])
    assert periods() == [
        (Package.JKK_JKM, Payer.APBD, date(2026, 3, 1), DECEMBER),
        (Package.JKK_JKM_JHT, Payer.APBD, DECEMBER, upper),
    ]
    membership.refresh_from_db()
    assert membership.end_reason == "Berubah: JKK, JKM, dan JHT, APBD Kota Makassar"
    after = Membership.objects.get(line=line)
    assert after.participant_number == membership.participant_number
    batch.refresh_from_db()
    assert batch.status == BatchStatus.ANSWERED


def test_a_change_that_is_accepted_for_a_later_month_ends_the_old_terms_then(draft, bpjs):
    membership = member()
    change(draft, membership)
    batch = taken(draft, bpjs)

    answer(batch, bpjs, f"{membership.worker.nik},{membership.participant_number},01-01-2027,24-11-2026,")

    assert [(start, end) for _, _, start, end in periods()] == [(date(2026, 3, 1), JANUARY), (JANUARY, None)]


def test_a_rejected_change_leaves_all_as_it_was(draft, bpjs):
    membership = member()
    change(draft, membership)
    batch = taken(draft, bpjs)

    answer(batch, bpjs, f"{membership.worker.nik},,,24-11-2026,Data berbeda")

    assert periods() == [(Package.JKK_JKM, Payer.APBD, date(2026, 3, 1), None)]


@pytest.mark.parametrize(
    ("number", "start", "upper", "code"),
    [
        ("26030000009", "01-12-2026", None, "other_participant_number"),
        ("26030000001", "", None, "cover_start_form"),
        ("26030000001", "02-12-2026", None, "changes_between"),
        ("26030000001", "01-01-2027", JANUARY, "changes_between"),
        ("26030000001", "01-11-2026", None, "starts_before_first_month"),
    ],
)
def test_an_answer_that_does_not_fit_is_held(bpjs, number, start, upper, code):
    membership = MembershipFactory(participant_number="26030000001", period=(date(2026, 3, 1), upper))
    line = BatchLineFactory(
        batch=BatchFactory(sent=True), worker=membership.worker, kind=LineKind.CHANGE, ends=membership
    )

    reply = answer(line.batch, bpjs, f"{line.worker.nik},{number},{start},24-11-2026,")

    assert [finding["code"] for finding in reply.findings] == [code]
    assert Membership.objects.count() == 1


def test_a_change_beside_another_membership_is_held(bpjs):  # AC-E8
    membership = MembershipFactory(participant_number="26030000001", period=(date(2026, 3, 1), date(2027, 3, 1)))
    MembershipFactory(worker=membership.worker, participant_number="26030000001", period=(date(2027, 3, 1), None))
    line = BatchLineFactory(
        batch=BatchFactory(sent=True), worker=membership.worker, kind=LineKind.CHANGE, ends=membership
    )

    reply = answer(line.batch, bpjs, f"{line.worker.nik},26030000001,01-12-2026,24-11-2026,")

    assert [finding["code"] for finding in reply.findings] == ["periods_overlap"]


def test_the_bill_of_the_next_month_expects_the_new_terms_and_only_those(draft, bpjs):
    membership = member()
    change(draft, membership)
    batch = taken(draft, bpjs)
    answer(batch, bpjs, f"{membership.worker.nik},{membership.participant_number},01-12-2026,24-11-2026,")

    expected = {month: rules.expected_bill(month, Payer.APBD) for month in (date(2026, 11, 1), DECEMBER)}
    listed = {month: rules.members_of(month, Payer.APBD) for month in expected}

    assert [(row.package, row.members, row.amount) for row in expected[date(2026, 11, 1)]] == [
        (Package.JKK_JKM, 1, 16_800)
    ]
    assert [(row.package, row.members, row.amount) for row in expected[DECEMBER]] == [(Package.JKK_JKM_JHT, 1, 36_800)]
    assert [(row.package, row.amount) for row in listed[DECEMBER]] == [(Package.JKK_JKM_JHT, 36_800)]


def test_a_change_of_payer_moves_the_member_to_the_other_bill(officer, bpjs):
    membership = member()
    draft = operations.open_draft(by=officer, **BY_DONOR)
    change(draft, membership)
    batch = taken(draft, bpjs)

    answer(batch, bpjs, f"{membership.worker.nik},{membership.participant_number},01-12-2026,24-11-2026,")

    assert rules.members_of(DECEMBER, Payer.APBD) == []
    assert [row.package for row in rules.members_of(DECEMBER, Payer.DONOR)] == [Package.JKK_JKM]
    assert [row.package for row in rules.members_of(date(2026, 11, 1), Payer.APBD)] == [Package.JKK_JKM]


def test_the_desk_sees_one_protection_before_while_and_after_it_changes(draft, bpjs):
    membership = member()
    ContributionFactory(membership=membership)
    change(draft, membership)
    batch = taken(draft, bpjs)

    def desk(day: date):
        event_at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        return operations.answer_about(membership.worker, event_at=event_at, accident=Accident.WORK)[0]

    assert desk(date(2026, 11, 24)).code == "active"
    answer(batch, bpjs, f"{membership.worker.nik},{membership.participant_number},01-12-2026,24-11-2026,")

    assert desk(date(2026, 11, 30)).code == "active"
    ContributionFactory(membership=Membership.objects.get(line__batch=batch), month=DECEMBER)
    assert desk(DECEMBER).code == "active"


def test_who_waits_to_change_does_not_wait_to_join(officer, bpjs):
    membership = member(period=(DECEMBER, None))
    batch = operations.open_draft(by=officer, **WITH_JHT | {"start_month": JANUARY})
    change(batch, membership)
    taken(batch, bpjs)
    event_at = datetime(2026, 11, 24, 1, tzinfo=UTC)

    answered, *_ = operations.answer_about(membership.worker, event_at=event_at, accident=Accident.WORK)

    assert answered.code == "before_start"


def test_a_change_is_proposed_from_the_page_of_the_member(client, officer):
    first, second = member(worker__name="Baso"), member(worker__name="Daeng Ngalle")
    client.force_login(officer)
    typed = {"package": "JKK_JKM_JHT", "payer": "APBD", "start_month": "2026-12-01", "note": "Surat dinas"}
    assert "nomor peserta" in client.get(page("member_change", first.worker.pk)).content.decode()

    html = client.post(page("member_change", first.worker.pk), typed, follow=True).content.decode()
    client.post(page("member_change", second.worker.pk), typed)

    batch = Batch.objects.get()  # the second one goes into the draft that the first one opened
    assert (batch.status, batch.note) == (BatchStatus.DRAFT, "Surat dinas")
    assert f"Baso berubah dengan baris 1 di draf {batch.number}." in html
    assert "dari JKK dan JKM, APBD Kota Makassar" in html
    assert list(batch.lines.order_by("number").values_list("worker", flat=True)) == [first.worker_id, second.worker_id]
    again = client.post(page("member_change", first.worker.pk), typed)
    assert again.status_code == 422
    assert f"Sudah ada di kelompok {batch.number}." in again.content.decode()


def test_the_draft_of_the_named_fund_is_taken(officer):
    general, village = FundFactory(), FundFactory(name="Dana desa")
    operations.open_draft(by=officer, fund=general, **WITH_JHT)

    line = operations.propose_change(member().worker.pk, by=officer, fund=village, **WITH_JHT)

    assert line.batch.fund == village


def test_who_is_no_member_has_a_page_that_says_so(client, officer):
    worker = WorkerFactory()
    client.force_login(officer)
    assert client.get(page("member_change", worker.pk)).status_code == 200

    response = client.post(
        page("member_change", worker.pk), {"package": "JKK_JKM", "payer": "APBD", "start_month": "2026-12-01"}
    )

    assert response.status_code == 422
    assert "Bukan peserta pada bulan itu." in response.content.decode()


def test_a_change_is_put_into_a_draft_by_nik(client, draft):
    membership = member(worker__name="Baso")
    client.force_login(draft.proposed_by)

    html = client.post(
        page("batch_change", draft.number), {"change-nik": membership.worker.nik}, follow=True
    ).content.decode()

    assert "Baso berubah dengan baris 1." in html
    again = client.post(page("batch_change", draft.number), {"change-nik": membership.worker.nik}, follow=True)
    assert "Sudah ada di kelompok" in again.content.decode()
    empty = client.post(page("batch_change", draft.number), {"change-nik": ""}, follow=True).content.decode()
    assert "Isi NIK peserta dulu." in empty


def test_reasons_against_are_all_told(officer):
    left = WorkerExitFactory()
    membership = MembershipFactory(period=(DECEMBER, None))

    decision = rules.may_change(
        Membership.objects.get(pk=membership.pk),
        terms=rules.Terms(Package.JKK_JKM, Payer.APBD, DECEMBER),
        suits=Decision.unless((True, "wage_earner", "Sudah penerima upah.")),
        left=left,
        open_batch="2610-00001",
    )

    assert decision.codes == ["already_proposed", "same_terms", "begins_then", "exited", "wage_earner"]
