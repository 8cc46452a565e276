"""What the catalogue does behind a commit. These are doors: they open their own transactions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from storefront.artisans import Artisan, on_workshop_change
from storefront.catalogue.actions.listing_index import (
    drop_listing_but,
    index_pieces,
    index_product,
    write_listing,
)
from storefront.catalogue.actions.prices import RATE_TOPIC, write_prices
from storefront.catalogue.actions.search_index import (
    MAKER_TOPIC,
    SHOP_TOPIC,
    TOPIC,
    drop_blocks_but,
    prepare_block,
    queue_maker,
    write_block,
)
from storefront.catalogue.bitmaps import BLOCK
from storefront.catalogue.models import Product
from storefront.catalogue.queries.listing import visible
from storefront.catalogue.queries.words import forget_words
from storefront.kernel.db import db, transaction
from storefront.notifications import task_topic

BATCH = 500

on_workshop_change(queue_maker)


@task_topic(TOPIC)
def follow_product(payload: dict[str, Any]) -> None:
    """A piece has changed: bring its search rows up to date."""
    with transaction():
        index_product(int(payload["product_id"]))


@task_topic(MAKER_TOPIC)
def follow_maker(payload: dict[str, Any]) -> None:
    """A workshop has another name, or is shown or hidden: bring all its pieces up to date."""
    for ids in _batches(Product.artisan_id == int(payload["artisan_id"])):
        with transaction():
            index_pieces(ids)


@task_topic(SHOP_TOPIC)
def follow_words(payload: dict[str, Any]) -> None:
    """A shelf or a craft word has another name: write the whole index anew."""
    rebuild_index()


@task_topic(RATE_TOPIC)
def follow_rate(payload: dict[str, Any]) -> None:
    """A currency rule has changed: write the price rows anew, some hundred pieces at a time, and
    then the bands by which lists filter."""
    for ids in _batches():
        with transaction():
            write_prices(ids)
    for block in sorted({at // BLOCK for ids in _batches() for at in ids}):
        with transaction():
            write_listing([block])


def rebuild_index(progress: Callable[[int, int], None] | None = None) -> int:
    """Write the whole index anew; returns how many pieces it holds.

    `progress(done, total)` counts the pieces that may be seen. A block of some thousand pieces is
    replaced at a time, in a short transaction: the shop searches on meanwhile.
    """
    forget_words()
    seen = sa.select(Product.id).join(Artisan, Artisan.id == Product.artisan_id).where(visible())
    ids = list(db.session.scalars(seen))
    blocks = sorted({at // BLOCK for at in ids})
    done = 0

    def add(pieces: int) -> None:
        nonlocal done
        done += pieces
        if progress is not None and pieces:
            progress(done, len(ids))

    for block in blocks:
        prepared = prepare_block(block, add)
        with transaction():
            write_block(block, prepared)
            write_listing([block])
    with transaction():
        drop_blocks_but(blocks)
        drop_listing_but(blocks)
    return done


def _batches(*conditions: sa.ColumnElement[bool]) -> list[list[int]]:
    ids = list(db.session.scalars(sa.select(Product.id).where(*conditions).order_by(Product.id)))
    db.session.rollback()
    return [ids[at : at + BATCH] for at in range(0, len(ids), BATCH)]
