"""Settings, all of them from the environment. A missing or malformed one fails at start and names itself."""

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from tracker import database, mail

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str, default: bool) -> bool:
    """Read a yes/no setting; raises ImproperlyConfigured on anything else."""
    value = os.environ.get(name, "").strip().lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    if value == "":
        return default
    raise ImproperlyConfigured(f"{name} is {value!r}; write true or false.")


def secret_key(*, debug: bool) -> str:
    """The signing key; only a debugging process may go without one, and then signs for itself alone."""
    key = os.environ.get("SECRET_KEY", "")
    if len(key) >= 50:
        return key
    if key:
        raise ImproperlyConfigured(f"SECRET_KEY has {len(key)} characters; it needs 50 or more.")
    if debug:
        return secrets.token_urlsafe(50)
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )


DEBUG = flag("DEBUG", False)
SECRET_KEY = secret_key(debug=DEBUG)
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]
if not DEBUG and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. List the host names to serve, with commas between.")
HTTPS = flag("HTTPS", not DEBUG)

INSTALLED_APPS = [
    "tracker.admin_site.ReadoutAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "pghistory",
    "visits",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "visits.middleware.ActingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
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
            ],
        },
    }
]

DATABASES = {"default": database.configuration(os.environ, BASE_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The form of a meeting with a long agenda: ten fields a line.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
AUTH_USER_MODEL = "visits.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "admin:login"

# Of a link to choose a password, in seconds: three days.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60

SITE_URL = mail.site_url(os.environ.get("SITE_URL", "").strip(), hosts=ALLOWED_HOSTS, https=HTTPS)
_mail_server = mail.server(os.environ.get("EMAIL_URL", "").strip())
EMAIL_BACKEND = _mail_server.backend
EMAIL_HOST = _mail_server.host
EMAIL_PORT = _mail_server.port
EMAIL_HOST_USER = _mail_server.user
EMAIL_HOST_PASSWORD = _mail_server.password
EMAIL_USE_TLS = _mail_server.starttls
EMAIL_USE_SSL = _mail_server.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = mail.sender(os.environ.get("DEFAULT_FROM_EMAIL", "").strip(), site=SITE_URL)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Nobody waits for the mail server; tests look into the outbox at once.
MAIL_IN_BACKGROUND = True
# What may be uploaded as a spreadsheet, and imported while somebody waits; a command takes more.
UPLOAD_BYTES = 20_000_000
UPLOAD_UNPACKED_BYTES = 200_000_000
UPLOAD_ROWS = 50_000

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or database.data_folder(os.environ, BASE_DIR) / "static")
# Hashed names need collectstatic to have run; a debugging process serves straight from the sources.
STATICFILES_BACKEND = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATICFILES_BACKEND},
}
WHITENOISE_USE_FINDERS = DEBUG

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
# The health checks are asked from inside the network, where no TLS ends.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-readout" if HTTPS else "readout"

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "visits.api.problems.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    # Counted by each worker for itself: a brake on runaway scripts, not a quota.
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"anon": "600/min"},
    "NUM_PROXIES": 1 if flag("BEHIND_PROXY", False) else 0,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Readout API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "DESCRIPTION": (BASE_DIR / "visits" / "api" / "description.md").read_text(encoding="utf-8"),
    "LICENSE": {"name": "CC0-1.0 (data)", "url": "https://creativecommons.org/publicdomain/zero/1.0/"},
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Reading needs no account.
    "AUTHENTICATION_WHITELIST": [],
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_NAME_OVERRIDES": {
        name: f"visits.choices.{name}"
        for name in (
            *(
                "CitationRelation",
                "ContributorRole",
                "Credibility",
                "MeetingKind",
                "MeetingStatus",
                "NoteKind",
            ),
            *(
                "PartyKind",
                "PlaceKind",
                "Region",
                "Reliability",
                "Role",
                "SourceKind",
                "Stance",
                "StatementKind",
            ),
            *("StopStatus", "TourKind", "TourStatus"),
        )
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
