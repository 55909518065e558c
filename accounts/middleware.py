from django.contrib import messages
from django.shortcuts import redirect

from accounts.adapter import has_second_factor

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
