"""Trying and developing on one's own machine: `make run`."""

from collections.abc import Callable

from django.core.management.utils import get_random_secret_key

from casework import sealing

from .base import *  # noqa: F403
from .base import VAR_DIR, env


def own(name: str, make: Callable[[], str]) -> str:
    """A secret made once for this checkout, kept in var/ so that sessions and seeds survive a restart."""
    path = VAR_DIR / name
    VAR_DIR.mkdir(exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text()


DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="") or own("secret_key", get_random_secret_key)
SEALING_KEYS = sealing.keyring([own("sealing_key", lambda: sealing.new_entry("dev"))])
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DEMO = True  # pages say "Data contoh, bukan data warga" and seed_demo may run
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
PORTAL_URL = f"http://localhost:{env.int('PORT', default=8000)}"
