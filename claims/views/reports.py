from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import anyone, roles
from accounts.roles import Role
from casework.decisions import Refused
from casework.paging import page_of
from casework.views import posted
from claims import operations, rules
from claims.benefits import first_report_due
from claims.filters import ClaimFilter
from claims.forms import ReportForm, SourceForm, TriageForm
from claims.models import Claim
from claims.querysets import TURN_FIRST
from claims.triage import Triage
from enrollment.enums import Accident
from enrollment.models import CoverageCheck
from workers.models import Worker

# Where a report begins: with the person.
START = {
    Role.OFFICER: {
        "text": "Cari pekerjanya dahulu, lalu pilih “Laporkan kejadian” di halamannya.",
        "url": reverse_lazy("workers:worker_list"),
        "button": "Cari pekerja",
    },
    Role.HOSPITAL: {
        "text": "Cek kepesertaan pasien dahulu, lalu pilih “Laporkan kejadian” di halaman jawabannya.",
        "url": reverse_lazy("enrollment:coverage_check"),
        "button": "Cek kepesertaan",
    },
}


@require_safe
@anyone
def claim_list(request: HttpRequest) -> HttpResponse:
    claims = Claim.objects.visible_to(request.user).turn_first(request.user).with_list_data()
    found = ClaimFilter(request.GET, queryset=claims, request=request)
    page = page_of(found.qs, request.GET.get("page", ""), order=TURN_FIRST)
    terms = {name: str(value) for name, value in found.form.cleaned_data.items() if value}
    operations.list_claims(page, by=request.user, terms=terms)
    context = {
        "filter": found.form,
        "page": page,
        "can_report": request.user.role in (Role.OFFICER, Role.HOSPITAL),
    }
    return render(request, "claims/claim_list.html", context)


@require_http_methods(["GET", "POST"])
@roles(Role.OFFICER, Role.HOSPITAL)
def claim_report(request: HttpRequest) -> HttpResponse:
    source = SourceForm(request.GET)
    if not source.is_valid():
        raise Http404
    if not any(source.cleaned_data.values()):
        return render(request, "claims/claim_report_start.html", START[request.user.role])
    try:
        answer, worker = operations.open_report(by=request.user, **source.cleaned_data)
    except (CoverageCheck.DoesNotExist, Worker.DoesNotExist) as missing:
        raise Http404 from missing
    initial = {"submission_key": uuid4(), "accident_at": answer and answer.event_at, **_known_from(answer)}
    form = ReportForm(posted(request), initial=initial)
    may_go_on = form.is_valid()
    accident_at = form.cleaned_data.get("accident_at") if form.is_bound else initial["accident_at"]
    if may_go_on:
        try:
            claim = operations.report_claim(by=request.user, **source.cleaned_data, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"Laporan dugaan kecelakaan kerja terkirim. Nomor {claim.number}.")
            return redirect(claim)
    context = {
        "form": form,
        "answer": answer,
        "worker": worker,
        "decision": rules.may_report(request.user, worker=worker),
        "due_at": accident_at and first_report_due(accident_at),
        "reported": _reported(request, worker, accident_at),
    }
    return render(request, "claims/claim_report.html", context, status=422 if form.errors else 200)


def _known_from(answer: CoverageCheck | None) -> dict[str, str]:
    """What the desk said when it asked, as first answers to the six questions."""
    if answer is None or not answer.accident:
        return {}
    accident = Accident(answer.accident)
    return TriageForm.initial_of(Triage(at_work=accident.at_work or None, in_traffic=accident.in_traffic))


def _reported(request, worker, accident_at):
    """The claim that stands of this accident, where the user may see it."""
    if worker is None or accident_at is None:
        return None
    day = timezone.localdate(accident_at)
    return Claim.objects.visible_to(request.user).of_accident(worker, on=day).first()
