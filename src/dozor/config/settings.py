"""Django settings of one instance, all from its home folder and the environment.

DATABASE_URL   a PostgreSQL address; without it, SQLite in the home folder
DOZOR_HOSTS    names the server answers to, comma-separated; without it, this machine only
DOZOR_PATIENCE seconds a write waits for another to end; 20 by default
DOZOR_TLS      1 when a proxy in front ends TLS: cookies become secure, HTTP is redirected
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from dozor.apps.home import home, read_key
from dozor.language.catalogue import LOCALE_FOLDER

PACKAGE = Path(__file__).parents[1]
HOME = home()
TLS = os.environ.get("DOZOR_TLS") == "1"

DEBUG = False
# before `dozor init` there is no key; nothing that needs one can be reached then
SECRET_KEY = read_key("web.key") or "no-instance-yet"
ALLOWED_HOSTS = [
    h.strip() for h in os.environ.get("DOZOR_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h.strip()
]
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS] if TLS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "dozor.apps.audit",
    "dozor.apps.organisations",
    "dozor.apps.plans",
    "dozor.apps.collection",
    "dozor.apps.bank",
    "dozor.apps.submissions",
    "dozor.apps.packages",
    "dozor.apps.reminders",
    "dozor.apps.cooperation",
    "dozor.apps.quality",
    "dozor.apps.reporting",
    "dozor.apps.releases",
    "dozor.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "dozor.web.serving.PublicSite",  # files; who asks for them is nobody's business
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "dozor.web.signing.SessionEnds",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "dozor.config.urls"
WSGI_APPLICATION = "dozor.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dozor.web.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "dozor.web.templatetags.dozor",
            ],
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])
            ],
        },
    }
]


def database(url: str, folder: Path) -> dict[str, Any]:
    """The database at an address; without one, SQLite in a folder."""
    chosen: dict[str, Any] = dict(
        dj_database_url.parse(url or f"sqlite:///{folder / 'dozor.sqlite3'}", conn_max_age=60)
    )
    patience = float(os.environ.get("DOZOR_PATIENCE", "20"))
    if chosen["ENGINE"].endswith("sqlite3"):
        chosen["ENGINE"] = "dozor.apps.sqlite"
        # one writer at a time, readers never wait, nothing acknowledged is lost with the power
        chosen["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": patience,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;",
        }
    else:
        waiting = f"-c lock_timeout={int(1000 * patience)}"
        chosen.setdefault("OPTIONS", {}).setdefault("options", waiting)
    return chosen


DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisations.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "name")},
    },
]
CSRF_FAILURE_VIEW = "dozor.web.views.faults.csrf_failed"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "obligations"
LOGOUT_REDIRECT_URL = "front"
# ten wrong passwords for one account from one address: half an hour's pause
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "dozor.web.visitor.address"
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_CALLABLE = "dozor.web.views.sign_in.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# a session ends after half an hour without work (dozor.web.signing) and after twelve hours in any case
SESSION_COOKIE_AGE = 12 * 3600
if TLS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("be", "Беларуская"), ("en", "English")]
LOCALE_PATHS = [LOCALE_FOLDER]
LANGUAGE_COOKIE_NAME = "dozor_language"
TIME_ZONE = "Europe/Minsk"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_HANDLERS = ["dozor.web.scanning.ScannedUpload"]
SCANNER = shlex.split(os.environ.get("DOZOR_SCANNER", ""))  # a command that looks at every file that comes in

CACHES = {
    "default": {
        "BACKEND": "dozor.apps.cache_of_files.CacheOfFiles",
        "LOCATION": HOME / "cache",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}
# reminders go by mail when a server is named; without one they stand in the page alone
EMAIL_HOST = os.environ.get("DOZOR_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("DOZOR_MAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("DOZOR_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("DOZOR_MAIL_PASSWORD", "")
_MAIL_TLS = os.environ.get("DOZOR_MAIL_TLS", "1")  # 1: STARTTLS, ssl: from the first byte, 0: none
EMAIL_USE_TLS = _MAIL_TLS == "1"
EMAIL_USE_SSL = _MAIL_TLS == "ssl"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DOZOR_MAIL_FROM", "dozor@localhost")
# questions a second that one person may ask of the API, or one visitor of /sdmx/, after a burst; 0: no limit
PACE = float(os.environ.get("DOZOR_PACE", "10"))
PUBLIC_ADDRESS = os.environ.get("DOZOR_ADDRESS", "")  # named in letters

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
BACKGROUND = "dozor.config.background.work"  # the process beside the server

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"tokens": {"()": "dozor.apps.logs.HideTokens"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("DOZOR_LOG", "WARNING")},
}
# W005, W021: whether every neighbour under the operator's domain speaks TLS is not this program's to say
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
