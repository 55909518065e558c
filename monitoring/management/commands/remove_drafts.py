from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone

from monitoring.models import RetentionPolicy
from workers import operations

WITHOUT_POLICY = 30  # days


class Command(BaseCommand):
    help = (
        "Remove registrations that nobody went on with for as long as the retention policy says, and those of authors "
        "who left their posting, with their photos. Belongs into every night."
    )

    def handle(self, **options):
        now = timezone.now()
        policy = RetentionPolicy.objects.in_force(timezone.localdate(now))
        days = policy.draft_days if policy is not None else WITHOUT_POLICY
        removed = operations.remove_drafts(before=now - timedelta(days=days))
        self.stdout.write(f"{removed} draf dibuang, tersimpan lebih dari {days} hari atau penulisnya pindah tugas.")
