from django.core.management.base import BaseCommand

from accounts import limits


class Command(BaseCommand):
    help = "Drop the counters of limits on how often in which nothing counts any more."

    def handle(self, **options):
        self.stdout.write(f"{limits.forget_old()} penghitung dibuang.")
