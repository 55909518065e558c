import csv
import json
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Refused
from regions.models import Region
from workers import operations
from workers.registry_file import REPORT_COLUMNS, Finding, Unreadable, report_rows

UNREADABLE = 2


class Command(BaseCommand):
    help = (
        "Check a registry file row by row; store its good rows with --commit. "
        "The last line of the output is JSON. Exit status 2: the file cannot be read."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV with the columns of the registry")
        parser.add_argument("--posting", required=True, metavar="CODE", help="region code; other rows are handed back")
        parser.add_argument("--report", type=Path, metavar="OUT.csv", help="write every finding here")
        parser.add_argument("--user", metavar="EMAIL", help="who imports; without it the city's first admin")
        parser.add_argument("--commit", action="store_true", help="store the good rows; without it nothing is written")

    def handle(self, *, file, posting, report, user, commit, **options):
        region = Region.objects.filter(pk=posting).first()
        if region is None:
            raise CommandError(f"Wilayah {posting} tidak dikenal. Muat dulu dengan load_regions.")
        try:
            with file.open("rb") as stream:
                preview = (
                    store(File(stream), name=file.name, posting=region, by=importer(user))
                    if commit
                    else operations.preview_registry(stream, posting=region)
                )
        except OSError as error:
            raise CommandError(f"{file} tidak dapat dibuka: {error.strerror}.", returncode=UNREADABLE) from error
        except Unreadable as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        except Refused as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        if report:
            with report.open("w", newline="", encoding="utf-8") as out:
                writer = csv.writer(out)
                writer.writerow(REPORT_COLUMNS)
                writer.writerows(report_rows(preview.findings))
        deed = "diterima" if commit else "akan diterima"
        self.stdout.write(f"{preview.rows} baris diperiksa, {preview.accepted} {deed}, {preview.refused} dikembalikan.")
        if not commit:
            self.stdout.write("Belum ada yang disimpan. Tambahkan --commit untuk menyimpan.")
        counts = {"rows": preview.rows, "accepted": preview.accepted, "refused": preview.refused, "committed": commit}
        self.stdout.write(json.dumps(counts))


def importer(email: str | None) -> User:
    users = User.objects.filter(is_active=True)
    user = users.filter(email__iexact=email).first() if email else users.filter(role=Role.ADMIN).order_by("pk").first()
    if user is None:
        raise CommandError("Pengguna tidak ditemukan. Sebutkan alamat surel yang terdaftar dengan --user.")
    return user


def store(content: File, *, name: str, posting: Region, by: User) -> operations.Preview:
    """The same two steps as the page and its worker."""
    registry_import = operations.import_registry(by=by, content=content, name=name, posting=posting)
    operations.check_import(registry_import.pk, by=by)
    registry_import.refresh_from_db()
    if registry_import.trouble:
        raise Unreadable(registry_import.trouble)
    findings = registry_import.findings.values_list("row", "column", "code", "value", "message", "refuses")
    return operations.Preview(
        rows=registry_import.rows_done,
        accepted=registry_import.rows_accepted,
        findings=[Finding(*finding) for finding in findings],
    )
