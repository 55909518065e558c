from io import StringIO

from django.core.mail import send_mail
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role

STEPS = {
    "verify_trail": "Jejak audit diperiksa",
    "publish_head": "Kepala jejak audit dikirim kepada auditor",
    "alarm_gaps": "Iuran yang belum lunas",
    "check_canaries": "Kenari dicari di setiap halaman",
    "recompute_estimates": "Perkiraan manfaat dicocokkan dengan fakta terakhir",
    "open_desil_reviews": "Peserta di atas batas desil dijadikan tugas telaah",
    "remove_drafts": "Draf pendaftaran yang sudah lewat dibuang",
    "remove_exports": "Berkas unduhan yang lewat sehari dihapus",
    "clearsessions": "Sesi yang sudah lewat dibuang",
    "prune_db_task_results": "Tugas latar yang sudah lama selesai dibuang",
}


class Command(BaseCommand):
    help = (
        "Run what belongs into every night, each step whatever became of the one before: "
        f"{', '.join(STEPS)}. Mails the admins what failed, and then fails itself."
    )

    def handle(self, **options):
        failed = []
        for command, words in STEPS.items():
            out = StringIO()
            try:
                call_command(command, stdout=out)
            except Exception as problem:  # the other steps must run all the same
                failed.append(f"{words} ({command}): {type(problem).__name__}\n{out.getvalue()}{problem}")
                self.stdout.write(f"{words}: GAGAL")
            else:
                self.stdout.write(f"{words}: {out.getvalue().strip() or 'selesai'}")
        if failed:
            self.tell_admins("\n\n".join(failed))
            raise CommandError("\n\n".join(failed))

    def tell_admins(self, text: str) -> None:
        today = timezone.localdate()
        admins = User.objects.alive(today).filter(role=Role.ADMIN)
        for email in admins.values_list("email", flat=True):
            send_mail(f"Jagai: Pemeriksaan malam gagal, {today:%d-%m-%Y}", text, None, [email])
