"""A pasted list, as points and words."""

import pytest

from visits.services.pasting import pasted_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wants more herring.", [("Wants more herring", "Wants more herring.")]),
        (
            "Tolls: have to fall.\nQuota: has to rise.",
            [("Tolls", "have to fall."), ("Quota", "has to rise.")],
        ),
        ("Tolls\thave to fall.", [("Tolls", "have to fall.")]),
        (
            "- One\r\n– Two\n• Three\n4. Four\n(e) Five",
            [("One", "One"), ("Two", "Two"), ("Three", "Three"), ("Four", "Four"), ("Five", "Five")],
        ),
        ("\n  \nOnly this\n\n", [("Only this", "Only this")]),
        ("3 ships at 10:30", [("3 ships at 10:30", "3 ships at 10:30")]),
        ("-3 degrees", [("-3 degrees", "-3 degrees")]),
        ("Sta\u0308dte", [("Städte", "Städte")]),
        ("وقف إطلاق النار", [("وقف إطلاق النار", "وقف إطلاق النار")]),
        ("", []),
    ],
)
def test_lines_of_a_list(text: str, expected: list[tuple[str, str]]) -> None:
    assert list(pasted_lines(text)) == expected


def test_long_line_gives_a_short_title_of_whole_words() -> None:
    words = "herring " * 40
    ((title, text),) = pasted_lines(words)
    assert title == "herring " * 11 + "herring…"
    assert text == words.strip()


def test_long_word_is_cut() -> None:
    ((title, _),) = pasted_lines("x" * 300)
    assert title == "x" * 99 + "…"
