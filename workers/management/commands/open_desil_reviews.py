from django.core.management.base import BaseCommand
from django.utils import timezone

from workers.models import Policy
from workers.operations import open_reviews


class Command(BaseCommand):
    help = "Open a review for every member above the desil limit that has none yet. Drops nobody (rule S6)."

    def handle(self, **options):
        try:
            opened = open_reviews(on=timezone.localdate())
        except Policy.DoesNotExist:
            self.stdout.write("Kota belum menetapkan kebijakan.")
        else:
            self.stdout.write(f"{opened} telaah dibuka.")
