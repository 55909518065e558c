from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations
from enrollment.enums import Accident, Purpose, Verdict
from enrollment.models import CoverageCheck
from tests.accounts.factories import AgreementFactory, HospitalFactory, UserFactory
from tests.enrollment.factories import (
    BatchFactory,
    BatchLineFactory,
    ContributionFactory,
    CoverageCheckFactory,
    MembershipFactory,
    ReceiptFactory,
)
from tests.workers.factories import WorkerFactory

NOW = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)  # 14.32 WITA
EVENT = datetime(2026, 11, 22, 5, 40, tzinfo=UTC)  # 13.40 WITA


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def clerk(db):
    return UserFactory(hospital_staff=True)


def ask(by, question, event_at=EVENT, purpose=Purpose.EMERGENCY) -> CoverageCheck:
    return operations.check_coverage(by=by, question=question, event_at=event_at, purpose=purpose)


def test_a_paid_member_is_active(clerk):  # AC-W1
    membership = MembershipFactory(worker__name="Baso Syamsuddin", worker__nik="7371091708900001")
    receipt = ReceiptFactory(recorded_at=datetime(2026, 11, 12, 2, tzinfo=UTC))
    ContributionFactory(membership=membership, receipt=receipt)

    check = ask(clerk, "7371 0917 0890 0001")

    assert (check.number, check.verdict, check.reason_code) == ("2611-00001", Verdict.ACTIVE, "active")
    assert (check.worker, check.membership, check.hospital, check.asked_by, check.asked_at) == (
        membership.worker,
        membership,
        clerk.hospital,
        clerk,
        NOW,
    )
    assert check.question == "7371091708900001"
    assert CoverageCheck.objects.get().facts == {
        "next_steps": [
            "Cocokkan nama dan tanggal lahir dengan kartu identitas.",
            "Laporkan dugaan kecelakaan kerja (tahap I) paling lambat 2×24 jam.",
            "Simpan lembar jawaban di berkas pasien.",
        ],
        "programs": ["JKK", "JKM"],
        "entered_after_event": False,
        "known_at": "2026-11-12T02:00:00+00:00",
        "name": "Baso Syamsuddin",
        "nik": "7371 09•• •••• 0001",
        "birth_on": "1990-08-17",
        "age_at_event": 36,
        "age_today": 36,
        "last_paid_month": "2026-11-01",
        "package": "JKK_JKM",
        "payer": "APBD",
        "participant_number": membership.participant_number,
        "start": "2026-03-01",
        "end": None,
        "entered_at": "2026-02-27T02:00:00+00:00",
        "payers": ["BPJS Ketenagakerjaan, program Jaminan Kecelakaan Kerja."],
    }


def test_a_participant_number_finds_the_same_person(clerk):
    membership = MembershipFactory(participant_number="26030000001")
    ContributionFactory(membership=membership)

    check = ask(clerk, "26030000001")

    assert (check.worker, check.verdict) == (membership.worker, Verdict.ACTIVE)


def test_every_look_up_is_on_the_trail(clerk):  # AC-W74, AC-A1
    worker = WorkerFactory(nik="7371091708900001")

    hit, miss = ask(clerk, worker.nik), ask(clerk, "7371091708900099", purpose=Purpose.REFERRAL)

    entries = AuditEntry.objects.order_by("pk").values_list("event", "subject_id", "actor_id", "facts")
    assert list(entries) == [
        (
            "coverage.check",
            str(hit.pk),
            clerk.pk,
            {
                "hit": True,
                "question": "…0001",
                "purpose": "emergency",
                "verdict": "inactive",
                "code": "not_enrolled",
            },
        ),
        (
            "coverage.check",
            str(miss.pk),
            clerk.pk,
            {"hit": False, "question": "…0099", "purpose": "referral", "verdict": "unknown", "code": "not_found"},
        ),
    ]


@pytest.mark.parametrize("question", ["7371091708900099", "26039999999"])
def test_an_unknown_number_tells_nothing_of_anyone(clerk, question):  # AC-W10
    MembershipFactory(worker__name="Rahasia")

    check = ask(clerk, question)

    assert (check.verdict, check.reason_code, check.worker, check.membership) == (
        Verdict.UNKNOWN,
        "not_found",
        None,
        None,
    )
    assert sorted(check.facts) == ["entered_after_event", "known_at", "next_steps", "payers", "programs"]


