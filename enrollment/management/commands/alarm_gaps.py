from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format

from accounts import operations
from enrollment import rules
from enrollment.models import Membership

TEXT = """\
{members} peserta belum tercatat lunas untuk {month}, yang terlama {longest} bulan berturut-turut.
Jatuh tempo {due}.

Siapa mereka, apa yang hilang, dan jumlah yang menyelamatkannya:
{url}
"""


class Command(BaseCommand):
    help = (
        f"On the days {', '.join(map(str, rules.ALARM_DAYS))} of a month, mail the admins how many members are not "
        "paid up, without a name. On other days, and when all is paid, nothing is sent."
    )

    def handle(self, **options):
        today = timezone.localdate()
        if not rules.alarm_on(today):
            self.stdout.write("bukan hari alarm")
            return
        behind = Membership.objects.covering(today).with_gap(today).filter(unpaid_months__gt=0)
        members, longest = behind.count(), behind.aggregate(most=Max("unpaid_months"))["most"]
        if not members:
            self.stdout.write("semua lunas")
            return
        gap = rules.gap_to(rules.first_of_month(today), length=1, holidays=rules.holidays_in_force())
        text = TEXT.format(
            members=number_format(members),
            month=date_format(today, "F Y"),
            longest=longest,
            due=date_format(gap.due_on, "j F Y"),
            url=settings.PORTAL_URL + reverse("enrollment:gap_list"),
        )
        operations.mail_admins(f"Jagai: Iuran {date_format(today, 'F Y')} belum lunas", text)
        self.stdout.write(f"{members} peserta, dikirim kepada admin")
