import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from monitoring.examples import check_document


class Command(BaseCommand):
    help = "Puts worked examples (contributions, benefits, dates, identities) to the portal's rules. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="JSON in the form of tests/data/worked_examples.json")

    def handle(self, *args, file, **options):
        try:
            document = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise CommandError(f"{file} cannot be read as JSON: {problem}") from problem
        if not isinstance(document, dict):
            raise CommandError(f"{file} holds no object with sections of examples.")
        passed = failed = 0
        for checked in check_document(document):
            passed += checked.passed
            failed += not checked.passed
            if checked.remark:
                self.stdout.write(f"{checked.name}: {checked.remark}")
            if not checked.passed:
                self.stdout.write(f"{checked.name}: {checked.message}")
        self.stdout.write(f"{passed} passed, {failed} failed")
        if failed:
            raise SystemExit(1)
