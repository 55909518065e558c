from django.core.management.base import BaseCommand

from claims.operations import recompute_estimates


class Command(BaseCommand):
    help = "Estimate anew every claim whose facts changed since, such as by a receipt; the old estimates stay."

    def handle(self, **options):
        looked_at, made_anew = recompute_estimates()
        self.stdout.write(f"{looked_at} klaim dilihat, {made_anew} perkiraan dihitung ulang.")
