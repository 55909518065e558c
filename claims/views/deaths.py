from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import roles, throttled
from accounts.roles import Role
from casework.decisions import Refused
from casework.paging import Order, page_of
from casework.views import posted
from claims import operations, rules
from claims.forms import DeathFilter, DeathForm, ForwardForm
from claims.models import DeathReport
from workers.models import Worker
from workers.operations import list_workers, view_worker
from workers.rules import may_exit

NEWEST = Order("reported_at", "pk", falling=True)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def death_report(request: HttpRequest, pk) -> HttpResponse:
    try:
        worker = view_worker(pk, by=request.user)
    except Worker.DoesNotExist as missing:
        raise Http404 from missing
    form = DeathForm(posted(request), initial={"submission_key": uuid4()})
    if form.is_valid():
        try:
            report = operations.report_death(worker.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"Kematian dilaporkan. Nomor {report.number}.")
            return redirect(report)
    context = {"form": form, "worker": worker, "may": may_exit(worker, request.user)}
    return render(request, "claims/death_report.html", context, status=422 if form.errors else 200)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("search", reads=True)
def death_list(request: HttpRequest) -> HttpResponse:
    form = DeathFilter(request.GET)
    listed = DeathReport.objects.visible_to(request.user).select_related("worker__kelurahan")
    if not form.is_valid():
        listed = listed.none()
    elif status := form.cleaned_data["status"]:
        listed = listed.filter(status=status)
    page = page_of(listed, request.GET.get("page", ""), order=NEWEST)
    terms = form.cleaned_data if form.is_valid() else {}
    list_workers([report.worker for report in page], by=request.user, terms=terms)
    context = {"filter": form, "page": page}
    return render(request, "claims/death_list.html", context, status=422 if form.errors else 200)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("person", reads=True)
def death_detail(request: HttpRequest, number: str) -> HttpResponse:
    report = _report(request, number)
    context = {"report": report, "may_forward": rules.may_forward_death(report, request.user)}
    return render(request, "claims/death_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def death_forward(request: HttpRequest, number: str) -> HttpResponse:
    report = _report(request, number)
    form = ForwardForm(posted(request))
    if form.is_valid():
        try:
            operations.forward_death(number, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"Laporan kematian {number} tercatat diteruskan.")
            return redirect(report)
    context = {"report": report, "form": form, "may": rules.may_forward_death(report, request.user)}
    return render(request, "claims/death_forward.html", context, status=422 if form.errors else 200)


def _report(request: HttpRequest, number: str) -> DeathReport:
    try:
        return operations.view_death(number, by=request.user)
    except DeathReport.DoesNotExist as missing:
        raise Http404 from missing
