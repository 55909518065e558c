from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone

from ui import views

WAIT = timedelta(minutes=1)
NOT_SENT_AGAIN = {"csrfmiddlewaretoken"}


def server_error(request: HttpRequest) -> HttpResponse:
    """What a page shows that broke. At the desk failure and delay are doubt: the third answer, never a blank page.

    What was typed stands in the page again, to be sent once more. It has no number, since nothing could be kept.
    """
    if not request.path.startswith(settings.DESK):
        return views.server_error(request)
    now = timezone.localtime()
    context = {"now": now, "retry_at": now + WAIT, "address": request.path, "typed": None, "csrf_token": ""}
    if request.method == "POST" and "CSRF_COOKIE" in request.META:
        context["csrf_token"] = get_token(request)
        context["typed"] = [(name, value) for name, value in request.POST.items() if name not in NOT_SENT_AGAIN]
    return views.bare_page(request, views.broken_status(), "enrollment/coverage_trouble.html", **context)
