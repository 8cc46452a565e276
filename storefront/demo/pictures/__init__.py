"""The demo's pictures, drawn once and kept in `masters`. Same piece, same picture.

Drawing needs numpy and SciPy (requirements-dev.txt); the running shop only reads the masters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from storefront.demo import content
from storefront.demo.content import MASTERS, Facts

VIEWS = ("1", "2", "3")  # in the studio, from close by, beside something of known size
COVER = (1200, 675)


def masters_of(sku: str) -> list[Path]:
    """The kept pictures of a piece in their order."""
    return [path for view in VIEWS if (path := MASTERS / f"{sku}-{view}.webp").exists()]


def cover_of(code: str) -> Path:
    """The kept cover of a workshop."""
    return MASTERS / f"{code}.webp"


def draw(only: str = "", missing: bool = False, say: Callable[[str], object] = print) -> int:
    """Draw the pictures of all pieces and workshops (or of one); returns how many were drawn.

    Raises ValueError where numpy or SciPy is not installed.
    """
    if not all(find_spec(name) for name in ("numpy", "scipy")):
        raise ValueError("Drawing needs numpy and SciPy: pip install -r requirements-dev.txt")
    MASTERS.mkdir(exist_ok=True)
    drawn = 0
    for code, piece, is_first in _pieces():
        if only and only not in (piece["sku"], code):
            continue
        wanted = [MASTERS / f"{piece['sku']}-{view}.webp" for view in VIEWS]
        if not (missing and all(path.exists() for path in wanted)) and only != code:
            drawn += _draw_piece(piece, wanted)
            say(f"{piece['sku']} {piece['text']['en']['name']}")
        if is_first and not (missing and cover_of(code).exists()):
            drawn += _draw_cover(piece, cover_of(code))
    return drawn


def _pieces() -> Iterator[tuple[str, Facts, bool]]:
    for workshop in content.workshops():
        for at, piece in enumerate(workshop["product"]):
            yield workshop["workshop"]["code"], piece, at == 0


def _draw_piece(piece: Facts, paths: list[Path]) -> int:
    from storefront.demo.pictures import ink, scenes

    seen = scenes.front(piece)
    for path, picture in zip(
        paths, (seen, scenes.close(piece), scenes.scale(piece, seen)), strict=True
    ):
        ink.save(picture, path, (960, 1200))
    return len(paths)


def _draw_cover(piece: Facts, path: Path) -> int:
    from storefront.demo.pictures import ink, scenes

    ink.save(scenes.cover(piece), path, COVER)
    return 1
