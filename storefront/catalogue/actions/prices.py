"""Price rows: what may be charged in each currency, written from the rupiah price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from storefront.catalogue.actions.search_index import queue_index
from storefront.catalogue.models import CurrencyRule, Price, Variant
from storefront.catalogue.queries.words import forget_words
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.errors import StaleVersion
from storefront.kernel.rates import price_from_idr
from storefront.notifications import queue_task

RETAIL = "retail"
MOST_AT_ONCE = 2000
RATE_TOPIC = "catalogue.prices"


def write_prices(product_ids: Collection[int] | None = None) -> int:
    """Bring the retail rows of these products (None: of all) in line with the currency rules.

    A variant without a rupiah price gets no row, a currency that is not charged loses its rows.
    Returns how many rows were written.
    """
    rules = list(db.session.scalars(sa.select(CurrencyRule).where(CurrencyRule.is_charged)))
    variants = sa.select(Variant.id, Variant.price_idr).where(Variant.price_idr > 0)
    if product_ids is not None:
        variants = variants.where(Variant.product_id.in_(product_ids))
    wanted = {
        (variant_id, currency): row
        for variant_id, price_idr in db.session.execute(variants)
        for currency, row in _rows(price_idr, rules).items()
    }
    present = _present(product_ids)
    for key, outdated in present.items():
        if key not in wanted:
            db.session.delete(outdated)
    written = 0
    for (variant_id, currency), values in wanted.items():
        price: Price | None = present.get((variant_id, currency))
        if price is None:
            price = Price(variant_id=variant_id, currency=currency, price_list=RETAIL)
            db.session.add(price)
        elif (price.amount_minor, price.basis_idr, price.rate_micro) == values:
            continue
        price.amount_minor, price.basis_idr, price.rate_micro = values
        price.updated_at = now()
        written += 1
    db.session.flush()
    return written


def _rows(price_idr: int, rules: list[CurrencyRule]) -> dict[str, tuple[int, int, int]]:
    rows = {"IDR": (price_idr, price_idr, 0)}
    for rule in rules:
        price = price_from_idr(
            price_idr, rule.rate_micro, rule.margin_bp, rule.rounding_minor, rule.currency
        )
        rows[rule.currency] = (price.minor, price_idr, rule.rate_micro)
    return rows


def _present(product_ids: Collection[int] | None) -> dict[tuple[int, str], Price]:
    query = sa.select(Price).where(Price.price_list == RETAIL, Price.min_quantity == 1)
    if product_ids is not None:
        query = query.join(Variant, Variant.id == Price.variant_id).where(
            Variant.product_id.in_(product_ids)
        )
    return {(price.variant_id, price.currency): price for price in db.session.scalars(query)}


def set_currency_rule(
    currency: str,
    *,
    rate_micro: int,
    margin_bp: int,
    rounding_minor: int,
    is_charged: bool,
    checked_on: dt.date,
    version: int,
) -> int:
    """Change how rupiah become a currency, and let its price rows follow.

    A small shop's rows are rewritten in the same commit, those of a large one by a task behind
    it, some hundred pieces at a time; until then each row stays as valid as it was. Orders
    already placed keep their own copies. Raises StaleVersion. Returns the rows written at once.
    """
    ids = sa.select(CurrencyRule).where(CurrencyRule.currency == currency).with_for_update()
    rule = db.session.scalars(ids.execution_options(populate_existing=True)).one()
    if rule.version != version:
        raise StaleVersion()
    rule.rate_micro, rule.margin_bp, rule.rounding_minor = rate_micro, margin_bp, rounding_minor
    rule.is_charged, rule.checked_on = is_charged, checked_on
    rule.version += 1
    db.session.flush()
    forget_words()
    queue_task(RATE_TOPIC, f"{RATE_TOPIC}:{currency}:{rule.version}", {"currency": currency})
    is_small = (db.session.scalar(sa.select(sa.func.count(Variant.id))) or 0) <= MOST_AT_ONCE
    return write_prices() if is_small else 0


def set_price(variant_id: int, price_idr: int, version: int) -> Variant:
    """The maker sets a variant's rupiah price; its rows follow. Raises StaleVersion."""
    (variant,) = lock(Variant, [variant_id])
    if variant.version != version:
        raise StaleVersion()
    variant.price_idr = price_idr
    variant.version += 1
    db.session.flush()
    write_prices([variant.product_id])
    queue_index(variant.product_id)
    return variant
