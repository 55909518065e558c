from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from psycopg2.extras import DateRange

from accounts.decorators import public, roles, throttled
from accounts.roles import Role
from casework import audit
from casework.decisions import Refused
from casework.paging import Order, page_of
from enrollment import operations, rules
from enrollment.enums import Accident, Payer
from enrollment.forms import CoverageForm
from enrollment.models import CoverageCheck
from ui.qr import qr_code

CAMERA_ONLY = (
    "camera=(self), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()"  # for scan.js
)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(Role.HOSPITAL)
@throttled("coverage")
def coverage_check(request: HttpRequest) -> HttpResponse:
    now = timezone.localtime().replace(second=0, microsecond=0)
    form = CoverageForm(request.POST or None, request.FILES or None, initial={"event_at": now})
    if form.is_valid():
        try:
            return redirect(operations.check_coverage(by=request.user, **form.cleaned_data))
        except Refused as refused:
            form.refuse(refused)
    response = render(request, "enrollment/coverage_check.html", {"form": form}, status=422 if form.errors else 200)
    response["Permissions-Policy"] = CAMERA_ONLY
    return response


@require_safe
@roles(Role.HOSPITAL, Role.ADMIN)
def coverage_answer(request: HttpRequest, number: str) -> HttpResponse:
    try:
        check = operations.view_answer(number, by=request.user)
    except CoverageCheck.DoesNotExist as missing:
        raise Http404 from missing
    except Refused as refused:
        over = {"number": number, "reasons": refused.reasons}
        return render(request, "enrollment/coverage_over.html", over, status=403)
    recheck = getattr(check, "recheck", None)  # whoever sees an answer sees what was asked of it
    context = {
        "check": check,
        "sheet": _sheet(check),
        "closes_at": rules.door_answer_closes_at(check) if check.is_by_door else None,
        "can_ask": request.user.role == Role.HOSPITAL,
        "recheck": recheck,
        "can_recheck": bool(rules.may_ask_recheck(check, request.user, asked=recheck is not None)),
        "can_repeat": request.user.role == Role.HOSPITAL and rules.may_repeat(check),
        "qr": qr_code(request.build_absolute_uri(check.get_verify_url())) if check.digest else None,
        "head": audit.head(),
    }
    return render(request, "enrollment/coverage_answer.html", context)


@require_POST
@roles(Role.HOSPITAL)
@throttled("coverage")
def coverage_again(request: HttpRequest, number: str) -> HttpResponse:
    try:
        return redirect(operations.repeat_check(number, by=request.user))
    except CoverageCheck.DoesNotExist as missing:
        raise Http404 from missing
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("enrollment:coverage_answer", number=number)


@require_safe
@public
@throttled("verify", reads=True)
def coverage_verify(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """For whoever holds the sheet, also without an account: the code on it is the key, and no person is named."""
    check = CoverageCheck.objects.filter(number=number).select_related("hospital").first()
    known = check if check is not None and check.has_code(code) else None
    return render(request, "enrollment/coverage_verify.html", {"number": number, "code": code, "check": known})


@require_safe
@roles(Role.HOSPITAL, Role.ADMIN)
def coverage_list(request: HttpRequest) -> HttpResponse:
    checks = CoverageCheck.objects.visible_to(request.user).select_related("asked_by", "hospital")
    page = page_of(checks, request.GET.get("page", ""), order=Order("pk", falling=True))
    now = timezone.now()
    for check in page:
        check.may_read = rules.may_read_answer(check, request.user, now=now)
    return render(request, "enrollment/coverage_list.html", {"page": page})


def _sheet(check: CoverageCheck) -> dict[str, Any]:
    """The facts kept with the answer, with dates as dates again and codes as words."""
    facts = check.facts
    programs = rules.PROGRAMS.get(facts.get("package"), [])
    start = _day(facts.get("start"))
    return {
        "next_steps": facts.get("next_steps", []),
        "payers": facts.get("payers", []),
        "at_work": check.accident == "" or Accident(check.accident).at_work,
        "known_at": _moment(facts.get("known_at")),
        "entered_after_event": facts.get("entered_after_event", False),
        "name": facts.get("name", ""),
        "nik": facts.get("nik", ""),
        "birth_on": _day(facts.get("birth_on")),
        "age_at_event": facts.get("age_at_event"),
        "age_today": facts.get("age_today"),
        "in_force": bool(facts.get("programs")),
        "programs": [(code, rules.program_name(code)) for code in programs],
        "period": DateRange(start, _day(facts.get("end"))) if start else None,
        "payer": Payer(facts["payer"]).label if "payer" in facts else "",
        "participant_number": facts.get("participant_number", ""),
        "last_paid_month": _day(facts.get("last_paid_month")),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
