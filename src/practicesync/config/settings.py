"""Django's settings, flat, each from the environment table once."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from practicesync.config.env import Environment
from practicesync.config.logs import logging_config

_env = Environment()

PACKAGE = Path(__file__).resolve().parent.parent
MODE = _env.choice("MODE", ("live", "demo"))
DATA = Path(_env.text("DATA")).absolute()
PUBLIC_URL = _env.text("PUBLIC_URL").rstrip("/")
_public = urlsplit(PUBLIC_URL)

DEBUG = False
SECRET_KEY = _env.text("SECRET_KEY") or "unset"
ENCRYPTION_KEYS = _env.keys("ENCRYPTION_KEYS")
ALLOWED_HOSTS = [host for host in _env.text("ALLOWED_HOSTS").split(",") if host] or [_public.hostname or "localhost"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

XPM = {
    "client_id": _env.text("XPM_CLIENT_ID"),
    "client_secret": _env.text("XPM_CLIENT_SECRET"),
    "redirect_uri": _env.text("XPM_REDIRECT_URI") or f"{PUBLIC_URL}/connect/xpm/return/",
    "scopes": _env.text("XPM_SCOPES"),
    "sandbox": _env.text("XPM_SANDBOX").rstrip("/"),
}
XPM_DAY_LIMIT = _env.number("XPM_DAY_LIMIT")
REFRESH_EVERY = timedelta(minutes=_env.number("REFRESH_EVERY"))
SWEEP_EVERY = timedelta(hours=_env.number("SWEEP_EVERY"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "csp",
    "practicesync.store",
    "practicesync.web",
]

MIDDLEWARE = [
    "practicesync.web.middleware.incident_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "practicesync.web.middleware.ActorMiddleware",
]

ROOT_URLCONF = "practicesync.config.urls"
WSGI_APPLICATION = "practicesync.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "screens", PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "practicesync.web.frame.frame",
            ],
            "builtins": ["practicesync.web.tags"],
        },
    }
]


def _database() -> dict[str, Any]:
    """SQLite in the data folder, or the PostgreSQL of the address.

    Transactions on SQLite begin immediate, since a deferred one that later writes fails at once as locked; a commit is
    flushed to disk (synchronous=FULL), since an intent must survive a power cut before the remote is written. For that
    PostgreSQL's own default is asked for, whatever the server, the database or the role was told.
    """
    found = _env.database("DATABASE_URL")
    if found:
        options = found.setdefault("OPTIONS", {})
        options["options"] = f"{options.get('options', '')} -c synchronous_commit=on".strip()
        found["CONN_MAX_AGE"] = 60
        found["CONN_HEALTH_CHECKS"] = True
        return found
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "practicesync.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


DATABASES = {"default": _database()}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

AUTH_USER_MODEL = "store.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_ADAPTER = "practicesync.web.screens.sign_in.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/15m/key,50/15m/ip"}

SECURE_COOKIES = _public.scheme == "https"
SESSION_COOKIE_NAME = "__Host-session" if SECURE_COOKIES else "session"
SESSION_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrf"
CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "practicesync.web.errors.csrf_failure"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_COOKIES
SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A form's redirect counts as the form's own target: Connect posts here and goes on to the sign-in at Xero.
        "form-action": [SELF, XPM["sandbox"] or "https://login.xero.com"],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-au"
USE_I18N = True
STATIC_URL = "/static/"
# Served out of the package itself: an installation has nothing to collect.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_HANDLERS = ["practicesync.web.uploads.HeldInMemory"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING_CONFIG = None
LOGGING = logging_config(_env.text("LOG_LEVEL"))
