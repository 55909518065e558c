from django.http import HttpResponseNotAllowed

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
