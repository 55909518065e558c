import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from casework import audit
from casework.models import AuditEntry
from tests.accounts.factories import UserFactory


@pytest.mark.django_db
def test_an_entry_keeps_who_it_was_and_what_it_was_about():
    officer = UserFactory(officer=True, name="Sitti Rahmah")

    entry = audit.record("user.view", officer, by=officer, note="uji", facts={"n": 1})

    assert (entry.actor_id, entry.actor_name, entry.actor_role) == (officer.pk, "Sitti Rahmah", "officer")
    assert entry.actor_place == "Kecamatan Kecamatan 09"
    assert list(audit.entries_of(officer)) == [entry]


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda rows: rows.update(note="lain"), lambda rows: rows.delete()])
def test_an_entry_can_be_neither_changed_nor_removed(change):
    entry = audit.record("user.view", by=None)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change(AuditEntry.objects.filter(pk=entry.pk))

    assert AuditEntry.objects.get(pk=entry.pk).note == ""


@pytest.mark.django_db(transaction=True)
def test_no_entry_outside_the_transaction_of_its_deed():  # AC-A5
    with pytest.raises(TransactionManagementError):
        audit.record("user.view", by=None)

    assert AuditEntry.objects.count() == 0


@pytest.mark.django_db
def test_the_trail_cannot_be_emptied():
    audit.record("user.view", by=None)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_auditentry ENABLE TRIGGER casework_audit_no_truncate")

        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE casework_auditentry")
