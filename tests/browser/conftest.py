"""A browser for the tests: Debian's Chromium, on a live server, strict about everything that it complains of.

A test takes `page`, and `look` as well to run at two widths, light and dark; `accessible()` looks at the open page.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

# Playwright's synchronous interface keeps an event loop in the thread where Django talks to the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A busy machine is slow, not wrong.
expect.set_options(timeout=30_000)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
REPORT_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', event =>
    console.error(`Content-Security-Policy: ${event.effectiveDirective} ${event.blockedURI}`))
"""


class Look(NamedTuple):
    """How somebody sees the site."""

    width: int
    height: int
    scheme: Literal["light", "dark"]


LOOKS = [Look(1280, 900, "light"), Look(1280, 900, "dark"), Look(390, 844, "light"), Look(390, 844, "dark")]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        missing = "No Chromium here: install Debian's package chromium, or set CHROMIUM to the path of one."
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return {**browser_type_launch_args, "executable_path": found, "headless": True, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Where `page.goto("/tours/")` goes."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": LOOKS[0].width, "height": LOOKS[0].height},
        "reduced_motion": "reduce",
        "locale": "en-GB",
        "timezone_id": "UTC",
    }


@pytest.fixture
def complaints() -> list[str]:
    """What the browser has complained of so far; a test that provokes a complaint takes it out."""
    return []


@pytest.fixture
def page(page: Page, base_url: str, complaints: list[str]) -> Iterator[Page]:
    """A page that fails its test on an error, a violated policy or a request that leaves this machine."""
    at_home = (base_url, "about:", "blob:", "data:")

    def leaves(url: str) -> bool:
        return not url.startswith(at_home)

    def said(message: ConsoleMessage) -> None:
        # Browsers ask for this one unasked, on pages that name no icon, such as the admin's.
        if message.type == "error" and not message.location["url"].endswith("/favicon.ico"):
            complaints.append(message.text)

    page.add_init_script(REPORT_VIOLATIONS)
    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda sent: complaints.append(f"outside: {sent.url}") if leaves(sent.url) else None)
    yield page
    assert complaints == []


@pytest.fixture(params=LOOKS, ids=[f"{look.width}-{look.scheme}" for look in LOOKS])
def look(request: pytest.FixtureRequest, page: Page) -> Look:
    """Run the test at each width and colour scheme."""
    chosen: Look = request.param
    page.set_viewport_size({"width": chosen.width, "height": chosen.height})
    page.emulate_media(color_scheme=chosen.scheme)
    return chosen


@pytest.fixture
def accessible(page: Page) -> Callable[[], None]:
    """A check of the page as it stands: axe finds nothing serious or critical."""

    def check() -> None:
        violations = Axe().run(page).response["violations"]
        grave = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html']}"
            for violation in violations
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]
        assert grave == []

    return check
