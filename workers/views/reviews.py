from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import roles, throttled
from accounts.roles import Role
from casework.decisions import Refused
from casework.paging import Order, page_of
from casework.views import posted
from workers import operations, rules
from workers.forms import ObjectionForm, OutcomeForm, ReviewAnswerForm, ReviewDecisionForm, ReviewFilter
from workers.models import DesilReview, Policy, Worker

SOONEST = Order("due_on", "pk")


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("search", reads=True)
def review_list(request: HttpRequest) -> HttpResponse:
    form = ReviewFilter(request.GET)
    listed = DesilReview.objects.visible_to(request.user).select_related("worker__kelurahan")
    if not form.is_valid():
        listed = listed.none()
    elif status := form.cleaned_data["status"]:
        listed = listed.filter(status=status)
    page = page_of(listed, request.GET.get("page", ""), order=SOONEST)
    terms = form.cleaned_data if form.is_valid() else {}
    operations.list_workers([review.worker for review in page], by=request.user, terms=terms)
    context = {"filter": form, "page": page, "today": timezone.localdate()}
    return render(request, "workers/review_list.html", context, status=422 if form.errors else 200)


@require_safe
@roles(Role.OFFICER, Role.ADMIN)
@throttled("person", reads=True)
def review_detail(request: HttpRequest, pk) -> HttpResponse:
    return _page(request, pk)


@require_POST
@roles(Role.OFFICER, Role.ADMIN)
def review_answer(request: HttpRequest, pk) -> HttpResponse:
    return _carry_out(request, pk, operations.answer_review, "Jawaban", answer=ReviewAnswerForm(request.POST))


@require_POST
@roles(Role.ADMIN)
def review_decide(request: HttpRequest, pk) -> HttpResponse:
    return _carry_out(request, pk, operations.decide_review, "Keputusan", decision=ReviewDecisionForm(request.POST))


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def objection_file(request: HttpRequest, pk) -> HttpResponse:
    worker = _worker(request, pk)
    form = ObjectionForm(posted(request))
    if form.is_valid():
        try:
            operations.file_objection(worker.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Usul-sanggah tercatat. Kepesertaan berjalan terus.")
            return redirect(worker)
    record = worker.desil_record_in(Policy.objects.in_force(timezone.localdate()).release)
    context = {"form": form, "worker": worker, "record": record}
    return render(request, "workers/objection_file.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def objection_close(request: HttpRequest, pk) -> HttpResponse:
    worker = _worker(request, pk)
    form = OutcomeForm(posted(request))
    if form.is_valid():
        try:
            operations.close_objection(worker.pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Hasil usul-sanggah tercatat.")
            return redirect(worker)
    context = {"form": form, "worker": worker, "objection": worker.objections.first()}
    return render(request, "workers/objection_close.html", context, status=422 if form.errors else 200)


def _carry_out(request: HttpRequest, pk, deed: Callable[..., DesilReview], what: str, **forms) -> HttpResponse:
    """The deed as the one form asks for it, or the page again with that form in its place."""
    (form,) = forms.values()
    if form.is_valid():
        try:
            review = deed(pk, by=request.user, **form.cleaned_data)
        except DesilReview.DoesNotExist as missing:
            raise Http404 from missing
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{what} tersimpan: {review.get_status_display().lower()}.")
            return redirect(review)
    return _page(request, pk, **forms)


def _page(request: HttpRequest, pk, *, answer=None, decision=None) -> HttpResponse:
    try:
        review = operations.view_review(pk, by=request.user)
    except DesilReview.DoesNotExist as missing:
        raise Http404 from missing
    context = {
        "review": review,
        "today": timezone.localdate(),
        "objections": review.worker.objections.all(),
        "may_keep": rules.may_answer_review(review, request.user, "keep"),
        "may_propose": rules.may_answer_review(review, request.user, "propose"),
        "may_decide": rules.may_decide_review(review, request.user),
        "answer": answer or ReviewAnswerForm(),
        "decision": decision or ReviewDecisionForm(),
    }
    return render(request, "workers/review_detail.html", context, status=422 if answer or decision else 200)


def _worker(request: HttpRequest, pk) -> Worker:
    try:
        return operations.view_worker(pk, by=request.user)
    except Worker.DoesNotExist as missing:
        raise Http404 from missing
