"""Letters to whoever must act: one in the morning with what waits, one at once when a clock has run out.

No letter carries data of a person: only how many, and where the portal shows them. Nothing leaves in the quiet hours.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format

from accounts.models import User
from accounts.roles import Role
from claims.models import Claim
from monitoring.models import Inbox, Letter
from monitoring.waiting import waiting_for

QUIET_FROM, QUIET_UNTIL = time(20), time(6)  # WITA
MORNING = time(7)  # WITA
KEPT = timedelta(days=30)  # of what is known of a morning letter

WAITING = """Selamat pagi. Di Jagai ada yang menunggu Anda:

{lines}

Buka: {link}

Tidak ingin surat pagi ini? Matikan di halaman Kabar. Surat tentang tenggat yang terlewat tetap dikirim.

Jagai, Pemerintah Kota Makassar"""

OVERDUE = """{count} kasus kecelakaan kerja melewati tenggat laporan tahap I: sudah 2 x 24 jam, dan belum ada
rumah sakit yang menerima pasiennya.

Buka daftarnya: {link}

Jagai, Pemerintah Kota Makassar"""


def send_letters(*, now: datetime) -> int:
    """Everything that is due and was not sent yet; returns the letters. One that cannot be sent is tried again next
    time and stops no other: their errors come together as one ExceptionGroup at the end."""
    if not QUIET_UNTIL <= timezone.localtime(now).time() < QUIET_FROM:
        return 0
    sent, failed = 0, []
    for send, users in ((_send_overdue, _pressed()), (_send_morning, _readers(now))):
        for user in users.alive(timezone.localdate(now)):
            try:
                sent += send(user, now)
            except OSError as error:  # of the mail server; smtplib's own errors are of this kind
                failed.append(error)
    Letter.objects.filter(subject__startswith="pagi ", sent_at__lt=now - KEPT).delete()
    if failed:
        raise ExceptionGroup(f"{len(failed)} letters could not be sent.", failed)
    return sent


def _pressed():
    return User.objects.filter(role__in=[Role.OFFICER, Role.HOSPITAL, Role.ADMIN])


def _readers(now: datetime):
    """Nobody before the morning."""
    if timezone.localtime(now).time() < MORNING:
        return User.objects.none()
    return User.objects.exclude(pk__in=Inbox.objects.filter(wants_letter=False).values("user"))


@transaction.atomic
def _send_morning(user: User, now: datetime) -> int:
    lines = [f"- {line.title}" for line in waiting_for(user, now=now) or ()]
    if not lines or not _first_time(user, [f"pagi {timezone.localdate(now)}"], now):
        return 0
    text = WAITING.format(lines="\n".join(lines), link=settings.PORTAL_URL + reverse("home"))
    send_mail(f"Jagai: Yang menunggu Anda, {date_format(timezone.localdate(now), 'j F Y')}", text, None, [user.email])
    return 1


@transaction.atomic
def _send_overdue(user: User, now: datetime) -> int:
    """Whoever has the case, and the admins above them; once for each case and reader."""
    past = Claim.objects.visible_to(user).past_stage_1(now=now).values_list("number", flat=True)
    fresh = _first_time(user, [f"tahap I {number}" for number in past], now)
    if not fresh:
        return 0
    link = f"{settings.PORTAL_URL}{reverse('claims:claim_list')}?clock=past"
    text = OVERDUE.format(count=number_format(fresh), link=link)
    send_mail("Jagai: Tenggat tahap I terlewat", text, None, [user.email])
    return 1


def _first_time(user: User, subjects: list[str], now: datetime) -> int:
    """How many of them nobody wrote this user about yet. Another node that sends the same waits, and finds none."""
    return sum(
        Letter.objects.get_or_create(user=user, subject=subject, defaults={"sent_at": now})[1] for subject in subjects
    )
