from datetime import date

from django.core.management.base import BaseCommand

from monitoring.models import RetentionPolicy

FIRST = {
    "person_years": 5,
    "question_years": 2,
    "import_days": 90,
    "draft_days": 30,
    "trail_years": 10,
    "source": "Rancangan (X9, A12); jadwal retensi arsip Kota Makassar yang menentukan",
}


class Command(BaseCommand):
    help = "Create the first retention policy where there is none. The city's own records schedule goes into a new row."

    def handle(self, **options):
        _, created = RetentionPolicy.objects.get_or_create(effective_on=date(2026, 1, 1), defaults=FIRST)
        self.stdout.write("Retention policy created." if created else "Retention policy kept as it is.")
