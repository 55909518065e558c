"""Where allauth asks the portal: who gets in, what is written down, what people read (ADR 0006)."""

from __future__ import annotations

import logging
from ipaddress import ip_address

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import freshness, rules
from accounts.models import SecurityPolicy, User
from casework import audit, sealing
from ui.qr import qr_code

logger = logging.getLogger(__name__)

SEED = "mfa"  # the purpose under which seeds are sealed
NOTICES = {
    "account/email/password_changed": "Kata sandi akun Anda diganti.",
    "account/email/password_reset": "Kata sandi akun Anda dibuat ulang lewat tautan di surel.",
    "mfa/email/totp_activated": "Aplikasi kode dipasang sebagai langkah kedua akun Anda.",
    "mfa/email/totp_deactivated": "Aplikasi kode dilepas dari akun Anda.",
    "mfa/email/webauthn_added": "Kunci sandi (passkey) ditambahkan ke akun Anda.",
    "mfa/email/webauthn_removed": "Kunci sandi (passkey) dilepas dari akun Anda.",
    "mfa/email/recovery_codes_generated": "Kode cadangan baru dibuat untuk akun Anda.",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Surel atau kata sandi keliru. Periksa keduanya, lalu coba lagi.",
        "too_many_login_attempts": "Terlalu banyak percobaan. Tunggu 5 menit, lalu coba lagi.",
        "incorrect_password": "Kata sandi keliru. Ketik lagi.",
        "enter_current_password": "Kata sandi sekarang keliru. Ketik lagi.",
        "incorrect_code": "Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya, lalu ketik lagi.",
        "invalid_password_reset": "Tautan ini sudah dipakai atau lewat masanya. Minta tautan baru.",
        "rate_limited": "Terlalu banyak permintaan. Tunggu sebentar, lalu coba lagi.",
    }

    def is_open_for_signup(self, request) -> bool:
        """Accounts are given by the city, never taken."""
        return False

    def get_password_change_redirect_url(self, request) -> str:
        return reverse("home")

    def pre_authenticate(self, request, **credentials) -> None:
        """Counts wrong passwords by account first, then by address, and by a wider measure for offices.

        A clerk who is locked out and goes on typing no longer uses up what the whole office has (AC-W70).
        """
        self._login_failed_rl_usage = ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed_office" if self._is_office(request) else "login_failed",
            key=self._get_login_attempts_cache_key(request, **credentials),
        )
        if not self._login_failed_rl_usage:
            logger.warning("A log-in was refused: too many wrong passwords.")
            raise self.validation_error("too_many_login_attempts")

    def _is_office(self, request) -> bool:
        address = ip_address(self.get_client_ip(request))
        return any(address in network for network in settings.OFFICE_NETWORKS)

    def authentication_failed(self, request, **credentials) -> None:
        """Names the account if there is one; never what was typed (AC-A2)."""
        account = User.objects.filter(email__iexact=credentials.get("email", "")).first()
        with transaction.atomic():
            audit.record("account.login_fail", account, by=None)

    def pre_login(self, request, user, **hints):
        """Also stops a passkey of an account that has ended."""
        if not user.may_enter(timezone.localdate()):
            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **hints)

    def post_login(self, request, user, **hints):
        methods = [record.get("type", record["method"]) for record in get_authentication_records(request, user)]
        with transaction.atomic():
            audit.record("account.login", user, by=user, facts={"methods": methods})
        policy = SecurityPolicy.objects.in_force(timezone.localdate())
        if rules.needs_second_factor(user.role, policy=policy) and not has_second_factor(user):
            request.session["must_enrol"] = True  # accounts.middleware leads there before anything else
        return super().post_login(request, user, **hints)

    def logout(self, request) -> None:
        with transaction.atomic():
            audit.record("account.logout", request.user, by=request.user)
        super().logout(request)

    def set_password(self, user, password: str) -> None:
        with transaction.atomic():
            super().set_password(user, password)
            audit.record("account.set_password", user, by=user)

    def reauthenticate(self, user, password: str) -> bool:
        """By the account's own address: there are no EmailAddress rows to look it up in."""
        return self.authenticate(self.request, email=user.email, password=password) == user

    def is_reauthentication_required(self, *, app: str, **hints) -> bool:
        """Who has just logged in need not prove it a second time."""
        return super().is_reauthentication_required(app=app, **hints) and not freshness.is_fresh(self.request)

    def get_reauthentication_methods(self, user) -> list[dict]:
        words = {
            "reauthenticate": "Pakai kata sandi",
            "mfa_reauthenticate": "Pakai kode",
            "mfa_reauthenticate:webauthn": "Pakai kunci sandi (passkey)",
        }
        return [{**way, "description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def send_notification_mail(self, template_prefix: str, user, context=None, email=None) -> None:
        """A change that the person did not make must reach them; a mail server that is away does not undo it."""
        text = (
            f"{NOTICES[template_prefix]}\n\n"
            "Jika bukan Anda yang melakukannya, hubungi admin kota sekarang juga.\n\nJagai, Kota Makassar"
        )
        transaction.on_commit(
            lambda: send_mail("Jagai: Perubahan keamanan akun", text, None, [user.email]), robust=True
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": (
            "Langkah kedua terakhir tidak dapat dilepas, karena peran Anda mewajibkannya. Pasang yang baru dulu."
        ),
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal_text(text, purpose=SEED)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal_text(encrypted_text, purpose=SEED)

    def build_totp_svg(self, url: str) -> str:
        return qr_code(url)

    def can_delete_authenticator(self, authenticator) -> bool:
        """The last factor of a role that needs one stays."""
        policy = SecurityPolicy.objects.in_force(timezone.localdate())
        if not rules.needs_second_factor(authenticator.user.role, policy=policy):
            return True
        return second_factors(authenticator.user).exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user, type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Kunci sandi {count + 1}"

    def _get_site_name(self) -> str:
        return "Jagai"


def second_factors(user):
    """What the person may log in with beside the password. Recovery codes stand in for one, so they are none."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)


def has_second_factor(user) -> bool:
    return second_factors(user).exists()
