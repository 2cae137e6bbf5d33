"""A bar beside a number in a table."""

from django.utils.safestring import SafeString

from visits.maps.svg import tag


def share_bar(value: int, largest: int) -> SafeString:
    """How much `value` is of `largest`; the number stands beside it, so the bar is hidden from readers."""
    filled = 100 * value / largest if largest else 0
    return tag(
        "svg",
        tag("rect", class_="bar-all", width=100, height=10),
        tag("rect", class_="bar-part", width=filled, height=10),
        class_="bar",
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
