import logging
import secrets
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from ui.context import frame

logger = logging.getLogger(__name__)


def bad_request(request, exception):
    return _bare_page(request, 400)


def permission_denied(request, exception):
    return render(request, "403.html", {"reference": _reference(403)}, status=403)


def csrf_failed(request, reason=""):
    return render(request, "403_csrf.html", {"reference": _reference(403)}, status=403)


def page_not_found(request, exception):
    return render(request, "404.html", {"reference": _reference(404)}, status=404)


def too_many_requests(request):
    return render(request, "429.html", {"reference": _reference(429)}, status=429)


def server_error(request):
    """Also when the database is away, which is 503: it may be back in a moment."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _bare_page(request, 503)
        response["Retry-After"] = "30"
        return response
    return _bare_page(request, 500)


def _bare_page(request, status: int) -> HttpResponse:
    """An error page that asks neither the session nor the database, because they may be what failed."""
    context = {**frame(request), "reference": _reference(status)}
    return HttpResponse(render_to_string(f"{status}.html", context), status=status)


def _reference(status: int) -> str:
    """A number for the page and the log, by which a person's call and the log line find each other."""
    number = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
    logger.warning("Error page %s shown with reference %s", status, number)
    return number
