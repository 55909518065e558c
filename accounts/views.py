from collections.abc import Callable
from dataclasses import dataclass

from allauth.account import views as account
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import forms, operations, rules
from accounts.decorators import anyone, fresh_login, keepers, public, roles
from accounts.devices import device_name
from accounts.models import User
from accounts.roles import Role
from accounts.sessions import SessionStore
from casework.decisions import Refused
from casework.paging import Order, page_of
from casework.views import posted
from ui.forms import PortalForm


@public
def log_out(request):
    """Afterwards the browser keeps nothing either (ASVS 14.3.1); the theme cookie may stay."""
    response = account.logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


class PasskeyRemoval(RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form):
        """allauth asks before it takes away the app with codes, but not here."""
        adapter = get_factor_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect(self.success_url)
        return super().form_valid(form)


passkey_remove = anyone(PasskeyRemoval.as_view())


@require_POST
@anyone
def theme_set(request):
    """Keeps the chosen theme in a cookie, so that the server can print it: no flash, no script."""
    back = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(back if own else "home")
    theme = request.POST.get("theme", "")
    if theme in ("light", "dark"):
        year = 365 * 24 * 60 * 60
        response.set_cookie("theme", theme, max_age=year, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@require_GET
@anyone
def device_list(request):
    sessions = [
        {
            "pk": session.pk,
            "name": device_name(session.user_agent),
            "address": session.ip,
            "since": session.created_at,
            "seen": SessionStore(session.session_key).seen_at,
            "here": session.session_key == request.session.session_key,
        }
        for session in UserSession.objects.purge_and_list(request.user)
    ]
    sessions.sort(key=lambda session: (not session["here"], session["since"]))
    return render(request, "accounts/device_list.html", {"sessions": sessions})


@require_POST
@anyone
def device_end(request, pk):
    try:
        operations.end_device(pk, by=request.user)
    except UserSession.DoesNotExist as gone:
        raise Http404 from gone
    messages.success(request, "Perangkat dikeluarkan.")
    return redirect("device_list")


@require_POST
@anyone
def device_end_others(request):
    count = operations.end_other_devices(by=request.user, current=request.session.session_key)
    messages.success(request, f"{count} perangkat lain dikeluarkan.")
    return redirect("device_list")


@require_GET
@keepers
def account_list(request):
    form = forms.AccountFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    on = timezone.localdate()
    accounts = (
        User.objects.visible_to(request.user)
        .asked_for(on=on, text=asked.get("q", ""), role=asked.get("role", ""), state=asked.get("state", ""))
        .select_related("region", "hospital")
        .order_by("name", "pk")
    )
    page = page_of(accounts, request.GET.get("page", ""), order=Order("name", "pk"))
    for row in page:
        row.state = row.state_on(on)
    return render(request, "accounts/account_list.html", {"page": page, "filter": form})


@require_http_methods(["GET", "POST"])
@keepers
@fresh_login
def account_invite(request):
    lead = request.user.role == Role.HOSPITAL
    form_class = forms.StaffInvitationForm if lead else forms.InvitationForm
    form = form_class(posted(request))
    if form.is_valid():
        own = {"role": Role.HOSPITAL, "hospital": request.user.hospital} if lead else {}
        try:
            invited = operations.invite_account(by=request.user, **form.cleaned_data, **own)
        except Refused as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, f"Undangan terkirim ke {invited.email}.")
            return redirect("account_detail", pk=invited.pk)
    context = {"form": form, "hospital": request.user.hospital if lead else None}
    return render(request, "accounts/account_invite.html", context, status=422 if form.errors else 200)


