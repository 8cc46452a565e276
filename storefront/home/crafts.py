"""What is told of techniques and plants: one text file per list and language, a section per key.

    # steaming         the key of the craft word; its name stands in the vocabulary
    Paragraphs, `- ` and `1. ` as in the content pages.

The section `index` opens the list's page. A word of the list without a section has its sentence.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Final, NamedTuple

from flask_babel import lazy_gettext as _l

from storefront.catalogue import CraftWord
from storefront.home.texts import FOLDER, Block, blocks_of

LISTS: Final = {"technique": "techniques", "plant": "plants"}
INDEX = "index"

FAMILIES: Final = {
    "ecoprint": _l("Ecoprint"),
    "batik": _l("Batik"),
    "weaving": _l("Weaving"),
    "plaiting": _l("Plaiting"),
    "leather": _l("Leather work"),
    "metal": _l("Metalwork"),
    "sewing": _l("Sewing"),
    "food": _l("Food"),
}
PARTS: Final = {
    "leaf": _l("Leaf"),
    "bark": _l("Bark"),
    "wood": _l("Wood"),
    "fruit": _l("Fruit"),
    "flower": _l("Flower and leaf"),
}
USES: Final = {
    "print": _l("Prints its own shape"),
    "bath": _l("Colours the cloth in a bath"),
}


class Family(NamedTuple):
    """Techniques that belong together."""

    key: str
    name: str
    terms: list[CraftWord]


def craft_text(vocabulary: str, key: str, lang: str) -> list[Block]:
    """What is told of a craft word; empty where nothing was written."""
    return _sections(vocabulary, lang).get(key, [])


def families(terms: Iterable[CraftWord]) -> list[Family]:
    """Techniques by family, families in their fixed order, without empty ones."""
    known = list(terms)
    found = [
        Family(key, str(name), [t for t in known if t.attributes.get("family") == key])
        for key, name in FAMILIES.items()
    ]
    return [family for family in found if family.terms]


@functools.cache
def _sections(vocabulary: str, lang: str) -> dict[str, list[Block]]:
    path = FOLDER / lang / f"{LISTS[vocabulary]}.md"
    lines: dict[str, list[str]] = {}
    key = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            key = line.removeprefix("# ").strip()
            lines[key] = []
        elif key:
            lines[key].append(line)
    return {name: blocks_of(section) for name, section in lines.items()}
