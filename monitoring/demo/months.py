"""The bill of the month that runs, as BPJS Ketenagakerjaan brought it: nearly all of it agrees."""

from datetime import date

from django.core.files.base import ContentFile

from accounts.models import User
from casework.exports import csv_file
from enrollment import bill_file, operations, rules
from enrollment.enums import Answer, Mismatch, Package, Payer
from enrollment.rules import PROGRAMS, first_of_month, month_after
from workers.models import Worker

FORGOTTEN = 2
STRANGERS = (("7371090000000000", "Contoh Tak Dikenal"), ("7371100000000000", "Contoh Dari Jauh"))


def bring_bill(users: dict[str, User], *, today: date) -> None:
    """Next month's bill, since what runs is paid: two forgotten, two strangers, one twice, one of each other kind."""
    month = month_after(first_of_month(today))
    members = rules.members_of(month, Payer.APBD)
    niks = dict(Worker.objects.filter(pk__in=[member.person for member in members]).values_list("pk", "nik"))
    names = dict(Worker.objects.filter(pk__in=niks).values_list("pk", "name"))
    members.sort(key=lambda member: niks[member.person])
    lines = [
        [niks[member.person], names[member.person], "+".join(PROGRAMS[member.package]), member.amount]
        for member in members[FORGOTTEN:]
    ]
    dear = next(line for line in lines if line[2] == "+".join(PROGRAMS[Package.JKK_JKM_JHT]))
    dear[2:] = ["+".join(PROGRAMS[Package.JKK_JKM]), 16_800]
    lines[-2][3] -= 1_000
    lines.append(list(lines[-1]))
    lines += [[nik, name, "JKK+JKM", 16_800] for nik, name in STRANGERS]
    content = "".join(csv_file(bill_file.COLUMNS, lines)).encode()
    bill, _ = operations.read_bill(
        by=users["bpjs"],
        month=month,
        payer=Payer.APBD,
        billing_code="CONTOH-1",
        total=sum(line[3] for line in lines),
        file=ContentFile(content, "tagihan-contoh.csv"),
    )
    twice = bill.differences.filter(kind=Mismatch.TWICE).first()
    operations.settle_difference(
        twice.pk, by=users["admin.satu"], answer=Answer.HOLD, note="Baris kedua, dihapus BPJS."
    )
