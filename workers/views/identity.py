from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import roles, throttled
from accounts.roles import Role
from casework.decisions import Refused
from casework.paging import Order, page_of
from casework.views import posted
from workers import nik, operations, rules
from workers.forms import IdentityFilter, IdentityForm, IdentityRejectionForm
from workers.models import IdentityCorrection, Worker

NEWEST = Order("proposed_at", "pk", falling=True)
LABELS = {"nik": "NIK", "name": "Nama", "birth_on": "Tanggal lahir", "sex": "Jenis kelamin"}


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def identity_propose(request: HttpRequest, pk) -> HttpResponse:
    seen = operations.last_change(pk)
    try:
        worker = operations.view_worker(pk, by=request.user)
    except Worker.DoesNotExist as missing:
        raise Http404 from missing
    initial = {field: getattr(worker, field) for field in rules.IDENTITY}
    form = IdentityForm(posted(request), initial={**initial, "seen": seen})
    if form.is_valid():
        try:
            correction = operations.propose_identity(worker.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            if correction is None:
                messages.success(request, "Tidak ada yang berubah.")
                return redirect(worker)
            messages.success(request, "Perbaikan identitas diusulkan. Berlaku setelah diperiksa orang lain.")
            return redirect(correction)
    context = {"form": form, "worker": worker, "waiting": worker.identity_corrections.waiting().first()}
    return render(request, "workers/identity_propose.html", context, status=422 if form.errors else 200)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("search", reads=True)
def identity_list(request: HttpRequest) -> HttpResponse:
    form = IdentityFilter(request.GET)
    listed = IdentityCorrection.objects.visible_to(request.user).select_related("worker__kelurahan", "proposed_by")
    if not form.is_valid():
        listed = listed.none()
    elif status := form.cleaned_data["status"]:
        listed = listed.filter(status=status)
    page = page_of(listed, request.GET.get("page", ""), order=NEWEST)
    terms = form.cleaned_data if form.is_valid() else {}
    operations.list_workers([correction.worker for correction in page], by=request.user, terms=terms)
    context = {"filter": form, "page": page}
    return render(request, "workers/identity_list.html", context, status=422 if form.errors else 200)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("person", reads=True)
def identity_detail(request: HttpRequest, pk) -> HttpResponse:
    return _page(request, pk)


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def identity_approve(request: HttpRequest, pk) -> HttpResponse:
    return _decide(request, pk, operations.approve_identity, done="Identitas diperbaiki.")


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def identity_reject(request: HttpRequest, pk) -> HttpResponse:
    form = IdentityRejectionForm(request.POST)
    if not form.is_valid():
        return _page(request, pk, rejection=form)
    return _decide(request, pk, operations.reject_identity, done="Usulan ditolak.", **form.cleaned_data)


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def identity_withdraw(request: HttpRequest, pk) -> HttpResponse:
    return _decide(request, pk, operations.withdraw_identity, done="Usulan ditarik.")


def _decide(request: HttpRequest, pk, operation, *, done: str, **typed) -> HttpResponse:
    try:
        correction = operation(pk, by=request.user, **typed)
    except IdentityCorrection.DoesNotExist as missing:
        raise Http404 from missing
    except Refused as refused:
        return _page(request, pk, refused=refused)
    messages.success(request, done)
    return redirect(correction.worker)


def _page(request: HttpRequest, pk, *, rejection=None, refused: Refused | None = None) -> HttpResponse:
    """Old beside new, with what this user may do about it."""
    try:
        correction = operations.view_identity(pk, by=request.user)
    except IdentityCorrection.DoesNotExist as missing:
        raise Http404 from missing
    context = {
        "correction": correction,
        "rows": _side_by_side(correction),
        "findings": _findings(correction) if correction.status == "waiting" else (),
        "may_check": rules.may_check_identity(correction, request.user),
        "may_withdraw": rules.may_withdraw_identity(correction, request.user),
        "rejection": rejection or IdentityRejectionForm(),
        "refused": refused,
    }
    status = 422 if rejection or refused else 200
    return render(request, "workers/identity_detail.html", context, status=status)


def _side_by_side(correction: IdentityCorrection) -> list[dict]:
    """Every particular, whether it changes or not: the checker compares the whole person with the evidence."""
    rows = []
    for field, label in LABELS.items():
        changes = field in correction.after
        now = getattr(correction.worker, field)
        old, new = (correction.before[field], correction.after[field]) if changes else (now, now)
        rows.append(
            {"field": field, "label": label, "old": _typed(field, old), "new": _typed(field, new), "changes": changes}
        )
    return rows


def _typed(field: str, value):
    return date.fromisoformat(value) if field == "birth_on" and isinstance(value, str) else value


def _findings(correction: IdentityCorrection) -> tuple:
    """What the NIK says against the person as proposed."""
    person = {field: getattr(correction.worker, field) for field in rules.IDENTITY} | correction.after
    return nik.check_nik(person["nik"], birth_on=_typed("birth_on", person["birth_on"]), sex=person["sex"])
