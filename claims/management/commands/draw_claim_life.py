from django.core.management.base import BaseCommand

from casework.life_chart import draw_life
from claims.enums import ClaimStatus
from claims.workflow import WORKFLOW


class Command(BaseCommand):
    help = "Draw the life of a claim from its table, as SVG: draw_claim_life > docs/claim-life.svg"
    requires_system_checks = []

    def handle(self, **options):
        self.stdout.write(draw_life(WORKFLOW, ClaimStatus, title="Perjalanan klaim kecelakaan kerja"), ending="")
