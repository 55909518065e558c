from django.core.management.base import BaseCommand, CommandError

from monitoring import canaries


class Command(BaseCommand):
    help = (
        "Plant one invented person in every kecamatan, look for them through every address as each kind of user, and "
        "take them away again. Fails and names caller and address when one is seen by somebody else. Run it nightly."
    )

    def handle(self, **options):
        pages, findings = canaries.check()
        for finding in findings:
            self.stdout.write(str(finding))
        if findings:
            raise CommandError(f"{len(findings)} temuan pada {pages} halaman.")
        self.stdout.write(f"{pages} halaman dibuka, tidak ada yang bocor.")
