"""What is done to a piece without a review: begin, hide, show, archive, count, price."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storefront.artisans import Artisan, valid_papers
from storefront.catalogue.actions.journal import note, tell
from storefront.catalogue.actions.prices import set_price
from storefront.catalogue.actions.search_index import queue_index
from storefront.catalogue.actions.stock import set_stock
from storefront.catalogue.listing_rules import (
    HIDDEN_BY_MAKER,
    PAPERS_EXPIRED,
    PRODUCT,
    lacking_papers,
)
from storefront.catalogue.models import Product, Variant
from storefront.catalogue.queries.listings import papers_lacking
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotAllowed, NotFound, ShopError, StaleVersion
from storefront.kernel.translated import N_

_NUMBERS = 70_021  # names the lock under which running numbers are drawn


class OnlyOne(ShopError):
    """A piece that is one of a kind was counted more than once."""

    message = N_("Of a piece that is one of a kind there can be only one.")


class NoPrice(ShopError):
    """A price of nothing."""

    message = N_("Please write a price above zero.")


class PapersLacking(ShopError):
    """Food cannot be shown without its papers."""

    message = N_("This food can be shown as soon as its papers are valid.")


def locked(product_id: int) -> Product:
    """The piece, locked. Raises NotFound."""
    found = lock(Product, [product_id])
    if not found:
        raise NotFound()
    return found[0]


def move(product: Product, verb: str, user_id: int | None, why: str = "", **detail: Any) -> None:
    """Apply a verb of the product machine, write its event, let the search follow.
    Raises NotAllowed."""
    before, product.state = product.state, PRODUCT.to(product.state, verb)
    product.version += 1
    note(product, verb, user_id, why, before=before, after=product.state, **detail)
    queue_index(product.id)


def new_piece(artisan_id: int) -> Product:
    """A piece that nobody sees yet, with the shop's next number."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_NUMBERS)))
    highest = db.session.scalar(sa.select(sa.func.max(Product.number))) or 0
    product = Product(artisan_id=artisan_id, number=highest + 1, state="draft")
    db.session.add(product)
    db.session.flush()
    return product


def hide(product_id: int, user_id: int | None, reason: str, why: str = "") -> Product:
    """Take a piece off the shop. `reason` is HIDDEN_BY_MAKER, PAPERS_EXPIRED or a ready reason of
    the council; unless the maker did it, the maker is told. Raises NotAllowed."""
    product = locked(product_id)
    before, product.state = product.state, PRODUCT.to(product.state, "hide")
    product.version += 1
    product.hidden_reason = reason
    event = note(product, "hide", user_id, why, before=before, after="hidden", reason=reason)
    queue_index(product.id)
    if reason != HIDDEN_BY_MAKER:
        tell("hidden", event)
    return product


def show(product_id: int, user_id: int | None, *, by_maker: bool) -> Product:
    """Put a hidden piece back. A maker brings back only what a maker hid; food needs its papers.

    Raises NotAllowed or PapersLacking."""
    product = locked(product_id)
    if by_maker and product.hidden_reason != HIDDEN_BY_MAKER:
        raise NotAllowed()
    if papers_lacking(product.artisan_id, product.food):
        raise PapersLacking()
    product.hidden_reason = ""
    product.published_at = product.published_at or now()
    move(product, "show", user_id)
    return product


def set_offer(
    variant_id: int, user_id: int, *, price_idr: int, stock: int, seen_stock: int, version: int
) -> Variant:
    """A maker changes price and count at once, without a review.

    A count that was not touched stays as it is, even if a piece was sold meanwhile; one that was
    touched must have been made on the present count. Raises StaleVersion, StockBelowHeld, OnlyOne,
    NoPrice or NotAllowed.
    """
    at = db.session.get(Variant, variant_id)
    if at is None:
        raise NotFound()
    product = locked(at.product_id)
    (variant,) = lock(Variant, [variant_id])
    if product.state == "archived":
        raise NotAllowed()
    if price_idr <= 0:
        raise NoPrice()
    if version != variant.version:
        raise StaleVersion()
    counts = variant.counted and stock != seen_stock
    if counts and variant.on_hand != seen_stock:
        raise StaleVersion()
    if counts and product.availability == "one_of_a_kind" and stock > 1:
        raise OnlyOne()
    if price_idr != variant.price_idr:
        old = variant.price_idr
        variant = set_price(variant_id, price_idr, variant.version)
        note(product, "set_price", user_id, variant=variant.sku, before_idr=old, idr=price_idr)
    if counts:
        variant = set_stock(variant_id, stock, user_id, variant.version)
        note(product, "set_stock", user_id, variant=variant.sku, count=stock)
    return variant


def food_out_of_step() -> list[int]:
    """Ids of food that is shown without valid papers, or hidden although they are valid again."""
    rows = db.session.execute(
        sa.select(Product.id, Product.artisan_id, Product.state, Product.food)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(
            Product.food.is_not(sa.null()),
            sa.or_(
                Product.state == "live",
                sa.and_(Product.state == "hidden", Product.hidden_reason == PAPERS_EXPIRED),
            ),
        )
    ).all()
    papers = valid_papers({row.artisan_id for row in rows}) if rows else {}
    return [
        row.id
        for row in rows
        if bool(lacking_papers(row.food, papers[row.artisan_id])) == (row.state == "live")
    ]


def recheck_food(product_id: int) -> Product:
    """Hide food whose papers ran out, and show it again once they are valid. Repeatable."""
    product = locked(product_id)
    lacking = papers_lacking(product.artisan_id, product.food)
    if product.state == "live" and lacking:
        return hide(product_id, None, PAPERS_EXPIRED)
    if product.state == "hidden" and product.hidden_reason == PAPERS_EXPIRED and not lacking:
        return show(product_id, None, by_maker=False)
    return product
