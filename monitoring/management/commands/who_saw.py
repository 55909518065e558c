from argparse import ArgumentTypeError
from datetime import datetime
from uuid import UUID

from django.core.management.base import BaseCommand
from django.utils import timezone

from casework.exports import csv_file
from monitoring.trail import who_saw

HEADER = ["waktu", "pelaku", "peran", "tempat", "alamat", "perbuatan", "catatan", "pekerja"]


def moment(typed: str) -> datetime:
    """2026-11-24 or 2026-11-24T13:40, in WITA unless it names its zone."""
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        raise ArgumentTypeError(f"{typed} is not a time such as 2026-11-24T13:40") from None
    return at if at.tzinfo else timezone.make_aware(at, timezone.get_default_timezone())


class Command(BaseCommand):
    help = "Who saw or changed the data of which persons in a period, as CSV: for a breach notice (rule X4)."

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="start", type=moment, required=True, help="first moment, such as 2026-11-24")
        parser.add_argument("--to", dest="end", type=moment, required=True, help="first moment after the period")
        parser.add_argument("--person", dest="persons", type=UUID, action="append", default=[], help="key of a worker")

    def handle(self, *args, start, end, persons, **options):
        for line in csv_file(HEADER, who_saw(start, end, persons=map(str, persons))):
            self.stdout.write(line, ending="")
