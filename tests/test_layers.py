"""Imports only point down, and a file can be read in one sitting."""

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parent.parent / "visits"
# The lowest first. A module may import from its own layer's package and from every layer before it.
LAYERS = [
    {"cells", "choices", "dates"},
    {"validators"},
    {"fields", "maps"},
    {"models"},
    {"services", "quality", "queries", "search", "filtersets", "keyset"},
    {"importers", "exports"},
    {"templatetags"},
    {"admin", "api", "pages"},
    {"apps", "management", "middleware", "migrations"},
]
APART = {"admin", "api", "pages"}
HEIGHT = {name: height for height, names in enumerate(LAYERS) for name in names}


def modules() -> list[Path]:
    return sorted(path for path in APP.rglob("*.py") if "migrations" not in path.parts)


def area(path: Path) -> str:
    """The first name below the app: the file or the package."""
    return path.relative_to(APP).with_suffix("").parts[0]


def imported(path: Path) -> set[str]:
    """The areas of the app that a module names in its imports, those inside functions included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module] if node.module != "visits" else [f"visits.{a.name}" for a in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("visits.")}
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(APP)))
def test_imports_only_point_down(path: Path) -> None:
    own = area(path)
    if own == "__init__":
        assert imported(path) == set()
        return
    upward = {name for name in imported(path) if HEIGHT[name] > HEIGHT[own]}
    across = {name for name in imported(path) if {name, own} <= APART and name != own}
    assert (upward, across) == (set(), set())


def test_every_module_has_its_layer() -> None:
    areas = {area(path) for path in modules()} - {"__init__"}
    assert areas - set(HEIGHT) == set()


def test_nothing_is_decided_in_save() -> None:
    """Rules in save() are gone round by update() and by imports: they belong into the database or a service."""
    overriding = [
        f"{path.relative_to(APP)}:{node.lineno}"
        for path in modules()
        if area(path) == "models"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name == "save"
    ]
    assert overriding == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(APP)))
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 350