@pytest.mark.parametrize(
    ("question", "event_at", "codes", "digits"),
    [
        ("737109170890000", EVENT, ["nik_length"], 15),  # AC-W10
        ("", EVENT, ["no_key"], 0),  # AC-P26
        ("7371091708900001", NOW + timedelta(minutes=1), ["event_in_future"], 16),  # AC-W32
    ],
)
def test_a_refused_question_gets_no_number_but_stays_on_the_trail(clerk, question, event_at, codes, digits):
    with pytest.raises(Refused) as refused:
        ask(clerk, question, event_at)

    assert refused.value.codes == codes
    assert CoverageCheck.objects.count() == 0
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.actor_id) == ("coverage.refuse", clerk.pk)
    assert entry.facts == {"refused": codes, "digits": digits, "purpose": "emergency"}


BIRTH = date(1990, 8, 17)


def ask_by_name(by, name, birth_on=BIRTH, question="") -> CoverageCheck:
    return operations.check_coverage(
        by=by, question=question, name=name, birth_on=birth_on, event_at=EVENT, purpose=Purpose.EMERGENCY
    )


def test_a_name_with_the_full_birth_date_finds_one_person(clerk):
    worker = WorkerFactory(name="Hj. Sitti Aisyah", birth_on=BIRTH)

    check = ask_by_name(clerk, "Siti Aisah")

    assert (check.worker, check.reason_code, check.facts["name"]) == (worker, "not_enrolled", "Hj. Sitti Aisyah")
    assert operations.repeat_check(check.number, by=clerk).worker == worker
    assert [entry.facts["question"] for entry in AuditEntry.objects.all()] == ["name and birth date"] * 2


@pytest.mark.parametrize(
    ("name", "birth_on"),
    [("Baso Syamsuddin", date(1990, 8, 18)), ("Baso", BIRTH), ("Baso Syamsudin Rahim", BIRTH), ("Hj.", BIRTH)],
)
def test_a_name_that_is_only_near_finds_nobody(clerk, name, birth_on):  # AC-P25
    WorkerFactory(name="Baso Syamsuddin", birth_on=BIRTH)

    check = ask_by_name(clerk, name, birth_on)

    assert (check.verdict, check.reason_code, check.worker) == (Verdict.UNKNOWN, "not_found", None)
    assert sorted(check.facts) == ["entered_after_event", "known_at", "next_steps", "payers", "programs"]


def test_two_of_one_name_and_birth_date_show_neither(clerk):
    WorkerFactory.create_batch(2, name="Baso Syamsuddin", birth_on=BIRTH)

    check = ask_by_name(clerk, "Baso Syamsuddin")

    assert (check.verdict, check.reason_code, check.worker) == (Verdict.UNKNOWN, "several", None)
    assert sorted(check.facts) == ["entered_after_event", "known_at", "next_steps", "payers", "programs"]
    assert AuditEntry.objects.get().persons == []


@pytest.mark.parametrize(
    ("name", "birth_on", "code", "reason"),
    [
        ("Rahim", BIRTH, "data_name", "Nama tidak cocok"),
        ("Baso Syamsudin", date(1990, 8, 18), "data_birth_on", "Tanggal lahir tidak cocok"),
        ("Rahim", date(1990, 8, 18), "data_name_birth_on", "Nama dan tanggal lahir tidak cocok"),
    ],
)
def test_what_does_not_fit_the_number_is_named_and_shows_nobody(clerk, name, birth_on, code, reason):  # AC-C7
    worker = WorkerFactory(name="Baso Syamsuddin", birth_on=BIRTH)

    check = ask_by_name(clerk, name, birth_on, question=worker.nik)

    assert (check.verdict, check.reason_code, check.worker) == (Verdict.UNKNOWN, code, None)
    assert check.reason == f"{reason} dengan nomor ini. Ini bukan jawaban tidak aktif."
    assert sorted(check.facts) == ["entered_after_event", "known_at", "next_steps", "payers", "programs"]
    assert AuditEntry.objects.get().persons == [str(worker.pk)]


