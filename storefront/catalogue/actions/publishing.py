"""Putting an approved payload into the rows buyers see. Called under the piece's lock."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from storefront.artisans import Artisan
from storefront.catalogue.actions.prices import write_prices
from storefront.catalogue.actions.search_index import queue_index
from storefront.catalogue.actions.stock import open_stock, set_stock
from storefront.catalogue.listing_rules import Payload, food_papers, source_changed
from storefront.catalogue.models import (
    Product,
    ProductPicture,
    ProductTerm,
    ProductTranslation,
    Variant,
)
from storefront.catalogue.queries.listings import (
    WORD_LISTS,
    is_food,
    translations_of,
    variants_of,
)
from storefront.catalogue.queries.words import vocabulary
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.slugs import former_owner, remember_slug, slugify
from storefront.kernel.translated import mark_stale

PLAIN = (
    *("availability", "lead_days_min", "lead_days_max", "min_quantity", "motif"),
    *("colour_family", "synthetic_dye", "length_mm", "width_mm", "height_mm"),
    *("net_g", "packed_g", "pack_length_cm", "pack_width_cm", "pack_height_cm"),
    *("hs6", "personalised"),
)
MOST_COLOURS = 4
SLUG_KIND = "product"


def publish(
    product: Product,
    payload: Payload,
    before: Payload,
    checked_langs: Collection[str],
    user_id: int,
) -> None:
    """Write every row of a piece from the payload: facts, words, pictures, texts, variants,
    prices, stock, address; and let the search follow."""
    shelf = vocabulary().shelf(payload["category"])
    product.category_id = shelf.id if shelf else None
    for column in PLAIN:
        setattr(product, column, payload[column])
    product.food = _food(payload) if is_food(payload["category"]) else None
    product.returnable = product.food is None and not product.personalised
    if not product.dyes or set(payload["plants"]) != set(before["plants"]):
        product.dyes = _dyes(payload) or product.dyes
    product.version += 1
    _write_terms(product, payload)
    _write_pictures(product, payload)
    _write_texts(product, payload, before, checked_langs)
    _write_variants(product, payload, user_id)
    _write_slug(product, payload)
    db.session.flush()
    db.session.expire(product, ["terms", "pictures", "translations", "variants"])
    write_prices([product.id])
    queue_index(product.id)


def _food(payload: Payload) -> dict[str, Any]:
    food = dict(payload["food"] or {})
    papers = food_papers(food["storage"], food["shelf_life_days"])
    return food | {"net_g": payload["net_g"], "papers": papers}


def _dyes(payload: Payload) -> list[str]:
    words = vocabulary()
    named = [words.term("plant", key) for key in payload["plants"]]
    named.append(words.term("colour", payload["colour_family"]))
    return list(dict.fromkeys(term.dye for term in named if term and term.dye))[:MOST_COLOURS]


def _write_terms(product: Product, payload: Payload) -> None:
    words = vocabulary()
    said = [("material", part["key"], part["percent"]) for part in payload["materials"]]
    said += [(name, key, 0) for at, name in WORD_LISTS.items() for key in payload[at]]
    db.session.execute(sa.delete(ProductTerm).where(ProductTerm.product_id == product.id))
    shares: dict[int, int] = {}
    for name, key, percent in said:
        term = words.term(name, key)
        if term is not None:
            shares[term.id] = shares.get(term.id, 0) + percent
    db.session.add_all(
        ProductTerm(product_id=product.id, term_id=at, percent=percent, position=position)
        for position, (at, percent) in enumerate(shares.items())
    )


def _write_pictures(product: Product, payload: Payload) -> None:
    db.session.execute(sa.delete(ProductPicture).where(ProductPicture.product_id == product.id))
    db.session.add_all(
        ProductPicture(
            product_id=product.id, media_id=shot["media_id"], position=position, alt=shot["alt"]
        )
        for position, shot in enumerate(payload["pictures"])
    )


def _write_texts(
    product: Product, payload: Payload, before: Payload, checked_langs: Collection[str]
) -> None:
    """The source language is checked by approving it; other languages are checked one by one,
    and become stale when the source has moved on without them."""
    source = product.source_lang
    rows = {row.lang: row for row in translations_of(product.id)}
    if source_changed(before, payload, source):
        mark_stale(rows.values(), source)
    source_hash = _hash(payload["texts"].get(source, {}))
    for lang, text in payload["texts"].items():
        row = rows.get(lang)
        if not any(text.values()):
            if row is not None:
                db.session.delete(row)
            continue
        if row is None:
            row = ProductTranslation(product_id=product.id, lang=lang)
            db.session.add(row)
        if source_changed(before, payload, lang) or lang in checked_langs:
            is_checked = lang == source or lang in checked_langs
            row.state = "reviewed" if is_checked else "draft"
            row.source_hash, row.updated_at = source_hash, now()
        row.name, row.summary, row.body = text["name"], text["summary"], text["body"]


def _hash(text: dict[str, str]) -> str:
    words = "\0".join(text.get(part, "") for part in ("name", "summary", "body"))
    return hashlib.sha256(words.encode()).hexdigest()


def _write_variants(product: Product, payload: Payload, user_id: int) -> None:
    """New rows become variants with their opening stock; present ones keep price and stock, which
    change without a review."""
    present = {row.public_id: row for row in lock(Variant, [r.id for r in variants_of(product.id)])}
    counted = payload["availability"] != "made_to_order"
    fresh: list[Variant] = []
    code = db.session.get_one(Artisan, product.artisan_id).code or "W"
    shots = {shot["media_id"] for shot in payload["pictures"]}
    for position, row in enumerate(payload["variants"]):
        variant = present.get(row["id"])
        if variant is None:
            sku = f"{code}-{product.number}"
            number = len(present) + len(fresh)
            variant = Variant(
                product_id=product.id,
                sku=f"{sku}-{number + 1}" if number else sku,
                price_idr=row["price_idr"],
                counted=counted,
                on_hand=row["stock"] if counted else 0,
            )
            db.session.add(variant)
            fresh.append(variant)
        elif variant.counted and not counted:
            # What is promised to unpaid orders stays countable; the rest is no longer counted.
            set_stock(variant.id, variant.held, user_id, variant.version)
        variant.counted, variant.position = counted, position
        variant.label, variant.is_active = row["label"], row["is_active"]
        variant.media_id = row.get("photo") if row.get("photo") in shots else None
    db.session.flush()
    open_stock(fresh, user_id)


def _write_slug(product: Product, payload: Payload) -> None:
    """The address follows the name; one that was public goes on answering."""
    texts = payload["texts"]
    name = next((texts[at]["name"] for at in ("en", "id") if texts.get(at, {}).get("name")), "")
    wanted = slugify(name) or f"piece-{product.number}"
    if product.slug in {wanted, f"{wanted}-{product.number}"}:
        return
    taken = db.session.scalar(sa.select(Product.id).where(Product.slug == wanted))
    if taken is not None or former_owner(SLUG_KIND, wanted) not in {None, product.id}:
        wanted = f"{wanted}-{product.number}"
    if product.slug:
        remember_slug(SLUG_KIND, product.slug, product.id)
    product.slug = wanted
