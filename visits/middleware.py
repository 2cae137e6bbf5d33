"""Says, for every request that may change something, who acts and through what."""

from typing import Any

from django.http import HttpRequest
from pghistory.middleware import HistoryMiddleware

WAYS = (("/admin/", "admin"), ("/api/", "api"))


class ActingMiddleware(HistoryMiddleware):
    """The user of the session and the part of the site; the address itself is not kept."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        through = next((way for start, way in WAYS if request.path.startswith(start)), "page")
        return {"user": request.user.pk, "through": through}
