from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Load everything the portal needs before its first worker: regions, hospitals, work, policies, funds."

    def handle(self, **options):
        for command in (
            "load_regions",
            "load_hospitals",
            "load_security_policy",
            "load_occupations",
            "load_retention_policy",
            "load_funds",
        ):
            call_command(command, stdout=self.stdout)
