import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Refused
from regions.models import Region
from workers import operations
from workers.enums import Verdict
from workers.registry_file import REPORT_COLUMNS, Unreadable

UNREADABLE = 2


class Command(BaseCommand):
    help = (
        "Check a registry file; store its good rows with --commit. "
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
        outcome = stored if commit else tried
        try:
            with file.open("rb") as stream, outcome(stream, name=file.name, posting=region, email=user) as trial:
                if report:
                    with report.open("w", newline="", encoding="utf-8") as out:
                        writer = csv.writer(out)
                        writer.writerow(REPORT_COLUMNS)
                        writer.writerows(trial.report)
                counts = {"rows": sum(trial.counts.values()), **trial.counts, "committed": commit}
        except OSError as error:
            raise CommandError(f"{file} tidak dapat dibuka: {error.strerror}.", returncode=UNREADABLE) from error
        except Unreadable as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        except Refused as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        good = counts[Verdict.ACCEPTED] + counts[Verdict.REPAIRED]
        deed = "diterima" if commit else "akan diterima"
        back = counts["rows"] - good - counts[Verdict.REVIEW] - counts[Verdict.BLANK]
        self.stdout.write(
            f"{counts['rows']} baris diperiksa, {good} {deed}, {counts[Verdict.REVIEW]} ditahan, {back} dikembalikan."
        )
        if not commit:
            self.stdout.write("Belum ada yang disimpan. Tambahkan --commit untuk menyimpan.")
        self.stdout.write(json.dumps(counts))


def importer(email: str | None) -> User:
    users = User.objects.filter(is_active=True)
    user = users.filter(email__iexact=email).first() if email else users.filter(role=Role.ADMIN).order_by("pk").first()
    if user is None:
        raise CommandError("Pengguna tidak ditemukan. Sebutkan alamat surel yang terdaftar dengan --user.")
    return user


@contextmanager
def tried(content: BinaryIO, *, name: str, posting: Region, email: str | None) -> Iterator[operations.Trial]:
    with operations.try_registry(content, name=name, posting=posting) as trial:
        yield trial


@contextmanager
def stored(content: BinaryIO, *, name: str, posting: Region, email: str | None) -> Iterator[operations.Trial]:
    """The same steps as the pages and their worker. Rows that are held wait for a decision on the page."""
    by = importer(email)
    registry_import = operations.import_registry(
        by=by, content=File(content), name=name, posting=posting, reason="Lewat perintah import_registry"
    )
    operations.check_import(registry_import.pk, by=by)
    registry_import.refresh_from_db()
    if registry_import.trouble:
        raise Unreadable(registry_import.trouble)
    operations.accept_import(registry_import.pk, by=by)
    operations.store_import(registry_import.pk)
    operations.search_import(registry_import.pk)
    registry_import.refresh_from_db()
    counts = {verdict: getattr(registry_import, f"rows_{verdict}") for verdict in Verdict.values}
    yield operations.Trial(counts, operations.report_of(registry_import.pk))
