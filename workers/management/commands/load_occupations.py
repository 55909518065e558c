import csv
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from workers.enums import OccupationCategory, Sector
from workers.models import Occupation, Policy

FILE = Path(__file__).parents[2] / "data" / "occupations.csv"
FIRST_POLICY = {
    "release": "2026-3",
    "desil_limit": 4,  # rule E7
    "minimum_age": 17,  # rule E6
    "residents_only": True,  # rule E8
    "by_office": [OccupationCategory.RELIGIOUS, OccupationCategory.COMMUNITY],  # rule E10
    "source": "Pernyataan Pemerintah Kota Makassar, 13 Februari 2026",
}


class Command(BaseCommand):
    help = "Load the kinds of work, and the city's first policy where there is none yet."

    @transaction.atomic
    def handle(self, **options):
        with FILE.open(newline="") as file:
            rows = list(csv.DictReader(file))
        Occupation.objects.bulk_create(
            [
                Occupation(
                    code=row["code"],
                    name=row["name"],
                    category=row["category"],
                    sector=Sector.TRANSPORT if row["group"] == "transport" else Sector.OTHER,
                    aliases=[alias for alias in row["aliases"].split("|") if alias],
                )
                for row in rows
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "category", "sector", "aliases"],
        )
        Policy.objects.get_or_create(effective_on=date(2026, 1, 1), defaults=FIRST_POLICY)
        self.stdout.write(f"{len(rows)} pekerjaan dimuat.")
