"""A hospital that thinks an answer wrong asks a person to look again; the answer itself stays as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from casework import audit
from casework.decisions import Refused
from casework.models import AuditEntry
from enrollment import operations
from enrollment.models import CoverageCheck, Recheck
from tests.accounts.factories import UserFactory
from tests.enrollment.factories import CoverageCheckFactory, RecheckFactory
from tests.workers.factories import WorkerFactory

NOW = datetime(2026, 11, 22, 6, 40, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def clerk(client, db):
    user = UserFactory(hospital_staff=True)
    client.force_login(user)
    return user


def doubted(by, **fields) -> CoverageCheck:
    worker = WorkerFactory(name="Baso Syamsuddin")
    return CoverageCheckFactory(
        asked_by=by, **{"worker": worker, "verdict": "inactive", "reason_code": "not_enrolled", **fields}
    )


def ask(by, check) -> Recheck:
    return operations.ask_recheck(check.number, by=by, note="Pasien membawa kartu.")


def refused_codes(deed, *args, **kwargs) -> list[str]:
    with pytest.raises(Refused) as refused:
        deed(*args, **kwargs)
    return refused.value.codes


def test_asking_by_the_page_and_reading_the_reply_on_the_answer(client, clerk):
    check, admin = doubted(clerk), UserFactory(name="Nurlaela Amir")
    page = reverse("enrollment:coverage_recheck", args=[check.number])

    assert page in client.get(check.get_absolute_url()).content.decode()
    assert client.post(page, {"note": "Pasien membawa kartu."}).url == check.get_absolute_url()
    html = client.get(check.get_absolute_url()).content.decode()
    assert page not in html
    assert "Menunggu jawaban" in html

    client.force_login(admin)
    recheck = Recheck.objects.get()
    answer = reverse("enrollment:recheck_answer", args=[recheck.pk])
    assert "Pasien membawa kartu." in client.get(answer).content.decode()
    response = client.post(answer, {"reply": "Iurannya baru dicatat. Cek lagi."})
    assert response.url == reverse("enrollment:recheck_list")
    assert "Sudah dijawab" in client.get(response.url).content.decode()

    client.force_login(clerk)
    html = client.get(check.get_absolute_url()).content.decode()
    assert "Iurannya baru dicatat. Cek lagi." in html
    assert "Nurlaela Amir, 22 Nov 2026, 14.40 WITA" in html


def test_each_step_is_on_the_trail_of_the_person(clerk):
    check, admin = doubted(clerk), UserFactory()
    recheck = ask(clerk, check)
    operations.view_recheck(recheck.pk, by=admin)
    operations.answer_recheck(recheck.pk, by=admin, reply="Sudah benar.")

    entries = audit.entries_about(check.worker_id).values_list("event", "actor_id", "note")
    assert list(entries) == [
        ("recheck.ask", clerk.pk, "Pasien membawa kartu."),
        ("recheck.view", admin.pk, ""),
        ("recheck.answer", admin.pk, "Sudah benar."),
    ]
    recheck.refresh_from_db()
    assert (recheck.answered_by, recheck.answered_at, recheck.reply) == (admin, NOW, "Sudah benar.")


def test_an_answer_about_nobody_may_be_doubted_too(clerk):
    recheck = ask(clerk, CoverageCheckFactory(asked_by=clerk))

    assert AuditEntry.objects.get().persons == []
    assert recheck.check_given.verdict == "unknown"


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"verdict": "active", "reason_code": "active"}, ["is_active"]),
        ({"verdict": "unknown", "reason_code": "door_unknown"}, ["by_door"]),
        ({"verdict": "active", "reason_code": "door_active"}, ["is_active", "by_door"]),
    ],
)
def test_what_may_not_be_doubted(client, clerk, fields, codes):
    check = doubted(clerk, **fields)

    assert refused_codes(ask, clerk, check) == codes
    page = reverse("enrollment:coverage_recheck", args=[check.number])
    assert page not in client.get(check.get_absolute_url()).content.decode()
    assert client.post(page, {"note": "Keliru."}).status_code == 422
    assert Recheck.objects.count() == 0


def test_one_answer_is_doubted_once(clerk):
    check = doubted(clerk)
    ask(clerk, check)

    assert refused_codes(ask, clerk, check) == ["already_asked"]


def test_only_the_hospital_that_asked_doubts_and_only_admins_answer(clerk):
    check = doubted(clerk)

    with pytest.raises(CoverageCheck.DoesNotExist):
        ask(UserFactory(hospital_staff=True), check)
    assert refused_codes(ask, UserFactory(), check) == ["not_a_hospital"]
    recheck = ask(clerk, check)
    assert refused_codes(operations.answer_recheck, recheck.pk, by=clerk, reply="Ya.") == ["not_an_admin"]
    with pytest.raises(Recheck.DoesNotExist):
        operations.answer_recheck(recheck.pk, by=UserFactory(bpjs=True), reply="Ya.")


def test_a_second_reply_is_refused(client, clerk):
    recheck = RecheckFactory(answered_by=UserFactory(), answered_at=NOW, reply="Sudah benar.")
    client.force_login(UserFactory())

    response = client.post(reverse("enrollment:recheck_answer", args=[recheck.pk]), {"reply": "Keliru."})

    assert response.status_code == 422
    assert "Cek ulang ini sudah dijawab." in response.content.decode()
    recheck.refresh_from_db()
    assert recheck.reply == "Sudah benar."


@pytest.mark.parametrize(
    ("age", "late"), [(timedelta(minutes=30), False), (timedelta(minutes=30, microseconds=1), True)]
)
def test_the_oldest_waits_on_top_and_is_late_after_half_an_hour(client, db, age, late):
    newer, older = RecheckFactory(asked_at=NOW), RecheckFactory(asked_at=NOW - age)
    done = RecheckFactory(answered_by=UserFactory(), answered_at=NOW, reply="Sudah benar.")
    client.force_login(UserFactory())

    shown = client.get(reverse("enrollment:recheck_list")).context

    assert shown["waiting"] == [older, newer]
    assert [recheck.is_late for recheck in shown["waiting"]] == [late, False]
    assert list(shown["page"]) == [done]


@pytest.mark.parametrize("count", [1, 3])
def test_list_queries_do_not_grow(client, db, count, django_assert_num_queries):
    RecheckFactory.create_batch(count)
    RecheckFactory.create_batch(count, answered_by=UserFactory(), answered_at=NOW, reply="Sudah benar.")
    client.force_login(UserFactory())

    with django_assert_num_queries(4):  # session, user, waiting, answered
        client.get(reverse("enrollment:recheck_list"))


def test_what_is_not_there_is_not_found(client, clerk):
    theirs = CoverageCheckFactory()

    assert client.get(reverse("enrollment:coverage_recheck", args=[theirs.number])).status_code == 404
    client.force_login(UserFactory())
    assert client.get(reverse("enrollment:recheck_answer", args=[1])).status_code == 404


def test_the_database_wants_a_reply_with_its_signature(db):
    rechecks = Recheck.objects.filter(pk=RecheckFactory().pk)
    broken = {
        "enrollment_recheck_answer_is_signed": {"answered_at": NOW},
        "enrollment_recheck_answer_has_words": {"answered_at": NOW, "answered_by": UserFactory()},
    }
    for constraint, values in broken.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            rechecks.update(**values)
