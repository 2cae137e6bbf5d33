"""What script/server runs in its environment: a whole site on this machine, with the demo at the first start."""

import argparse
import errno
import hashlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.exceptions import ImproperlyConfigured, ValidationError

from tracker import database, local

HOST = "127.0.0.1"
# The workers of a server that was killed give its port back within a second or two.
PORT_PATIENCE = 4.0
PREPARING = 0x7265_6164  # the number of an advisory lock: one process prepares the database at a time


def main() -> None:
    """Prepare what is not ready yet, say where the site is, and serve it until stopped."""
    parser = argparse.ArgumentParser(prog="script/server", description="Serve Readout on this machine.")
    parser.add_argument("--port", type=_port, default=8000, help="the port to serve on (8000)")
    port: int = parser.parse_args().port
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        listener = _listen(port)
        local.settle(os.environ)
        os.environ["SITE_URL"] = os.environ.get("SITE_URL") or _address(listener)
        database.ensure_ready(os.environ, local.BASE_DIR)
        django.setup()
        with _alone():
            _collect_static_files()
            notice = _prepare_database()
    except (ImproperlyConfigured, OSError) as error:
        sys.exit(f"script/server: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    _announce(listener, notice)
    _serve(listener)


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text} is no port; choose one from 1 to 65535")
    return int(text)


def _listen(port: int) -> socket.socket:
    """Take the port before anything slow happens, and keep it."""
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            return socket.create_server((HOST, port), backlog=128)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and time.monotonic() < deadline:
                time.sleep(0.2)
                continue
            reason = "is in use" if error.errno == errno.EADDRINUSE else f"can't be used ({error.strerror})"
            sys.exit(f"Port {port} {reason}. Choose another one: script/server --port {(port or 8000) + 1}")


def _collect_static_files() -> None:
    """Gather and compress the static files, if they are not those of the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            seen.update(f"{storage.path(path)}\0{os.stat(storage.path(path)).st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT.with_name(f"{settings.STATIC_ROOT.name}.stamp")
    if stamp.exists() and settings.STATIC_ROOT.is_dir() and stamp.read_text() == seen.hexdigest():
        return
    _say("Collecting static files …")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(seen.hexdigest())


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time prepare a database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
        yield
        cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])


def _prepare_database() -> str:
    """Migrate; in a database that nobody has set up, load the demo and make accounts. Says how to sign in."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection

    from visits.models import Tour
    from visits.services import demo_accounts

    if not connection.introspection.table_names():
        _say("Making the tables …")
    call_command("migrate", interactive=False, verbosity=0)
    # Somebody who can administer the site, or a tour, means that the database is in use: it is left alone.
    if get_user_model().objects.filter(is_superuser=True).exists():
        return "Sign in at {address}admin/ as admin, analyst or reviewer; script/manage changepassword sets a password."
    if not Tour.objects.exists():
        _say("Loading the demo …")
        call_command("load_demo", verbosity=0)
    try:
        made = demo_accounts.create_demo_accounts(passwords=demo_accounts.passwords_from(os.environ))
    except ValidationError as error:
        sys.exit(f"script/server: {' '.join(error.messages)}")
    return "Sign in at {address}admin/ as\n" + demo_accounts.describe(made)


def _address(listener: socket.socket) -> str:
    return f"http://{HOST}:{listener.getsockname()[1]}/"


def _announce(listener: socket.socket, notice: str) -> None:
    address = _address(listener)
    _say(f"Readout is at {address}")
    _say(notice.replace("{address}", address))
    _say("Ctrl-C stops it.")


def _say(text: str) -> None:
    print(text, flush=True)


def _serve(listener: socket.socket) -> None:
    """Serve with gunicorn, in this process: it holds the database's lease and is the last to end.

    Two workers, so that a slow page or a crash takes half of the site at most; threads, so that the connections that
    browsers keep open cost nothing. They fork from here, with the code loaded once.
    """
    from django.db import connections
    from gunicorn.app.base import BaseApplication

    from tracker.wsgi import application

    class Site(BaseApplication):
        def load_config(self) -> None:
            options = {
                "bind": f"fd://{listener.fileno()}",
                "workers": 2,
                "worker_class": "gthread",
                "threads": 4,
                "preload_app": True,
                "loglevel": "warning",
                "graceful_timeout": 5,
                "control_socket_disable": True,
                "proc_name": "readout",
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> object:
            return application

    connections.close_all()
    Site().run()


if __name__ == "__main__":
    main()
