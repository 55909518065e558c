from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from casework.decisions import Refused
from enrollment import operations
from enrollment.enums import BatchStatus
from enrollment.models import Batch


class Command(BaseCommand):
    help = "Take every approved batch for BPJS Ketenagakerjaan and write its file; only with --commit."

    def add_arguments(self, parser):
        parser.add_argument("--user", required=True, metavar="EMAIL", help="the officer of BPJS Ketenagakerjaan")
        parser.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="where the files go")
        parser.add_argument("--commit", action="store_true", help="take them; without it they are only named")

    def handle(self, *, user, out, commit, **options):
        by = User.objects.filter(email__iexact=user, is_active=True).first()
        if by is None:
            raise CommandError("Pengguna tidak ditemukan. Sebutkan alamat surel yang terdaftar dengan --user.")
        if commit and not out.is_dir():
            raise CommandError(f"{out} bukan folder. Buat dulu, lalu ulangi.")
        batches = Batch.objects.visible_to(by).filter(status=BatchStatus.APPROVED).order_by("number")
        for batch in batches:
            if commit:
                self.take(batch, by, out)
            self.stdout.write(f"Kelompok {batch.number} {'diambil' if commit else 'akan diambil'}.")
        if not commit:
            self.stdout.write("Belum ada yang diambil. Tambahkan --commit untuk mengambil.")

    def take(self, batch: Batch, by: User, out: Path) -> None:
        """A file that could not be written can be downloaded again: it comes from the frozen lines."""
        try:
            operations.send_batch(batch.pk, by=by)
            name, rows = operations.download_batch(batch.pk, by=by)
        except Refused as refused:
            raise CommandError(f"Kelompok {batch.number}: {' '.join(refused.messages)}") from refused
        with (out / name).open("wb") as file:
            file.writelines(rows)
