"""Cases of makers and checkers whose meaning here needs a word (docs/cases.md)."""

from datetime import UTC, date, datetime

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.urls import reverse

from casework.decisions import Refused
from casework.locks import alone
from casework.models import AuditEntry
from enrollment import operations
from enrollment.enums import BatchStatus, LineStatus, Package, Payer
from enrollment.models import Batch
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import BatchFactory, BatchLineFactory, BudgetFactory, FundFactory
from tests.workers.factories import DesilRecordFactory, PolicyFactory, WorkerFactory

TERMS = {"package": Package.JKK_JKM, "payer": Payer.APBD, "start_month": date(2026, 12, 1)}
HEADER = "nik,nomor_peserta,mulai_perlindungan,tanggal_jawaban,alasan_penolakan"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 2, tzinfo=UTC), tick=False)


@pytest.mark.django_db
def test_a_line_that_is_answered_is_not_rejected_but_skipped_and_counted():  # AC-B11
    bpjs, batch = UserFactory(bpjs=True), BatchFactory(sent=True)
    accepted = BatchLineFactory(batch=batch, accepted=True)
    rejected = BatchLineFactory(batch=batch, rejected=True)
    waiting = BatchLineFactory(batch=batch)
    rows = [f"{line.worker.nik},,,24-11-2026,Data berbeda" for line in (accepted, rejected, waiting)]

    file = ContentFile("\n".join([HEADER, *rows]).encode(), "a.csv")
    reply, _ = operations.read_reply(batch.pk, by=bpjs, file=file)

    assert (reply.accepted, reply.rejected) == (0, 1)
    assert [(finding["row"], finding["code"]) for finding in reply.findings] == [
        (2, "already_answered"),
        (3, "already_answered"),
    ]
    statuses = batch.lines.order_by("number").values_list("status", flat=True)
    assert list(statuses) == [LineStatus.ACCEPTED, LineStatus.REJECTED, LineStatus.REJECTED]
    rejected.refresh_from_db()
    assert rejected.rejection == "Sudah peserta penerima upah"


@pytest.mark.django_db
@pytest.mark.parametrize("trait", ["approved", "rejected"])
def test_the_page_does_not_offer_to_reject_what_is_decided(client, trait):  # AC-B11
    batch = BatchLineFactory(batch=BatchFactory(**{trait: True})).batch
    client.force_login(UserFactory())

    html = client.get(batch.get_absolute_url()).content.decode()

    assert reverse("enrollment:batch_reject", args=[batch.number]) not in html


@pytest.mark.django_db
def test_a_batch_is_not_approved_before_the_budget_that_pays_for_it():  # AC-B17
    fund = FundFactory()
    budget = BudgetFactory(fund=fund)
    PolicyFactory()
    worker = WorkerFactory()
    DesilRecordFactory(family_card_number=worker.family_card_number)
    batch = operations.propose_batch(by=UserFactory(officer=True), **TERMS)
    admin, other = UserFactory.create_batch(2)
    waits = operations.propose_budget(
        by=other,
        fund=fund,
        year=2026,
        effective_on=date(2026, 11, 1),
        amount=100_000_000,
        packages=[Package.JKK_JKM],
        cohorts=budget.cohorts,
        source="DPA perubahan",
    )
    budget.delete()

    with pytest.raises(Refused) as refused:
        operations.approve_batch(batch.pk, by=admin)

    assert refused.value.codes == ["no_budget"]
    operations.approve_budget(waits.pk, by=admin)
    assert operations.approve_batch(batch.pk, by=admin).status == BatchStatus.APPROVED


@pytest.mark.django_db
def test_a_change_is_not_put_in_before_the_membership_it_changes():  # AC-B17
    PolicyFactory()
    joins = BatchLineFactory()  # not answered yet
    draft = operations.open_draft(by=UserFactory(officer=True), **TERMS | {"package": Package.JKK_JKM_JHT})

    with pytest.raises(Refused) as refused:
        operations.add_change(draft.pk, by=draft.proposed_by, nik=joins.worker.nik)

    assert refused.value.codes == ["already_proposed", "not_a_member"]


@pytest.mark.django_db(transaction=True)
def test_what_a_dead_job_held_is_free_at_once_and_nobody_has_to_release_it():  # AC-B31
    """Locks of jobs belong to their connection, so there is nothing to release, and nothing to write about it."""
    line = BatchLineFactory()
    admin, dead = UserFactory(), connection.copy()
    with dead.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('a job', 0)), pg_backend_pid()")
        pid = cursor.fetchone()[1]
        cursor.execute("SELECT 1 FROM enrollment_batch WHERE id = %s FOR UPDATE", [line.batch_id])
    with alone("a job") as held:
        assert not held
    with pytest.raises(Batch.DoesNotExist), transaction.atomic():
        Batch.objects.select_for_update(skip_locked=True).get(pk=line.batch_id)

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])  # the job is killed; waits till it is gone
        assert cursor.fetchone() == (True,)

    with alone("a job") as held:
        assert held
    assert operations.approve_batch(line.batch_id, by=admin).status == BatchStatus.APPROVED
    assert list(AuditEntry.objects.values_list("event", flat=True)) == ["batch.approve"]
    dead.close()


@pytest.mark.django_db
def test_a_batch_is_not_begun_locked_without_what_the_lock_asks():  # AC-B31
    PolicyFactory()
    officer = UserFactory(officer=True)

    with pytest.raises(Refused) as refused:
        operations.propose_batch(by=officer, **TERMS)
    assert refused.value.codes == ["no_worker_to_propose"]
    assert Batch.objects.count() == 0
    assert operations.open_draft(by=officer, **TERMS).status == BatchStatus.DRAFT
