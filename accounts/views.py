from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.decorators import anyone


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
