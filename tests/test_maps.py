"""What a reader of a map, a strip or a bar can rely on."""

import datetime as dt
import itertools
import math
import re
import xml.etree.ElementTree as ET

import pytest
from django.utils.safestring import SafeString

from visits.maps import (
    LocatorPlace,
    RouteStop,
    VisitBar,
    WorldCountry,
    WorldDot,
    locator_map,
    route_map,
    share_bar,
    without_coordinates,
    world_legend,
    world_map,
    year_strip,
)
from visits.maps.geometry import disputed_lines, label_points, polygons, side_by_side
from visits.maps.world import project, shades_for

JANUARY_2024 = [
    ("Istanbul", "Türkiye", "TR", 41.01, 28.95),
    ("Chania", "Greece", "GR", 35.51, 24.02),
    ("Amman", "Jordan", "JO", 31.95, 35.93),
    ("Doha", "Qatar", "QA", 25.29, 51.53),
    ("Abu Dhabi", "United Arab Emirates", "AE", 24.45, 54.38),
    ("Al-'Ula", "Saudi Arabia", "SA", 26.61, 37.92),
    ("Tel Aviv", "Israel", "IL", 32.08, 34.78),
    ("Ramallah", "West Bank", "PS", 31.90, 35.20),
    ("Manama", "Bahrain", "BH", 26.23, 50.59),
    ("Cairo", "Egypt", "EG", 30.04, 31.24),
]
JERUSALEM = ("Jerusalem", "Israel", "IL", 31.77, 35.21)
DAMASCUS = ("Damascus", "Syria", "SY", 33.51, 36.29)
# A shuttle: sixteen stops, twelve of them in two cities.
SHUTTLE = [
    ("Geneva", "Switzerland", "CH", 46.2, 6.15),
    ("Algiers", "Algeria", "DZ", 36.75, 3.06),
    ("Alexandria", "Egypt", "EG", 31.2, 29.92),
    *[JERUSALEM, DAMASCUS] * 6,
    ("Riyadh", "Saudi Arabia", "SA", 24.69, 46.72),
]
TOKYO_HONOLULU = [
    ("Tokyo", "Japan", "JP", 35.68, 139.69),
    ("Honolulu", "United States", "US", 21.31, -157.86),
]
EVERY_ROUTE = {
    "January 2024": JANUARY_2024,
    "shuttle": SHUTTLE,
    "across the antimeridian": TOKYO_HONOLULU,
    "one stop": JANUARY_2024[-1:],
    "twice the same spot": [JERUSALEM, JERUSALEM],
}
SVG = "{http://www.w3.org/2000/svg}"
UNSAFE = "</text><script>alert(1)</script>\"'&"


def stops_at(places: list[tuple[str, str, str, float, float]]) -> list[RouteStop]:
    return [
        RouteStop(number, *place, dates_text=f"{number} January", href=f"#stop-{number}")
        for number, place in enumerate(places, start=1)
    ]


def parse(svg: str) -> ET.Element:
    """Well-formed markup, as the browser would read it inside a page."""
    return ET.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def links(svg: str) -> dict[str, str]:
    """Address and name of every link."""
    return {a.attrib["href"]: a.attrib["aria-label"] for a in parse(svg).iter(f"{SVG}a")}


def numbers_at(svg: str) -> dict[str, tuple[float, float]]:
    """Where each stop's number is."""
    places = {}
    for a in parse(svg).iter(f"{SVG}a"):
        circle, text = a.find(f"{SVG}circle"), a.find(f"{SVG}text")
        assert circle is not None
        assert text is not None
        places[text.text or ""] = (float(circle.attrib["cx"]), float(circle.attrib["cy"]))
    return places


def texts(svg: str, class_: str) -> list[str]:
    return [
        e.text or "" for e in parse(svg).iter(f"{SVG}text") if class_ in e.attrib.get("class", "").split()
    ]


def size(svg: str) -> tuple[float, float]:
    _, _, width, height = (float(part) for part in parse(svg).attrib["viewBox"].split())
    return width, height


