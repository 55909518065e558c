from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import fresh_login, roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import deed_page, posted
from enrollment import operations, rules
from enrollment.batch_file import FIELD_OF
from enrollment.forms import DeedForm, ReasonForm, TemplateForm
from enrollment.models import ExportTemplate


@require_safe
@roles(Role.ADMIN, Role.BPJS, Role.AUDITOR)
def template_list(request: HttpRequest) -> HttpResponse:
    current = rules.template_in_force()
    context = {
        "current": current,
        "format": rules.format_of(current),
        "columns": rules.told_columns(rules.columns_of(current)),
        "versions": [
            {
                "template": template,
                "may_approve": bool(rules.may_approve_template(template, request.user)),
                "may_reject": bool(rules.may_reject_template(template, request.user)),
            }
            for template in ExportTemplate.objects.select_related("proposed_by", "approved_by")
        ],
        "decides": request.user.role == Role.ADMIN,
    }
    return render(request, "enrollment/template_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def template_propose(request: HttpRequest) -> HttpResponse:
    current = rules.template_in_force()
    present = {"how": rules.format_of(current).value, "columns": rules.as_text(rules.columns_of(current))}
    form = TemplateForm(posted(request), initial=present)
    if form.is_valid():
        try:
            operations.propose_template(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Versi baru tersimpan. Berlaku setelah disetujui admin lain.")
            return redirect("enrollment:template_list")
    context = {"form": form, "fields": list(FIELD_OF)}
    return render(request, "enrollment/template_propose.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def template_approve(request: HttpRequest, pk: int) -> HttpResponse:
    template = _template(pk)
    return deed_page(
        request,
        DeedForm(posted(request)),
        partial(operations.approve_template, pk),
        done=lambda _: f"Versi {template.version} berlaku untuk kelompok yang diambil mulai sekarang.",
        back="enrollment:template_list",
        template="enrollment/template_approve.html",
        context=_told(template) | {"may": rules.may_approve_template(template, request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def template_reject(request: HttpRequest, pk: int) -> HttpResponse:
    template = _template(pk)
    return deed_page(
        request,
        ReasonForm(posted(request)),
        partial(operations.reject_template, pk),
        done=lambda _: f"Versi {template.version} ditolak.",
        back="enrollment:template_list",
        template="enrollment/template_reject.html",
        context=_told(template) | {"may": rules.may_reject_template(template, request.user)},
    )


def _told(template: ExportTemplate) -> dict:
    return {"template": template, "columns": rules.told_columns(template.columns)}


def _template(pk: int) -> ExportTemplate:
    return get_object_or_404(ExportTemplate.objects.select_related("proposed_by"), pk=pk)
