"""The portal as it runs for real, without limits on how often, in databases that bench makes."""

from casework import sealing
from config.settings.base import *  # noqa: F403
from config.settings.base import ACCOUNT_RATE_LIMITS, DATABASES, env

DEBUG = False
DEMO = True
SECRET_KEY = "a key for measuring only"  # noqa: S105
SEALING_KEYS = sealing.keyring([sealing.new_entry("bench")])
ALLOWED_HOSTS = ["testserver"]
PORTAL_URL = "http://testserver"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ROOT_URLCONF = "bench.urls"
DATABASES["default"]["NAME"] = env.str("BENCH_DATABASE", default=DATABASES["default"]["NAME"])  # see bench/coverage.py
ACCOUNT_RATE_LIMITS = {  # as many counters as the portal has, none of which is ever full
    action: ",".join(f"1000000/{rate.partition('/')[2]}" for rate in rates.split(","))
    for action, rates in ACCOUNT_RATE_LIMITS.items()
}
STORAGES = {
    "default": {"BACKEND": "casework.documents.SealedStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # no collected files
WHITENOISE_USE_FINDERS = True
