from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect

from accounts.adapter import has_second_factor
from casework import audit

# What somebody who must set up a second factor first may still open.
ENROLMENT = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "account_reauthenticate",
    "account_logout",
    "theme_set",
}


class ActivityMiddleware:
    """Puts off the end of a session that is in use (accounts.sessions)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and request.session.is_due:
            request.session.modified = True
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads whoever logged in without the factor that the role needs to setting one up, before anything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.session.get("must_enrol"):
            return None
        if has_second_factor(request.user):
            del request.session["must_enrol"]
            return None
        if request.resolver_match.view_name in ENROLMENT:
            return None
        messages.warning(request, "Peran Anda masuk dengan langkah kedua. Pasang dulu, lalu lanjutkan pekerjaan.")
        return redirect("mfa_index")


class RefusalMiddleware:
    """Leaves an entry when somebody logged in is turned away from a page of ours (ASVS 16.3.2): a wrong role, a forged
    form, what is out of scope, too much at once. Whoever tries numbers one after another is then found."""

    STATUSES = (403, 404, 429)

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        place = request.resolver_match
        if response.status_code in self.STATUSES and place is not None and request.user.is_authenticated:
            asked = place.kwargs.get("number") or place.kwargs.get("pk") or ""
            facts = {"page": place.view_name, "asked": str(asked), "by": request.method, "status": response.status_code}
            with transaction.atomic():
                audit.record("page.deny", by=request.user, facts=facts)
        return response
