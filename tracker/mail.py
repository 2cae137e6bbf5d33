"""What mails need to know: the server that takes them, their sender, and the address of the site in their links."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SERVER_EXAMPLE = "smtp://user:password@host:587?tls=true, smtps://user:password@host:465, or console:"
SITE_EXAMPLE = "https://readout.example.org"
PORTS = {("smtp", False): 25, ("smtp", True): 587, ("smtps", False): 465}
YES_NO = {"1": True, "true": True, "0": False, "false": False}
HOST = re.compile(r"[A-Za-z0-9_.:-]+")


@dataclass(frozen=True)
class Server:
    """Where mails go; without a host they are printed."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False

    @property
    def backend(self) -> str:
        return f"django.core.mail.backends.{'smtp' if self.host else 'console'}.EmailBackend"


def server(url: str) -> Server:
    """Read EMAIL_URL. What it says wrong is never quoted: it may be a piece of the password."""
    if url in ("", "console:"):
        return Server()
    parts, port = _split(url)
    if (
        parts is None
        or parts.scheme not in ("smtp", "smtps")
        or parts.path not in ("", "/")
        or parts.fragment
    ):
        raise ImproperlyConfigured(
            f"EMAIL_URL is malformed. Write it as {SERVER_EXAMPLE}, with percent signs for special characters in "
            "the password."
        )
    if not HOST.fullmatch(parts.hostname or ""):
        raise ImproperlyConfigured(f"EMAIL_URL names no host. Write it as {SERVER_EXAMPLE}.")
    starttls = _starttls(parts)
    return Server(
        host=str(parts.hostname),
        port=port or PORTS[parts.scheme, starttls],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=starttls,
        tls=parts.scheme == "smtps",
    )


def site_url(url: str, *, hosts: Sequence[str], https: bool) -> str:
    """The address that links in mails begin with: SITE_URL or else the first host name that the site serves.

    Never what a request says: whoever sends it could lead others elsewhere.
    """
    if not url:
        return _served(hosts, https=https)
    parts, _ = _split(url.rstrip("/"))
    if (
        parts is None
        or parts.scheme not in ("http", "https")
        or not HOST.fullmatch(parts.hostname or "")
        or parts.username is not None
        or any((parts.path, parts.query, parts.fragment))
    ):
        raise ImproperlyConfigured(f"SITE_URL is {url!r}; write it as {SITE_EXAMPLE}.")
    return url.rstrip("/")


def sender(text: str, *, site: str) -> str:
    """Read DEFAULT_FROM_EMAIL; without one mails come from an address at the site's host."""
    if not text:
        return f"Readout <readout@{urlsplit(site).hostname}>"
    if not text.isprintable() or not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(text)[1]):
        raise ImproperlyConfigured(
            f"DEFAULT_FROM_EMAIL is {text!r}; write it as Readout <readout@example.org>."
        )
    return text


def _split(url: str) -> tuple[SplitResult | None, int | None]:
    """The parts of a URL and its port; nothing where it is none."""
    try:
        parts = urlsplit(url)
        return (parts, parts.port) if url.isprintable() and parts.port != 0 else (None, None)
    except ValueError:
        return None, None


def _starttls(parts: SplitResult) -> bool:
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    asked = YES_NO.get(given.pop("tls", "false").lower())
    if given or asked is None:
        raise ImproperlyConfigured("EMAIL_URL knows one word after the question mark: tls=true or tls=false.")
    if asked and parts.scheme == "smtps":
        raise ImproperlyConfigured("EMAIL_URL asks for TLS twice: write smtps:// or tls=true.")
    return asked


def _served(hosts: Sequence[str], *, https: bool) -> str:
    if not hosts:
        # A debugging process, on the port that Django's own server takes.
        return "http://localhost:8000"
    names = [host.lstrip(".") for host in hosts if host.lstrip(".") not in ("", "*")]
    if not names:
        raise ImproperlyConfigured(
            f"SITE_URL is not set, and ALLOWED_HOSTS names no host for the links in mails. Write it as {SITE_EXAMPLE}."
        )
    return f"{'https' if https else 'http'}://{names[0]}"
