"""Letters to whoever must act: when, to whom, once, and with nothing of a person in them."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts.roles import Role
from claims.benefits import first_report_due
from claims.enums import ClaimStatus
from monitoring.letters import send_letters
from monitoring.models import Letter
from tests.accounts.factories import UserFactory
from tests.claims.factories import ACCIDENT, ClaimFactory
from tests.regions.factories import kecamatan, kelurahan
from tests.workers.factories import PolicyFactory

NINE = datetime(2026, 11, 25, 1, tzinfo=UTC)  # 09.00 WITA, after the stage I deadline of ACCIDENT
DUE = first_report_due(ACCIDENT)  # 24 November, 13.40 WITA
NAME = "Kenanga Rahasia"


class UnluckyBackend(EmailBackend):
    """A mail server that takes nothing for one address."""

    def send_messages(self, messages):
        if any("sakit@" in message.to[0] for message in messages):
            raise ConnectionRefusedError("the mail server is away")
        return super().send_messages(messages)


def suspected(officer=None, **fields):
    """Reported by an officer of the region."""
    PolicyFactory()
    reporter = officer or UserFactory(officer=True)
    known = {"worker__kelurahan": kelurahan(), "worker__name": NAME, "worker__registered_by": reporter}
    return ClaimFactory(accident_at=ACCIDENT, reported_by=reporter, **known, **fields)


def subjects(outbox):
    return sorted((letter.to[0], letter.subject) for letter in outbox)


@pytest.mark.django_db
def test_an_overdue_case_is_written_about_once_to_who_has_it_and_to_admins(mailoutbox, time_machine):
    officer = UserFactory(officer=True, email="panakkukang@kota.test")
    claim = suspected(officer, at_hospital=True, status=ClaimStatus.ROUTED)
    staff = UserFactory(role=Role.HOSPITAL, hospital=claim.hospital, email="igd@rs.test")
    UserFactory(hospital_staff=True, email="lain@rs.test")
    UserFactory(officer=True, region=kecamatan("73.71.12"), email="tamalanrea@kota.test")
    UserFactory(email="admin@kota.test")
    UserFactory(auditor=True, email="auditor@kota.test")
    time_machine.move_to(DUE, tick=False)
    send_letters(now=DUE)
    assert [letter for letter in mailoutbox if "terlewat" in letter.subject] == []

    for _ in range(2):
        send_letters(now=DUE + timedelta(seconds=1))

    late = [letter for letter in mailoutbox if "terlewat" in letter.subject]
    assert sorted(letter.to[0] for letter in late) == ["admin@kota.test", staff.email, "panakkukang@kota.test"]
    assert "1 kasus kecelakaan kerja melewati tenggat laporan tahap I" in late[0].body
    assert "/claims/?clock=past" in late[0].body


@pytest.mark.django_db
def test_the_morning_letter_says_what_waits_and_holds_no_person(mailoutbox, time_machine):
    claim = suspected(UserFactory(officer=True, email="panakkukang@kota.test"))
    UserFactory(officer=True, region=kecamatan("73.71.12"), email="kosong@kota.test")  # for whom nothing waits
    UserFactory(officer=True, is_active=False, email="pergi@kota.test")
    time_machine.move_to(NINE, tick=False)

    assert send_letters(now=NINE) == 2  # and the one about the overdue case
    assert send_letters(now=NINE + timedelta(hours=5)) == 0
    assert subjects(mailoutbox) == [
        ("panakkukang@kota.test", "Jagai: Tenggat tahap I terlewat"),
        ("panakkukang@kota.test", "Jagai: Yang menunggu Anda, 25 November 2026"),
    ]
    (morning,) = [letter for letter in mailoutbox if "menunggu" in letter.subject]
    assert "- 1 kasus melewati tenggat tahap I" in morning.body
    written = " ".join(letter.subject + letter.body for letter in mailoutbox)
    told = (NAME, claim.worker.nik, claim.worker.phone, claim.number, claim.informant_name, claim.place)
    assert [word for word in told if word and word in written] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hour", "minute", "second", "sent"),
    [
        (5, 59, 59, []),
        (6, 0, 0, ["Jagai: Tenggat tahap I terlewat"]),
        (6, 59, 59, ["Jagai: Tenggat tahap I terlewat"]),
        (7, 0, 0, ["Jagai: Tenggat tahap I terlewat", "Jagai: Yang menunggu Anda, 26 November 2026"]),
        (19, 59, 59, ["Jagai: Tenggat tahap I terlewat", "Jagai: Yang menunggu Anda, 26 November 2026"]),
        (20, 0, 0, []),
    ],
)
def test_nothing_leaves_in_the_quiet_hours_and_no_morning_letter_before_seven(
    mailoutbox, time_machine, hour, minute, second, sent
):
    suspected()
    now = ACCIDENT.replace(day=26, hour=hour, minute=minute, second=second)
    time_machine.move_to(now, tick=False)
    send_letters(now=now)

    assert [subject for _, subject in subjects(mailoutbox)] == sent


@pytest.mark.django_db
def test_the_morning_letter_can_be_switched_off_and_on_again(client, mailoutbox, time_machine):
    officer = UserFactory(officer=True)
    suspected(officer)
    time_machine.move_to(NINE, tick=False)
    client.force_login(officer)
    off = client.post(reverse("inbox_letter"), {"wanted": "no"}, follow=True).content.decode()
    send_letters(now=NINE)

    assert "Surat pagi tidak dikirim lagi." in off
    assert "Nyalakan surat pagi" in off
    assert [letter.subject for letter in mailoutbox] == ["Jagai: Tenggat tahap I terlewat"]
    client.post(reverse("inbox_letter"), {"wanted": "yes"})
    send_letters(now=NINE)
    assert len(mailoutbox) == 2


@pytest.mark.django_db
def test_a_letter_that_cannot_be_sent_stops_no_other_and_is_tried_again(mailoutbox, time_machine, settings):
    suspected(UserFactory(officer=True, email="sakit@kota.test"))
    UserFactory(officer=True, email="sehat@kota.test")
    time_machine.move_to(NINE, tick=False)
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.UnluckyBackend"

    with pytest.raises(CommandError, match=r"2 letters could not be sent.*the mail server is away"):
        call_command("send_letters")
    assert [letter.to for letter in mailoutbox] == [["sehat@kota.test"]] * 2
    settings.EMAIL_BACKEND = usual
    call_command("send_letters")
    assert [letter.to for letter in mailoutbox[2:]] == [["sakit@kota.test"]] * 2


@pytest.mark.django_db
def test_what_is_known_of_old_morning_letters_is_forgotten(time_machine):
    suspected()
    for day in (NINE, NINE + timedelta(days=31)):
        time_machine.move_to(day, tick=False)
        send_letters(now=day)

    assert sorted(Letter.objects.values_list("subject", flat=True))[0] == "pagi 2026-12-26"


@pytest.mark.django_db(transaction=True)
def test_two_nodes_that_send_at_once_write_one_letter(mailoutbox):
    suspected()
    start, sent = Barrier(2), []

    def node():
        start.wait()
        sent.append(send_letters(now=NINE))
        connection.close()

    nodes = [Thread(target=node) for _ in range(2)]
    for thread in nodes:
        thread.start()
    for thread in nodes:
        thread.join()

    assert sum(sent) == len(mailoutbox) == 2  # one about the case, one of the morning
