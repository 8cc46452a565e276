"""What a currency rule does, or would do, to prices buyers see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from storefront.catalogue.models import CurrencyRule, Price, Product, Variant
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.kernel.rates import price_from_idr

EXAMPLES = 5


@dataclass(frozen=True)
class Example:
    """One rupiah price now and after."""

    idr: Money
    now: Money | None
    then: Money


@dataclass(frozen=True)
class Effect:
    """Rows that exist, rows whose figure the rule would change, and some examples."""

    rows: int
    without: int
    examples: list[Example]


def effect_of(
    rule: CurrencyRule,
    rate_micro: int | None = None,
    margin_bp: int | None = None,
    rounding_minor: int | None = None,
) -> Effect:
    """The effect of the rule, with other figures where given; three statements."""
    rows = db.session.scalar(
        sa.select(sa.func.count(Price.id)).where(
            Price.currency == rule.currency, Price.price_list == "retail"
        )
    )
    priced = db.session.scalar(
        sa.select(sa.func.count(Variant.id))
        .join(Product, Product.id == Variant.product_id)
        .where(Variant.price_idr > 0, Variant.is_active, Product.state == "live")
    )
    figures = (
        rate_micro or rule.rate_micro,
        rule.margin_bp if margin_bp is None else margin_bp,
        rounding_minor or rule.rounding_minor,
    )
    examples = [
        Example(
            Money.idr(idr),
            None if minor is None else Money(minor, rule.currency),
            price_from_idr(idr, *figures, rule.currency),
        )
        for idr, minor in _spread(db.session.execute(_some(rule.currency)).all())
    ]
    return Effect(rows or 0, max(0, (priced or 0) - (rows or 0)), examples)


def _spread(rows: Sequence[sa.Row[int, int | None]]) -> list[sa.Row[int, int | None]]:
    """At most five of the rows, evenly from first to last."""
    if len(rows) <= EXAMPLES:
        return list(rows)
    return [rows[at * (len(rows) - 1) // (EXAMPLES - 1)] for at in range(EXAMPLES)]


def _some(currency: str) -> sa.Select[int, int | None]:
    """A few of the rupiah prices there are, from low to high."""
    return (
        sa.select(Variant.price_idr, sa.func.min(Price.amount_minor))
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Price, sa.and_(Price.variant_id == Variant.id, Price.currency == currency))
        .where(Product.state == "live", Variant.price_idr > 0)
        .group_by(Variant.price_idr)
        .order_by(Variant.price_idr)
        .limit(200)
    )
