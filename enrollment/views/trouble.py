from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone

from casework.patience import TRY_AGAIN_AFTER
from enrollment.views.api import in_trouble
from ui import views

NOT_SENT_AGAIN = {"csrfmiddlewaretoken"}


def server_error(request: HttpRequest) -> HttpResponse:
    """What a page shows that broke. At the desk failure and delay are doubt: the third answer, never a blank page. A
    system of a hospital gets the same as JSON.

    What was typed stands in the page again, to be sent once more. It has no number, since nothing could be kept.
    """
    if request.path.startswith(settings.API):
        status = views.broken_status()
        return in_trouble(request, status, views.reference(status))
    if not request.path.startswith(settings.DESK):
        return views.server_error(request)
    now = timezone.localtime()
    context = {"now": now, "retry_at": now + TRY_AGAIN_AFTER, "address": request.path, "typed": None, "csrf_token": ""}
    if request.method == "POST" and "CSRF_COOKIE" in request.META:
        context["csrf_token"] = get_token(request)
        context["typed"] = [(name, value) for name, value in request.POST.items() if name not in NOT_SENT_AGAIN]
    return views.bare_page(request, views.broken_status(), "enrollment/coverage_trouble.html", **context)
