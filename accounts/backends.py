from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone


class PortalBackend(AuthenticationBackend):
    """Asked at log-in and again for every page, so that an account ends on time also for who is inside (AC-P2)."""

    def user_can_authenticate(self, user) -> bool:
        return user.may_enter(timezone.localdate())
