import csv
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Refused
from regions.models import Region
from workers import operations
from workers.enums import FamilyMove, ImportKind, Verdict
from workers.models import DesilRelease
from workers.models.releases import RELEASE_NAME
from workers.registry_file import REPORT_COLUMNS, Unreadable

UNREADABLE = 2


class Command(BaseCommand):
    help = (
        "Check a registry file; store its good rows with --commit. With --release, its desils are recorded under that "
        "DTSEN release; a file with no_kk and desil, but none of jenis_kelamin, tanggal_lahir and pekerjaan, is a "
        "DTSEN snapshot: families with their desil, who register nobody. A release that has not come yet is recorded "
        "with the day of today and the name of the file. "
        "The last line of the output is JSON. Exit status 2: the file cannot be read."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV or XLSX with the columns of the registry")
        parser.add_argument("--posting", required=True, metavar="CODE", help="region code; other rows are handed back")
        parser.add_argument("--release", default="", metavar="NAME", help="DTSEN release of its desils, such as 2026-3")
        parser.add_argument("--report", type=Path, metavar="OUT.csv", help="write every finding here")
        parser.add_argument("--user", metavar="EMAIL", help="who imports; without it the city's first admin")
        parser.add_argument("--commit", action="store_true", help="store the good rows; without it nothing is written")

    def handle(self, *, file, posting, release, report, user, commit, **options):
        region = Region.objects.filter(pk=posting).first()
        if region is None:
            raise CommandError(f"Wilayah {posting} tidak dikenal. Muat dulu dengan load_regions.")
        if release and not re.fullmatch(RELEASE_NAME, release):
            raise CommandError(f"“{release}” bukan nama rilis. Tulis tahun dan triwulan, seperti 2026-3.")
        outcome = stored if commit else tried
        try:
            file_of = {"name": file.name, "posting": region, "release": release, "kind": None}
            with file.open("rb") as stream, outcome(stream, email=user, **file_of) as trial:
                if report:
                    with report.open("w", newline="", encoding="utf-8") as out:
                        writer = csv.writer(out)
                        writer.writerow(REPORT_COLUMNS)
                        writer.writerows(trial.report)
                counts = {"rows": sum(trial.counts.values()), **trial.counts, "committed": commit}
                if trial.kind == ImportKind.FAMILIES:
                    counts |= {"release": release, "moves": trial.moves}
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
        if trial.kind == ImportKind.FAMILIES:
            self.tell_moves(trial.moves)
        if not commit:
            self.stdout.write("Belum ada yang disimpan. Tambahkan --commit untuk menyimpan.")
        self.stdout.write(json.dumps(counts))

    def tell_moves(self, moves: dict[str, Any]) -> None:
        """One line for each way in which families stand otherwise than in the release before."""
        beside = f"rilis {moves['earlier']}" if moves["earlier"] else "tidak ada rilis sebelumnya"
        self.stdout.write(f"Dibandingkan dengan {beside}, batas desil {moves['limit']}:")
        for move in FamilyMove:
            families, workers, covered = (moves[kind][move] for kind in ("families", "workers", "covered"))
            self.stdout.write(f"  {move.label}: {families} keluarga, {workers} pekerja, {covered} peserta")


def importer(email: str | None) -> User:
    users = User.objects.filter(is_active=True)
    user = users.filter(email__iexact=email).first() if email else users.filter(role=Role.ADMIN).order_by("pk").first()
    if user is None:
        raise CommandError("Pengguna tidak ditemukan. Sebutkan alamat surel yang terdaftar dengan --user.")
    return user


@contextmanager
def tried(content: BinaryIO, *, email: str | None, **file_of: Any) -> Iterator[operations.Trial]:
    with operations.try_registry(content, **file_of) as trial:
        yield trial


@contextmanager
def stored(content: BinaryIO, *, email: str | None, **file_of: Any) -> Iterator[operations.Trial]:
    """The same steps as the pages and their worker. Rows that are held wait for a decision on the page."""
    by = importer(email)
    release, name, today = file_of["release"], file_of["name"], timezone.localdate()
    with transaction.atomic():
        if release and not DesilRelease.objects.filter(name=release).exists():
            operations.receive_release(by=by, name=release, source=f"Berkas {name}"[:200], received_on=today)
        registry_import = operations.import_registry(
            by=by, content=File(content), reason="Lewat perintah import_registry", **file_of
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
    yield operations.Trial(
        counts, operations.report_of(registry_import.pk), registry_import.kind, registry_import.moves
    )
