import threading
from datetime import date
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role
from casework.audit import entries_about, entries_of
from casework.decisions import Refused
from casework.models import AuditEntry, Kind
from tests.accounts.factories import UserFactory
from tests.regions.factories import kelurahan
from tests.workers.factories import DesilRecordFactory, OccupationFactory, PolicyFactory, WorkerFactory
from workers.enums import Sex
from workers.models import DesilRecord, Worker
from workers.operations import register_worker, view_worker

KEY = UUID("5f0cf2a8-53a0-4d5d-9f1c-53b9c2b8f0aa")
KK = "7371090101150001"


def particulars(**changes):
    return {
        "nik": "7371091708900001",
        "name": "Baso Syamsuddin",
        "birth_on": date(1990, 8, 17),
        "sex": Sex.MALE,
        "kelurahan": kelurahan(),
        "occupation": OccupationFactory(),
        **changes,
    }


@pytest.fixture(autouse=True)
def policy(db):
    return PolicyFactory()


@pytest.fixture
def officer(policy):
    return UserFactory(officer=True)


def test_registering_enters_the_person_the_desil_and_the_trail(officer):
    worker = register_worker(by=officer, **particulars(family_card_number=KK, desil=3, desil_source="Data kelurahan"))

    assert Worker.objects.get().pk == worker.pk
    assert (worker.nik, worker.registered_by, worker.kelurahan_id) == ("7371091708900001", officer, "73.71.09.1009")
    record = DesilRecord.objects.get()
    assert (record.family_card_number, record.release, record.desil) == (KK, "2026-3", 3)
    assert (record.source, record.recorded_by) == ("Data kelurahan", officer)
    (entry,) = entries_of(worker)
    assert (entry.event, entry.actor_id) == ("worker.register", officer.pk)
    assert entry.facts == {"nik_findings": [], "desil": 3, "desil_release": "2026-3"}


def test_a_confirmed_question_is_kept_in_the_trail(officer):
    worker = register_worker(by=officer, **particulars(nik="7371098508900001", nik_evidence="KTP asli dilihat"))

    (entry,) = entries_of(worker)
    assert entry.facts["nik_findings"] == ["block_overridable:invalid_date"]
    assert entry.note == "KTP asli dilihat"


def test_a_family_keeps_its_desil_when_a_second_member_brings_the_same(officer):
    DesilRecordFactory(family_card_number=KK, desil=3)

    register_worker(by=officer, **particulars(family_card_number=KK, desil=3))

    assert DesilRecord.objects.count() == 1


REFUSALS = [
    ({"kelurahan": "73.71.10.1001"}, ["out_of_scope"]),
    ({"nik": "737109170890001"}, ["nik_length"]),
    ({"sex": Sex.FEMALE}, ["nik_sex_mismatch"]),
    ({"nik": "7371098508900001", "birth_on": date(2030, 1, 1)}, ["nik_invalid_date", "born_in_future"]),
    ({"desil": 3}, ["family_card_missing"]),
    ({"family_card_number": KK, "desil": 3}, ["desil_differs"]),
]


@pytest.mark.parametrize(("changes", "codes"), REFUSALS)
def test_a_refusal_leaves_no_trace(officer, changes, codes):
    DesilRecordFactory(family_card_number=KK, desil=7)
    changes = {**changes, "kelurahan": kelurahan(changes.get("kelurahan", "73.71.09.1009"))}

    with pytest.raises(Refused) as refusal:
        register_worker(by=officer, **particulars(**changes))

    assert refusal.value.codes == codes
    assert Worker.objects.count() == 0
    assert [record.desil for record in DesilRecord.objects.all()] == [7]
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("role", ["auditor", "bpjs", "hospital_staff"])
def test_other_roles_register_nobody(role):
    with pytest.raises(Refused) as refusal:
        register_worker(by=UserFactory(**{role: True}), **particulars())

    assert refusal.value.codes == ["not_a_registrar"]
    assert Worker.objects.count() == 0


def test_a_second_person_with_the_nik_is_refused_and_the_place_is_said_in_scope(officer):  # AC-D19
    WorkerFactory(nik="7371091708900001", name="Rahasia", registered_at="2026-03-02T10:00:00+08:00")

    with pytest.raises(Refused) as refusal:
        register_worker(by=officer, **particulars())

    assert refusal.value.codes == ["nik_registered"]
    assert refusal.value.messages == [
        "NIK ini sudah terdaftar (Kelurahan Kelurahan 1009) sejak 02-03-2026. "
        "Buka datanya dan perbaiki di sana bila ada yang berubah."
    ]
    assert Worker.objects.count() == 1


def test_out_of_scope_nothing_is_said_but_that_it_is_elsewhere(officer):  # AC-D20
    WorkerFactory(nik="7371091708900001", name="Rahasia", kelurahan=kelurahan("73.71.10.1001"))

    with pytest.raises(Refused) as refusal:
        register_worker(by=officer, **particulars())

    assert refusal.value.messages == ["NIK ini sudah terdaftar di wilayah lain. Admin kota dapat membantu."]


