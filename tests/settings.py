"""The product's settings in an environment of the tests' own, whatever the caller's says."""

import os
import secrets

import pytest
from django.core.exceptions import ImproperlyConfigured

os.environ |= {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "DEBUG": "false",
    "HTTPS": "false",
    "BEHIND_PROXY": "false",
    "EMAIL_URL": "",
    "DEFAULT_FROM_EMAIL": "",
    "SITE_URL": "https://readout.example",
}

try:
    from tracker.settings import *  # noqa: F403
except ImproperlyConfigured as error:
    raise pytest.UsageError(str(error)) from None

# The threads of a live server come and go; none may keep a connection to a database that is to be removed.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Static files come straight from their sources; nobody has collected them.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
MAIL_IN_BACKGROUND = False
# All tests come from one address.
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"anon": None}  # type: ignore[dict-item]  # noqa: F405
