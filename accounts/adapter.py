from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are given by the city, never taken."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Surel atau kata sandi keliru. Periksa keduanya, lalu coba lagi.",
        "enter_current_password": "Kata sandi sekarang keliru. Ketik lagi.",
        "too_many_login_attempts": "Terlalu banyak percobaan. Tunggu beberapa menit, lalu coba lagi.",
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_password_change_redirect_url(self, request) -> str:
        return reverse("home")
