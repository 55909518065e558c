from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from monitoring import demo
from workers.models import Policy, Worker

FEWEST = 400  # below that some kinds of case find nobody


class Command(BaseCommand):
    help = (
        "Fill an empty registry with invented people, their year so far and cases under way, and print one account per "
        "kind of user. The same seed on the same day makes the same rows. No NIK can belong to anybody: each ends in "
        "serial 0000, which no register gives out, so every demo person is the only one of a kecamatan code, birth "
        "date and sex; where a kecamatan is full, the person came from another region."
    )

    def add_arguments(self, parser):
        parser.add_argument("--workers", type=int, default=2_000, help="people in the registry (default: 2000)")
        parser.add_argument("--seed", type=int, default=1, help="another number makes another city (default: 1)")

    def handle(self, *, workers, seed, **options):
        if not settings.DEMO:
            raise CommandError("Demo data belongs only where DEMO is on; this is not such a place.")
        if workers < FEWEST:
            raise CommandError(f"--workers must be at least {FEWEST}, or some kinds of case find nobody.")
        if User.objects.exists() or Worker.objects.exists():
            raise CommandError("The database already holds accounts or workers: demo data goes into an empty one only.")
        if not Policy.objects.exists():
            raise CommandError("Load the reference data first: manage.py load_reference_data.")
        demo.seed(workers=workers, seed=seed)
        self.stdout.write(f"{workers} demo workers made.\n\n{demo.accounts_table()}")
