import csv
import re
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from casework import audit
from casework.models import AuditEntry
from claims.workflow import WORKFLOW as CLAIM
from enrollment.workflow import WORKFLOW as BATCH
from monitoring.trail import masked, words_of
from tests.accounts.factories import UserFactory
from tests.workers.factories import WorkerFactory

pytestmark = pytest.mark.django_db
LIST = reverse("trail_list")


@pytest.fixture
def auditor():
    return UserFactory(auditor=True)


@pytest.fixture
def admin():
    return UserFactory(name="Andi Tenri")


def page_of(client, user, url=LIST, **query):
    client.force_login(user)
    return client.get(url, query)


def whats(response):
    return [(line.what, line.entry.actor_name) for line in response.context["page"].lines]


def test_the_trail_is_read_newest_first_and_reading_it_is_an_entry(client, auditor, admin):  # AC-A7
    audit.record("claim.approve", by=admin)
    audit.record("worker.view", by=admin)

    response = page_of(client, auditor, kind="")

    assert whats(response) == [("Membuka pekerja", "Andi Tenri"), ("Menyetujui klaim", "Andi Tenri")]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.event, entry.kind, entry.actor_id, entry.address) == ("trail.view", "read", auditor.pk, "127.0.0.1")


@pytest.mark.parametrize("role", ["officer", "hospital_staff", "bpjs"])
def test_others_do_not_read_the_trail(client, role):
    user, worker = UserFactory(**{role: True}), WorkerFactory()
    audit.record("worker.view", worker, by=user)

    assert page_of(client, user).status_code == 403
    assert page_of(client, user, reverse("trail_person", args=[worker.pk])).status_code == 403


@pytest.mark.parametrize("url", ["trail_list", "trail_person"])
def test_nobody_writes_there(client, auditor, url):  # AC-P31
    client.force_login(auditor)
    args = [WorkerFactory().pk] if url == "trail_person" else []

    assert client.post(reverse(url, args=args)).status_code == 405


def test_by_person_user_kind_and_time(client, auditor, admin):
    one, other = WorkerFactory(), WorkerFactory()
    officer = UserFactory(officer=True, name="Sitti Rahmah")
    with time_machine.travel(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)):  # 23.59 WITA
        audit.record("worker.register", one, by=officer)
    with time_machine.travel(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)):
        audit.record("worker.export", by=admin, persons=[one.pk, other.pk])
        audit.record("worker.view", other, by=officer)
    registered, exported, viewed = (
        ("Mendaftarkan pekerja", "Sitti Rahmah"),
        ("Mengunduh pekerja", "Andi Tenri"),
        ("Membuka pekerja", "Sitti Rahmah"),
    )

    assert whats(page_of(client, auditor, reverse("trail_person", args=[one.pk]))) == [exported, registered]
    assert whats(page_of(client, auditor, actor=officer.pk)) == [viewed, registered]
    assert whats(page_of(client, auditor, name="tenri")) == [exported]
    assert whats(page_of(client, auditor, kind="export")) == [exported]
    assert whats(page_of(client, auditor, since="23-11-2026", until="23-11-2026")) == [registered]
    assert whats(page_of(client, auditor, since="24-11-2026", name="sitti")) == [viewed]


def test_an_auditor_sees_masked_names_an_admin_whole_ones(client, auditor, admin):
    worker = WorkerFactory(name="Baso Syamsuddin")
    audit.record("worker.view", worker, by=admin)
    person = reverse("trail_person", args=[worker.pk])

    for url in (LIST, person):
        page = page_of(client, auditor, url).content.decode()
        assert ("Baso" in page, "B•••• S••••" in page, worker.nik in page) == (False, True, False)
    assert "Baso Syamsuddin" in page_of(client, admin, person).content.decode()


def test_a_worker_whom_the_auditor_may_not_see_has_no_page_and_no_name(client, auditor, admin):  # AC-P5
    worker = WorkerFactory(name="Baso Syamsuddin", kelurahan=None)
    audit.record("worker.view", worker, by=admin)

    page = page_of(client, auditor).content.decode()
    assert ("B••••" in page, "pekerja di luar pandangan Anda" in page) == (False, True)
    assert page_of(client, auditor, reverse("trail_person", args=[worker.pk])).status_code == 404


def test_looking_at_the_trail_of_a_person_is_an_entry_about_that_person(client, auditor):
    worker = WorkerFactory()

    page_of(client, auditor, reverse("trail_person", args=[worker.pk]))

    assert [entry.event for entry in audit.entries_about(worker.pk)] == ["trail.view"]


