"""Django's settings, derived from ours. Imported after the command line has set CARELOOM_HOME.

Importing this reads the environment and writes nothing; the key file is made when a secret is first used.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.functional import lazystr

from careloom import settings as careloom_settings
from careloom.care.licensing import states
from careloom.errors import ConfigError
from careloom.privacy.custody import Custody
from careloom.privacy.held import site_secret
from careloom.privacy.logs import logging_config

_settings = careloom_settings.read()

# What the store needs to know of the site outside a `Store`: sign-in and a user's own name.
CARELOOM_HOME = _settings.home
CARELOOM_ORGANISATION = _settings.organisation
CARELOOM_DEMO = _settings.demo or (_settings.home / "demo").exists()
CARELOOM_IDENTITY_PROVIDERS = _settings.identity_providers
CARELOOM_SECOND_FACTOR = _settings.second_factor
CARELOOM_BEHIND_TLS = _settings.behind_tls
CARELOOM_CUSTODY = Custody.of(_settings)
CARELOOM_INDEPENDENT_PRACTICE = tuple(_settings.independent_practice.split())
CARELOOM_LICENCE_STATES = states(_settings.licence_states)
CARELOOM_UPLOAD_BYTES = _settings.max_json_mb << 20
FILE_UPLOAD_HANDLERS = [
    "careloom.web.uploads.Limit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
CARELOOM_API_PER_MINUTE = _settings.api_per_minute
CARELOOM_WRONG_PER_MINUTE = _settings.wrong_per_minute
CARELOOM_TRUSTED_PROXIES = _settings.trusted_proxies

DEBUG = False
ALLOWED_HOSTS = [host.strip() for host in _settings.allowed_hosts.split(",") if host.strip()]


class _Secret:
    """The site's secret as text, derived on use so that an import makes no key file."""

    def __str__(self) -> str:
        if _settings.secret_key:
            return _settings.secret_key
        return site_secret(_settings.organisation, CARELOOM_HOME, CARELOOM_CUSTODY, datetime.now(UTC))


SECRET_KEY = lazystr(_Secret())


def _sqlite() -> dict[str, Any]:
    synchronous = _settings.synchronous.upper()
    if synchronous not in ("OFF", "NORMAL", "FULL", "EXTRA"):
        raise ConfigError("CARELOOM_SYNCHRONOUS must be OFF, NORMAL, FULL or EXTRA")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(_settings.home / "careloom.db"),
        # Opening it and reading its form costs several times what a page asks.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": str(_settings.home / "test.db")},
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ConfigError("CARELOOM_DATABASE_URL must be postgresql://USER@HOST:PORT/NAME")
    options = dict(parse_qsl(parts.query))
    options.pop("prepare_threshold", None)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def _prepares_after(url: str) -> int | None:
    """After how often a question is asked PostgreSQL keeps its plan; None for never, where a pooler hands out connections in between."""
    said = dict(parse_qsl(urlsplit(url).query)).get("prepare_threshold", "2")
    if said != "none" and not said.isdigit():
        raise ConfigError("CARELOOM_DATABASE_URL must be given a number or none as prepare_threshold")
    return int(said) if said.isdigit() else None


_ON_POSTGRESQL = bool(_settings.database_url)
DATABASES = {"default": _postgresql(_settings.database_url) if _ON_POSTGRESQL else _sqlite()}
CARELOOM_PREPARES_AFTER = _prepares_after(_settings.database_url)

_ENGINE = ["procrastinate.contrib.django"] if _ON_POSTGRESQL else ["django_tasks", "django_tasks_db"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "allauth.account",
    "allauth.socialaccount",
    "django_htmx",
    "careloom.store",
    "careloom.web",
    *_ENGINE,
]
# Of allauth the protocols are used, not the tables: who belongs to an identity is the store's (`store/factors.py`).
MIGRATION_MODULES = dict.fromkeys(("account", "socialaccount"), "careloom.web.elsewhere.no_tables")
SOCIALACCOUNT_ADAPTER = "careloom.web.elsewhere.adapter.Adapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "careloom.web.middleware.Headers",
    # What the FHIR server is asked needs none of what follows.
    "careloom.web.direct.Direct",
    "careloom.web.framing.Windows",
    "careloom.web.sessions.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "careloom.web.middleware.Language",
    "careloom.web.middleware.Problems",
    # After the pages of problems: it hears of an exception before one of them answers it.
    "careloom.web.middleware.FromWhere",
    "careloom.web.middleware.OneEach",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "careloom.web.urls"
# What sets a document on paper for the command `print`.
CARELOOM_PRINTER = "careloom.web.printing.printed"
# What sets a month's board report for the command `board`.
CARELOOM_BOARD = "careloom.web.printing.board"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

AUTH_USER_MODEL = "store.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "careloom.web.backends.Passwords",
    "careloom.web.backends.Codes",
]
# A username is unique within its organisation, and `UserManager` looks there alone.
SILENCED_SYSTEM_CHECKS = ["auth.E003", "auth.W004"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# How long a link lives with which somebody chooses her password; it dies earlier when she has.
PASSWORD_RESET_TIMEOUT = 86_400
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# What django-axes keeps of a wrong try is without these.
AXES_SENSITIVE_PARAMETERS = ["code", "recovery", "passkey", "csrfmiddlewaretoken"]
# Behind a proxy every caller has the proxy's address; one who is locked out must not lock out all.
AXES_CLIENT_IP_CALLABLE = "careloom.web.whence.address_of"
AXES_LOCKOUT_CALLABLE = "careloom.web.views.sign.locked_out"

# Signed out after so many idle minutes, and when the browser closes.
SESSION_ENGINE = "careloom.web.signed_in"
SESSION_COOKIE_AGE = _settings.session_minutes * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "careloom.web.views.problems.no_token"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _settings.behind_tls
if _settings.behind_tls:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000

# What people read; who says nothing, and whose browser asks for neither, reads the site's.
LANGUAGES = [("en", "English"), ("es", "Español")]
LANGUAGE_CODE = _settings.language
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ConfigError(f"CARELOOM_LANGUAGE must be {' or '.join(dict(LANGUAGES))}")
USE_I18N = True
FORMAT_MODULE_PATH = "careloom.web.formats"
USE_TZ = True
TIME_ZONE = _settings.zone
try:
    ZoneInfo(TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError, OSError):
    raise ConfigError("CARELOOM_ZONE must be a time zone such as America/New_York") from None

LOGGING = logging_config(_settings.log_level)
