"""What a WSGI server loads."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application

from tracker import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
database.ensure_started(os.environ, Path(__file__).resolve().parent.parent)
application = get_wsgi_application()
