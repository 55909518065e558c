from datetime import date

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.models import SecurityPolicy
from accounts.rules import SECOND_FACTOR_ROLES

BEGIN = date(2026, 2, 13)


class Command(BaseCommand):
    help = (
        "Load who logs in with a second factor: all but officers, and nobody where the portal holds sample data only."
    )

    def handle(self, **options):
        roles = [] if settings.DEMO else list(SECOND_FACTOR_ROLES)
        source = "Data contoh: dicoba tanpa langkah kedua" if settings.DEMO else "Kebijakan awal, ASVS 6.3.3"
        SecurityPolicy.objects.get_or_create(
            effective_on=BEGIN, defaults={"second_factor_roles": roles, "source": source}
        )
        self.stdout.write(f"Langkah kedua diwajibkan bagi: {', '.join(roles) or 'tidak seorang pun'}.")
