import csv
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from regions.models import Region

FILE = Path(__file__).parents[2] / "data" / "regions.csv"


class Command(BaseCommand):
    help = "Load kecamatan and kelurahan with their official codes. Running it again changes what has changed."

    @transaction.atomic
    def handle(self, **options):
        with FILE.open(newline="") as file:
            rows = list(csv.DictReader(file))
        Region.objects.bulk_create(
            [
                Region(
                    code=row["code"],
                    level=row["level"],
                    name=row["name"],
                    parent_id=row["parent_code"] if row["level"] != "kota" else None,
                    alt_spellings=[spelling for spelling in row["alt_spellings"].split("|") if spelling],
                )
                for row in rows
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["level", "name", "parent", "alt_spellings"],
        )
        self.stdout.write(f"{len(rows)} wilayah dimuat.")
