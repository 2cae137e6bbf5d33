"""Text in the cells of a spreadsheet: no cell of ours is taken for a formula, and every text comes back as it was.

A spreadsheet reads a cell that begins with one of ``= + - @``, a tab or a carriage return as a formula or drops the
beginning (OWASP, CSV injection). Such text gets an apostrophe before it, which is taken away on the way back.
"""

FORMULA_STARTS = "=+-@\t\r"
MARK = "'"


def escape_cell(text: str) -> str:
    """The text for a cell. Numbers are no text: they are written as they are."""
    return MARK + text if _is_marked(text) else text


def unescape_cell(text: str) -> str:
    """The text that ``escape_cell`` was given."""
    return text[1:] if text.startswith(MARK) and _is_marked(text) else text


def _is_marked(text: str) -> bool:
    """Whether it begins, apart from apostrophes, as a formula does."""
    return text.lstrip(MARK)[:1] in tuple(FORMULA_STARTS)
