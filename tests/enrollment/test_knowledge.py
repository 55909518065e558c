"""Two times: when something happened, and what the portal knew. What is entered later changes no answer as known."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pgtrigger
import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework import audit
from casework.decisions import Refused
from enrollment import operations
from enrollment.enums import BatchStatus, LineKind, LineStatus
from enrollment.models import Membership
from enrollment.rules import CoveredPeriod, History, answer_coverage, may_ask_as_known
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import (
    BatchFactory,
    BatchLineFactory,
    ContributionFactory,
    MembershipFactory,
    ReceiptFactory,
)
from tests.regions.factories import kecamatan
from tests.workers.factories import WorkerFactory
from workers.models import Worker

WITA = ZoneInfo("Asia/Makassar")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WITA)


LONG_AGO = at("2026-01-01 00:00")


def dated(row, moment: datetime):
    """Says that the row's last change was stored then: in one transaction the database's clock stands still."""
    events = type(row).events.rel.related_model
    last = events.objects.filter(pgh_obj_id=row.pk).latest("pgh_id").pk
    with pgtrigger.ignore(f"{events._meta.label}:append_only"):
        events.objects.filter(pk=last).update(pgh_created_at=moment)
    return row


def known_worker(**fields):
    return dated(WorkerFactory(**fields), LONG_AGO)


def cover(worker, period, *, entered_at: datetime, **fields):
    return dated(MembershipFactory(worker=worker, period=period, entered_at=entered_at, **fields), entered_at)


def pay(membership, month: date, *, recorded_at: datetime) -> None:
    received_on = recorded_at.astimezone(WITA).date()
    receipt = ReceiptFactory(month=month, received_on=received_on, recorded_at=recorded_at)
    ContributionFactory(membership=membership, month=month, receipt=receipt)


def codes(worker, event: str, *moments: str) -> list[str]:
    return [operations.answer_as_known(worker, event_at=at(event), known_at=at(known)).code for known in moments]


@pytest.fixture
def worker(db):
    return known_worker()


def test_cover_entered_later_was_not_known_before(worker):  # AC-C2, AC-W7
    """Registered 5 May with start 1 May, accident on 3 May 14.10."""
    late = cover(worker, (date(2026, 5, 1), None), entered_at=at("2026-05-05 09:00"))
    pay(late, date(2026, 5, 1), recorded_at=at("2026-05-06 10:00"))

    said = codes(
        worker, "2026-05-03 14:10",
        "2026-05-03 15:00", "2026-05-05 08:59", "2026-05-05 09:00", "2026-05-06 09:59", "2026-05-06 10:00",
    )  # fmt: skip

    assert said == ["not_enrolled", "not_enrolled", "no_paid_month", "no_paid_month", "active_entered_after"]


def test_an_end_entered_later_was_not_known_before(worker):
    running = cover(worker, (date(2026, 1, 1), None), entered_at=at("2026-01-02 09:00"))
    pay(running, date(2026, 5, 1), recorded_at=at("2026-05-04 10:00"))
    running.period, running.end_reason = (date(2026, 1, 1), date(2026, 5, 3)), "pindah kota"
    running.save()
    dated(running, at("2026-05-20 11:00"))

    assert codes(worker, "2026-05-03 14:10", "2026-05-20 10:59", "2026-05-20 11:00") == ["active", "after_end"]
    assert codes(worker, "2026-05-02 23:59", "2026-05-20 10:59", "2026-05-20 11:00") == ["active", "active"]


def test_a_receipt_recorded_later_was_not_known_before(worker):  # rule T10
    running = cover(worker, (date(2026, 1, 1), None), entered_at=at("2026-01-02 09:00"))
    pay(running, date(2026, 4, 1), recorded_at=at("2026-04-10 10:00"))
    pay(running, date(2026, 5, 1), recorded_at=at("2026-06-02 10:00"))

    said = codes(worker, "2026-05-03 14:10", "2026-05-03 15:00", "2026-06-02 09:59", "2026-06-02 10:00")

    assert said == ["month_unpaid", "month_unpaid", "paid_in_arrears"]


def test_a_batch_waits_from_its_taking_to_its_answer(worker):  # rule T7
    batch = dated(BatchFactory(approved=True), at("2026-05-01 08:00"))
    line = dated(BatchLineFactory(batch=batch, worker=worker), at("2026-05-01 08:00"))
    batch.status, batch.sent_at, batch.sent_by = BatchStatus.SENT, at("2026-05-02 08:00"), UserFactory(bpjs=True)
    batch.save()
    dated(batch, at("2026-05-02 08:00"))
    line.status, line.rejection = LineStatus.REJECTED, "Sudah peserta penerima upah"
    line.save()
    dated(line, at("2026-05-09 08:00"))

    said = codes(worker, "2026-05-03 14:10", "2026-05-02 07:59", "2026-05-02 08:00", "2026-05-09 08:00")

    assert said == ["not_enrolled", "awaiting_bpjs", "not_enrolled"]


def test_who_waits_to_leave_did_not_wait_to_join(worker):
    held = cover(worker, (date(2026, 7, 1), None), entered_at=at("2026-06-02 09:00"))
    batch = dated(BatchFactory(sent=True, sent_at=at("2026-06-10 08:00")), at("2026-06-10 08:00"))
    leaving = {"kind": LineKind.DROP, "reason": "moved", "ends": held, "monthly_amount": 0}
    dated(BatchLineFactory(batch=batch, worker=worker, **leaving), at("2026-06-10 08:00"))

    assert codes(worker, "2026-06-11 14:10", "2026-06-11 15:00") == ["before_start"]


def test_a_person_of_two_records_counts_by_the_links_of_that_time(worker):  # ADR 0014
    double = known_worker()
    pay(
        cover(double, (date(2026, 1, 1), None), entered_at=at("2026-01-02 09:00")),
        date(2026, 5, 1),
        recorded_at=at("2026-05-02 10:00"),
    )
    for survivor, moment in ((worker, "2026-05-04 10:00"), (None, "2026-05-08 10:00")):
        Worker.objects.filter(pk=double.pk).update(survivor=survivor)
        dated(double, at(moment))

    moments = ("2026-05-04 09:59", "2026-05-04 10:00", "2026-05-08 10:00")

    assert codes(worker, "2026-05-03 14:10", *moments) == ["not_enrolled", "active", "not_enrolled"]
    assert codes(double, "2026-05-03 14:10", *moments) == ["active", "active", "active"]


def test_before_the_registration_nobody_was_known(db):
    worker = dated(WorkerFactory(), at("2026-05-04 10:00"))

    assert codes(worker, "2026-05-03 14:10", "2026-05-04 09:59", "2026-05-04 10:00") == ["not_found", "not_enrolled"]


def test_age_is_of_the_registration_only(worker):  # rules E2, E3
    Worker.objects.filter(pk=worker.pk).update(birth_on=date(1950, 1, 1))
    pay(
        cover(worker, (date(2014, 1, 1), None), entered_at=LONG_AGO),
        date(2026, 5, 1),
        recorded_at=at("2026-05-02 10:00"),
    )

    assert codes(worker, "2026-05-03 14:10", "2026-05-03 15:00") == ["active"]


@pytest.mark.django_db(transaction=True)
def test_real_transactions_date_themselves():
    """Between commits, by the clocks of this program and of the database."""
    worker = WorkerFactory()
    today = timezone.localdate()
    moments = [timezone.now()]
    running = MembershipFactory(worker=worker, period=(today - timedelta(days=400), None), entered_at=moments[0])
    moments.append(timezone.now())
    Membership.objects.filter(pk=running.pk).update(period=(today - timedelta(days=400), today - timedelta(days=9)))
    moments.append(timezone.now())

    said = [operations.answer_as_known(worker, event_at=moments[0], known_at=moment).code for moment in moments]

    assert said == ["not_enrolled", "no_paid_month", "after_end"]


# Against a slow model: a list of what was told when, read from its beginning for every question.

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
MONTHS = st.integers(1, 12).map(lambda number: date(2026, number, 1))
DEEDS = st.one_of(
    st.tuples(st.just("enter"), DAYS),
    st.tuples(st.just("end"), DAYS),
    st.tuples(st.just("pay"), MONTHS),
)


def told(steps, known_at) -> History:
    """Each step is (when, deed, date). A period ends at the first end told for it that lies after its start."""
    period, entered, paid = None, None, {}
    for moment, deed, day in steps:
        if moment > known_at:
            break
        if deed == "enter" and period is None:
            period, entered = (day, None), moment
        elif deed == "end" and period is not None and day > period[0]:
            period = (period[0], day)
        elif deed == "pay" and period is not None and day not in paid:
            paid[day] = moment.astimezone(WITA).date()
    if period is None:
        return History()
    return History((CoveredPeriod("JKK_JKM", "APBD", "26030000001", *period, entered),), paid)


def store(worker, steps) -> None:
    member, paid = None, set()
    for moment, deed, day in steps:
        if deed == "enter" and member is None:
            member = cover(worker, (day, None), entered_at=moment, participant_number="26030000001")
            start, period = day, (day, None)
        elif deed == "end" and member is not None and day > start and (start, day) != period:
            member.period = period = (start, day)
            member.save()
            dated(member, moment)
        elif deed == "pay" and member is not None and day not in paid:
            paid.add(day)
            pay(member, day, recorded_at=moment)


@pytest.mark.django_db
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    deeds=st.lists(st.tuples(st.integers(1, 90), DEEDS), max_size=6),
    event_on=DAYS,
    later=st.lists(st.integers(0, 400), min_size=3, max_size=3),
)
def test_what_is_told_later_never_changes_what_was_known(deeds, event_on, later):
    """Back-dated entries, ends and receipts, in any order."""
    moment, steps = at("2026-01-01 08:00"), []
    for days, (deed, day) in deeds:
        moment += timedelta(days=days)
        steps.append((moment, deed, day))
    event_at = datetime.combine(event_on, datetime.min.time(), WITA) + timedelta(hours=12)
    with transaction.atomic():
        worker = known_worker()
        store(worker, steps)
        for days in later:
            known_at = at("2026-01-01 08:00") + timedelta(days=days)
            said = operations.answer_as_known(worker, event_at=event_at, known_at=known_at)
            model = answer_coverage(told(steps, known_at), event_at=event_at)
            assert (said.code, said.reason) == (model.code, model.reason)
        transaction.set_rollback(True)


# Who may ask, and what it leaves

NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)
FIFTEEN = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("trait", "event_at", "known_at", "refused"),
    [
        ("officer", NOW - FIFTEEN, NOW - FIFTEEN, []),
        ("auditor", NOW - FIFTEEN, NOW - FIFTEEN, []),
        ("hospital_staff", NOW - FIFTEEN, NOW - FIFTEEN, ["wrong_role"]),
        ("bpjs", NOW - FIFTEEN, NOW - FIFTEEN, ["wrong_role"]),
        ("officer", NOW - FIFTEEN + timedelta(minutes=1), NOW - FIFTEEN, ["event_after_known"]),
        ("officer", NOW - FIFTEEN, NOW - FIFTEEN + timedelta(seconds=1), ["known_too_fresh"]),
        ("officer", NOW, NOW - timedelta(minutes=14), ["event_after_known", "known_too_fresh"]),
    ],
)
def test_who_may_look_back_and_how_far(db, trait, event_at, known_at, refused):
    user = UserFactory(**{trait: True})

    decision = may_ask_as_known(user, event_at=event_at, known_at=known_at, asked_at=NOW)

    assert decision.codes == refused


def test_looking_back_is_on_the_trail_of_the_person(worker, time_machine):
    time_machine.move_to(NOW, tick=False)
    late = cover(worker, (date(2026, 5, 1), None), entered_at=at("2026-05-05 09:00"))
    pay(late, date(2026, 5, 1), recorded_at=at("2026-05-06 10:00"))
    officer = UserFactory(officer=True)

    answer = operations.ask_as_known(
        worker.pk, by=officer, event_at=at("2026-05-03 14:10"), known_at=at("2026-05-03 15:00")
    )

    assert (answer.worker, answer.then.code, answer.now.code) == (worker, "not_enrolled", "active_entered_after")
    entry = audit.entries_about(worker.pk).get()
    assert (entry.event, entry.kind, entry.actor_id) == ("coverage.look_back", "read", officer.pk)
    assert (entry.facts["then"], entry.facts["now"]) == ("not_enrolled", "active_entered_after")


def test_another_kecamatan_and_a_refusal_leave_nothing(worker):
    elsewhere = UserFactory(officer=True, region=kecamatan("73.71.10"))
    times = {"event_at": at("2026-05-03 14:10"), "known_at": at("2026-05-03 15:00")}

    with pytest.raises(Worker.DoesNotExist):
        operations.ask_as_known(worker.pk, by=elsewhere, **times)
    with pytest.raises(Refused):
        operations.ask_as_known(worker.pk, by=UserFactory(), **{**times, "known_at": at("2026-05-03 14:00")})

    assert list(audit.entries_about(worker.pk)) == []


def typed(name: str, moment: datetime) -> dict[str, str]:
    return {
        f"{name}_{index}": part
        for index, part in enumerate(
            [str(moment.day), str(moment.month), str(moment.year), f"{moment.hour:02d}.{moment.minute:02d}"]
        )
    }


def test_the_page_shows_both_answers(client, worker, time_machine):
    time_machine.move_to(NOW, tick=False)
    late = cover(worker, (date(2026, 5, 1), None), entered_at=at("2026-05-05 09:00"))
    pay(late, date(2026, 5, 1), recorded_at=at("2026-05-06 10:00"))
    client.force_login(UserFactory(officer=True))
    page = reverse("enrollment:coverage_look_back", args=[worker.pk])

    assert "Isi kedua waktu" in client.get(page).content.decode()
    asked = typed("event_at", at("2026-05-03 14:10")) | typed("known_at", at("2026-05-03 15:00"))
    html = client.post(page, asked).content.decode()

    assert "belum pernah didaftarkan kota" in html
    assert "Kepesertaan ini dicatat setelah kejadian" in html
    assert "Kedua jawaban berbeda" in html


def test_a_time_of_the_future_is_told_at_its_field(client, worker, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(UserFactory(officer=True))
    page = reverse("enrollment:coverage_look_back", args=[worker.pk])

    response = client.post(page, typed("event_at", at("2026-05-03 14:10")) | typed("known_at", at("2027-05-03 15:00")))

    assert response.status_code == 422
    assert [str(error) for error in response.context["form"].errors["known_at"]] == [
        "Catatan seperempat jam terakhir masih dapat bertambah. Isi waktu jawaban sedikitnya 15 menit yang lalu."
    ]
