"""Who may do what with a month's bill, and whom the city itself would pay for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from accounts.models import User
from accounts.roles import Role
from casework.decisions import Decision
from enrollment.enums import Answer, BillStatus, Package, Payer
from enrollment.models import Bill, Difference, Membership
from enrollment.rules.contributions import monthly_contribution
from enrollment.rules.months import first_of_month, month_after
from enrollment.rules.reconciliation import FITTING, Listed
from enrollment.workflow import BILL_WORKFLOW
from workers.querysets import person_of

READERS = (Role.ADMIN, Role.BPJS)  # the city when it came by letter, the branch office when it brings it


def members_of(month: date, payer: Payer | str) -> list[Listed]:
    """The city's list of that month: one membership of each person whose month is not paid, with its price."""

    @cache
    def amounts(sector: str) -> Mapping[str, int]:
        return {
            package: monthly_contribution(package, payer=payer, sector=sector, month=month).total
            for package in Package.values
        }

    members = Membership.objects.active_between(month, month_after(month)).filter(payer=payer).unpaid_for(month)
    rows = members.annotate(payee=person_of()).values_list("payee", "pk", "package", "worker__occupation__sector")
    return [Listed(person, pk, package, amounts(sector)) for person, pk, package, sector in rows]


def may_read_bill(user: User, *, month: date, today: date) -> Decision:
    return Decision.unless(
        (
            user.role not in READERS,
            "not_a_reader",
            "Hanya admin kota dan BPJS Ketenagakerjaan yang dapat mengunggah tagihan.",
            "Minta admin kota mengunggahnya.",
        ),
        (month.day != 1, "not_a_month", "Bulan iuran dimulai pada tanggal 1.", "Pilih bulannya lagi."),
        (
            month > month_after(first_of_month(today)),
            "month_too_far",
            "Bulan iuran paling jauh bulan depan.",
            "Unggah setelah bulannya lebih dekat.",
        ),
    )


def is_total_right(*, stated: int, found: int) -> Decision:
    """Whether the lines of the file make up what the bill asks for."""
    return Decision.unless(
        (
            stated != found,
            "total_differs",
            f"Jumlah baris di berkas {_rupiah(found)}, jumlah tagihan yang diisi {_rupiah(stated)}.",
            "Cocokkan dengan surat tagihannya, atau minta berkas yang lengkap.",
        ),
    )


def may_take_lines(bill: Bill) -> Decision:
    """Whether the bill may still be read or compared anew."""
    return Decision.unless(
        (
            bill.status != BillStatus.OPEN,
            "bill_closed",
            f"Tagihan {bill.number} sudah “{bill.get_status_display()}”.",
            "Tagihan susulan dapat diunggah setelah yang ini lunas.",
        ),
    )


def may_compare(bill: Bill, user: User) -> Decision:
    return _admin_only(user, "mencocokkan tagihan") & may_take_lines(bill)


def may_settle(difference: Difference, user: User, *, answer: Answer | str) -> Decision:
    """Whether this answer can be given; `difference` comes with its bill."""
    fitting = FITTING[difference.kind]
    return (
        _admin_only(user, "memutuskan selisih")
        & Decision.unless(
            (
                difference.settled_by_id is not None,
                "already_settled",
                "Selisih ini sudah diputuskan.",
                "Batalkan keputusannya dulu bila keliru.",
            ),
            (
                answer not in fitting,
                "answer_does_not_fit",
                "Keputusan ini tidak cocok dengan selisihnya.",
                f"Pilih: {', '.join(choice.label for choice in fitting)}.",
            ),
        )
        & may_take_lines(difference.bill)
    )


def may_unsettle(difference: Difference, user: User) -> Decision:
    """A decision is taken back while the month is open."""
    return (
        _admin_only(user, "membatalkan keputusan")
        & Decision.unless(
            (
                difference.settled_by_id is None,
                "not_settled",
                "Selisih ini belum diputuskan.",
                "Muat ulang halaman untuk melihat keadaan terakhir.",
            ),
        )
        & may_take_lines(difference.bill)
    )


def may_close(bill: Bill, user: User, *, open_differences: int, reason: str) -> Decision:
    """With differences nobody decided on, it takes a reason, and later a second person."""
    return (
        _admin_only(user, "menutup bulan")
        & Decision.unless(
            (
                open_differences > 0 and not reason.strip(),
                "reason_missing",
                f"Masih ada {open_differences} selisih yang belum diputuskan.",
                "Putuskan dulu, atau tulis alasan menutup. Orang kedua yang mengesahkannya.",
            ),
        )
        & BILL_WORKFLOW.may(bill, "reconcile")
    )


def may_second(bill: Bill, user: User) -> Decision:
    """The second person, who closes with open differences or sends it back."""
    return (
        _admin_only(user, "mengesahkan penutupan")
        & Decision.unless(
            (
                bill.closed_by_id == user.pk,
                "same_person",
                "Anda yang meminta penutupan ini, jadi orang lain yang mengesahkannya.",
                "Minta admin lain.",
            ),
        )
        & BILL_WORKFLOW.may(bill, "second_closing")
    )


def may_order(bill: Bill, user: User, *, amount: int, ordered_on: date, today: date) -> Decision:
    """`amount` is what is to be paid, in rupiah."""
    return (
        _admin_only(user, "mencatat perintah bayar")
        & Decision.unless(
            (
                bill.closed_by_id == user.pk,
                "same_person",
                "Anda yang menutup bulan ini, jadi orang lain yang mencatat perintah bayarnya.",
                "Minta admin lain.",
            ),
            (
                amount == 0,
                "nothing_to_pay",
                "Tidak ada yang dibayar untuk tagihan ini.",
                "Minta BPJS Ketenagakerjaan memperbaiki tagihannya.",
            ),
            (
                ordered_on > today,
                "ordered_in_future",
                "Tanggal perintah bayar belum tiba.",
                "Isi tanggal hari ini atau sebelumnya.",
            ),
        )
        & BILL_WORKFLOW.may(bill, "order")
    )


def may_receive(bill: Bill, *, received_on: date) -> Decision:
    """Whether a receipt may follow: only what was ordered is paid (section 5.6)."""
    return Decision.unless(
        (
            bill.status == BillStatus.PAID,
            "bill_paid",
            f"Tagihan {bill.number} untuk bulan ini sudah lunas.",
            "Unggah dulu tagihan susulannya bila ada yang belum dibayar.",
        ),
        (
            bill.status not in (BillStatus.ORDERED, BillStatus.PAID),
            "bill_not_ordered",
            f"Tagihan {bill.number} untuk bulan ini belum ada perintah bayarnya.",
            "Cocokkan dan tutup bulannya dulu, lalu catat perintah bayarnya.",
        ),
        (
            bill.ordered_on is not None and received_on < bill.ordered_on,
            "received_before_order",
            "Tanggal diterima sebelum tanggal perintah bayar.",
            "Periksa kedua tanggalnya.",
        ),
    )


def _admin_only(user: User, deed: str) -> Decision:
    return Decision.unless(
        (
            user.role != Role.ADMIN,
            "not_an_admin",
            f"Hanya admin kota yang dapat {deed}.",
            "Minta admin kota melakukannya.",
        ),
    )


def _rupiah(amount: int) -> str:
    return "Rp" + f"{amount:,}".replace(",", ".")
