from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Load everything the portal needs before its first worker: regions, hospitals, kinds of work, policy."

    def handle(self, **options):
        for command in (
            "load_regions",
            "load_hospitals",
            "load_security_policy",
            "load_occupations",
            "load_retention_policy",
        ):
            call_command(command, stdout=self.stdout)