def test_a_long_trail_is_turned_page_by_page(client, auditor):
    for n in range(120):
        audit.record("worker.view", by=None, facts={"n": n})
    numbers, query = [], {"name": ""}
    for _ in range(3):
        page = page_of(client, auditor, **query).context["page"]
        numbers += [line.entry.facts.get("n") for line in page.lines]
        query = {"before": page.older}

    assert [n for n in numbers if n is not None] == list(range(119, -1, -1))
    assert page.older is None


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client, auditor, count, django_assert_num_queries):
    for worker in WorkerFactory.create_batch(count):
        audit.record("worker.view", worker, by=auditor)
    client.force_login(auditor)

    with django_assert_num_queries(7):  # session, user, savepoint, entries, names, own entry, release
        response = client.get(LIST)

    assert len(response.context["page"].lines) == count


@pytest.mark.parametrize(
    "query", [{"since": "31-02-2026"}, {"before": "x"}, {"kind": "lain"}, {"actor": "9" * 30}, {"name": "a\0b"}]
)
def test_a_wrong_filter_is_told_not_run(client, auditor, query):
    response = page_of(client, auditor, **query)

    assert (response.status_code, AuditEntry.objects.count()) == (422, 0)


def test_filters_are_taken_off_one_by_one(client, auditor):
    response = page_of(client, auditor, name="sitti", kind="read", since="23-11-2026")

    assert [(one["word"], one["without"]) for one in response.context["chosen"]] == [
        ("Pelaku: sitti", "?kind=read&since=23-11-2026"),
        ("Jenis: Pembacaan", "?name=sitti&since=23-11-2026"),
        ("Sejak 23 Nov 2026", "?name=sitti&kind=read"),
    ]
    assert "Tidak ada catatan yang cocok" in response.content.decode()


RECORDED = {
    event
    for app in ("accounts", "workers", "enrollment", "claims", "monitoring", "casework")
    for path in (settings.BASE_DIR / app).rglob("*.py")
    for event in re.findall(r'(?:audit\.record\(|_listen\([a-z_.]+,)\s*"([a-z_.]+)"', path.read_text())
} | {f"{flow.noun}.{action}" for flow in (BATCH, CLAIM) for action in flow.moves}


@pytest.mark.parametrize("event", sorted(RECORDED))
def test_every_event_has_words(event):
    assert words_of(event) != event


def test_an_unknown_event_says_its_name():
    assert words_of("account.fly") == "account.fly"


def test_a_masked_name_tells_its_first_letters_only():
    assert masked("Andi Muhammad Dg. Mattola") == "A•••• M•••• D•••• M••••"


def test_who_saw_names_each_reader_of_each_person_in_the_period(admin):  # rule X4
    one, other = WorkerFactory(), WorkerFactory()
    with time_machine.travel(datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), tick=False):
        audit.record("worker.view", one, by=admin)
    with time_machine.travel(datetime(2026, 11, 23, 16, 0, tzinfo=UTC), tick=False):
        audit.record("worker.export", by=admin, persons=[one.pk, other.pk], note="=rekonsiliasi")
        audit.record("trail.view", by=admin)
    with time_machine.travel(datetime(2026, 11, 24, 16, 0, tzinfo=UTC), tick=False):
        audit.record("worker.view", one, by=admin)

    told = told_by_command("--from", "2026-11-24", "--to", "2026-11-25")

    known = [
        "2026-11-24T00:00:00+08:00",
        "Andi Tenri",
        "admin",
        "Kota Makassar",
        "",
        "Mengunduh pekerja",
        "'=rekonsiliasi",
    ]
    assert told == [[*known, str(one.pk)], [*known, str(other.pk)]]
    assert told_by_command("--from", "2026-11-24", "--to", "2026-11-25", "--person", str(other.pk)) == told[1:]
    assert AuditEntry.objects.latest("pk").event == "trail.who_saw"


def told_by_command(*arguments):
    out = StringIO()
    call_command("who_saw", *arguments, stdout=out)
    return list(csv.reader(out.getvalue().splitlines()))[1:]


def test_who_saw_refuses_a_time_it_cannot_read():
    with pytest.raises(CommandError, match="kemarin is not a time"):
        call_command("who_saw", "--from", "kemarin", "--to", "2026-11-25")


def test_the_head_is_mailed_to_active_auditors_and_found_later(auditor, mailoutbox):
    UserFactory(auditor=True, is_active=False)
    audit.record("worker.view", by=None)
    connection.check_constraints()
    out = StringIO()

    with time_machine.travel(datetime(2026, 11, 24, 16, 30, tzinfo=UTC)):  # past midnight in Makassar
        call_command("publish_head", stdout=out)

    (mail,) = mailoutbox
    published = out.getvalue().strip()
    assert (mail.subject, mail.bcc) == ("Kepala jejak audit Jagai, 25 November 2026", [auditor.email])
    assert published in mail.body
    connection.check_constraints()
    call_command("verify_trail", head=published, stdout=StringIO())
    assert AuditEntry.objects.latest("pk").facts == {"number": 1, "hash": published, "to": 1}


def test_a_head_that_nobody_gets_is_an_error():
    with pytest.raises(CommandError, match="mailed to nobody"):
        call_command("publish_head", stdout=StringIO())
