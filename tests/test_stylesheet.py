"""The one stylesheet and the frame of every page: readable in both schemes, nothing that the policy forbids."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import path
from django.views import View

BASE = Path(settings.BASE_DIR)
STYLESHEET = (BASE / "visits/static/visits/site.css").read_text(encoding="utf-8")
RULES = re.sub(r"/\*.*?\*/", "", STYLESHEET, flags=re.DOTALL)
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))
COLOURS = {
    name: {"light": light, "dark": dark}
    for name, light, dark in re.findall(
        r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", RULES
    )
}

# The frame of a page needs only addresses by these names; what they show is tested where it is written.
NAMES = {
    "home": "",
    "country-list": "countries/",
    "organization-list": "organizations/",
    "official-list": "officials/",
    "tour-list": "tours/",
    "meeting-list": "meetings/",
    "topic-list": "topics/",
    "place-list": "places/",
    "source-list": "sources/",
    "search": "search/",
    "about": "about/",
    "map-policy": "about/maps/",
}
urlpatterns = [path(route, View.as_view(), name=name) for name, route in NAMES.items()]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *[(text, ground) for text in ("ink", "mute", "link") for ground in ("paper", "band", "mark")],
        ("side-a", "paper"),
        ("side-b", "paper"),
        ("error", "paper"),
        ("paper", "side-a"),
        ("paper", "ink"),
        ("ink", "land"),
        ("ink", "visited"),
        ("ink", "sea"),
    ],
)
def test_text_can_be_read(text: str, ground: str, scheme: str) -> None:
    assert contrast(COLOURS[text][scheme], COLOURS[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("mark", "ground"),
    [
        ("focus", "paper"),
        ("focus", "band"),
        ("field", "paper"),
        ("rule-strong", "paper"),
        ("side-a", "sea"),
        ("side-a", "land"),
        ("side-a", "visited"),
        ("side-b", "paper"),
        ("world-4", "sea"),
    ],
)
def test_controls_and_marks_can_be_seen(mark: str, ground: str, scheme: str) -> None:
    assert contrast(COLOURS[mark][scheme], COLOURS[ground][scheme]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_shades_of_the_world_go_one_way(scheme: str) -> None:
    steps = [contrast(COLOURS[f"world-{level}"][scheme], COLOURS["paper"][scheme]) for level in range(5)]
    assert steps == sorted(steps)
    assert all(later / earlier >= 1.15 for earlier, later in pairwise(steps))


def test_every_colour_has_a_light_and_a_dark_form_and_stands_in_the_palette() -> None:
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", RULES))
    assert used == {colour for pair in COLOURS.values() for colour in pair.values()}


def test_every_colour_is_used_and_every_used_one_exists() -> None:
    declared = set(re.findall(r"^\s*--([a-z0-9-]+):", RULES, flags=re.MULTILINE))
    assert set(re.findall(r"var\(--([a-z0-9-]+)\)", RULES)) == declared


def test_nothing_is_loaded_from_anywhere() -> None:
    assert re.findall(r"@import|@font-face|url\(|https?:", RULES) == []


def test_screen_rules_never_reach_the_printer() -> None:
    widths = re.findall(r"@media ([^{]*max-width[^{]*)", RULES)
    assert [query for query in widths if not query.startswith("screen and ")] == []
    assert len(widths) >= 3


def test_only_one_of_two_twin_drawings_shows() -> None:
    """The rule that hides the narrow one comes after those that show drawings, which are as specific."""
    hidden = RULES.index(".narrow { display: none; }")
    assert max(RULES.index(".map { display: block;"), RULES.index(".strip { display: block;")) < hidden
    phone = RULES.split("@media screen and (max-width: 50rem)")[1]
    assert phone.index(".wide { display: none; }") < phone.index(".narrow { display: block;")


def test_paper_is_light_and_shows_addresses_and_repeats_heads() -> None:
    paper = RULES.split("@media print", 1)[1]
    assert "color-scheme: light;" in paper
    assert 'content: ": " attr(href)' in paper
    assert "display: table-header-group" in paper


def test_every_class_that_a_drawing_uses_is_styled() -> None:
    sources = "".join(p.read_text(encoding="utf-8") for p in (BASE / "visits/maps").glob("*.py"))
    named = re.findall(r'(?:class_=|svg\()f?"([^"{]+)"', sources)
    used = {word for value in named for word in value.split() if "{" not in word}
    assert used - set(re.findall(r"\.([a-z][a-z0-9-]*)", RULES)) == set()
    assert {"map-route", "world-land", "strip-bar", "bar-part"} <= used


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(BASE)))
def test_a_template_has_no_inline_style_or_script(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|\shx-on", source) == []
    assert [
        tag for tag in re.findall(r"<script[^>]*>", source) if "src=" not in tag and "ld+json" not in tag
    ] == []
    assert re.findall(r"<(?:link|script|img)[^>]*(?:href|src)=\"(?:https?:)?//", source) == []


@pytest.mark.urls(__name__)
class TestFrame:
    @staticmethod
    def page(**context: object) -> str:
        return render_to_string("base.html", context)

    def test_the_section_is_marked_in_the_navigation_and_only_it(self) -> None:
        marked = re.findall(r'<a href="([^"]*)"\s+aria-current="true"', self.page(section="tours"))
        assert marked == ["/tours/"]
        assert "aria-current" not in self.page()

    def test_the_navigation_names_every_kind_of_record(self) -> None:
        nav = self.page().split('aria-label="Main"')[1].split("</nav>")[0]
        assert re.findall(r'href="([^"]*)"[^>]*>([^<]*)<', nav) == [
            ("/countries/", "Countries"),
            ("/organizations/", "Organizations"),
            ("/officials/", "Officials"),
            ("/tours/", "Tours"),
            ("/meetings/", "Meetings"),
            ("/topics/", "Topics"),
            ("/places/", "Places"),
            ("/sources/", "Sources"),
        ]

    def test_what_was_searched_for_stays_in_the_box_as_text(self) -> None:
        page = self.page(query='"><script>alert(1)</script>')
        assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page
        assert "<script>" not in page

    def test_the_keyboard_can_skip_the_navigation(self) -> None:
        page = self.page()
        assert page.index('href="#main"') < page.index("<nav")
        assert '<main class="wrap" id="main" tabindex="-1">' in page

    def test_the_footer_says_where_data_and_borders_come_from(self) -> None:
        foot = " ".join(re.sub(r"<[^>]+>", "", self.page().split("<footer")[1]).split())
        assert "Every statement on this site links to its source. Data CC0: API and downloads." in foot
        assert "Borders: Natural Earth; how we draw disputed territory." in foot

    @pytest.mark.parametrize("status", ["400", "403", "404", "500"])
    def test_an_error_page_needs_no_context(self, status: str) -> None:
        page = render_to_string(f"{status}.html")
        assert page.lstrip().lower().startswith("<!doctype html>")
        assert len(re.findall("<h1", page)) == 1
        assert "visits/site.css" in page

    def test_a_missing_page_shows_nothing_of_its_address(self) -> None:
        request = RequestFactory().get("/tours/a-secret-draft/")
        assert "a-secret-draft" not in render_to_string("404.html", {"request_path": request.path}, request)


def test_the_page_for_a_broken_server_depends_on_nothing() -> None:
    """It is shown when anything may be broken, the addresses and the storage of static files included."""
    assert "{%" not in (BASE / "templates/500.html").read_text(encoding="utf-8")
