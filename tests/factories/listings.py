"""Listings as a test needs them: a whole payload, a maker, a curator, a piece on its way."""

from __future__ import annotations

from typing import Any

from storefront.accounts import User
from storefront.artisans import Artisan
from storefront.catalogue import ListingChange, Product, start_piece, submit_change
from storefront.catalogue.listing_rules import Payload, blank
from storefront.catalogue.queries.listings import open_change
from storefront.kernel.db import transaction
from storefront.media import add_file, prepare_picture
from tests.factories.accounts import person
from tests.factories.artisans import picture
from tests.factories.catalogue import workshop

TEXT = {
    "name": "Syal katun daun kersen",
    "summary": "Syal katun dengan cetakan daun kersen.",
    "body": "Daun kersen dikukus dua jam di atas katun.",
}


def payload(artisan: Artisan, **changes: Any) -> Payload:
    """A listing that may be sent, with one real photo; `changes` are keys of the payload."""
    ready = prepare_picture(picture(), "kain.jpg")
    with transaction():
        media = add_file(ready, artisan_id=artisan.id)
    whole = blank() | {
        "pictures": [{"media_id": media.id, "alt": {"id": "Syal di gantungan"}}],
        "texts": {"id": dict(TEXT)},
        "category": "ecoprint-scarves",
        "techniques": ["steaming"],
        "materials": [{"key": "cotton", "percent": 100}],
        "plants": ["teak"],
        "length_mm": 1800,
        "width_mm": 500,
        "net_g": 120,
        "packed_g": 200,
        "pack_length_cm": 25,
        "pack_width_cm": 18,
        "pack_height_cm": 4,
        "hs6": "621490",
        "variants": [row(price_idr=250_000, stock=4)],
    }
    return whole | changes


def row(label: str = "", *, price_idr: int = 100_000, stock: int = 1) -> dict[str, Any]:
    """A variant as the editor keeps it."""
    return {
        "id": "",
        "label": label,
        "price_idr": price_idr,
        "stock": stock,
        "is_active": True,
    }


def maker(artisan: Artisan | None = None) -> tuple[User, Artisan]:
    """The owner of a workshop that sells."""
    artisan = artisan or workshop()
    return person(artisan_id=artisan.id), artisan


def sent(owner: User, artisan: Artisan, **changes: Any) -> tuple[Product, ListingChange]:
    """A new piece that waits for the council."""
    wanted = payload(artisan, **changes)
    with transaction():
        product = start_piece(artisan.id, owner.id, wanted)
        change = submit_change(product.id, 1, owner.id)
    return product, change


def change_of(product: Product) -> ListingChange:
    """The open change of a piece."""
    found = open_change(product.id)
    assert found is not None
    return found
