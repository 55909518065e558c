"""Systems of hospitals and their tokens, for who keeps the hospital's accounts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import fresh_login, keepers
from accounts.roles import Role
from casework.decisions import Refused
from casework.views import posted
from enrollment import forms, operations, rules
from enrollment.models import ApiClient, ApiToken


@require_safe
@keepers
def client_list(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    clients = list(ApiClient.objects.visible_to(request.user).with_list_data().order_by("account__name", "pk"))
    for client in clients:
        client.token = max(client.tokens.all(), key=lambda token: token.ends_at)
        client.used_at = max((token.used_at for token in client.tokens.all() if token.used_at), default=None)
        client.state = client.token.state_at(now)
    return render(request, "enrollment/client_list.html", {"clients": clients})


@require_safe
@keepers
def client_detail(request: HttpRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(ApiClient.objects.visible_to(request.user).with_list_data(), pk=pk)
    now = timezone.now()
    context = {
        "client": client,
        "rows": [(token, token.state_at(now)) for token in client.tokens.all()],
        "may_change": rules.may_change_client(client, request.user),
    }
    return render(request, "enrollment/client_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
@fresh_login
def client_connect(request: HttpRequest) -> HttpResponse:
    hospital = request.user.hospital if request.user.role == Role.HOSPITAL else None
    form = forms.ConnectForm(posted(request), hospital=hospital)
    if form.is_valid():
        try:
            return _shown_once(request, *operations.connect_system(by=request.user, **form.cleaned_data))
        except Refused as refused:
            form.refuse(refused)
    context = {"form": form, "hospital": hospital}
    return render(request, "enrollment/client_connect.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
@fresh_login
def client_renew(request: HttpRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(ApiClient.objects.visible_to(request.user).select_related("account__hospital"), pk=pk)
    form = forms.RenewForm(posted(request))
    if form.is_valid():
        try:
            return _shown_once(request, *operations.renew_token(pk, by=request.user, **form.cleaned_data))
        except Refused as refused:
            form.refuse(refused)
    context = {"form": form, "client": client}
    return render(request, "enrollment/client_renew.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
@fresh_login
def client_end(request: HttpRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(ApiClient.objects.visible_to(request.user).select_related("account__hospital"), pk=pk)
    form = forms.ReasonForm(posted(request))
    if form.is_valid():
        try:
            operations.end_client(pk, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Sambungan diakhiri. Semua tokennya sudah tidak berlaku.")
            return redirect("enrollment:client_detail", pk=pk)
    context = {"form": form, "client": client}
    return render(request, "enrollment/client_end.html", context, status=422 if form.errors else 200)


def _shown_once(request: HttpRequest, token: ApiToken, secret: str) -> HttpResponse:
    """The page is the only place where the token ever stands: no session and no log keeps it."""
    address = request.build_absolute_uri(reverse("enrollment:api_coverage"))
    return render(request, "enrollment/client_token.html", {"token": token, "secret": secret, "address": address})
