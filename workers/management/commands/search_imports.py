from django.core.management.base import BaseCommand

from workers.models import RegistryImport
from workers.operations import search_import


class Command(BaseCommand):
    help = "Look for doubles among the people of stored files whose search was cut off by a crash."

    def handle(self, **options):
        due = list(RegistryImport.objects.filter(search_due=True).order_by("uploaded_at").values_list("pk", flat=True))
        for pk in due:
            search_import(pk)
        self.stdout.write(f"{len(due)} berkas.")
