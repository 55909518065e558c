from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitoring import retention
from monitoring.models import RetentionPolicy

WHAT = {
    "persons": "orang dianonimkan (X9, A12): {policy.person_years} tahun sesudah ikatan terakhir",
    "desil": "catatan desil keluarga dihapus: tidak ada lagi orangnya di daftar",
    "questions": "pertanyaan cek kepesertaan dikosongkan: {policy.question_years} tahun",
    "imports": "berkas impor dihapus beserta isi selnya: {policy.import_days} hari",
    "trail": "catatan jejak dikosongkan nama dan catatannya: {policy.trail_years} tahun",
}


class Command(BaseCommand):
    help = (
        "Say what the retention policy in force makes due today, rule by rule; with --commit carry it out. Sums, "
        "months and the chain of the trail come out the same, or nothing is stored. Run it monthly."
    )

    def add_arguments(self, parser):
        parser.add_argument("--commit", action="store_true", help="carry it out; without it nothing is written")

    def handle(self, *, commit, **options):
        on = timezone.localdate()
        policy = RetentionPolicy.objects.in_force(on)
        if policy is None:
            raise CommandError(
                "No retention policy is in force: manage.py load_retention_policy, or add the city's own."
            )
        try:
            counts = retention.carry_out(policy, on=on) if commit else retention.due(policy, on=on).counts()
        except retention.FiguresChanged as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{policy}: {policy.source}")
        for name, words in WHAT.items():
            self.stdout.write(f"{counts[name]:>7} {words.format(policy=policy)}")
        if not commit:
            self.stdout.write("Belum ada yang diubah. Jalankan dengan --commit.")