def classes(svg: str) -> set[str]:
    return set(itertools.chain(*(e.attrib.get("class", "").split() for e in parse(svg).iter())))


def every_drawing() -> dict[str, str]:
    """One of each kind, full of text that would do harm if it were markup."""
    stop = RouteStop(1, UNSAFE, UNSAFE, "EG", 30.04, 31.24, UNSAFE, f"#{UNSAFE}")
    day = dt.date(2024, 1, 4)
    country = WorldCountry("EG", UNSAFE, 3, f"/{UNSAFE}/")
    return {
        "route": route_map([stop, stop]),
        "narrow route": route_map([stop], narrow=True, map_id=UNSAFE),
        "locator": locator_map("EG", [LocatorPlace(UNSAFE, 30, 31, 2, f"/{UNSAFE}/")], title=UNSAFE),
        "world": world_map([country], [WorldDot(UNSAFE, 30, 31, 1, "/x/")], title=UNSAFE, desc=UNSAFE),
        "legend": world_legend([country]),
        "strip": year_strip([VisitBar(day, day, UNSAFE, f"#{UNSAFE}")], title=UNSAFE),
        "bar": share_bar(1, 3),
    }


class TestEveryDrawing:
    @pytest.mark.parametrize("name", every_drawing())
    def test_text_from_the_record_stays_text(self, name: str) -> None:
        drawing = every_drawing()[name]
        assert isinstance(drawing, SafeString)
        assert {e.tag.removeprefix(SVG) for e in parse(drawing).iter()}.isdisjoint(
            {"script", "foreignObject"}
        )
        assert "alert(1)</script>" not in drawing

    @pytest.mark.parametrize("name", every_drawing())
    def test_passes_a_policy_without_inline_style_or_script(self, name: str) -> None:
        attributes = {key for e in parse(every_drawing()[name]).iter() for key in e.attrib}
        assert {key for key in attributes if key == "style" or key.startswith("on")} == set()

    def test_colours_come_from_the_stylesheet(self) -> None:
        for drawing in every_drawing().values():
            assert {key for e in parse(drawing).iter() for key in e.attrib} & {
                "fill",
                "stroke",
                "color",
            } == set()


