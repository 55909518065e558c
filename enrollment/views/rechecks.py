from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.paging import Order, page_of
from casework.views import posted
from enrollment import operations, rules
from enrollment.forms import RecheckAnswerForm, RecheckForm
from enrollment.models import CoverageCheck, Recheck


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.HOSPITAL)
def coverage_recheck(request: HttpRequest, number: str) -> HttpResponse:
    """The confirmation page; what is asked about stands on the answer that it leads back to."""
    if not CoverageCheck.objects.visible_to(request.user).filter(number=number).exists():
        raise Http404
    form = RecheckForm(posted(request))
    if form.is_valid():
        try:
            operations.ask_recheck(number, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Cek ulang diajukan. Jawabannya muncul di halaman ini.")
            return redirect("enrollment:coverage_answer", number=number)
    context = {"form": form, "number": number}
    return render(request, "enrollment/coverage_recheck.html", context, status=422 if form.errors else 200)


@require_safe
@roles(Role.ADMIN)
def recheck_list(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, the oldest on top; below it the answered, the newest on top."""
    rechecks = Recheck.objects.visible_to(request.user).with_list_data()
    now = timezone.now()
    waiting = list(rechecks.waiting().order_by("asked_at", "pk"))
    for recheck in waiting:
        recheck.is_late = now > rules.recheck_due_at(recheck)
    answered = rechecks.exclude(answered_by=None)
    page = page_of(answered, request.GET.get("page", ""), order=Order("asked_at", "pk", falling=True))
    return render(request, "enrollment/recheck_list.html", {"waiting": waiting, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def recheck_answer(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        recheck = operations.view_recheck(pk, by=request.user)
    except Recheck.DoesNotExist as missing:
        raise Http404 from missing
    form = RecheckAnswerForm(posted(request))
    if form.is_valid():
        try:
            operations.answer_recheck(pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"Cek ulang {recheck.check_given.number} dijawab.")
            return redirect("enrollment:recheck_list")
    context = {"recheck": recheck, "may_answer": rules.may_answer_recheck(recheck, request.user), "form": form}
    return render(request, "enrollment/recheck_answer.html", context, status=422 if form.errors else 200)
