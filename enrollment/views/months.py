"""The month of one payer: who joins and drops, what is expected, what is billed, and how they differ."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q, Sum
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import fresh_login, roles, throttled
from accounts.roles import Role
from casework.decisions import Decision, Refused
from casework.paging import Order, page_of
from casework.views import attachment, posted
from enrollment import bill_file as files
from enrollment import operations, rules
from enrollment.enums import BillStatus, Mismatch, Payer
from enrollment.filters import DifferenceFilter
from enrollment.forms import BillForm, DeedForm, NoteForm, OrderForm, ReasonForm, SettleForm
from enrollment.models import Bill, BillFile, Difference, Membership
from ui import charts
from ui.templatetags.ui import rupiah

READERS = (Role.ADMIN, Role.AUDITOR, Role.BPJS)
OPEN_FIRST = Order("is_settled", "pk")
MONTHS_SHOWN = 12

TURN = {
    None: "Menunggu tagihan BPJS Ketenagakerjaan.",
    BillStatus.OPEN: "Putuskan setiap selisih, lalu tutup bulannya.",
    BillStatus.CLOSING: "Menunggu orang kedua mengesahkan penutupan dengan selisih terbuka.",
    BillStatus.CLOSED: "Menunggu perintah bayar, dicatat oleh orang lain dari yang menutup.",
    BillStatus.ORDERED: "Menunggu tanda terima dari BPJS Ketenagakerjaan.",
    BillStatus.PAID: "Selesai. Yang dibayar sudah dihitung lunas.",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed about a bill as pages offer it."""

    action: str
    rule: Callable[..., Decision]
    label: str
    blocked: str  # title of the reasons
    side: bool = False

    @property
    def page(self) -> str:
        return f"enrollment:bill_{self.action}"


CLOSE = Deed("close", rules.may_close, "Tutup bulan", "Belum dapat ditutup")
SECOND = Deed("second", rules.may_second, "Sahkan penutupan", "Belum dapat Anda sahkan")
DECLINE = Deed("decline", rules.may_second, "Kembalikan", "Belum dapat Anda kembalikan", side=True)
ORDER = Deed("order", rules.may_order, "Catat perintah bayar", "Belum dapat Anda catat")
DEEDS = (CLOSE, SECOND, DECLINE, ORDER)


@require_safe
@roles(*READERS)
def month_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    bills = Bill.objects.visible_to(request.user).with_list_data().order_by("pk")
    latest = {(bill.month, bill.payer): bill for bill in bills}
    paid = rules.paid_members()
    months = []
    for month in rules.months_back(today, count=MONTHS_SHOWN):
        members = rules.members_by_payer(month)
        months += [
            {
                "month": month,
                "payer": payer,
                "bill": latest.get((month, payer)),
                "members": members.get(payer, 0),
                "paid": paid.get((month, payer), 0),
            }
            for payer in Payer
            if payer in members or (month, payer) in latest
        ]
    return render(request, "enrollment/month_list.html", {"months": months})


@require_safe
@roles(*READERS)
@throttled("person", reads=True)
def month_detail(request: HttpRequest, month: date, payer: Payer) -> HttpResponse:
    user = request.user
    bill = Bill.objects.visible_to(user).with_list_data().last_of(month, payer)
    differences = Difference.objects.visible_to(user).filter(bill=bill).annotate(is_settled=_is_settled())
    found = DifferenceFilter(request.GET, differences, request=request)
    page = page_of(found.qs.with_list_data(), request.GET.get("page", ""), order=OPEN_FIRST)
    if bill is not None:
        operations.view_differences(bill, page.rows, by=user)
    kinds = _kinds(differences)
    decisions = [(deed, _ask(deed, bill, user)) for deed in DEEDS] if bill else []
    context = {
        **_head(month, payer, bill),
        "expected": rules.expected_bill(month, payer),
        "changes": rules.changes_of(month, payer),
        "paid": rules.paid_in(month, payer),
        "due_on": rules.contribution_due_on(month, holidays=rules.holidays_in_force()),
        "turn": TURN[bill.status if bill else None],
        "kinds": kinds,
        "chart": charts.rows([(kind["label"], kind["count"]) for kind in kinds]),
        "filter": found.form,
        "page": page,
        "files": list(bill.files.select_related("read_by")) if bill else [],
        "can_read": bool(rules.may_read_bill(user, month=month, today=timezone.localdate())) and _takes_lines(bill),
        "can_compare": bill is not None and bool(rules.may_compare(bill, user)),
        "can_settle": user.role == Role.ADMIN and bill is not None and bill.status == BillStatus.OPEN,
        "can_see_changes": user.role != Role.BPJS,
        "can_receive": user.role == Role.BPJS and bill is not None and bill.status == BillStatus.ORDERED,
        "open_deeds": [deed for deed, decision in decisions if decision],
        "blocked_deeds": [
            (deed, decision) for deed, decision in decisions if not decision and "wrong_status" not in decision.codes
        ]
        if user.role == Role.ADMIN
        else [],
    }
    return render(request, "enrollment/month_detail.html", context)