class TestRouteMap:
    def test_each_stop_is_a_named_link_in_the_order_of_the_tour(self) -> None:
        found = links(route_map(stops_at(JANUARY_2024)))
        assert list(found) == [f"#stop-{number}" for number in range(1, 11)]
        assert found["#stop-1"] == "Stop 1: Istanbul, Türkiye, 1 January"
        assert found["#stop-8"] == "Stop 8: Ramallah, West Bank, 8 January"

    def test_is_named_and_described(self) -> None:
        svg = parse(route_map(stops_at(JANUARY_2024[:2]), map_id="tour"))
        assert svg.attrib["role"] == "group"
        words = {e.attrib["id"]: e.text for e in svg if "id" in e.attrib}
        assert words[svg.attrib["aria-labelledby"]] == "Route map, 2 stops"
        assert words[svg.attrib["aria-describedby"]] == (
            "Stop 1: Istanbul, Türkiye, 1 January; Stop 2: Chania, Greece, 2 January"
        )

    def test_the_wide_and_the_narrow_map_of_one_page_share_no_id(self) -> None:
        wide, narrow = (parse(route_map(stops_at(JANUARY_2024), narrow=n)) for n in (False, True))
        ids = [e.attrib["id"] for svg in (wide, narrow) for e in svg.iter() if "id" in e.attrib]
        assert len(ids) == len(set(ids)) == 4

    @pytest.mark.parametrize("narrow", [False, True])
    @pytest.mark.parametrize("name", EVERY_ROUTE)
    def test_no_number_covers_another_and_all_are_inside(self, name: str, narrow: bool) -> None:
        svg = route_map(stops_at(EVERY_ROUTE[name]), narrow=narrow)
        at, (width, height) = numbers_at(svg), size(svg)
        assert len(at) == len(EVERY_ROUTE[name])
        for one, other in itertools.combinations(at.values(), 2):
            assert math.dist(one, other) >= 27
        assert all(13 <= x <= width - 13 and 13 <= y <= height - 13 for x, y in at.values())

    def test_every_place_of_the_wide_map_is_named(self) -> None:
        wide = route_map(stops_at(JANUARY_2024))
        assert sorted(texts(wide, "map-label")) == sorted(place[0] for place in JANUARY_2024)

    @pytest.mark.parametrize("name", EVERY_ROUTE)
    def test_a_place_visited_again_is_named_once(self, name: str) -> None:
        found = texts(route_map(stops_at(EVERY_ROUTE[name])), "map-label")
        assert sorted(found) == sorted({place[0] for place in EVERY_ROUTE[name]})

    def test_a_name_that_would_cover_a_number_is_left_out(self) -> None:
        long_name = (
            "A name far too long for any map of this size, whoever draws it and however small the letters"
        )
        crowded = [(f"{long_name} {n}", "", "EG", 30 + n / 100, 31 + n / 100) for n in range(6)]
        svg = route_map(stops_at(crowded), narrow=True)
        assert texts(svg, "map-label") == []
        assert len(links(svg)) == 6

    def test_tokyo_to_honolulu_goes_east_over_the_pacific(self) -> None:
        svg = route_map(stops_at(TOKYO_HONOLULU))
        at, (width, _) = numbers_at(svg), size(svg)
        assert at["1"][0] < width / 2 < at["2"][0]
        # About 62 degrees fill the map: were it drawn round the other side, Africa would be in it.
        assert side_by_side([139.69, -157.86]) == pytest.approx([139.69, 202.14])

    def test_longitudes_are_kept_where_nothing_is_crossed(self) -> None:
        assert side_by_side([28.95, -9.1, 54.38]) == pytest.approx([28.95, -9.1, 54.38])
        assert side_by_side([-157.86, -157.86]) == pytest.approx([-157.86, -157.86])
        assert side_by_side([6.15, 3.06, 46.72, 3.06]) == pytest.approx([6.15, 3.06, 46.72, 3.06])

    def test_a_single_stop_lies_in_the_middle_without_a_line(self) -> None:
        svg = route_map(stops_at([JANUARY_2024[-1]]))
        assert numbers_at(svg) == {"1": (480, 270)}
        assert classes(svg) & {"map-route", "map-head", "map-leader"} == set()
        assert "Map of the one stop" in svg

    def test_two_stops_on_one_spot_both_point_at_it(self) -> None:
        svg = route_map(stops_at([JERUSALEM, JERUSALEM]))
        assert svg.count('class="map-leader"') == 2
        assert len(set(numbers_at(svg).values())) == 2

    def test_a_stop_without_coordinates_is_left_out_and_reported(self) -> None:
        stops = stops_at(JANUARY_2024[:2])
        lost = RouteStop(3, "Souda", "Greece", "GR", None, None, "6 January", "#stop-3")
        assert list(links(route_map([*stops, lost]))) == ["#stop-1", "#stop-2"]
        assert without_coordinates([*stops, lost]) == [lost]
        assert route_map([lost]) == ""

    def test_only_the_countries_of_the_record_are_shaded(self) -> None:
        """A stop in Cairo recorded as one in Ruritania shades no Egypt."""
        assert "map-visited" in classes(route_map(stops_at([("Cairo", "Egypt", "EG", 30.04, 31.24)])))
        assert "map-visited" not in classes(route_map(stops_at([("Cairo", "Ruritania", "", 30.04, 31.24)])))

    def test_the_same_stops_give_the_same_map(self) -> None:
        assert route_map(stops_at(SHUTTLE)) == route_map(stops_at(SHUTTLE))

    def test_arrow_heads_show_the_order(self) -> None:
        svg = route_map(stops_at([("West", "", "", 0, 10.0), ("East", "", "", 0, 40.0)]))
        turn = re.search(r'class="map-head" [^>]*rotate\((-?\d+)\)', svg)
        assert turn is not None
        assert abs(int(turn[1])) < 10

    def test_lines_of_control_are_dashed(self) -> None:
        assert "map-disputed" in classes(route_map(stops_at([("Nicosia", "Cyprus", "CY", 35.17, 33.36)])))


