import json
from itertools import takewhile
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from casework import audit


class Command(BaseCommand):
    help = "Writes the trail as JSON lines, the head first. casework/chain.py, which runs alone, checks the file."

    def add_arguments(self, parser):
        parser.add_argument("out", type=Path)
        parser.add_argument(
            "--withhold", action="store_true", help="digests in the place of names, notes, facts and addresses"
        )

    def handle(self, *args, out, withhold, **options):
        with transaction.atomic():
            audit.record("trail.export", by=None, facts={"file": out.name, "withheld": withhold})
        head = audit.head()
        entries = takewhile(lambda entry: entry["number"] <= head.number, audit.chained(withhold=withhold))
        out.touch(mode=0o600)
        with out.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"number": head.number, "head": head.hash}) + "\n")
            for entry in entries:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self.stdout.write(f"{head.number} catatan ditulis ke {out}. Kepala: {head.hash}")
