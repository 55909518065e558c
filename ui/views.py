import logging
import secrets
import sys

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from ui.context import frame

logger = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds


def bad_request(request, exception):
    return bare_page(request, 400)


def permission_denied(request, exception):
    return render(request, "403.html", {"reference": reference(403)}, status=403)


def csrf_failed(request, reason=""):
    return render(request, "403_csrf.html", {"reference": reference(403)}, status=403)


def page_not_found(request, exception):
    return render(request, "404.html", {"reference": reference(404)}, status=404)


def too_many_requests(request):
    return render(request, "429.html", {"reference": reference(429)}, status=429)


def server_error(request):
    """Also when the database is away, which is 503: it may be back in a moment."""
    return bare_page(request, broken_status())


def broken_status() -> int:
    """Of the exception being handled: 503 when the database is away, too slow or takes no writes, otherwise 500."""
    problem = sys.exc_info()[1]
    return 503 if isinstance(problem, OperationalError | InterfaceError | InternalError) else 500


def bare_page(request, status: int, template: str = "", **context) -> HttpResponse:
    """An error page that asks neither the session nor the database, because they may be what failed."""
    context |= {**frame(request), "reference": reference(status)}
    response = HttpResponse(render_to_string(template or f"{status}.html", context), status=status)
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def reference(status: int) -> str:
    """A number for the page and the log, by which a person's call and the log line find each other."""
    number = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
    logger.warning("Error page %s shown with reference %s", status, number)
    return number
