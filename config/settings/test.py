"""The test-suite."""

from casework import sealing

from .base import *  # noqa: F403
from .base import DATABASES, TEMPLATES


class UndefinedVariable(str):
    """Stands for a template variable that does not exist, and fails the test that shows it."""

    def __contains__(self, part):
        return part == "%s"  # makes Django hand over the variable's name

    def __mod__(self, variable):
        raise NameError(f"Undefined template variable: {variable}")


DEBUG = False
SECRET_KEY = "a key for tests only"
SEALING_KEYS = sealing.keyring([sealing.new_entry("test")])
PORTAL_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DEMO = True
DESK_PATIENCE = 30  # a busy machine says nothing of the desk; tests/enrollment/test_trouble.py is in a hurry
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"  # a test's rows need not outlive a power cut
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # no collected files while testing
WHITENOISE_USE_FINDERS = True
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UndefinedVariable("undefined")
