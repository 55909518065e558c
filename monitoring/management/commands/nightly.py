from io import StringIO

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import operations

STEPS = {
    "verify_trail": "Jejak audit diperiksa",
    "publish_head": "Kepala jejak audit dikirim kepada auditor",
    "alarm_gaps": "Iuran yang belum lunas",
    "check_canaries": "Kenari dicari di setiap halaman",
    "recompute_estimates": "Perkiraan manfaat dicocokkan dengan fakta terakhir",
    "open_desil_reviews": "Peserta di atas batas desil dijadikan tugas telaah",
    "search_imports": "Pencarian data ganda yang terputus diteruskan",
    "remove_drafts": "Draf pendaftaran yang sudah lewat dibuang",
    "remove_exports": "Berkas unduhan yang lewat sehari dihapus",
    "forget_rate_uses": "Penghitung batas yang sudah lewat dibuang",
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
            text = "\n\n".join(failed)
            operations.mail_admins(f"Jagai: Pemeriksaan malam gagal, {timezone.localdate():%d-%m-%Y}", text)
            raise CommandError(text)