class TestLocator:
    def test_an_unlinked_map_is_one_picture_with_a_name(self) -> None:
        svg = parse(locator_map("EG", [LocatorPlace("Cairo", 30.04, 31.24)], title="Egypt: places visited"))
        assert (svg.attrib["role"], svg.attrib["aria-label"]) == ("img", "Egypt: places visited")

    def test_a_linked_dot_is_a_named_link(self) -> None:
        svg = locator_map("EG", [LocatorPlace("Cairo", 30.04, 31.24, 9, "/places/cairo/")], title="Egypt")
        assert links(svg) == {"/places/cairo/": "Cairo"}
        assert parse(svg).attrib["role"] == "group"

    def test_more_visits_make_a_larger_dot(self) -> None:
        places = [LocatorPlace("Cairo", 30.04, 31.24, 9), LocatorPlace("Sharm el-Sheikh", 27.91, 34.33, 1)]
        dots = [
            e for e in parse(locator_map("EG", places, title="Egypt")).iter() if e.get("class") == "map-dot"
        ]
        assert [float(dot.attrib["r"]) for dot in dots] == [6.8, 4.6]

    @pytest.mark.parametrize(
        ("iso_code", "place"),
        [
            ("RU", LocatorPlace("Anadyr", 64.73, 177.5)),
            ("FJ", LocatorPlace("Suva", -18.14, 178.44)),
            ("US", LocatorPlace("Honolulu", 21.31, -157.86)),
            ("KI", LocatorPlace("Tarawa", 1.33, 172.98)),
            ("VA", LocatorPlace("Vatican City", 41.9, 12.45)),
            ("TV", LocatorPlace("Funafuti", -8.52, 179.2)),
            ("", LocatorPlace("Strelsau", 50, 15)),
        ],
    )
    def test_every_place_is_inside(self, iso_code: str, place: LocatorPlace) -> None:
        svg = locator_map(iso_code, [place], title="Map")
        dot = next(e for e in parse(svg).iter() if e.get("class") == "map-dot")
        assert 20 <= float(dot.attrib["cx"]) <= 280
        assert 20 <= float(dot.attrib["cy"]) <= 240
        assert texts(svg, "map-label") == [place.name]

    def test_a_country_too_small_for_its_shape_has_a_ring(self) -> None:
        assert "map-ring" in classes(locator_map("TV", [], title="Tuvalu"))
        assert "map-ring" in classes(locator_map("VA", [], title="Holy See"))
        assert "map-ring" not in classes(locator_map("EG", [], title="Egypt"))

    def test_nothing_to_show_is_no_map(self) -> None:
        assert locator_map("", [], title="Ruritania") == ""


