"""What a variant is offered at, for the cart and for an order. One statement, always."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storefront.artisans import Artisan
from storefront.catalogue.models import (
    CurrencyRule,
    Price,
    Product,
    ProductPicture,
    ProductTranslation,
    Variant,
)
from storefront.catalogue.rules import UNCOUNTED, why_not_for_sale
from storefront.kernel.clock import WIB, now
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.kernel.translated import LANGS


@dataclass(frozen=True)
class OfferedVariant:
    """A variant as it stands now: names, maker, price row, stock. Weights in g, pack in cm.

    `price` is the stored retail row of the asked currency, None where there is none: then the
    figure may be shown as an estimate but never charged. `why_not` is '' when it may be bought.
    """

    variant_id: int
    public_id: str
    sku: str
    label: str
    product_id: int
    product_public_id: str
    product_number: int
    product_slug: str
    names: dict[str, str]
    category_id: int | None
    artisan_id: int
    artisan_name: str
    artisan_slug: str
    artisan_kind: str
    artisan_district: str
    commission_bp: int
    availability: str
    counted: bool
    available: int
    lead_days_min: int
    lead_days_max: int
    min_quantity: int
    price: Money | None
    price_idr: int
    rate_micro: int
    media_id: int | None
    hs6: str
    origin_country: str
    net_g: int
    packed_g: int
    pack_cm: tuple[int, int, int]
    food: dict[str, Any] | None
    personalised: bool
    returnable: bool
    why_not: str

    @property
    def is_for_sale(self) -> bool:
        return self.why_not == ""


def offered_variants(variant_ids: Collection[int], currency: str) -> dict[int, OfferedVariant]:
    """The variants by id, with the retail price row of one currency. Unknown ids are left out."""
    if not variant_ids:
        return {}
    names: dict[int, dict[str, str]] = defaultdict(dict)
    found: dict[int, Any] = {}
    for row in db.session.execute(_offer_query(currency).where(Variant.id.in_(variant_ids))):
        found[row.Variant.id] = row
        if row.lang:
            names[row.Product.id][row.lang] = row.name
    today = now().astimezone(WIB).date()
    return {
        at: _offer(row, _with_fallback(names[row.Product.id]), currency, today)
        for at, row in found.items()
    }


def variant_id_of(public_id: str) -> int | None:
    """The id behind a variant's public name, or None."""
    return db.session.scalar(sa.select(Variant.id).where(Variant.public_id == public_id))


def product_id_of(public_id: str) -> int | None:
    """The id behind a product's public name, or None."""
    return db.session.scalar(sa.select(Product.id).where(Product.public_id == public_id))


def current_rate(currency: str) -> CurrencyRule | None:
    """The council's rule for a currency; None for rupiah and for currencies it does not know."""
    return db.session.get(CurrencyRule, currency)


def _offer_query(currency: str) -> sa.Select[Any]:
    front = (
        sa.select(ProductPicture.media_id)
        .where(ProductPicture.product_id == Product.id)
        .order_by(ProductPicture.position, ProductPicture.id)
        .limit(1)
        .scalar_subquery()
        .label("media_id")
    )
    return (
        sa.select(
            Variant,
            Product,
            Artisan,
            Price,
            ProductTranslation.lang,
            ProductTranslation.name,
            front,
        )
        .join(Product, Product.id == Variant.product_id)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .outerjoin(
            Price,
            sa.and_(
                Price.variant_id == Variant.id,
                Price.currency == currency,
                Price.price_list == "retail",
                Price.min_quantity == 1,
            ),
        )
        .outerjoin(ProductTranslation, ProductTranslation.product_id == Product.id)
        .execution_options(populate_existing=True)
    )


def _with_fallback(names: dict[str, str]) -> dict[str, str]:
    default = names.get("en") or names.get("id") or next(iter(names.values()), "")
    return {lang: names.get(lang) or default for lang in LANGS}


def _offer(row: Any, names: dict[str, str], currency: str, today: dt.date) -> OfferedVariant:
    variant, product, maker, price = row.Variant, row.Product, row.Artisan, row.Price
    available = variant.on_hand - variant.held if variant.counted else UNCOUNTED
    return OfferedVariant(
        variant_id=variant.id,
        public_id=variant.public_id,
        sku=variant.sku,
        label=variant.label,
        product_id=product.id,
        product_public_id=product.public_id,
        product_number=product.number,
        product_slug=product.slug or "",
        names=names,
        category_id=product.category_id,
        artisan_id=maker.id,
        artisan_name=maker.name,
        artisan_slug=maker.slug or "",
        artisan_kind=maker.kind,
        artisan_district=maker.district,
        commission_bp=maker.commission_bp,
        availability=product.availability,
        counted=variant.counted,
        available=available,
        lead_days_min=product.lead_days_min,
        lead_days_max=product.lead_days_max,
        min_quantity=product.min_quantity,
        price=Money(price.amount_minor, currency) if price else None,
        price_idr=variant.price_idr,
        rate_micro=price.rate_micro if price else 0,
        media_id=row.media_id,
        hs6=product.hs6,
        origin_country=product.origin_country,
        net_g=product.net_g,
        packed_g=product.packed_g,
        pack_cm=(product.pack_length_cm, product.pack_width_cm, product.pack_height_cm),
        food=product.food,
        personalised=product.personalised,
        returnable=product.returnable,
        why_not=why_not_for_sale(
            product_state=product.state,
            variant_active=variant.is_active,
            artisan_state=maker.state,
            closed_from=maker.closed_from,
            closed_until=maker.closed_until,
            available=available,
            today=today,
        ),
    )
