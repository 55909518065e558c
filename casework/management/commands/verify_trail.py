from django.core.management.base import BaseCommand, CommandError

from casework import audit, chain
from casework.models import AuditEntry, AuditHead


class Command(BaseCommand):
    help = "Checks the whole trail and names every row that was changed, swapped, added or removed."

    def add_arguments(self, parser):
        parser.add_argument("--head", default="", help="a head hash that was printed or mailed; 16 characters do")

    def handle(self, *args, **options):
        if 0 < len(options["head"]) < chain.SHORTEST_HEAD:
            raise CommandError(f"--head needs at least {chain.SHORTEST_HEAD} characters of the published hash.")
        head, check = audit.head(), chain.Check()
        faults = list(check.faults(audit.chained(), published=options["head"]))
        if check.number < head.number:
            faults.append(f"Baris {chain.span(check.number + 1, head.number)} hilang: ekornya terpotong.")
        if check.number and not AuditHead.objects.exists():
            faults.append("Kepala rantai hilang.")
        for pk in AuditEntry.objects.filter(link=None).values_list("pk", flat=True):
            faults.append(f"Catatan id {pk} tidak ada dalam rantai: ditambahkan dengan melangkahi pemicunya.")
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} kesalahan dalam {check.number} catatan.")
        self.stdout.write(f"{check.number} catatan, rantainya utuh. Kepala: {check.head}")
