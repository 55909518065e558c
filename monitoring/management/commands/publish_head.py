from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from accounts.roles import Role
from casework import audit

BODY = """\
Kepala jejak audit Jagai pada {at} WITA:

{head.hash}

Banyaknya catatan: {head.number}

Simpan surat ini. Jika kelak ada yang menyusun ulang jejak audit, kepala ini tidak akan ditemukan lagi di dalamnya:
    manage.py verify_trail --head {head.hash}
"""


class Command(BaseCommand):
    help = "Mails the head of the trail to the auditors and prints it. Run it daily: a rebuilt trail cannot have it."

    @transaction.atomic
    def handle(self, *args, **options):
        head, now = audit.head(), timezone.localtime()
        self.stdout.write(head.hash)
        auditors = list(User.objects.alive(now.date()).filter(role=Role.AUDITOR).values_list("email", flat=True))
        if not auditors:
            raise CommandError("No auditor has an active account, so the head was mailed to nobody.")
        audit.record("trail.publish", by=None, facts={"number": head.number, "hash": head.hash, "to": len(auditors)})
        EmailMessage(
            subject=f"Kepala jejak audit Jagai, {date_format(now, 'j F Y')}",
            body=BODY.format(at=date_format(now, "j F Y, H.i"), head=head),
            from_email=settings.DEFAULT_FROM_EMAIL,
            bcc=auditors,
        ).send()