class TestWorld:
    COUNTRIES = (
        WorldCountry("EG", "Egypt, 10 visits", 10, "/countries/EG/"),
        WorldCountry("QA", "Qatar, 2 visits", 2, "/countries/QA/"),
        WorldCountry("AL", "Albania, no visit", 0, "/countries/AL/"),
    )

    def test_a_country_with_visits_is_a_named_link_out_of_the_tab_order(self) -> None:
        svg = world_map(self.COUNTRIES, title="Visits by country")
        assert links(svg) == {"/countries/EG/": "Egypt, 10 visits", "/countries/QA/": "Qatar, 2 visits"}
        assert {a.attrib["tabindex"] for a in parse(svg).iter(f"{SVG}a")} == {"-1"}

    def test_without_links_it_is_one_picture(self) -> None:
        assert parse(world_map([WorldCountry("EG", "Egypt", 1)], title="World")).attrib["role"] == "img"

    def test_two_parties_in_one_shape_share_its_shade_and_its_name(self) -> None:
        rows = [
            WorldCountry("RU", "Soviet Union, 12 visits", 12, "/countries/SUHH/"),
            WorldCountry("RU", "Russia, 30 visits", 30, "/countries/RU/"),
        ]
        svg = world_map(rows, title="World")
        assert links(svg) == {"/countries/RU/": "Soviet Union, 12 visits; Russia, 30 visits"}
        assert [shade.text for shade in shades_for(rows)] == ["1–4", "5–9", "10–19", "20 or more"]

    @pytest.mark.parametrize(
        ("counts", "expected"),
        [
            ([], []),
            ([0], []),
            ([1], ["1"]),
            ([3, 1], ["1", "2", "3"]),
            ([4], ["1", "2", "3", "4"]),
            ([7], ["1", "2–4", "5 or more"]),
            ([10], ["1", "2–4", "5–9", "10 or more"]),
            ([300, 2], ["1–49", "50–99", "100–199", "200 or more"]),
        ],
    )
    def test_the_legend_has_round_limits(self, counts: list[int], expected: list[str]) -> None:
        countries = [WorldCountry(f"X{n}", "", count) for n, count in enumerate(counts)]
        assert [shade.text for shade in shades_for(countries)] == expected
        assert [
            text.strip() for text in re.findall(r"</svg>([^<]*)</li>", world_legend(countries))
        ] == expected

    @pytest.mark.parametrize("iso_code", ["BV", "GI", "TV", "UM", "VA", "BH"])
    def test_a_country_too_small_to_see_is_a_dot(self, iso_code: str) -> None:
        assert "world-small" in classes(world_map([WorldCountry(iso_code, "Small", 1)], title="World"))

    def test_a_large_country_is_no_dot(self) -> None:
        assert "world-small" not in classes(world_map([WorldCountry("EG", "Egypt", 1)], title="World"))

    def test_no_country_becomes_a_band_round_the_world(self) -> None:
        """Russia lies on both sides of the antimeridian; its coast never runs the width of the map."""
        svg = parse(
            world_map([WorldCountry("RU", "Russia", 1), WorldCountry("FJ", "Fiji", 1)], title="World")
        )
        for path in svg.iter(f"{SVG}path"):
            if path.attrib["class"] == "map-sea":
                continue
            steps = re.findall(r"-?\d+(?:\.\d+)?", re.sub(r"M[^l]*l", " ", path.attrib["d"]))
            assert max(abs(float(step)) for step in steps[::2]) < 100

    def test_a_place_is_marked_where_it_is(self) -> None:
        dots = [
            WorldDot("Cairo", 30.04, 31.24),
            WorldDot("Anadyr", 64.73, 177.5),
            WorldDot("Nome", 64.5, -165.4),
        ]
        xs = [project(dot.lon, dot.lat)[0] for dot in dots]
        assert xs[2] < xs[0] < xs[1]
        assert classes(world_map([], dots, title="World")) >= {"map-dot"}


class TestOutlines:
    def test_every_code_has_a_point_and_four_have_no_shape(self) -> None:
        shapes = {polygon.iso_code for polygon in polygons()}
        assert len(shapes) == 246
        assert set(label_points()) - shapes == {"BV", "GI", "TV", "UM"}

    def test_nothing_reaches_over_the_antimeridian(self) -> None:
        assert {p.iso_code for p in polygons() if p.touches_antimeridian} == {"AQ", "FJ", "RU"}
        assert all(abs(lon) <= 180 for polygon in polygons() for ring in polygon.rings for lon, _ in ring)

    @pytest.mark.parametrize(
        ("place", "lon", "lat", "iso_code"),
        [
            ("Crimea", 34.1, 45.0, "UA"),
            ("northern Cyprus", 33.4, 35.25, "CY"),
            ("Hargeisa", 44.06, 9.56, "SO"),
            ("Laayoune", -13.1, 27.1, "EH"),
            ("Pristina", 21.16, 42.66, "XK"),
            ("Taipei", 121.0, 24.0, "TW"),
            ("Sukhumi", 41.2, 43.0, "GE"),
            ("Gaza", 34.35, 31.4, "PS"),
            ("the Golan, the flaw that the policy admits", 35.8, 33.0, "IL"),
        ],
    )
    def test_fills_follow_the_published_policy(
        self, place: str, lon: float, lat: float, iso_code: str
    ) -> None:
        assert [p.iso_code for p in polygons() if _holds(p.rings[0], lon, lat)] == [iso_code]

    def test_the_dashed_lines_are_those_of_the_policy(self) -> None:
        assert len(disputed_lines()) == 9


