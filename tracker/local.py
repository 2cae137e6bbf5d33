"""The settings of a site for one's own machine: what script/server and script/manage put where nothing is set."""

import contextlib
import os
import secrets
import sys
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

from tracker import database

BASE_DIR = Path(__file__).resolve().parent.parent


def settle(environ: MutableMapping[str, str]) -> None:
    """Fill in what the settings need for a site that answers to this machine alone."""
    data = database.data_folder(environ, BASE_DIR)
    environ["READOUT_DATA"] = str(data)
    environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
    environ.setdefault("HTTPS", "false")
    if not environ.get("SECRET_KEY"):
        environ["SECRET_KEY"] = _own_secret_key(data)


def _own_secret_key(data: Path) -> str:
    """The key of this data folder: made at the first call, and complete as soon as it can be read."""
    path = data / "secret_key"
    if not path.exists():
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=data) as draft:  # readable by its owner alone
            draft.write(secrets.token_urlsafe(64))
            draft.flush()
            # Another process may have been faster: then its key counts.
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text()


if __name__ == "__main__":
    from manage import main

    settle(os.environ)
    sys.argv[0] = "script/manage"
    main()
