from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import anyone, fresh_login, roles, throttled
from accounts.models import User
from accounts.roles import Role
from casework import audit
from casework.decisions import Decision, Refused
from casework.views import posted
from claims import operations, rules
from claims.forms import (
    ClaimForm,
    ForwardForm,
    ReasonForm,
    RouteForm,
    SignatureForm,
    TimeForm,
    TransferForm,
    TreatmentForm,
    TriageForm,
)
from claims.models import Claim, Transfer
from claims.querysets import partners
from claims.views.one_claim import claim_of, facts_of
from enrollment.models import CoverageCheck

# What the timeline says of each audit event, with its icon.
STEPS = {
    "claim.report": ("Dugaan kecelakaan kerja dilaporkan", "alert"),
    "claim.route": ("Diarahkan ke rumah sakit", "right"),
    "claim.issue_note": ("Surat pengantar dibuat", "file"),
    "claim.admit": ("Pasien diterima rumah sakit", "hospital"),
    "claim.treat": ("Perawatan dicatat", "file"),
    "claim.verify": ("Diperiksa: tanda tangan pertama", "search"),
    "claim.send_back": ("Dikembalikan ke rumah sakit", "left"),
    "claim.approve": ("Disetujui: tanda tangan kedua", "check"),
    "claim.forward": ("Diteruskan ke BPJS Ketenagakerjaan", "right"),
    "claim.propose_transfer": ("Pindahan ke rumah sakit lain diusulkan", "right"),
    "claim.transfer": ("Dipindahkan", "hospital"),
    "claim.refuse_transfer": ("Pindahan ditolak rumah sakit tujuan", "ban"),
    "claim.withdraw_transfer": ("Usulan pindahan dibatalkan", "left"),
    "claim.withdraw": ("Laporan ditarik", "ban"),
    "claim.triage": ("Enam pertanyaan dijawab", "help"),
    "claim.correct_time": ("Waktu kejadian diperbaiki", "clock"),
    "claim.estimate": ("Manfaat diperkirakan", "receipt"),
    "claim.ask_instalment": ("Pengajuan berkala dicatat", "calendar"),
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


def _may_propose_transfer(claim: Claim, user: User) -> Decision:
    waiting = _waiting(claim) if user.role == Role.HOSPITAL else None
    return rules.may_propose_transfer(claim, user, waiting=waiting)


def _waiting(claim: Claim) -> Transfer | None:
    return claim.transfers.open().with_list_data().first()


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
    "disetujui. Serahkan berkasnya ke BPJS Ketenagakerjaan, lalu catat tanda terimanya.",
)
FORWARD = Deed(
    "forward",
    rules.may_forward,
    operations.forward_claim,
    "Catat sudah diteruskan",
    "Belum dapat diteruskan",
    "tercatat diteruskan ke BPJS Ketenagakerjaan.",
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
TRANSFER = Deed(
    "transfer",
    _may_propose_transfer,
    operations.propose_transfer,
    "Pindahkan ke rumah sakit lain",
    "Belum dapat dipindahkan",
    "pindahan diusulkan. Rumah sakit tujuan yang menjawab.",
    side=True,
)
CORRECT_TIME = Deed(
    "correct_time",
    rules.may_correct_time,
    operations.correct_accident_time,
    "Perbaiki waktu kejadian",
    "Waktu kejadian belum dapat diperbaiki",
    "waktu kejadian diperbaiki. Tenggat yang semula tetap tampil.",
    side=True,
)
TRIAGE = Deed(
    "triage",
    rules.may_triage,
    operations.triage_claim,
    "Jawab enam pertanyaan",
    "Enam pertanyaan belum dapat dijawab",
    "jawaban tersimpan.",
    side=True,
)
DEEDS = (ROUTE, ADMIT, TREAT, VERIFY, APPROVE, FORWARD, SEND_BACK, TRANSFER, WITHDRAW)


@require_safe
@anyone
@throttled("person", reads=True)
def claim_detail(request: HttpRequest, number: str) -> HttpResponse:
    claim = claim_of(request, number)
    decisions = [(deed, deed.rule(claim, request.user)) for deed in DEEDS]
    sees_notes = request.user.role in (Role.OFFICER, Role.ADMIN)
    return render(
        request,
        "claims/claim_detail.html",
        {
            **facts_of(request, claim),
            "steps": _steps(claim),
            "estimate": claim.estimates.first(),
            "note": claim.notes.select_related("hospital").first() if sees_notes else None,
            "may_issue_note": rules.may_issue_note(claim, request.user),
            "my_turn": claim.is_my_turn,
            "waiting": _waiting(claim),
            "may_triage": rules.may_triage(claim, request.user),
            "may_correct_time": rules.may_correct_time(claim, request.user),
            "is_hospital": request.user.role == Role.HOSPITAL,
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
        return RouteForm(posted(request), initial=proposed, partners=partners(on=today))

    return _carry_out(request, number, ROUTE, form)


@require_http_methods(["GET", "POST"])
@roles(Role.HOSPITAL)
def claim_admit(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return ClaimForm(posted(request))

    return _carry_out(request, number, ADMIT, form)


@require_http_methods(["GET", "POST"])
@roles(Role.HOSPITAL)
def claim_treat(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        recorded = {name: getattr(claim, name) for name in TreatmentForm.base_fields}
        return TreatmentForm(posted(request), initial=recorded)

    return _carry_out(request, number, TREAT, form)


@require_http_methods(["GET", "POST"])
@roles(Role.HOSPITAL)
def claim_transfer(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        others = partners(on=timezone.localdate()).exclude(pk=request.user.hospital_id)
        return TransferForm(posted(request), partners=others)

    return _carry_out(request, number, TRANSFER, form)


@require_http_methods(["GET", "POST"])
@roles(Role.OFFICER, Role.HOSPITAL, Role.ADMIN)
def claim_correct_time(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return TimeForm(posted(request), initial={"accident_at": claim.accident_at})

    return _carry_out(request, number, CORRECT_TIME, form)


@require_http_methods(["GET", "POST"])
@roles(Role.OFFICER, Role.HOSPITAL, Role.ADMIN)
def claim_triage(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return TriageForm(posted(request), initial=TriageForm.initial_of(claim.triage))

    return _carry_out(request, number, TRIAGE, form)


@require_http_methods(["GET", "POST"])
@roles(Role.ADMIN)
def claim_verify(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return SignatureForm(posted(request), initial={"seen": claim.revision})

    return _carry_out(request, number, VERIFY, form)


@require_http_methods(["GET", "POST"])
@roles(Role.ADMIN)
def claim_send_back(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return ReasonForm(posted(request))

    return _carry_out(request, number, SEND_BACK, form)


@require_http_methods(["GET", "POST"])
@roles(Role.ADMIN)
@fresh_login
def claim_approve(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return SignatureForm(posted(request), initial={"seen": claim.revision})

    return _carry_out(request, number, APPROVE, form)


@require_http_methods(["GET", "POST"])
@roles(Role.ADMIN)
def claim_forward(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return ForwardForm(posted(request))

    return _carry_out(request, number, FORWARD, form)


@require_http_methods(["GET", "POST"])
@roles(Role.OFFICER, Role.HOSPITAL, Role.ADMIN)
def claim_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    def form(claim):
        return ReasonForm(posted(request))

    return _carry_out(request, number, WITHDRAW, form)


def _carry_out(request, number, deed: Deed, build_form) -> HttpResponse:
    """The page of one deed: the facts, the form where the rule allows it, otherwise the reasons."""
    claim = claim_of(request, number)
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
            claim = claim_of(request, number)
            form.show_latest(claim)
        else:
            messages.success(request, f"Klaim {number}: {deed.done}")
            return redirect(claim)
    decision = deed.rule(claim, request.user)
    context = {**facts_of(request, claim), "deed": deed, "decision": decision, "form": form if decision else None}
    status = 422 if refused or form.errors else 200
    return render(request, f"claims/claim_{deed.action}.html", context, status=status)


def _steps(claim: Claim) -> list[dict]:
    """The deeds of the trail, oldest first; looks are left to the auditor."""
    deeds = audit.entries_of(claim).filter(event__in=STEPS)
    return [
        {
            "what": STEPS[entry.event][0],
            "icon": STEPS[entry.event][1],
            "who": f"{entry.actor_name}, {entry.actor_place}" if entry.actor_id else "Portal, karena faktanya berubah",
            "at": entry.at,
            "note": entry.note,
        }
        for entry in deeds
    ]
