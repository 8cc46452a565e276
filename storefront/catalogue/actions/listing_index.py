"""Writing what lists and filters read: one stored block for some thousand pieces, made whole.

A block is always made anew from the tables, so that it cannot drift from them.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection

import sqlalchemy as sa

from storefront.artisans import Artisan
from storefront.catalogue.actions.search_index import index_products, lock_index
from storefront.catalogue.bitmaps import BLOCK
from storefront.catalogue.blocks import ABROAD, EVERY, Block
from storefront.catalogue.models import ListingBlock, Price, Product, ProductTerm, Variant
from storefront.catalogue.queries.listing import visible
from storefront.catalogue.rules import price_band, ships_abroad
from storefront.kernel.db import db


def index_product(product_id: int) -> None:
    """Bring what search, lists and filters know of one piece up to date."""
    index_pieces([product_id])


def index_pieces(product_ids: Collection[int]) -> None:
    """Bring what search, lists and filters know of some hundred pieces up to date."""
    index_products(product_ids)
    write_listing({at // BLOCK for at in product_ids})


def write_listing(blocks: Collection[int]) -> None:
    """Make these blocks anew; four statements to read each, two to write it."""
    db.session.flush()
    lock_index()
    for number in sorted(blocks):
        made = _block(number)
        db.session.execute(sa.delete(ListingBlock).where(ListingBlock.block == number))
        if made.sets:
            version = secrets.randbits(48)
            row = {"block": number, "version": version, "content": made.pack()}
            db.session.execute(sa.insert(ListingBlock), row)


def drop_listing_but(blocks: Collection[int]) -> None:
    """Take out the blocks in which there is no piece any more."""
    db.session.execute(sa.delete(ListingBlock).where(ListingBlock.block.not_in(blocks)))


def _block(number: int) -> Block:
    first = number * BLOCK
    made, terms, prices = Block(), _terms(first), _prices(first)
    pieces = sa.select(
        Product.id,
        Product.category_id,
        Product.colour_family,
        Product.availability,
        Product.artisan_id,
        Artisan.name.label("maker"),
        Artisan.slug.label("maker_slug"),
        Product.published_at,
        Product.food,
        Product.hs6,
    ).join(Artisan, Artisan.id == Product.artisan_id)
    for row in db.session.execute(pieces.where(_within(Product.id, first), visible())):
        offset = row.id - first
        names = {
            EVERY: True,
            ABROAD: ships_abroad(row.food, row.hs6),
            f"c{row.category_id}": row.category_id is not None,
            f"k{row.colour_family}": bool(row.colour_family),
            f"a{row.availability}": True,
        }
        names |= {f"t{term_id}": True for term_id in terms[row.id]}
        names |= {
            f"{currency}{price_band(minor, currency)}": True
            for currency, minor in prices[row.id].items()
        }
        made.add(offset, names)
        made.price[offset] = prices[row.id].get("IDR", 0)
        made.maker[offset] = row.artisan_id
        made.makers[row.artisan_id] = (row.maker, row.maker_slug or "")
        made.published[offset] = int(row.published_at.timestamp()) if row.published_at else 0
    return made


def _within(column: sa.orm.InstrumentedAttribute[int], first: int) -> sa.ColumnElement[bool]:
    return column.between(first, first + BLOCK - 1)


def _terms(first: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    said = sa.select(ProductTerm.product_id, ProductTerm.term_id)
    for product_id, term_id in db.session.execute(
        said.where(_within(ProductTerm.product_id, first))
    ):
        found[product_id].append(term_id)
    return found


def _prices(first: int) -> dict[int, dict[str, int]]:
    """The lowest retail price of each piece per currency, in minor units."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    active = (_within(Variant.product_id, first), Variant.is_active)
    lowest = sa.func.min(Variant.price_idr)
    rupiah = sa.select(Variant.product_id, lowest).where(*active).group_by(Variant.product_id)
    for product_id, minor in db.session.execute(rupiah):
        found[product_id]["IDR"] = minor
    rows = (
        sa.select(Variant.product_id, Price.currency, sa.func.min(Price.amount_minor))
        .join(Price, Price.variant_id == Variant.id)
        .where(*active, Price.price_list == "retail", Price.min_quantity == 1)
        .where(Price.currency != "IDR")
        .group_by(Variant.product_id, Price.currency)
    )
    for product_id, currency, minor in db.session.execute(rows):
        found[product_id][currency] = minor
    return found
