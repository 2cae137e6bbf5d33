"""The settings of mail: read as they are meant, or refused by name without the password."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import mail
from tracker.mail import Server


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", Server()),
        ("console:", Server()),
        ("smtp://localhost", Server("localhost", 25)),
        ("smtp://localhost:2525/", Server("localhost", 2525)),
        (
            "smtp://ann:p%40ss@mx.example.org?tls=1",
            Server("mx.example.org", 587, "ann", "p@ss", starttls=True),
        ),
        ("smtp://mx.example.org:25?tls=false", Server("mx.example.org", 25)),
        (
            "smtps://ann%40example.org:x@mx.example.org",
            Server("mx.example.org", 465, "ann@example.org", "x", tls=True),
        ),
        ("smtp://[::1]:25", Server("::1", 25)),
    ],
)
def test_email_url_is_read(url: str, expected: Server) -> None:
    assert mail.server(url) == expected


def test_mails_are_printed_unless_a_server_is_named() -> None:
    assert mail.server("").backend == "django.core.mail.backends.console.EmailBackend"
    assert mail.server("smtp://mx").backend == "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    "url",
    [
        "s3cret",
        "http://ann:s3cret@mx.example.org",
        "smtp://ann:s3cret@",
        "smtp://ann:s3/cret@mx.example.org",
        "smtp://ann:s3#cret@mx.example.org",
        "smtp://ann:s3?cret@mx.example.org",
        "smtp://ann:s3cret@mx.example.org:port",
        "smtp://ann:s3cret@mx.example.org:0",
        "smtp://ann:s3cret@mx.example.org:99999",
        "smtp://ann:s3cret@mx.example.org?tls=s3cret",
        "smtp://ann:s3cret@mx.example.org?ssl=1",
        "smtps://ann:s3cret@mx.example.org?tls=1",
        "smtp://ann:s3cret@mx\n.example.org",
        "smtp://ann:s3cret@[::1",
    ],
)
def test_malformed_email_url_is_refused_by_name_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^EMAIL_URL ") as refused:
        mail.server(url)
    assert "s3" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_password_is_not_shown_with_the_server() -> None:
    assert "s3cret" not in repr(mail.server("smtp://ann:s3cret@mx.example.org"))


@pytest.mark.parametrize(
    ("url", "hosts", "https", "expected"),
    [
        ("https://readout.example.org/", ["other.example.org"], True, "https://readout.example.org"),
        ("http://127.0.0.1:8000", [], False, "http://127.0.0.1:8000"),
        ("", ["readout.example.org", "second.example.org"], True, "https://readout.example.org"),
        ("", ["*", ".example.org"], True, "https://example.org"),
        ("", ["localhost"], False, "http://localhost"),
        ("", [], False, "http://localhost:8000"),
    ],
)
def test_site_url_is_the_one_given_or_else_of_the_first_host(
    url: str, hosts: list[str], https: bool, expected: str
) -> None:
    assert mail.site_url(url, hosts=hosts, https=https) == expected


@pytest.mark.parametrize(
    "url",
    [
        "readout.example.org",
        "ftp://readout.example.org",
        "https://",
        "https://ann@readout.example.org",
        "https://readout.example.org/desk",
        "https://readout.example.org?a=1",
        "https://readout.example.org:port",
        "https://readout.example .org",
    ],
)
def test_malformed_site_url_is_refused_by_name(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^SITE_URL is '"):
        mail.site_url(url, hosts=["readout.example.org"], https=True)


def test_site_that_serves_every_host_has_to_say_its_address() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^SITE_URL is not set, and ALLOWED_HOSTS"):
        mail.site_url("", hosts=["*"], https=True)


def test_sender_is_the_one_given_or_else_of_the_site() -> None:
    site = "https://readout.example.org:8443"
    assert mail.sender("", site=site) == "Readout <readout@readout.example.org>"
    assert mail.sender("Desk <desk@example.org>", site=site) == "Desk <desk@example.org>"


@pytest.mark.parametrize("text", ["desk", "Desk <desk>", "desk@example.org\nBcc: x@example.org", "a b@c"])
def test_malformed_sender_is_refused_by_name(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DEFAULT_FROM_EMAIL is '"):
        mail.sender(text, site="https://readout.example.org")