def _holds(ring: tuple[tuple[float, float], ...], lon: float, lat: float) -> bool:
    inside = False
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y0 > lat) != (y1 > lat) and lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside


class TestYearStrip:
    @staticmethod
    def bar(start: str, end: str | None = None) -> VisitBar:
        first = dt.date.fromisoformat(start)
        return VisitBar(first, dt.date.fromisoformat(end or start), f"Visit of {start}", f"#v-{start}")

    @staticmethod
    def rects(svg: str, class_: str) -> list[dict[str, float]]:
        found = [e for e in parse(svg).iter() if e.get("class") == class_]
        return [{key: float(e.attrib[key]) for key in ("x", "y", "width", "height")} for e in found]

    def test_one_named_link_a_visit_in_order_of_time(self) -> None:
        svg = year_strip(
            [self.bar("2024-01-10", "2024-01-11"), self.bar("2021-05-26")], title="Visits over time"
        )
        assert links(svg) == {"#v-2021-05-26": "Visit of 2021-05-26", "#v-2024-01-10": "Visit of 2024-01-10"}
        assert list(links(svg)) == ["#v-2021-05-26", "#v-2024-01-10"]
        assert parse(svg).attrib["aria-label"] == "Visits over time"

    def test_the_axis_runs_over_whole_years(self) -> None:
        bars = [self.bar("2021-05-26"), self.bar("2024-09-17")]
        assert texts(year_strip(bars, title="T"), "strip-year") == ["2021", "2022", "2023", "2024"]
        wider = year_strip(bars, title="T", first_year=2020, last_year=2025)
        assert texts(wider, "strip-year") == ["2020", "2021", "2022", "2023", "2024", "2025"]

    def test_a_long_record_names_only_some_years(self) -> None:
        bars = [self.bar("1950-02-03"), self.bar("2023-02-03")]
        found = texts(year_strip(bars, title="T", narrow=True), "strip-year")
        assert found == ["1950", "1960", "1970", "1980", "1990", "2000", "2010"]

    def test_the_last_day_of_the_last_year_is_inside(self) -> None:
        (rect,) = self.rects(year_strip([self.bar("2024-12-31")], title="T"), "strip-bar")
        assert rect["x"] + rect["width"] == 860

    def test_visits_at_the_same_time_are_stacked(self) -> None:
        svg = year_strip([self.bar("2024-05-01", "2024-05-30"), self.bar("2024-05-10")], title="T")
        first, second = self.rects(svg, "strip-bar")
        assert second["y"] + second["height"] <= first["y"]

    def test_what_follows_a_click_does_not_overlap(self) -> None:
        bars = [self.bar("2024-05-01"), self.bar("2024-05-08"), self.bar("2024-08-01")]
        reaches = self.rects(year_strip(bars, title="T"), "strip-reach")
        for left, right in itertools.pairwise(reaches):
            assert left["x"] + left["width"] <= right["x"] + 0.11
        assert reaches[2]["width"] >= 23.9

    def test_no_visit_is_no_strip(self) -> None:
        assert year_strip([], title="T") == ""


@pytest.mark.parametrize(
    ("value", "largest", "width"), [(9, 9, "100"), (3, 9, "33.3"), (0, 9, "0"), (0, 0, "0")]
)
def test_a_bar_is_as_long_as_its_share(value: int, largest: int, width: str) -> None:
    svg = parse(share_bar(value, largest))
    part = next(e for e in svg if e.get("class") == "bar-part")
    assert (part.attrib["width"], svg.attrib["aria-hidden"]) == (width, "true")
