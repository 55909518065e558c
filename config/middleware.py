from django.conf import settings
from django.http import HttpResponseNotAllowed

from casework.patience import patience

CLOSED_DEVICES = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=()"


class HeadersMiddleware:
    """Headers that belong on every answer. A view that needs another value sets it itself, and it stays."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "TRACE":  # gunicorn hands it on, and Django would answer it like GET
            response = HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        else:
            response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")  # nearly every page is about a person
        response.setdefault("Permissions-Policy", CLOSED_DEVICES)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class DeskMiddleware:
    """At the emergency desk the database gets settings.DESK_PATIENCE. What fails then is answered by
    enrollment.views.server_error: BELUM PASTI, and when to try again."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(settings.DESK):
            return self.get_response(request)
        with patience(seconds=settings.DESK_PATIENCE):
            return self.get_response(request)
