"""Lines out of a pasted list: the form comes back with a row for each, and nothing is saved yet."""

from django.http import QueryDict

from visits.admin.widgets import is_key
from visits.services.pasting import MOST_LINES, pasted_lines

PREFIX = "lines"
MADE = "Your list has been made into lines. Look them through and save: nothing has been saved yet."
TOO_MANY = (
    f"That list is too long: paste at most {MOST_LINES} statements at once. Nothing has been saved yet."
)
TYPED = ("key", "title", "topic", "side", "speaker", "text", "sources")


def has_pasted(data: QueryDict) -> bool:
    return bool(data.get(f"{PREFIX}-pasted", "").strip())


def with_pasted(data: QueryDict) -> tuple[QueryDict, str]:
    """The form as if each pasted line had been typed into a row, and a sentence for whoever pasted it."""
    statements = list(pasted_lines(data.get(f"{PREFIX}-pasted", "")))
    total = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    if len(statements) > MOST_LINES or not is_key(total):
        return data, TOO_MANY
    data = data.copy()
    free = [row for row in range(int(total)) if not any(data.get(f"{PREFIX}-{row}-{name}") for name in TYPED)]
    last = int(total)
    while len(free) < len(statements):
        free.append(last)
        last += 1
    for row, (title, text) in zip(free, statements, strict=False):
        data[f"{PREFIX}-{row}-title"], data[f"{PREFIX}-{row}-text"] = title, text
        data[f"{PREFIX}-{row}-side"] = data.get(f"{PREFIX}-pasted_side", "")
        data[f"{PREFIX}-{row}-speaker"] = data.get(f"{PREFIX}-pasted_speaker", "")
        data.setdefault(f"{PREFIX}-{row}-kind", "position")
        data.setdefault(f"{PREFIX}-{row}-stance", "none_stated")
    data[f"{PREFIX}-TOTAL_FORMS"] = str(last)
    data[f"{PREFIX}-pasted"] = ""
    return data, MADE
