from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.paging import Order, page_of
from enrollment import operations, rules
from enrollment.forms import ReceiptForm
from enrollment.models import Bill, Receipt
from ui.templatetags.ui import rupiah


@require_safe
@roles(Role.ADMIN, Role.AUDITOR, Role.BPJS)
def receipt_list(request: HttpRequest) -> HttpResponse:
    receipts = Receipt.objects.visible_to(request.user).with_list_data()
    page = page_of(receipts, request.GET.get("page", ""), order=Order("month", "pk", falling=True))
    context = {"page": page, "can_record": request.user.role == Role.BPJS}
    return render(request, "enrollment/receipt_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.BPJS)
def receipt_record(request: HttpRequest) -> HttpResponse:
    """Two steps: what the receipt says, then whom it pays for and the deed itself."""
    form = ReceiptForm(request.POST or None)
    preview = None
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("month", "payer", "reference", "received_on", "amount")}
        try:
            if form.cleaned_data["confirmed"]:
                receipt = operations.record_receipt(by=request.user, **said)
                paid = receipt.totals()
                messages.success(
                    request,
                    f"Tanda terima {receipt.reference} dicatat: {paid['members']} peserta, {rupiah(paid['amount'])}.",
                )
                return redirect("enrollment:receipt_list")
            preview = _preview(request.user, said)
        except Refused as refused:
            form.refuse(refused)
    context = {"form": form, "preview": preview}
    return render(request, "enrollment/receipt_record.html", context, status=422 if form.errors else 200)


def _preview(user, said: dict) -> dict:
    """Whom the receipt will pay for. Raises Refused where the operation would."""
    dates = {"month": said["month"], "received_on": said["received_on"]}
    rules.may_record_receipt(user, **dates, today=timezone.localdate()).require()
    known = Receipt.objects.filter(reference=said["reference"]).first()
    bill = Bill.objects.last_of(said["month"], said["payer"])
    if known is None and bill is not None:
        rules.may_receive(bill, received_on=said["received_on"]).require()
        rules.may_take_payment(said["amount"], asked=bill.ordered_amount).require()
    due = rules.amounts_due(said["month"], said["payer"])
    rules.is_worth_recording(members=len(due) or bill is not None, known=known).require()
    return {**said, "members": len(due), "listed": sum(due.values()), "bill": bill}