@pytest.mark.parametrize(("name", "birth_on"), [("Baso Syamsudin", None), ("", BIRTH), ("BASO SAMSUDIN", BIRTH)])
def test_what_fits_the_number_is_answered(clerk, name, birth_on):
    worker = WorkerFactory(name="Baso Syamsuddin", birth_on=BIRTH)

    assert ask_by_name(clerk, name, birth_on, question=worker.nik).worker == worker


@pytest.mark.parametrize(
    ("name", "birth_on", "codes"), [("Baso", None, ["birth_missing"]), ("", BIRTH, ["name_missing"])]
)
def test_half_a_key_is_refused(clerk, name, birth_on, codes):  # AC-P26
    WorkerFactory(name="Baso", birth_on=BIRTH)

    with pytest.raises(Refused) as refused:
        ask_by_name(clerk, name, birth_on)

    assert refused.value.codes == codes
    assert CoverageCheck.objects.count() == 0


@pytest.mark.parametrize(
    ("asked_at", "codes"),
    [
        (datetime(2026, 11, 20, 15, 59, tzinfo=UTC), ["no_agreement"]),  # 23.59 WITA on the day before
        (datetime(2026, 11, 20, 16, 0, tzinfo=UTC), []),
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), []),  # 23.59 WITA on the last day
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), ["no_agreement"]),
    ],
)
def test_a_hospital_asks_only_on_the_days_of_its_agreement(db, time_machine, asked_at, codes):
    time_machine.move_to(asked_at, tick=False)
    hospital = AgreementFactory(period=(date(2026, 11, 21), date(2026, 11, 23))).hospital
    staff, worker = UserFactory(hospital_staff=True, hospital=hospital), WorkerFactory()

    if codes:
        with pytest.raises(Refused) as refused:
            ask(staff, worker.nik, asked_at)
        assert refused.value.codes == codes
    else:
        assert ask(staff, worker.nik, asked_at).worker == worker


def test_a_hospital_without_an_agreement_learns_nothing(db):
    clerk = UserFactory(hospital_staff=True, hospital=HospitalFactory())
    worker = WorkerFactory()

    with pytest.raises(Refused) as refused:
        ask(clerk, worker.nik)

    assert refused.value.codes == ["no_agreement"]


@pytest.mark.parametrize("trait", ["officer", "bpjs", "auditor", "admin"])
def test_other_roles_learn_nothing(db, trait):  # rule X7
    user = UserFactory(**{trait: True} if trait != "admin" else {})

    with pytest.raises(Refused) as refused:
        ask(user, WorkerFactory().nik)

    assert refused.value.codes == ["not_a_hospital", "no_agreement"]


def test_the_same_question_again_gets_a_new_number(clerk):  # AC-C8
    worker = WorkerFactory()

    assert [ask(clerk, worker.nik).number for _ in range(3)] == ["2611-00001", "2611-00002", "2611-00003"]


def test_an_answer_is_put_again_as_it_was(clerk):  # AC-C8
    worker = WorkerFactory()
    earlier = operations.check_coverage(
        by=clerk, question=worker.nik, event_at=EVENT, purpose=Purpose.FOLLOW_UP, accident=Accident.TRAFFIC_AT_WORK
    )
    ContributionFactory(membership=MembershipFactory(worker=worker))

    again = operations.repeat_check(earlier.number, by=clerk)

    assert (again.number, again.question, again.event_at, again.purpose, again.accident) == (
        "2611-00002",
        worker.nik,
        EVENT,
        Purpose.FOLLOW_UP,
        Accident.TRAFFIC_AT_WORK,
    )
    assert [check.verdict for check in (earlier, again)] == [Verdict.INACTIVE, Verdict.ACTIVE]


def test_another_hospitals_answer_or_an_emptied_one_is_not_put_again(clerk):
    theirs, emptied = CoverageCheckFactory(), CoverageCheckFactory(asked_by=clerk, question="", facts={})

    with pytest.raises(CoverageCheck.DoesNotExist):
        operations.repeat_check(theirs.number, by=clerk)
    with pytest.raises(Refused) as refused:
        operations.repeat_check(emptied.number, by=clerk)

    assert refused.value.codes == ["question_emptied"]
    assert CoverageCheck.objects.count() == 2


