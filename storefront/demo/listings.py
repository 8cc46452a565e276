"""What waits on the curators' desk: an edit of a piece that stays online, and a new piece."""

from __future__ import annotations

from typing import Any

from storefront.artisans import Artisan
from storefront.catalogue import Product, payload_of, save_change, start_piece, submit_change
from storefront.demo.clockwork import ago
from storefront.demo.front import product_of
from storefront.kernel.clock import as_if_at
from storefront.kernel.db import db

NEW_TEXT = {
    "name": "Dompet serut Saku Daun besar",
    "summary": "Dompet serut kanvas berukuran A5 dengan cetakan daun kersen dan bunga kenikir.",
    "body": (
        "Saudara yang lebih besar dari dompet Saku Daun, cukup untuk buku catatan A5 dan sebatang "
        "pensil. Daun kersen dan bunga kenikir dipukul satu per satu di atas kanvas bertawas, lalu "
        "dikukus. Mulutnya ditutup tali serut katun. Di dalamnya ada saku kecil berisi daun kering "
        "yang meninggalkan cetakan itu. Setiap helai berbeda letak daunnya."
    ),
}


def add_waiting_changes() -> None:
    """One edit and one new piece, sent by their makers. Runs in the caller's transaction."""
    with as_if_at(ago(2, 19, 40)):
        _send_edit()
    with as_if_at(ago(1, 20, 15)):
        _send_new_piece()


def _send_edit() -> None:
    """The maker says more about washing, in Indonesian: the translations will be out of date."""
    product, maker = _piece("GDK-02")
    payload = payload_of(product)
    payload["texts"]["id"]["body"] += " Kami menyertakan kartu kecil dengan petunjuk mencuci."
    payload["packed_g"] += 10
    change = save_change(product.id, payload, 0, maker)
    submit_change(product.id, change.version, maker)


def _send_new_piece() -> None:
    """A larger pouch, so far in the maker's own language only."""
    like, maker = _piece("TKS-03")
    payload: dict[str, Any] = payload_of(like) | {
        "texts": {"id": NEW_TEXT},
        "length_mm": 260,
        "width_mm": 190,
        "net_g": 90,
        "packed_g": 150,
        "pack_length_cm": 28,
        "variants": [{"id": "", "label": "", "price_idr": 115_000, "stock": 12, "is_active": True}],
    }
    product = start_piece(like.artisan_id, maker, payload)
    submit_change(product.id, 1, maker)


def _piece(sku: str) -> tuple[Product, int]:
    """A piece and the person who makes it."""
    product = db.session.get_one(Product, product_of(sku))
    maker = db.session.get_one(Artisan, product.artisan_id).applicant_id
    assert maker is not None
    return product, maker
