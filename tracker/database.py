"""Where the data lives: on the server that DATABASE_URL names or, without one, on the embedded PostgreSQL."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tracker import embedded

CONNECT_TIMEOUT = 5
EXAMPLE = "postgresql://user:password@host:5432/name"
URL_KEYWORDS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def data_folder(environ: Mapping[str, str], base_dir: Path) -> Path:
    """The folder of the embedded database and of what script/server makes: READOUT_DATA, or .local."""
    return Path(environ.get("READOUT_DATA") or base_dir / ".local").expanduser().resolve()


def configuration(environ: Mapping[str, str], base_dir: Path) -> dict[str, Any]:
    """The default entry of DATABASES; starts nothing and connects to nothing."""
    url = environ.get("DATABASE_URL", "").strip()
    address = _parse(url) if url else embedded.address(data_folder(environ, base_dir))
    names = {URL_KEYWORDS[keyword]: value for keyword, value in address.items() if keyword in URL_KEYWORDS}
    options = {keyword: value for keyword, value in address.items() if keyword not in URL_KEYWORDS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **names,
        "OPTIONS": {"connect_timeout": CONNECT_TIMEOUT, **options},
        # A worker keeps its connection for a minute, and asks whether it still stands before each request.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def ensure_started(environ: Mapping[str, str], base_dir: Path) -> None:
    """Start or join the embedded server; with DATABASE_URL there is nothing of ours to start."""
    if not environ.get("DATABASE_URL", "").strip():
        embedded.ensure_started(data_folder(environ, base_dir))


def ensure_ready(environ: Mapping[str, str], base_dir: Path) -> None:
    """Like ensure_started, and ask the server that DATABASE_URL names for one connection."""
    ensure_started(environ, base_dir)
    url = environ.get("DATABASE_URL", "").strip()
    if not url:
        return
    settings = {"connect_timeout": CONNECT_TIMEOUT, **_parse(url)}
    try:
        psycopg.connect(make_conninfo("", **settings)).close()
    except psycopg.OperationalError as error:
        raise ImproperlyConfigured(
            f"The server that DATABASE_URL names gives no connection: {str(error).strip()}"
        ) from None


def _parse(url: str) -> dict[str, Any]:
    """The connection keywords in a URL, read by libpq's own parser.

    Its messages quote what they could not read, which may be a piece of the password: they are not passed on.
    """
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(f"DATABASE_URL does not begin with postgresql://. Write it as {EXAMPLE}.")
    try:
        keywords = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise ImproperlyConfigured(
            f"DATABASE_URL is malformed. Write it as {EXAMPLE}, with percent signs for special characters in "
            "the password, and only libpq's own parameters after a question mark."
        ) from None
    if not keywords.get("dbname"):
        raise ImproperlyConfigured(f"DATABASE_URL names no database. Write it as {EXAMPLE}.")
    for port in str(keywords.get("port", "5432")).split(","):
        if not (port.isdecimal() and 0 < int(port) < 65536):
            raise ImproperlyConfigured(f"DATABASE_URL has a port that is none. Write it as {EXAMPLE}.")
    return dict(keywords)