def test_the_digest_stands_for_question_answer_and_facts(clerk):
    asked = ask(clerk, WorkerFactory().nik)
    check = CoverageCheck.objects.get()

    assert (len(check.digest), check.digest) == (64, asked.content_digest())
    assert check.has_code(check.digest[:16])
    assert not check.has_code("0" * 16)
    for field, value in {"verdict": "active", "question": "7371091708900099", "facts": {"name": "Lain"}}.items():
        changed = CoverageCheck.objects.get()
        setattr(changed, field, value)
        assert not changed.has_code(check.code)


def test_an_emptied_answer_keeps_its_code(clerk):  # rule X9
    check = ask(clerk, WorkerFactory().nik)

    CoverageCheck.objects.update(question="", facts={})

    assert CoverageCheck.objects.get().has_code(check.code)


def test_the_age_is_told_for_both_days(clerk):  # AC-C4
    worker = WorkerFactory(birth_on=date(1990, 11, 20))

    facts = ask(clerk, worker.nik, datetime(2026, 11, 19, 12, tzinfo=UTC)).facts

    assert (facts["age_at_event"], facts["age_today"]) == (35, 36)


def test_a_worker_in_a_file_that_bpjs_took_is_in_doubt(clerk):  # rule T7
    line = BatchLineFactory(batch=BatchFactory(sent=True, sent_at=datetime(2026, 11, 20, 17, tzinfo=UTC)))

    on_the_20th, on_the_21st = (ask(clerk, line.worker.nik, datetime(2026, 11, day, 4, tzinfo=UTC)) for day in (20, 21))

    assert (on_the_20th.verdict, on_the_21st.verdict) == (Verdict.INACTIVE, Verdict.UNKNOWN)  # taken 01.00 WITA


@pytest.mark.parametrize("batch", [{}, {"approved": True}])
def test_a_worker_whose_file_nobody_took_is_not_enrolled(clerk, batch):
    line = BatchLineFactory(batch=BatchFactory(**batch))

    assert ask(clerk, line.worker.nik).reason_code == "not_enrolled"


def test_of_two_receipts_for_a_month_the_earlier_counts(clerk):  # rule T10
    old = MembershipFactory(period=(date(2026, 3, 1), date(2026, 10, 5)))
    new = MembershipFactory(
        worker=old.worker, participant_number=old.participant_number, period=(date(2026, 10, 5), None)
    )
    october = date(2026, 10, 1)
    ContributionFactory(membership=old, month=october)
    ContributionFactory(membership=new, month=october, receipt__received_on=date(2026, 11, 20))

    check = ask(clerk, old.worker.nik, datetime(2026, 10, 20, 4, tzinfo=UTC))

    assert (check.verdict, check.membership) == (Verdict.ACTIVE, new)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_the_history(clerk, rows, django_assert_num_queries):
    worker = WorkerFactory()
    for year in range(2026 - rows, 2026):
        membership = MembershipFactory(
            worker=worker, participant_number="26030000001", period=(date(year, 1, 1), date(year, 12, 1))
        )
        ContributionFactory(membership=membership, month=date(year, 1, 1))

    with django_assert_num_queries(9):
        ask(clerk, worker.nik)


def test_an_answer_belongs_to_the_hospital_that_asked(clerk):  # rule X7
    check = CoverageCheckFactory(asked_by=clerk)
    colleague = UserFactory(hospital_staff=True, hospital=clerk.hospital)

    assert operations.view_answer(check.number, by=colleague) == check
    assert operations.view_answer(check.number, by=UserFactory()) == check
    with pytest.raises(CoverageCheck.DoesNotExist):
        operations.view_answer(check.number, by=UserFactory(hospital_staff=True))
    assert list(AuditEntry.objects.values_list("event", flat=True)) == ["coverage.view", "coverage.view"]


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_keeps_answers_as_they_were(db, deed):
    check = CoverageCheckFactory()
    answers = CoverageCheck.objects.filter(pk=check.pk)

    with pytest.raises(IntegrityError, match="Answers never change"), transaction.atomic():
        answers.update(verdict="active") if deed == "update" else answers.delete()


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_holes_when_fifty_ask_at_once():
    clerk = UserFactory(hospital_staff=True)
    worker = WorkerFactory()
    barrier, numbers = Barrier(50), []

    def run():
        try:
            barrier.wait()
            numbers.append(ask(clerk, worker.nik).number)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(numbers) == [f"2611-{n:05d}" for n in range(1, 51)]
