from django.core.management.base import BaseCommand
from django.db import transaction

from enrollment.enums import Payer
from enrollment.models import Fund
from enrollment.operations import adopt_batches

CITY = {"payer": Payer.APBD, "name": "APBD Kota Makassar"}


class Command(BaseCommand):
    help = "Name the city's own money as a source. What it has in a year is recorded on the page, by two admins."

    @transaction.atomic
    def handle(self, **options):
        if Fund.objects.filter(payer=Payer.APBD).exists():
            self.stdout.write("Sources of money kept as they are.")
            return
        adopted = adopt_batches(Fund.objects.create(**CITY))
        self.stdout.write(f"{CITY['name']} recorded; {adopted} batches are its.")
