from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from casework import audit, chain
from casework.models import AuditEntry, AuditLink, Kind
from tests.accounts.factories import UserFactory

FIRST, SECOND = UUID(int=1), UUID(int=2)


@pytest.mark.django_db
def test_an_entry_keeps_who_it_was_and_what_it_was_about():
    officer = UserFactory(officer=True, name="Sitti Rahmah")

    with time_machine.travel(datetime(2026, 11, 24, 5, 40, tzinfo=UTC), tick=False):
        entry = audit.record("user.view", officer, by=officer, note="uji", facts={"n": 1})

    assert (entry.actor_id, entry.actor_name, entry.actor_role) == (officer.pk, "Sitti Rahmah", "officer")
    assert entry.actor_place == "Kecamatan Kecamatan 09"
    assert entry.at == datetime(2026, 11, 24, 5, 40, tzinfo=UTC)
    assert list(audit.entries_of(officer)) == [entry]


@pytest.mark.django_db
def test_an_entry_about_several_persons_is_found_by_each():
    listed = audit.record("worker.list", by=None, persons=[FIRST, SECOND, FIRST])
    seen = audit.record("worker.view", by=None, persons=[SECOND])

    assert listed.persons == [str(FIRST), str(SECOND)]
    assert list(audit.entries_about(FIRST)) == [listed]
    assert list(audit.entries_about(SECOND)) == [listed, seen]


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("claim.approve", Kind.DEED),
        ("worker.view", Kind.READ),
        ("coverage.check", Kind.READ),
        ("worker.export", Kind.EXPORT),
        ("account.login_fail", Kind.LOGIN),
        ("account.end", Kind.DEED),
    ],
)
def test_the_kind_follows_from_the_event(event, kind):
    assert audit.kind_of(event) == kind


@pytest.mark.django_db
def test_facts_come_back_as_they_were_hashed():
    audit.record("batch.propose", by=None, facts={"b": Decimal("1.50"), "a": 0.1, "big": 10**22, "é": [None, True]})
    entry = AuditEntry.objects.get()

    assert entry.facts == {"b": "1.50", "a": "0.1", "big": 10**22, "é": [None, True]}
    assert chain.entry_digest(entry.as_chained()) == entry.digest


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(note="lain"),
        lambda rows: rows.update(note=""),
        lambda rows: rows.update(actor_role="admin"),
        lambda rows: rows.delete(),
    ],
)
def test_an_entry_can_be_neither_changed_nor_removed(change):
    entry = audit.record("user.view", by=None, note="uji")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change(AuditEntry.objects.filter(pk=entry.pk))

    assert AuditEntry.objects.get(pk=entry.pk).note == "uji"


@pytest.mark.django_db(transaction=True)
def test_no_entry_outside_the_transaction_of_its_deed():  # AC-A5
    with pytest.raises(TransactionManagementError):
        audit.record("user.view", by=None)

    assert AuditEntry.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["casework_auditentry", "casework_auditlink"])
def test_the_trail_cannot_be_emptied(table):
    audit.record("user.view", by=None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER casework_audit_no_truncate")

        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE casework_auditentry, casework_auditlink")


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda rows: rows.update(hash=chain.GENESIS), lambda rows: rows.delete()])
def test_a_link_can_be_neither_changed_nor_removed(change):
    audit.record("user.view", by=None)
    connection.check_constraints()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change(AuditLink.objects.all())


@pytest.mark.django_db(transaction=True)
def test_an_entry_gets_its_link_at_commit_and_a_failed_deed_leaves_no_gap():  # AC-A5
    with transaction.atomic():
        audit.record("user.view", by=None)
        assert AuditLink.objects.count() == 0
    with transaction.atomic():
        audit.record("user.view", by=None)
        connection.check_constraints()
        transaction.set_rollback(True)
    with transaction.atomic():
        audit.record("user.view", by=None)
        audit.record("user.view", by=None)

    assert list(AuditLink.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert list(chain.Check().faults(audit.chained())) == []


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_give_no_gap_and_no_fork():
    def leave(n):
        try:
            with transaction.atomic():
                audit.record("user.view", by=None, facts={"n": n})
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(leave, range(50)))

    check = chain.Check()
    assert list(check.faults(audit.chained())) == []
    assert check.number == 50
    assert (audit.head().number, audit.head().hash) == (50, check.head)


@pytest.mark.django_db(transaction=True)
def test_a_long_deed_holds_up_nobody():
    def leave():
        try:
            with transaction.atomic():
                return audit.record("worker.view", by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        long = audit.record("import.chunk", by=None)
        short = pool.submit(leave).result(timeout=5)

    assert [link.entry_id for link in AuditLink.objects.all()] == [short.pk, long.pk]


@pytest.mark.django_db
def test_an_entry_that_lost_its_chain_is_not_written():
    """Fails closed: without a link there is no entry, and without an entry no deed."""
    audit.record("user.view", by=None)
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM casework_audithead")

    deed = transaction.atomic()
    deed.__enter__()
    audit.record("user.view", by=None)
    with pytest.raises(IntegrityError, match="casework_auditlink_pkey") as failed:
        connection.check_constraints()
    deed.__exit__(failed.type, failed.value, failed.tb)

    assert AuditEntry.objects.count() == 1


@pytest.mark.django_db
def test_personal_text_can_be_emptied_without_breaking_the_chain():
    admin = UserFactory(name="Sitti Rahmah")
    spared = audit.record("worker.view", by=admin, note="tetap")
    entry = audit.record("worker.correct", by=admin, note="Nama Daeng Tata salah", facts={"old": "Daeng Tata"})
    connection.check_constraints()

    audit.anonymise(AuditEntry.objects.filter(pk=entry.pk), fields=["note", "facts"], by=None, note="masa simpan lewat")
    connection.check_constraints()

    entry.refresh_from_db()
    assert (entry.note, entry.facts, entry.actor_name) == ("", {}, "Sitti Rahmah")
    assert set(entry.salts) == {"actor_name", "address"}  # without its salt the digest cannot be guessed back
    spared.refresh_from_db()
    assert spared.note == "tetap"
    assert list(chain.Check().faults(audit.chained())) == []


@pytest.mark.django_db
def test_an_erasure_itself_is_never_emptied():
    entry = audit.record("worker.view", by=None, note="uji")
    audit.anonymise(AuditEntry.objects.filter(pk=entry.pk), fields=["note"], by=None, note="masa simpan lewat")

    audit.anonymise(AuditEntry.objects.all(), fields=["note", "facts"], by=None, note="lagi")

    assert [erasure.note for erasure in AuditEntry.objects.filter(event="trail.anonymise")] == [
        "masa simpan lewat",
        "lagi",
    ]


@pytest.mark.django_db
def test_an_erased_text_stays_erased():
    entry = audit.record("worker.view", by=None, note="uji")
    audit.anonymise(AuditEntry.objects.filter(pk=entry.pk), fields=["note"], by=None, note="masa simpan lewat")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(note="bukan begitu")
