"""Trying and developing on one's own machine: `make run`."""

from django.core.management.utils import get_random_secret_key

from .base import *  # noqa: F403
from .base import VAR_DIR, env


def own_secret_key() -> str:
    """A key made once for this checkout, kept in var/ so that sessions survive a restart."""
    path = VAR_DIR / "secret_key"
    VAR_DIR.mkdir(exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="") or own_secret_key()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DEMO = True  # pages say "Data contoh, bukan data warga" and seed_demo may run
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
