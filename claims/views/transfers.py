from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import roles, throttled
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import posted
from claims import operations, rules
from claims.forms import ClaimForm, ReasonForm
from claims.models import Stay, Transfer


@require_safe
@roles(Role.HOSPITAL)
def transfer_list(request: HttpRequest) -> HttpResponse:
    transfers, stays = operations.list_transfers(by=request.user)
    mine = request.user.hospital_id
    context = {
        "incoming": [transfer for transfer in transfers if transfer.to_hospital_id == mine],
        "outgoing": [transfer for transfer in transfers if transfer.from_hospital_id == mine],
        "stays": stays,
    }
    return render(request, "claims/transfer_list.html", context)


@require_http_methods(["GET", "POST"])
@roles(Role.HOSPITAL)
@throttled("person", reads=True)
def transfer_accept(request: HttpRequest, number: str) -> HttpResponse:
    def accept(**typed: Any) -> None:
        operations.accept_transfer(number, by=request.user)

    done = "pasien dipindahkan ke rumah sakit Anda. Terima pasiennya setelah tiba."
    return _answer(request, number, "accept", rules.may_accept_transfer, ClaimForm, accept, done)


@require_http_methods(["GET", "POST"])
@roles(Role.HOSPITAL)
def transfer_refuse(request: HttpRequest, number: str) -> HttpResponse:
    def refuse(**typed: Any) -> None:
        operations.refuse_transfer(number, by=request.user, **typed)

    return _answer(request, number, "refuse", rules.may_refuse_transfer, ReasonForm, refuse, "pindahan ditolak.")


@require_http_methods(["GET", "POST"])
@roles(Role.HOSPITAL)
def transfer_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    def withdraw(**typed: Any) -> None:
        operations.withdraw_transfer(number, by=request.user)

    done = "usulan pindahan dibatalkan."
    return _answer(request, number, "withdraw", rules.may_withdraw_transfer, ClaimForm, withdraw, done)


@require_safe
@roles(Role.HOSPITAL)
@throttled("person", reads=True)
def stay_detail(request: HttpRequest, number: str) -> HttpResponse:
    try:
        stays = operations.view_stay(number, by=request.user)
    except Stay.DoesNotExist as missing:
        raise Http404 from missing
    return render(request, "claims/stay_detail.html", {"claim": stays[0].claim, "stays": stays})


def _answer(request, number, action, rule, form_class, operation, done) -> HttpResponse:
    """The page of one answer: what is proposed, the form where the rule allows it, otherwise the reasons."""
    transfer = _transfer(request, number)
    form = form_class(posted(request))
    refused = False
    if form.is_valid():
        try:
            operation(**form.cleaned_data)
        except Transfer.DoesNotExist as gone:
            raise Http404 from gone
        except Refused as refusal:
            refused = True
            form.refuse(refusal)
            transfer = _transfer(request, number)
        else:
            messages.success(request, f"Klaim {number}: {done}")
            return redirect(transfer.claim if action != "refuse" else "claims:transfer_list")
    decision = rule(transfer, request.user)
    context = {"transfer": transfer, "claim": transfer.claim, "decision": decision, "form": form if decision else None}
    status = 422 if refused or form.errors else 200
    return render(request, f"claims/transfer_{action}.html", context, status=status)


def _transfer(request, number) -> Transfer:
    try:
        return operations.view_transfer(number, by=request.user)
    except Transfer.DoesNotExist as missing:
        raise Http404 from missing
