"""Members who should leave, all of them in one list, and one member who goes on by other terms."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import roles, throttled
from accounts.roles import Role
from casework.decisions import Refused
from casework.paging import Order, page_of
from casework.views import posted
from enrollment import operations, rules
from enrollment.forms import ChangeForm, LeaverForm, LeaversForm
from enrollment.models import Membership
from workers.enums import ExitReason
from workers.models import Worker


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER)
@throttled("search", reads=True)
def leaver_list(request: HttpRequest) -> HttpResponse:
    """Who should leave, and why. A POST puts those whose boxes are ticked, or all of them, into drafts."""
    asked = LeaverForm(request.GET)
    month, reason = asked.asked
    policy = rules.policy_in_force(timezone.localdate())
    everyone = rules.leavers(month=month, by=request.user, policy=policy)
    leavers = everyone.filter(leaves_because=reason) if reason else everyone
    form = LeaversForm(posted(request))
    if form.is_valid() and (answer := _propose(request, form, month, reason)):
        return answer
    page = page_of(
        leavers.select_related("worker__kelurahan"), request.GET.get("page", ""), order=Order("worker__name", "pk")
    )
    operations.list_leavers(page.rows, by=request.user, month=month)
    context = {
        "filter": asked,
        "month": month,
        "page": page,
        "rows": [(member, ExitReason(member.leaves_because).label) for member in page],
        "reasons": _reasons(everyone),
        "form": form,
        "total": leavers.count(),
    }
    return render(request, "enrollment/leaver_list.html", context, status=422 if form.errors else 200)


def _propose(request: HttpRequest, form: LeaversForm, month: date, reason: str) -> HttpResponse | None:
    """To the draft, or to the list of drafts; None where it was refused."""
    chosen = None if form.cleaned_data["everyone"] else form.cleaned_data["member"]
    expected = form.cleaned_data["total"] if chosen is None else len(chosen)
    try:
        batches = operations.propose_drops(
            by=request.user, month=month, memberships=chosen, reason=reason, expected=expected
        )
    except Refused as refused:
        form.refuse(refused)
        return None
    named = ", ".join(batch.number for batch in batches)
    messages.success(request, f"{expected} peserta masuk ke draf {named}. Periksa, lalu kunci.")
    return redirect(batches[0] if len(batches) == 1 else "enrollment:batch_list")


def _reasons(leavers) -> list[tuple[str, str, int]]:
    """The value, the words and the number of members of each reason, the commonest first."""
    counted = leavers.order_by().values_list("leaves_because").annotate(members=Count("pk"))
    return [
        (reason, ExitReason(reason).label, members)
        for reason, members in sorted(counted, key=lambda row: (-row[1], row[0]))
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER)
@throttled("person", reads=True)
def member_change(request: HttpRequest, pk) -> HttpResponse:
    """One member into a draft by whose terms the membership shall go on."""
    worker = Worker.objects.visible_to(request.user).filter(pk=pk).first()
    if worker is None:
        raise Http404
    held = Membership.objects.filter(worker=worker).covering(timezone.localdate()).first()
    form = ChangeForm(posted(request), initial=_terms(held))
    if form.is_valid():
        try:
            line = operations.propose_change(worker.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{worker.name} berubah dengan baris {line.number} di draf {line.batch.number}.")
            return redirect(line.batch)
    context = {"worker": worker, "membership": held, "form": form}
    return render(request, "enrollment/member_change.html", context, status=422 if form.errors else 200)


def _terms(held: Membership | None) -> dict[str, str]:
    return {"package": held.package, "payer": held.payer} if held is not None else {}
