import json
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from casework.decisions import Refused
from enrollment import operations
from enrollment.models import Batch


class Command(BaseCommand):
    help = (
        "Read what BPJS Ketenagakerjaan answered to a batch; take it over with --commit. "
        "The last line of the output is JSON."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="the reply, CSV or XLSX")
        parser.add_argument("--batch", required=True, metavar="NUMBER", help="the batch it answers, like 2611-00001")
        parser.add_argument("--user", required=True, metavar="EMAIL", help="the officer of BPJS Ketenagakerjaan")
        parser.add_argument("--commit", action="store_true", help="take the lines over; without it nothing is written")

    def handle(self, *, file, batch, user, commit, **options):
        by = User.objects.filter(email__iexact=user, is_active=True).first()
        if by is None:
            raise CommandError("Pengguna tidak ditemukan. Sebutkan alamat surel yang terdaftar dengan --user.")
        found = Batch.objects.visible_to(by).filter(number=batch).first()
        if found is None:
            raise CommandError(f"Kelompok {batch} tidak ditemukan.")
        try:
            content = ContentFile(file.read_bytes(), file.name)
            with transaction.atomic():
                reply, is_new = operations.read_reply(found.pk, by=by, file=content)
                transaction.set_rollback(not commit)
            if is_new and not commit:
                default_storage.delete(reply.path)
        except OSError as error:
            raise CommandError(f"{file} tidak dapat dibuka: {error.strerror}.") from error
        except Refused as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        for finding in reply.findings:
            self.stdout.write(f"Baris {finding['row']}: {finding['message']}")
        if not is_new:
            self.stdout.write("Berkas ini sudah dibaca. Tidak ada yang berubah.")
        elif not commit:
            self.stdout.write("Belum ada yang disimpan. Tambahkan --commit untuk menyimpan.")
        counts = {"accepted": reply.accepted, "rejected": reply.rejected, "findings": len(reply.findings)}
        self.stdout.write(json.dumps({**counts, "new": is_new, "committed": commit}))
