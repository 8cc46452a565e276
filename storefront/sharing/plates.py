"""What a preview picture of a piece shows, and the stamp that changes whenever that changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from storefront.catalogue import ProductCard, ProductPage
from storefront.kernel import runtime

WIDTH, HEIGHT = 1200, 630
DRAWING = 1  # raise it when the drawing changes: every picture is then made anew


@dataclass(frozen=True)
class Plate:
    """The words and the picture of one preview. `picture` is a media file's public name."""

    lang: str
    name: str
    maker: str
    district: str
    number: int
    dye: str
    dyes: tuple[str, ...]
    picture: str

    def stamp(self) -> str:
        """16 hex letters of all that is drawn."""
        told = asdict(self) | {"drawing": DRAWING, "shop": runtime.settings().name_lines}
        text = json.dumps(told, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def plate_of_card(card: ProductCard, lang: str) -> Plate:
    """The plate of a card that was made in the same language."""
    return Plate(
        lang=lang,
        name=card.name.value,
        maker=card.maker,
        district=card.district,
        number=card.number,
        dye=card.dye,
        dyes=card.dyes,
        picture=card.picture.public_id if card.picture else "",
    )


def plate_of_page(page: ProductPage, lang: str) -> Plate:
    """The same plate from a piece's page."""
    return Plate(
        lang=lang,
        name=page.name.value,
        maker=page.maker.name,
        district=page.maker.district,
        number=page.product.number,
        dye=page.dye,
        dyes=page.dyes,
        picture=page.shots[0].picture.public_id if page.shots else "",
    )
