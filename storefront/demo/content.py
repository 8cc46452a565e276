"""The demo's facts and texts, read from the TOML files beside this module."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "content"
MASTERS = Path(__file__).resolve().parent / "masters"

Facts = dict[str, Any]


@cache
def workshops() -> list[Facts]:
    """The twelve workshops in their order, each with its pieces under `product`."""
    files = sorted(FOLDER.glob("[0-9][0-9]-*.toml"))
    return [_read(path) for path in files]


@cache
def people() -> Facts:
    """Staff, buyers, waiting applications, collections and shelves."""
    return _read(FOLDER / "people.toml")


@cache
def places() -> list[Facts]:
    """Where pieces can be seen."""
    found: list[Facts] = _read(FOLDER / "places.toml")["places"]
    return found


@cache
def picture_words() -> dict[str, dict[str, str]]:
    """What further pictures of a piece show, by view and language, with {name} in it."""
    return _read(FOLDER / "pictures.toml")


def pieces() -> list[Facts]:
    """All products of all workshops."""
    return [piece for workshop in workshops() for piece in workshop["product"]]


def _read(path: Path) -> Facts:
    with path.open("rb") as source:
        return tomllib.load(source)
