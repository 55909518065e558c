from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import fresh_login, roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import deed_page, posted
from enrollment import operations, rules
from enrollment.forms import DeedForm, HolidayForm, ReasonForm, YearForm
from enrollment.models import HolidayChange


@require_safe
@roles(Role.OFFICER, Role.ADMIN, Role.AUDITOR)
def holiday_list(request: HttpRequest) -> HttpResponse:
    year = YearForm(request.GET).chosen()
    changes = HolidayChange.objects.filter(day__year=year).select_related("proposed_by", "approved_by")
    context = {
        "form": YearForm({"year": year}),
        "year": year,
        "days": _days(year),
        "changes": [
            {
                "change": change,
                "may_approve": bool(rules.may_approve_holiday(change, request.user)),
                "may_reject": bool(rules.may_reject_holiday(change, request.user)),
            }
            for change in changes
        ],
        "decides": request.user.role == Role.ADMIN,
    }
    return render(request, "enrollment/holiday_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def holiday_propose(request: HttpRequest) -> HttpResponse:
    form = HolidayForm(posted(request))
    if form.is_valid():
        try:
            operations.propose_holiday(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Perubahan tersimpan. Berlaku setelah disetujui admin lain.")
            return redirect("enrollment:holiday_list")
    return render(request, "enrollment/holiday_propose.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
@fresh_login
def holiday_approve(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(pk)
    return deed_page(
        request,
        DeedForm(posted(request)),
        partial(operations.approve_holiday, pk),
        done=lambda _: "Perubahan hari libur disetujui.",
        back="enrollment:holiday_list",
        template="enrollment/holiday_approve.html",
        context={"change": change, "may": rules.may_approve_holiday(change, request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.ADMIN)
def holiday_reject(request: HttpRequest, pk: int) -> HttpResponse:
    change = _change(pk)
    return deed_page(
        request,
        ReasonForm(posted(request)),
        partial(operations.reject_holiday, pk),
        done=lambda _: "Perubahan hari libur ditolak.",
        back="enrollment:holiday_list",
        template="enrollment/holiday_reject.html",
        context={"change": change, "may": rules.may_reject_holiday(change, request.user)},
    )


def _days(year: int) -> list[dict[str, Any]]:
    """Every day of the year that is a holiday, or was one before the city corrected it."""
    known, national = rules.holidays_in_force(), rules.national_days(year)
    added = {day: "" for day in known.added if day.year == year}
    return [_described(day, {**added, **national}[day], known) for day in sorted({*national, *added})]


def _described(day: date, name: str, known: rules.Holidays) -> dict[str, Any]:
    return {"day": day, "name": name, "is_added": day in known.added, "is_struck": day not in known}


def _change(pk: int) -> HolidayChange:
    return get_object_or_404(HolidayChange.objects.select_related("proposed_by"), pk=pk)