@require_GET
@keepers
def account_detail(request, pk):
    account = get_object_or_404(
        User.objects.visible_to(request.user).select_related("region", "hospital", "invited_by", "ended_by"), pk=pk
    )
    kinds = Authenticator.objects.filter(user=account).values_list("type", flat=True)
    context = {
        "person": account,
        "state": account.state_on(timezone.localdate()),
        "factors": {"passkeys": list(kinds).count("webauthn"), "app": "totp" in kinds},
        "may_change": rules.may_change(account, request.user),
        "may_reopen": rules.may_reopen(account, request.user),
    }
    return render(request, "accounts/account_detail.html", context)


@dataclass(frozen=True)
class Deed:
    """One thing a keeper does to an account, as its confirmation page says it."""

    operation: Callable
    form: type[PortalForm]
    verb: str  # button, and with the name the question
    consequence: str
    done: str
    danger: bool = False


def carry_out(deed: Deed):
    """The confirmation page of a deed: asks again who is there, then does it."""

    @require_http_methods(["GET", "POST"])
    @keepers
    @fresh_login
    def view(request, pk):
        account = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
        form = deed.form(posted(request))
        if form.is_valid():
            try:
                deed.operation(account.pk, by=request.user, **form.cleaned_data)
            except Refused as refused:
                form.add_error(None, refused.messages)
            else:
                messages.success(request, deed.done)
                return redirect("account_detail", pk=account.pk)
        context = {"person": account, "deed": deed, "form": form}
        return render(request, "accounts/account_deed.html", context, status=422 if form.errors else 200)

    return view


account_end = carry_out(
    Deed(
        operations.end_account,
        forms.NoteForm,
        "Akhiri akun",
        "Orangnya langsung keluar dari semua perangkat dan tidak dapat masuk lagi. Riwayatnya tetap tersimpan.",
        "Akun diakhiri.",
        danger=True,
    )
)
account_reopen = carry_out(
    Deed(
        operations.reopen_account,
        forms.ReopenForm,
        "Buka lagi akun",
        "Orangnya menerima undangan baru. Kata sandi dan langkah kedua yang lama tidak berlaku lagi.",
        "Akun dibuka lagi dan undangan terkirim.",
    )
)
account_extend = carry_out(
    Deed(
        operations.extend_account,
        forms.LastDayForm,
        "Ubah hari terakhir",
        "Setelah tengah malam hari itu orangnya tidak dapat masuk, juga bila sedang di dalam.",
        "Hari terakhir diubah.",
    )
)
account_move = carry_out(
    Deed(
        operations.move_account,
        forms.MoveForm,
        "Ubah penugasan",
        "Orangnya keluar dari semua perangkat, lalu masuk lagi dengan peran dan tempat yang baru.",
        "Penugasan diubah.",
    )
)
account_resend = carry_out(
    Deed(
        operations.resend_invitation,
        PortalForm,
        "Kirim lagi undangan",
        "Tautan baru berlaku 48 jam.",
        "Undangan terkirim lagi.",
    )
)
account_remove_factors = carry_out(
    Deed(
        operations.remove_factors,
        forms.IdentityForm,
        "Cabut langkah kedua",
        "Untuk orang yang kehilangan HP dan kode cadangannya. Ia keluar dari semua perangkat, masuk dengan kata sandi, "
        "lalu memasang langkah kedua yang baru.",
        "Langkah kedua dicabut.",
        danger=True,
    )
)
account_end_sessions = carry_out(
    Deed(
        operations.end_sessions,
        forms.NoteForm,
        "Keluarkan dari semua perangkat",
        "Orangnya harus masuk lagi. Akunnya tetap berlaku.",
        "Orangnya dikeluarkan dari semua perangkat.",
    )
)


@require_http_methods(["GET", "POST"])
@roles(Role.ADMIN)
@fresh_login
def account_end_all_sessions(request):
    form = forms.NoteForm(posted(request))
    if form.is_valid():
        operations.end_all_sessions(by=request.user, **form.cleaned_data)
        return redirect("account_login")
    return render(request, "accounts/account_end_all_sessions.html", {"form": form}, status=422 if form.errors else 200)