@require_safe
@roles(Role.ADMIN, Role.AUDITOR)
@throttled("person", reads=True)
def month_changes(request: HttpRequest, month: date, payer: Payer) -> HttpResponse:
    """By name: who joins in the month, who drops and why."""
    changes = Membership.objects.visible_to(request.user).filter(payer=payer).changing_in(month)
    rows = changes.select_related("worker__kelurahan", "line")
    page = page_of(rows, request.GET.get("page", ""), order=Order("worker__name", "pk"))
    operations.list_changes(page.rows, by=request.user, month=month, payer=payer)
    context = {**_head(month, payer, None), "page": page, "end": rules.month_after(month)}
    return render(request, "enrollment/month_changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN, Role.BPJS)
def bill_read(request: HttpRequest, month: date, payer: Payer) -> HttpResponse:
    form = BillForm(posted(request), request.FILES or None)
    if form.is_valid():
        try:
            bill, is_new = operations.read_bill(by=request.user, month=month, payer=payer, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _told(bill, is_new))
            return redirect(bill)
    bill = Bill.objects.visible_to(request.user).last_of(month, payer)
    decision = rules.may_read_bill(request.user, month=month, today=timezone.localdate())
    if bill is not None and bill.status != BillStatus.PAID:
        decision &= rules.may_take_lines(bill)
    context = {**_head(month, payer, bill), "form": form, "decision": decision, "columns": files.COLUMNS}
    return render(request, "enrollment/bill_read.html", context, status=422 if form.errors else 200)


@require_safe
@roles(Role.ADMIN, Role.BPJS)
def bill_example(request: HttpRequest) -> HttpResponse:
    response = StreamingHttpResponse(files.write_example(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="contoh-tagihan.csv"'
    return response


@require_safe
@roles(*READERS)
@fresh_login
@throttled("export", reads=True)
def bill_file(request: HttpRequest, pk: int) -> FileResponse:
    try:
        file, content = operations.open_bill_file(pk, by=request.user)
    except BillFile.DoesNotExist as missing:
        raise Http404 from missing
    return attachment(content, name=file.name, content_type=file.content_type)


@require_POST
@roles(Role.ADMIN)
def bill_compare(request: HttpRequest, number: str) -> HttpResponse:
    bill = _bill(request, number)
    try:
        bill = operations.compare_bill(bill.pk, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"Tagihan {number} dicocokkan lagi dengan daftar kota.")
    return redirect(bill)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def bill_close(request: HttpRequest, number: str) -> HttpResponse:
    return _carry_out(request, number, CLOSE, NoteForm(posted(request)), operations.close_bill, "ditutup")


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def bill_second(request: HttpRequest, number: str) -> HttpResponse:
    return _carry_out(request, number, SECOND, NoteForm(posted(request)), operations.second_closing, "disahkan")


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def bill_decline(request: HttpRequest, number: str) -> HttpResponse:
    return _carry_out(request, number, DECLINE, ReasonForm(posted(request)), operations.decline_closing, "dikembalikan")


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def bill_order(request: HttpRequest, number: str) -> HttpResponse:
    form = OrderForm(posted(request), initial={"ordered_on": timezone.localdate()})
    return _carry_out(request, number, ORDER, form, operations.order_payment, "mendapat perintah bayar")


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@throttled("person", reads=True)
def difference_settle(request: HttpRequest, pk: int) -> HttpResponse:
    difference = _difference(request, pk)
    form = SettleForm(posted(request), difference=difference)
    if form.is_valid():
        try:
            operations.settle_difference(pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
            difference = _difference(request, pk)
        else:
            messages.success(request, f"Selisih “{difference.get_kind_display()}” diputuskan.")
            return redirect(difference.bill)
    operations.view_differences(difference.bill, [difference], by=request.user)
    decision = rules.may_settle(difference, request.user, answer=rules.FITTING[difference.kind][0])
    context = {
        **_head(difference.bill.month, difference.bill.payer, difference.bill),
        "difference": difference,
        "decision": decision,
        "form": form,
    }
    return render(request, "enrollment/difference_settle.html", context, status=422 if form.errors else 200)


@require_POST
@roles(Role.ADMIN)
def difference_unsettle(request: HttpRequest, pk: int) -> HttpResponse:
    difference = _difference(request, pk)
    try:
        operations.unsettle_difference(pk, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"Keputusan atas selisih “{difference.get_kind_display()}” dibatalkan.")
    return redirect(difference.bill)


def _carry_out(request, number: str, deed: Deed, form: DeedForm, operation, done: str) -> HttpResponse:
    """The page of one deed: the figures, the form where the rule allows it, otherwise the reasons."""
    bill = _bill(request, number)
    if form.is_valid():
        try:
            operation(bill.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
            bill = _bill(request, number)
        else:
            messages.success(request, f"Tagihan {number} {done}.")
            return redirect(bill)
    context = {
        **_head(bill.month, bill.payer, bill),
        "deed": deed,
        "decision": _ask(deed, bill, request.user),
        "form": form,
    }
    return render(request, f"enrollment/bill_{deed.action}.html", context, status=422 if form.errors else 200)


def _ask(deed: Deed, bill: Bill, user) -> Decision:
    """What does not depend on what is still to be typed."""
    if deed is CLOSE:
        return deed.rule(bill, user, open_differences=bill.open_differences, reason="–")
    if deed is ORDER:
        today = timezone.localdate()
        return deed.rule(bill, user, amount=bill.payable, ordered_on=today, today=today)
    return deed.rule(bill, user)


def _head(month: date, payer: Payer, bill: Bill | None) -> dict[str, Any]:
    return {"month": month, "payer": payer, "bill": bill, "title": f"{date_format(month, 'F Y')}, {payer.label}"}


def _takes_lines(bill: Bill | None) -> bool:
    return bill is None or bill.status in (BillStatus.OPEN, BillStatus.PAID)


def _is_settled() -> Q:
    return Q(settled_by__isnull=False)


def _kinds(differences) -> list[dict[str, Any]]:
    """Every kind, also those of which there is none, so that the picture has the same bars each month."""
    counted = differences.order_by().values("kind")
    sums = {
        row["kind"]: row
        for row in counted.annotate(
            count=Count("pk"), waiting=Count("pk", filter=~_is_settled()), amount=Sum(F("billed") - F("listed"))
        )
    }
    none = {"count": 0, "waiting": 0, "amount": 0}
    return [{**none, **sums.get(kind, {}), "kind": kind, "label": kind.label} for kind in Mismatch]


def _told(bill: Bill, is_new: bool) -> str:
    if not is_new:
        return "Berkas ini sudah dibaca. Tidak ada yang berubah."
    differences = bill.differences.count()
    return (
        f"Tagihan {bill.number} dibaca: {bill.lines_billed} baris, {rupiah(bill.billed)}, "
        f"{bill.lines_agreed} cocok, {differences} selisih."
    )


def _bill(request, number: str) -> Bill:
    bill = Bill.objects.visible_to(request.user).with_list_data().filter(number=number).first()
    if bill is None:
        raise Http404
    bill.payer = Payer(bill.payer)
    return bill


def _difference(request, pk: int) -> Difference:
    difference = Difference.objects.visible_to(request.user).with_list_data().filter(pk=pk).first()
    if difference is None:
        raise Http404
    difference.bill.payer = Payer(difference.bill.payer)
    return difference
