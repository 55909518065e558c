import json

from django.core.management.base import BaseCommand

from monitoring.finder_quality import measure


class Command(BaseCommand):
    help = "Prints how many planted double registrations the finder finds, by kind, and the totals as JSON last."

    def add_arguments(self, parser):
        parser.add_argument("--people", type=int, default=20_000)
        parser.add_argument("--doubles", type=int, default=1_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args, **options):
        quality = measure(people=options["people"], doubles=options["doubles"], seed=options["seed"])
        for kind, planted in sorted(quality.planted.items()):
            self.stdout.write(f"{kind}: {quality.found[kind]} of {planted}")
        totals = {
            "people": quality.people,
            "planted": sum(quality.planted.values()),
            "pairs": quality.pairs,
            "recall": round(quality.recall, 3),
            "precision": round(quality.precision, 3),
        }
        self.stdout.write(json.dumps(totals))