def test_asking_by_registering_is_on_the_trail_as_a_look_up(officer):  # rule X7, AC-A1
    known = WorkerFactory(nik="7371091708900001", kelurahan=kelurahan("73.71.10.1001"))
    with pytest.raises(Refused):
        register_worker(by=officer, **particulars())

    (entry,) = entries_about(known.pk)
    assert (entry.event, entry.kind, entry.actor_id) == ("worker.refuse", Kind.READ, officer.pk)
    assert entry.facts == {"question": "…0001"}


@pytest.mark.parametrize(
    ("place", "code"),
    [("73.71.09.1009", "similar_registered"), ("73.71.10.1001", "similar_elsewhere")],  # AC-D19, AC-D20
)
def test_somebody_alike_is_a_question_before_registering(officer, place, code):
    typed = particulars()
    known = WorkerFactory(name=typed["name"], birth_on=typed["birth_on"], kelurahan=kelurahan(place))

    with pytest.raises(Refused) as refusal:
        register_worker(by=officer, **typed)

    assert refusal.value.codes == [code]
    assert known.name not in " ".join(refusal.value.messages)
    (entry,) = entries_about(known.pk)
    assert (entry.event, entry.facts) == ("worker.refuse", {"similar_to": "…0001"})
    assert register_worker(by=officer, **typed, similar_note="KTP berbeda.").name == typed["name"]


def test_an_admin_is_told_of_a_worker_without_kelurahan():  # AC-P5
    WorkerFactory(nik="7371091708900001", kelurahan=None, registered_at="2026-03-02T10:00:00+08:00")

    with pytest.raises(Refused) as refusal:
        register_worker(by=UserFactory(), **particulars())

    assert refusal.value.messages[0].startswith("NIK ini sudah terdaftar (tanpa kelurahan) sejak 02-03-2026.")


def test_a_double_click_gives_the_same_worker(officer):
    first = register_worker(by=officer, submission_key=KEY, **particulars())
    second = register_worker(by=officer, submission_key=KEY, **particulars())

    assert second == first
    assert [entry.event for entry in AuditEntry.objects.all()] == ["worker.register"]


def test_a_used_form_does_not_swallow_another_person(officer):
    register_worker(by=officer, submission_key=KEY, **particulars())

    with pytest.raises(Refused) as refusal:
        register_worker(by=officer, submission_key=KEY, **particulars(nik="7371091708900002"))

    assert refusal.value.codes == ["submission_used"]
    assert Worker.objects.count() == 1


def test_a_used_form_shows_nothing_to_another_user(officer):
    register_worker(by=officer, submission_key=KEY, **particulars())

    with pytest.raises(Refused) as refusal:
        register_worker(by=UserFactory(officer=True), submission_key=KEY, **particulars())

    assert refusal.value.codes == ["submission_used"]


def test_what_only_the_database_refuses_is_not_taken_for_a_duplicate(officer):
    with pytest.raises(IntegrityError, match="workers_worker_phone_form"), transaction.atomic():
        register_worker(by=officer, **particulars(phone="12"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("keys", "made"), [((None, None), 1), ((KEY, KEY), 2)], ids=["two officers", "double click"])
def test_two_at_once_give_one_person(keys, made):
    """Both have passed every check before the first is stored; the constraint decides."""
    officer = UserFactory(officer=True)
    given = particulars()
    start = threading.Barrier(2)
    results = []

    def register(key):
        try:
            start.wait(timeout=10)
            results.append(register_worker(by=officer, submission_key=key, **given).pk)
        except Refused as refused:
            results.append(refused.codes)
        finally:
            connection.close()

    threads = [threading.Thread(target=register, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    pk = Worker.objects.get().pk
    assert sorted(results, key=str) == sorted([pk] * made + [["nik_registered"]] * (2 - made), key=str)
    assert AuditEntry.objects.filter(event="worker.register").count() == 1


def test_viewing_a_person_is_recorded(officer):
    worker = WorkerFactory()

    assert view_worker(worker.pk, by=officer) == worker
    assert [(entry.event, entry.actor_id) for entry in entries_of(worker)] == [("worker.view", officer.pk)]


@pytest.mark.parametrize(
    ("user", "place"),
    [
        ({"officer": True}, "73.71.10.1001"),
        ({"role": Role.HOSPITAL, "hospital_staff": True}, "73.71.09.1009"),
        ({"bpjs": True}, "73.71.09.1009"),
        ({"auditor": True}, None),
    ],
)
def test_out_of_scope_nobody_is_shown(user, place):  # AC-W65
    worker = WorkerFactory(kelurahan=kelurahan(place) if place else None)

    with pytest.raises(Worker.DoesNotExist):
        view_worker(worker.pk, by=UserFactory(**user))

    assert AuditEntry.objects.count() == 0
