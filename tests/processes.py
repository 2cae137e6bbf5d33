"""What the tests of commands share: an environment and a port for a process of its own."""

import os
import socket


def environment(**changes: str) -> dict[str, str]:
    """The caller's environment without its settings, as somebody has it who has set nothing."""
    settings = {"ALLOWED_HOSTS", "DATABASE_URL", "DEBUG", "DJANGO_SETTINGS_MODULE", "HTTPS", "SECRET_KEY"}
    settings |= {"DEFAULT_FROM_EMAIL", "EMAIL_URL", "SITE_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in settings}
    return {**kept, **changes}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
