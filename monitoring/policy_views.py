from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import fresh_login, roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.models import DatedPolicy
from casework.views import posted
from monitoring import policies
from monitoring.forms import POLICY_FORMS, PolicyForm, RejectionForm
from ui.forms import PortalForm


@require_safe
@roles(Role.ADMIN, Role.AUDITOR)
def policy_list(request: HttpRequest) -> HttpResponse:
    kinds = [_described(kind, request) for kind in policies.KINDS]
    return render(request, "monitoring/policy_list.html", {"kinds": kinds, "decides": request.user.role == Role.ADMIN})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def policy_propose(request: HttpRequest, kind: str) -> HttpResponse:
    form_class = _form_of(kind)
    latest = policies.KINDS[kind].objects.decided().order_by("effective_on").last()
    given = policies.content(latest) | {"effective_on": None, "source": ""} if latest else {}
    form = form_class(request.POST or None, initial=given)
    if form.is_valid():
        try:
            policies.propose_policy(kind, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Usulan tersimpan. Berlaku setelah disetujui admin lain.")
            return redirect("policy_list")
    context = {"form": form, "title": form_class.title}
    return render(request, "monitoring/policy_propose.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def policy_approve(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    policy = _policy_of(kind, pk)
    form = PortalForm(posted(request))
    if form.is_valid():
        try:
            policies.approve_policy(kind, pk, by=request.user)
        except Refused as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, "Kebijakan disetujui.")
            return redirect("policy_list")
    may = policies.may_approve(policy, request.user, today=timezone.localdate())
    context = {"form": form, "policy": policy, "title": _form_of(kind).title, "says": _says(kind, policy), "may": may}
    return render(request, "monitoring/policy_approve.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def policy_reject(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    policy = _policy_of(kind, pk)
    form = RejectionForm(posted(request))
    if form.is_valid():
        try:
            policies.reject_policy(kind, pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, "Usulan ditolak.")
            return redirect("policy_list")
    context = {"form": form, "policy": policy, "title": _form_of(kind).title, "says": _says(kind, policy)}
    return render(request, "monitoring/policy_reject.html", context, status=422 if form.errors else 200)


def _form_of(kind: str) -> type[PolicyForm]:
    if kind not in POLICY_FORMS:
        raise Http404
    return POLICY_FORMS[kind]


def _policy_of(kind: str, pk: int) -> DatedPolicy:
    _form_of(kind)
    return get_object_or_404(policies.KINDS[kind].objects.select_related("proposed_by", "approved_by"), pk=pk)


def _says(kind: str, policy: DatedPolicy) -> list[tuple[str, str]]:
    return _form_of(kind).says(policies.content(policy))


def _described(kind: str, request: HttpRequest) -> dict[str, Any]:
    """One kind with its rows, the newest first."""
    today, model = timezone.localdate(), policies.KINDS[kind]
    rows = list(model.objects.select_related("proposed_by", "approved_by").order_by("-effective_on"))
    begun = [row for row in rows if not row.is_waiting and row.effective_on <= today]
    current = begun[0] if begun else None
    return {
        "kind": kind,
        "title": POLICY_FORMS[kind].title,
        "rows": [
            {
                "policy": row,
                "state": policies.state_of(row, current=current, today=today),
                "says": _says(kind, row),
                "may_approve": bool(policies.may_approve(row, request.user, today=today)),
                "may_reject": bool(policies.may_reject(row, request.user)),
            }
            for row in rows
        ],
    }
