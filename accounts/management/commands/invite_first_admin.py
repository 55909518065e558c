from django.core.management.base import BaseCommand, CommandError

from accounts import operations
from casework.decisions import Refused


class Command(BaseCommand):
    help = "Invite the first admin of a new portal by mail. Later accounts are opened on the page Akun."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *, email, name, **options):
        try:
            account = operations.invite_first_admin(email=email, name=name)
        except Refused as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        self.stdout.write(f"Undangan terkirim ke {account.email}.")
