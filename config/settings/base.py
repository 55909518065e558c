"""What every environment shares. Secrets and places come from the environment; see README."""

from ipaddress import ip_network
from pathlib import Path

import environ
import pghistory
from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels

from config import postgres

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_filters",
    "pgtrigger",
    "pghistory",
    "django_tasks",
    "django_tasks_db",
    "ui",
    "casework",
    "regions",
    "accounts",
    "workers",
    "enrollment",
    "claims",
    "monitoring",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.DeskMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # answers for static files, so what is above it covers them too
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.ActivityMiddleware",
    "casework.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "casework.middleware.ClientAddressMiddleware",
    "accounts.middleware.RefusalMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context.chrome",
            ],
            "builtins": ["ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "ui.forms.PortalRenderer"

DATABASES = {"default": env.db_url_config(env.str("DATABASE_URL", default="") or postgres.connection_url())}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).update(
    connect_timeout=3,
    tcp_user_timeout=4000,  # ms without a sign of life from the server while something is on its way to it
    options="-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s -c jit=off",
)
API = "/api/v1/"  # where the addresses for systems of hospitals begin
DESK = ("/coverage/", API)  # where those of the emergency desk begin
DESK_PATIENCE = 1.0  # seconds of the database for a page of the desk; at most three times that passes, of 5 in all
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PortalBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.LongestValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "accounts.passwords.OwnWordsValidator"},
]
PASSWORD_RESET_TIMEOUT = 48 * 60 * 60  # invitations and reset links, each good for one use
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an admin's invitation proves the address
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Jagai: "
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no letter to strangers, and no invitation to sign up
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_RATE_LIMITS = {
    # Every limit on how often; counted in the shared cache. `ip` is the address, `user` who is in; `key` the account
    # that somebody tries to get into, and of who is in the place: the hospital or region.
    "login": "120/m/ip",
    "login_failed": "5/5m/key,20/5m/ip",
    "login_failed_office": "5/5m/key,200/5m/ip",  # from OFFICE_NETWORKS, where many share one address
    "reset_password": "5/h/key,60/h/ip",
    "reset_password_from_key": "60/h/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "coverage": "5/10s/user,200/h/user,600/h/key",  # AC-P28
    "api": "5/s/user,60/m/user,2000/h/user,6000/h/key",  # systems of hospitals; apart from what their people have
    "api_unknown": "30/m/ip",  # tokens that nobody knows
    "door": "5/h/user,10/d/user,20/d/key",  # the emergency door
    "verify": "30/m/ip",
    "search": "60/m/user",
    "person": "60/m/user,600/h/user",  # pages of single persons, cases and batches
    "export": "20/h/user",
}
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.SecondFactorAgainForm",
    "activate_totp": "accounts.forms.ActivateAppForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # see ACCOUNT_EMAIL_VERIFICATION
MFA_TOTP_ISSUER = "Jagai"
MFA_TOTP_TOLERANCE = 0  # 1 would take the same code again after 31 s
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
OFFICE_NETWORKS = [ip_network(network) for network in env.list("OFFICE_NETWORKS", default=[])]

MESSAGE_TAGS = {message_levels.SUCCESS: "ok", message_levels.WARNING: "warn", message_levels.ERROR: "bad"}
CSRF_FAILURE_VIEW = "ui.views.csrf_failed"

SESSION_ENGINE = "accounts.sessions"  # which also ends them 8 hours after log-in
SESSION_COOKIE_AGE = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"},
}

LANGUAGE_CODE = "id"
TIME_ZONE = "Asia/Makassar"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["ui.formats"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "files"  # never served by URL: a checked view hands each file out
STORAGES = {
    "default": {"BACKEND": "casework.documents.SealedStorage", "OPTIONS": env.json("FILES_AT", default={})},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site has a use for our files
FILE_UPLOAD_PERMISSIONS = 0o600
CLAMAV_SOCKET = env.str("CLAMAV_SOCKET", default="")  # path of clamd's socket; without it nothing is scanned
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
CONTACT = env.str("CONTACT", default="")  # e-mail for data protection and security, shown on the privacy page

PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)  # a million rows go in at once
PGHISTORY_MIDDLEWARE_METHODS = ("POST",)  # nothing changes by GET

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
    },
}
