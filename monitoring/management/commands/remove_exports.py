from django.core.management.base import BaseCommand
from django.utils import timezone

from monitoring import exports


class Command(BaseCommand):
    help = "Remove the files of exports that are older than a day. Their rows stay."

    def handle(self, **options):
        self.stdout.write(f"{exports.remove_expired(timezone.now())} berkas dihapus.")
