"""What rows held, kept by the database (AC-W71, AC-W73)."""

from datetime import date

import pghistory
import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, connection, transaction

from tests.accounts.factories import UserFactory
from tests.workers.factories import WorkerFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db


def past(worker):
    return list(worker.events.order_by("pgh_id").values_list("pgh_label", "name", "pgh_context"))


def test_each_change_keeps_what_the_row_held_and_who_caused_it():
    admin = UserFactory()
    with pghistory.context(user=admin.pk):
        worker = WorkerFactory(name="Baso")
        worker.name = "Basso"
        worker.save()

    assert past(worker) == [("insert", "Baso", {"user": admin.pk}), ("update", "Basso", {"user": admin.pk})]


def test_a_save_without_a_change_leaves_no_row():  # AC-W71
    worker = WorkerFactory(name="Baso")

    worker.save()
    Worker.objects.filter(pk=worker.pk).update(name="Baso")

    assert past(worker) == [("insert", "Baso", None)]


def test_raw_sql_leaves_its_rows_too():
    worker = WorkerFactory(name="Baso")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE workers_worker SET name = upper(name)")
        cursor.execute("DELETE FROM workers_worker")

    assert past(worker) == [("insert", "Baso", None), ("update", "BASO", None), ("delete", "BASO", None)]


def test_many_at_once_leave_one_row_each():
    WorkerFactory()
    first = Worker.objects.get()
    people = [
        Worker(nik=f"73710917089020{n:02d}", name=f"Orang {n}", birth_on=date(1990, 8, 17), sex="L",
               kelurahan=first.kelurahan, occupation=first.occupation, registered_by=first.registered_by)
        for n in range(20)
    ]  # fmt: skip

    Worker.objects.bulk_create(people)

    events = Worker.events.rel.related_model.objects.exclude(pgh_obj=first)
    assert sorted(events.values_list("name", flat=True)) == sorted(person.name for person in people)


@pytest.mark.parametrize("change", [lambda events: events.update(name="lain"), lambda events: events.delete()])
def test_history_can_be_neither_changed_nor_removed(change):
    worker = WorkerFactory(name="Baso")

    with pytest.raises((IntegrityError, InternalError), match="append_only"), transaction.atomic():
        change(worker.events.all())

    assert past(worker) == [("insert", "Baso", None)]


@pytest.mark.parametrize(
    "name",
    [
        "accounts.User",
        "workers.Worker",
        "enrollment.Batch",
        "enrollment.BatchLine",
        "enrollment.Membership",
        "claims.Claim",
    ],
)
def test_models_with_personal_data_keep_history(name):
    assert apps.get_model(f"{name}Event").pgh_tracked_model is apps.get_model(name)
