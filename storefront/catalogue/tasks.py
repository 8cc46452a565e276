"""What the catalogue does behind a commit. These are doors: they open their own transactions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from storefront.catalogue.actions.prices import RATE_TOPIC, write_prices
from storefront.catalogue.actions.search_index import TOPIC, index_product, index_products
from storefront.catalogue.models import Product
from storefront.kernel.db import db, transaction
from storefront.notifications import task_topic

BATCH = 500


@task_topic(TOPIC)
def follow_product(payload: dict[str, Any]) -> None:
    """A piece has changed: write its search rows anew."""
    with transaction():
        index_product(int(payload["product_id"]))


@task_topic(RATE_TOPIC)
def follow_rate(payload: dict[str, Any]) -> None:
    """A currency rule has changed: write the price rows anew, some hundred pieces at a time."""
    for ids in _batches():
        with transaction():
            write_prices(ids)


def rebuild_index(progress: Callable[[int, int], None] | None = None) -> int:
    """Write all search rows anew; `progress(done, total)` is told after every batch."""
    total = db.session.scalar(sa.select(sa.func.count(Product.id))) or 0
    done = 0
    for ids in _batches():
        with transaction():
            index_products(ids)
        done += len(ids)
        if progress is not None:
            progress(done, total)
    return done


def _batches() -> list[list[int]]:
    ids = list(db.session.scalars(sa.select(Product.id).order_by(Product.id)))
    db.session.rollback()
    return [ids[at : at + BATCH] for at in range(0, len(ids), BATCH)]
