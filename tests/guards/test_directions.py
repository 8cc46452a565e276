"""Slices are entered by their face only. The floors themselves are import-linter's (make lint)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2] / "storefront"
# Floors that are a box of parts and not a slice: their modules may be named.
OPEN = {"kernel", "web"}
# The wiring names what it wires; nobody imports it.
WIRING = {"app.py"}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every `storefront.…` module a file imports, with its line; names count where modules."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                inside = HOUSE.parent / Path(*whole.split("."))
                is_module = inside.with_suffix(".py").exists() or inside.is_dir()
                yield node.lineno, whole if is_module else str(node.module)


def trespasses(path: Path) -> Iterator[str]:
    """Imports of another slice's inside."""
    home = path.relative_to(HOUSE).parts[0]
    for line, module in imports(path):
        parts = module.split(".")
        if parts[0] != "storefront" or len(parts) < 3:
            continue
        if parts[1] not in OPEN | {home}:
            yield f"{path.relative_to(HOUSE.parent)}:{line} imports {module} past its face"


def test_slices_are_reached_by_their_face() -> None:
    files = [p for p in HOUSE.rglob("*.py") if p.relative_to(HOUSE).as_posix() not in WIRING]
    assert len(files) > 50
    found = [line for path in files for line in trespasses(path)]
    assert not found, "\n".join(found)


def test_the_guard_sees_a_planted_trespass(tmp_path: Path) -> None:
    planted = HOUSE / "cart" / "planted_by_a_test.py"
    planted.write_text("from storefront.catalogue.models import Product\n")
    try:
        assert list(trespasses(planted))
    finally:
        planted.unlink()
