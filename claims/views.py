from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import anyone, fresh_login, roles, throttled
from accounts.roles import Role
from casework import audit
from casework.decisions import Decision, Refused
from claims import operations, rules
from claims.benefits import RULE_TEXTS, SCHEDULES, facts_from_json, first_report_due, payment_plan
from claims.filters import ClaimFilter
from claims.forms import (
    ClaimForm,
    EstimateForm,
    ReasonForm,
    ReportForm,
    RouteForm,
    SignatureForm,
    SourceForm,
    TreatmentForm,
    typed_before,
)
from claims.models import Claim, Estimate
from claims.querysets import partners
from enrollment.models import CoverageCheck
from ui.templatetags.ui import nik_mask, nik_spaced, phone, rupiah
from workers.models import Worker

PAGE_SIZE = 25

# What the timeline says of each audit event, with its icon.
STEPS = {
    "claim.report": ("Dugaan kecelakaan kerja dilaporkan", "alert"),
    "claim.route": ("Diarahkan ke rumah sakit", "right"),
    "claim.admit": ("Pasien diterima rumah sakit", "hospital"),
    "claim.treat": ("Perawatan dicatat", "file"),
    "claim.verify": ("Diperiksa: tanda tangan pertama", "search"),
    "claim.send_back": ("Dikembalikan ke rumah sakit", "left"),
    "claim.approve": ("Disetujui: tanda tangan kedua", "check"),
    "claim.withdraw": ("Laporan ditarik", "ban"),
    "claim.estimate": ("Manfaat diperkirakan", "receipt"),
}

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


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed as pages offer it. A side way is not explained where it is not open."""

    action: str
    rule: Callable[..., Decision]
    operation: Callable[..., Claim]
    label: str
    blocked: str  # title of the reasons
    done: str
    side: bool = False

    @property
    def page(self) -> str:
        return f"claims:claim_{self.action}"


ROUTE = Deed(
    "route",
    rules.may_route,
    operations.route_claim,
    "Arahkan ke rumah sakit",
    "Belum dapat diarahkan",
    "diarahkan ke rumah sakit.",
)
ADMIT = Deed(
    "admit",
    rules.may_admit,
    operations.admit_claim,
    "Terima pasien",
    "Belum dapat diterima",
    "pasien diterima. Catat perawatannya setelah dokter menyimpulkan.",
)
TREAT = Deed(
    "treat",
    rules.may_treat,
    operations.treat_claim,
    "Catat perawatan",
    "Perawatan belum dapat dicatat",
    "perawatan dicatat.",
)
VERIFY = Deed(
    "verify",
    rules.may_verify,
    operations.verify_claim,
    "Nyatakan sudah diperiksa",
    "Belum dapat Anda periksa",
    "diperiksa. Admin lain yang menyetujui.",
)
APPROVE = Deed(
    "approve",
    rules.may_approve,
    operations.approve_claim,
    "Setujui klaim",
    "Belum dapat Anda setujui",
    "disetujui. BPJS Ketenagakerjaan sekarang dapat membacanya.",
)
SEND_BACK = Deed(
    "send_back",
    rules.may_send_back,
    operations.send_back_claim,
    "Kembalikan ke rumah sakit",
    "Belum dapat dikembalikan",
    "dikembalikan ke rumah sakit.",
    side=True,
)
WITHDRAW = Deed(
    "withdraw",
    rules.may_withdraw,
    operations.withdraw_claim,
    "Tarik laporan",
    "Belum dapat ditarik",
    "laporan ditarik.",
    side=True,
)
DEEDS = (ROUTE, ADMIT, TREAT, VERIFY, APPROVE, SEND_BACK, WITHDRAW)


@require_safe
@anyone
def claim_list(request: HttpRequest) -> HttpResponse:
    claims = Claim.objects.visible_to(request.user).turn_first(request.user).with_list_data()
    found = ClaimFilter(request.GET, queryset=claims, request=request)
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
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
    initial = {"submission_key": uuid4(), "accident_at": answer and answer.event_at}
    form = ReportForm(_typed(request), initial=initial)
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


def _reported(request, worker, accident_at):
    """The claim that stands of this accident, where the user may see it."""
    if worker is None or accident_at is None:
        return None
    day = timezone.localdate(accident_at)
    return Claim.objects.visible_to(request.user).of_accident(worker, on=day).first()


@require_safe
@anyone
@throttled("person", reads=True)
def claim_detail(request: HttpRequest, number: str) -> HttpResponse:
    claim = _claim(request, number)
    decisions = [(deed, deed.rule(claim, request.user)) for deed in DEEDS]
    return render(
        request,
        "claims/claim_detail.html",
        {
            **_facts(request, claim),
            "steps": _steps(claim),
            "estimate": claim.estimates.first(),
            "my_turn": claim.is_my_turn,
            "answer": CoverageCheck.objects.visible_to(request.user).filter(pk=claim.coverage_check_id).first(),
            "sees_workers": request.user.role in (Role.OFFICER, Role.ADMIN, Role.AUDITOR),
            "open_deeds": [deed for deed, decision in decisions if decision],
            "blocked_deeds": [
                (deed, decision)
                for deed, decision in decisions
                if not deed.side and decision.reasons and not {"wrong_role", "wrong_status"} & set(decision.codes)
            ],
        },
    )


@require_http_methods(["GET", "POST"])
@roles(Role.OFFICER, Role.ADMIN)
def claim_route(request: HttpRequest, number: str) -> HttpResponse:
    today = timezone.localdate()

    def form(claim):
        proposed = {"hospital": rules.proposed_hospital(claim, on=today)}
        return RouteForm(_typed(request), initial=proposed, partners=partners(on=today))

    return _carry_out(request, number, ROUTE, form)


@require_http_methods(["GET", "POST"])
@roles(Role.HOSPITAL)
def claim_admit(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return ClaimForm(_typed(request))

    return _carry_out(request, number, ADMIT, form)


@require_http_methods(["GET", "POST"])
@roles(Role.HOSPITAL)
def claim_treat(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        recorded = {name: getattr(claim, name) for name in TreatmentForm.base_fields}
        return TreatmentForm(_typed(request), initial=recorded)

    return _carry_out(request, number, TREAT, form)


@require_http_methods(["GET", "POST"])
@roles(Role.ADMIN)
def claim_verify(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return SignatureForm(_typed(request), initial={"seen": claim.revision})

    return _carry_out(request, number, VERIFY, form)


@require_http_methods(["GET", "POST"])
@roles(Role.ADMIN)
def claim_send_back(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return ReasonForm(_typed(request))

    return _carry_out(request, number, SEND_BACK, form)


@require_http_methods(["GET", "POST"])
@roles(Role.ADMIN)
@fresh_login
def claim_approve(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return SignatureForm(_typed(request), initial={"seen": claim.revision})

    return _carry_out(request, number, APPROVE, form)


@require_http_methods(["GET", "POST"])
@roles(Role.OFFICER, Role.HOSPITAL, Role.ADMIN)
def claim_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return ReasonForm(_typed(request))

    return _carry_out(request, number, WITHDRAW, form)


@require_safe
@anyone
def rule_list(request: HttpRequest) -> HttpResponse:
    return render(request, "claims/rule_list.html", {"rules": RULE_TEXTS.values()})


@require_safe
@anyone
def claim_estimate(request: HttpRequest, number: str) -> HttpResponse:
    claim = _claim(request, number)
    newest, *older = [_estimated(estimate) for estimate in claim.estimates.select_related("made_by")] or [None]
    context = {
        **_facts(request, claim),
        "newest": newest,
        "older": older,
        "decision": rules.may_estimate(claim, request.user),
        "is_maker": request.user.role in rules.ESTIMATORS,
    }
    return render(request, "claims/claim_estimate.html", context)


@require_http_methods(["GET", "POST"])
@roles(Role.OFFICER, Role.HOSPITAL, Role.ADMIN)
def claim_estimate_facts(request: HttpRequest, number: str) -> HttpResponse:
    claim = _claim(request, number)
    newest = claim.estimates.first()
    known = typed_before(facts_from_json(newest.facts)) if newest is not None and newest.facts else None
    form = EstimateForm(_typed(request), initial=known)
    refused = False
    if form.is_valid():
        try:
            estimate = operations.estimate_claim(claim.pk, by=request.user, **form.facts())
        except Claim.DoesNotExist as gone:
            raise Http404 from gone
        except Refused as refusal:
            refused = True
            form.refuse(refusal)
        else:
            messages.success(request, f"Perkiraan manfaat klaim {number} dihitung: {rupiah(estimate.total)}.")
            return redirect("claims:claim_estimate", number)
    decision = rules.may_estimate(claim, request.user) & rules.has_schedule(claim.accident_on)
    context = {**_facts(request, claim), "form": form, "decision": decision}
    return render(request, "claims/claim_estimate_facts.html", context, status=422 if refused or form.errors else 200)


def _estimated(estimate: Estimate) -> dict[str, Any]:
    """A kept estimate as its page shows it. Once its facts are emptied, what falls due when is unknown."""
    version = next(version for version in SCHEDULES if version.code == estimate.schedule)
    return {
        "estimate": estimate,
        "version": version,
        "lines": [line | {"anchor": RULE_TEXTS[line["rule"]].anchor} for line in estimate.lines],
        "notes": [note | {"anchor": RULE_TEXTS[note["rule"]].anchor} for note in estimate.notes],
        "plan": payment_plan(facts_from_json(estimate.facts), version) if estimate.facts else (),
        "is_complete": not any(note["is_gap"] for note in estimate.notes),
    }


def _carry_out(request, number, deed: Deed, build_form) -> HttpResponse:
    """The page of one deed: the facts, the form where the rule allows it, otherwise the reasons."""
    claim = _claim(request, number)
    form = build_form(claim)
    refused = False
    if form.is_valid():
        try:
            deed.operation(claim.pk, by=request.user, **form.cleaned_data)
        except Claim.DoesNotExist as gone:
            raise Http404 from gone
        except Refused as refusal:
            refused = True
            form.refuse(refusal)
            claim = _claim(request, number)
            form.show_latest(claim)
        else:
            messages.success(request, f"Klaim {number}: {deed.done}")
            return redirect(claim)
    decision = deed.rule(claim, request.user)
    context = {**_facts(request, claim), "deed": deed, "decision": decision, "form": form if decision else None}
    status = 422 if refused or form.errors else 200
    return render(request, f"claims/claim_{deed.action}.html", context, status=status)


def _typed(request):
    return request.POST if request.method == "POST" else None


def _claim(request, number) -> Claim:
    """For the page that shows it: looking leaves a trace. What a POST changes leaves its own."""
    try:
        if request.method == "POST":
            return Claim.objects.visible_to(request.user).with_facts().get(number=number)
        return operations.view_claim(number, by=request.user)
    except Claim.DoesNotExist as missing:
        raise Http404 from missing


def _facts(request, claim: Claim) -> dict:
    """What every page about one claim shows. The auditor sees masked numbers (AC-P31)."""
    masked = request.user.role == Role.AUDITOR
    clock = rules.report_clock(claim, now=timezone.now())
    return {
        "claim": claim,
        "nik": nik_mask(claim.worker.nik) if masked else nik_spaced(claim.worker.nik),
        "informant_phone": f"{claim.informant_phone[:4]} ••••" if masked else phone(claim.informant_phone),
        "clock": clock,
        "time_left": _in_words(clock.left),
    }


def _in_words(left: timedelta) -> str:
    """ "23 jam lagi", in the last hour "40 menit lagi", "" when it is over."""
    minutes = left // timedelta(minutes=1)
    if left <= timedelta():
        return ""
    return f"{minutes // 60} jam lagi" if minutes >= 60 else f"{max(minutes, 1)} menit lagi"


def _steps(claim: Claim) -> list[dict]:
    """The deeds of the trail, oldest first; looks are left to the auditor."""
    deeds = audit.entries_of(claim).filter(event__in=STEPS)
    return [
        {
            "what": STEPS[entry.event][0],
            "icon": STEPS[entry.event][1],
            "who": f"{entry.actor_name}, {entry.actor_place}",
            "at": entry.at,
            "note": entry.note,
        }
        for entry in deeds
    ]
