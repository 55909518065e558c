from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitoring import letters


class Command(BaseCommand):
    help = (
        "Mail whoever must act: in the morning what waits for them, and at once what is overdue. Run it every quarter "
        "of an hour; nothing goes out twice, and nothing in the quiet hours."
    )

    def handle(self, **options):
        try:
            sent = letters.send_letters(now=timezone.now())
        except ExceptionGroup as failed:
            raise CommandError(f"{failed} The first: {failed.exceptions[0]}") from failed
        self.stdout.write(f"{sent} letters")
