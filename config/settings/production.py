"""A city's data centre. Every secret comes from the environment and none has a default."""

from django.core.exceptions import ImproperlyConfigured

from casework import sealing

from .base import *  # noqa: F403
from .base import env


def required(name: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: production takes it from the environment, without a default.")
    return value


DEBUG = False
DEMO = False
required("DATABASE_URL")  # base.py reads it; the embedded PostgreSQL never stands in for it here
SECRET_KEY = required("SECRET_KEY")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 20:
    raise ImproperlyConfigured("SECRET_KEY is too weak: set at least 50 random characters.")
SEALING_KEYS = sealing.keyring(required("SEALING_KEYS").split(","))
ALLOWED_HOSTS = [host.strip() for host in required("ALLOWED_HOSTS").split(",")]
PORTAL_URL = f"https://{ALLOWED_HOSTS[0]}"
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = "X-Real-IP"  # which the front server must overwrite; without it nobody gets in
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
vars().update(env.email_url_config(required("EMAIL_URL")))
