from allauth.account.adapter import get_adapter
from pghistory import middleware

from casework.audit import client_address


class ClientAddressMiddleware:
    """Tells the trail where a request comes from: the same address that log-in throttling counts by."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = client_address.set(get_adapter().get_client_ip(request))
        try:
            return self.get_response(request)
        finally:
            client_address.reset(token)


class HistoryMiddleware(middleware.HistoryMiddleware):
    """Lets row history name the user, and nothing of the address: it may say what was looked for."""

    def get_context(self, request):
        return {"user": request.user.pk}
