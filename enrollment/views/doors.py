from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import roles, throttled
from accounts.roles import Role
from casework.decisions import Refused
from casework.paging import Order, page_of
from casework.views import posted
from enrollment import operations, rules
from enrollment.forms import DoorForm, DoorReviewForm
from enrollment.models import DoorOpening


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.HOSPITAL)
@throttled("door")
def door_open(request: HttpRequest) -> HttpResponse:
    now = timezone.localtime().replace(second=0, microsecond=0)
    form = DoorForm(request.POST or None, initial={"event_at": now})
    if form.is_valid():
        try:
            return redirect(operations.open_door(by=request.user, **form.cleaned_data))
        except Refused as refused:
            form.refuse(refused)
    return render(request, "enrollment/door_open.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@roles(Role.ADMIN)
def door_list(request: HttpRequest) -> HttpResponse:
    """What nobody has reviewed yet, the oldest on top; below it the reviewed, the newest on top."""
    openings = DoorOpening.objects.visible_to(request.user).with_list_data()
    today = timezone.localdate()
    waiting = list(openings.unreviewed().order_by("opened_at", "pk"))
    for opening in waiting:
        opening.is_late = today > rules.review_due_on(opening)
    reviewed = openings.exclude(reviewed_by=None)
    page = page_of(reviewed, request.GET.get("page", ""), order=Order("opened_at", "pk", falling=True))
    return render(request, "enrollment/door_list.html", {"waiting": waiting, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def door_review(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        opening = operations.view_opening(pk, by=request.user)
    except DoorOpening.DoesNotExist as missing:
        raise Http404 from missing
    form = DoorReviewForm(posted(request))
    if form.is_valid():
        try:
            operations.review_door(pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"Pembukaan pintu darurat {opening.check_given.number} ditinjau.")
            return redirect("enrollment:door_list")
    context = {
        "opening": opening,
        "asked": rules.Question.read(opening.check_given.question),
        "closes_at": rules.door_closes_at(opening),
        "may_review": rules.may_review_door(opening, request.user),
        "form": form,
    }
    return render(request, "enrollment/door_review.html", context, status=422 if form.errors else 200)
