import csv
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import CooperationAgreement, Hospital

FILE = Path(__file__).parents[2] / "data" / "hospitals.csv"
PRIMAYA = 1  # its number in the file
AGREEMENT = {
    "title": "Kerja sama BPJS Ketenagakerjaan dan Primaya Hospital Makassar, 13 Februari 2026",
    "source": "Ditandatangani di Balai Kota Makassar, 13 Februari 2026",
    "scope": "Layanan penuh bagi pekerja rentan dan pekerja keagamaan Makassar Berjasa yang kecelakaan saat bekerja.",
    "signatories": "BPJS Ketenagakerjaan\nPrimaya Hospital Makassar",
    "period": (date(2026, 2, 13), None),
}


class Command(BaseCommand):
    help = "Load the city's hospitals, and the cooperation agreement of 13 February 2026."

    @transaction.atomic
    def handle(self, **options):
        with FILE.open(newline="") as file:
            rows = list(csv.DictReader(file))
        Hospital.objects.bulk_create(
            [
                Hospital(
                    number=row["no"],
                    facility_code=row["facility_code"],
                    name=row["name"],
                    hospital_class=row["class"],
                    address=row["address"],
                    phone=row["phone"],
                    kelurahan_id=row["kelurahan_code"] or None,
                )
                for row in rows
            ],
            update_conflicts=True,
            unique_fields=["number"],
            update_fields=["facility_code", "name", "hospital_class", "address", "phone", "kelurahan"],
        )
        primaya = Hospital.objects.get(number=PRIMAYA)
        if not primaya.agreements.exists():
            CooperationAgreement.objects.create(hospital=primaya, **AGREEMENT)
        self.stdout.write(f"{len(rows)} rumah sakit dimuat.")
