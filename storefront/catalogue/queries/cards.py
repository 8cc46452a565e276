"""Pieces as cards: the label of the shop, in four statements however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storefront.artisans import Artisan
from storefront.catalogue.models import (
    Price,
    Product,
    ProductPicture,
    ProductTerm,
    ProductTranslation,
    Variant,
)
from storefront.catalogue.queries.words import CraftWord, Vocabulary, vocabulary
from storefront.catalogue.rules import UNCOUNTED, why_not_for_sale
from storefront.kernel.clock import today
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.kernel.translated import Text, pick
from storefront.media import MediaFile, PictureView, picture_view

FEW = 3
# Craft words that give a piece its colour: what the dye chips are called aloud.
DYEING = {"plant"}


@dataclass(frozen=True)
class ShownPrice:
    """What a price tag says. With `is_estimate` the rupiah figure is what is charged."""

    money: Money
    idr: int
    is_estimate: bool
    is_from: bool = False


@dataclass(frozen=True)
class ProductCard:
    """A piece as the card macro shows it. `why_not` is '' when it may be bought now."""

    product_id: int
    public_id: str
    number: int
    slug: str
    name: Text
    maker: str
    maker_slug: str
    district: str
    artisan_id: int
    dye: str
    dyes: tuple[str, ...]
    dye_names: tuple[str, ...]
    price: ShownPrice | None
    availability: str
    left: int | None
    why_not: str
    picture: PictureView | None
    alt: Text

    @property
    def is_sold(self) -> bool:
        return self.why_not == "sold_out"

    @property
    def is_few(self) -> bool:
        """Whether the label says how many are left."""
        return (
            not self.why_not
            and self.left is not None
            and self.left <= FEW
            and self.availability == "stock"
        )


@dataclass(frozen=True)
class NameRow:
    """A product's words in one language."""

    lang: str
    name: str
    summary: str = ""
    body: str = ""


def product_cards(
    product_ids: Sequence[int], lang: str, currency: str, *, also_hidden: bool = False
) -> list[ProductCard]:
    """The pieces in the order of their ids, without those nobody may see (`also_hidden`: with)."""
    if not product_ids:
        return []
    rows = db.session.execute(product_select().where(Product.id.in_(product_ids))).all()
    found = make_cards(rows, lang, currency)
    return [
        found[at]
        for at in product_ids
        if at in found
        and (also_hidden or found[at].why_not not in {"hidden", "workshop_suspended"})
    ]


def product_select() -> sa.Select[Any]:
    """Products with their makers; `said` has the craft words as position:term:percent,…"""
    word = (
        sa.cast(ProductTerm.position, sa.String)
        + ":"
        + sa.cast(ProductTerm.term_id, sa.String)
        + ":"
        + sa.cast(ProductTerm.percent, sa.String)
    )
    said = (
        sa.select(sa.func.aggregate_strings(word, ","))
        .where(ProductTerm.product_id == Product.id)
        .scalar_subquery()
        .label("said")
    )
    return sa.select(Product, Artisan, said).join(Artisan, Artisan.id == Product.artisan_id)


def make_cards(
    rows: Sequence[Any],
    lang: str,
    currency: str,
    *,
    names: Mapping[int, list[NameRow]] | None = None,
    stock: Mapping[int, list[Any]] | None = None,
    fronts: Mapping[int, tuple[PictureView, dict[str, str]]] | None = None,
) -> dict[int, ProductCard]:
    """Cards of rows of `product_select`, by product id: one statement for each of names, stock
    and fronts that the caller has not read already."""
    ids = [row.Product.id for row in rows]
    names = product_words(ids) if names is None else names
    stock = variant_rows(ids, currency) if stock is None else stock
    fronts = front_pictures(ids) if fronts is None else fronts
    words = vocabulary()
    return {
        row.Product.id: _card(
            row,
            names[row.Product.id],
            stock[row.Product.id],
            fronts.get(row.Product.id),
            words,
            lang,
            currency,
        )
        for row in rows
    }


def product_words(ids: Collection[int]) -> dict[int, list[NameRow]]:
    """Names of products in every language; one statement."""
    found: dict[int, list[NameRow]] = defaultdict(list)
    query = sa.select(
        ProductTranslation.product_id, ProductTranslation.lang, ProductTranslation.name
    )
    for product_id, lang, name in db.session.execute(
        query.where(ProductTranslation.product_id.in_(ids))
    ):
        found[product_id].append(NameRow(lang, name))
    return found


def variant_rows(
    ids: Collection[int], currency: str, *further: sa.ColumnElement[Any]
) -> dict[int, list[Any]]:
    """Active variants of products with their price row in a currency and any `further` columns;
    one statement."""
    found: dict[int, list[Any]] = defaultdict(list)
    query = (
        sa.select(Variant, Price.amount_minor, *further)
        .outerjoin(
            Price,
            sa.and_(
                Price.variant_id == Variant.id,
                Price.currency == currency,
                Price.price_list == "retail",
                Price.min_quantity == 1,
            ),
        )
        .where(Variant.product_id.in_(ids), Variant.is_active)
        .order_by(Variant.product_id, Variant.position, Variant.id)
    )
    for row in db.session.execute(query):
        found[row.Variant.product_id].append(row)
    return found


def front_pictures(ids: Collection[int]) -> dict[int, tuple[PictureView, dict[str, str]]]:
    """The first picture of each product and its alternative texts; one statement."""
    query = (
        sa.select(ProductPicture.product_id, ProductPicture.alt, MediaFile)
        .join(MediaFile, MediaFile.id == ProductPicture.media_id)
        .where(ProductPicture.product_id.in_(ids))
        .order_by(
            ProductPicture.product_id, ProductPicture.position.desc(), ProductPicture.id.desc()
        )
    )
    # Backwards, so that the first in order is what stays.
    return {at: (picture_view(media), alt) for at, alt, media in db.session.execute(query)}


def said_words(said: str | None, words: Vocabulary) -> list[tuple[CraftWord, int]]:
    """The craft words of `product_select` in their order, each with its percentage."""
    entries = sorted(
        tuple(map(int, entry.split(":"))) for entry in (said or "").split(",") if entry
    )
    return [
        (words.terms[term_id], percent) for _, term_id, percent in entries if term_id in words.terms
    ]


def shown_price(
    idr: int, minor: int | None, currency: str, words: Vocabulary, *, is_from: bool = False
) -> ShownPrice:
    """The stored row if there is one, else an estimate, else rupiah."""
    if minor is not None:
        return ShownPrice(Money(minor, currency), idr, is_estimate=False, is_from=is_from)
    about = words.estimate(idr, currency)
    if about is None:
        return ShownPrice(Money.idr(idr), idr, is_estimate=False, is_from=is_from)
    return ShownPrice(about, idr, is_estimate=currency != "IDR", is_from=is_from)


def alternative(alt: dict[str, str], fallback: Text, lang: str) -> Text:
    """A picture's alternative text with the usual fallback, at last the piece's name."""
    rows = [NameRow(code, text) for code, text in alt.items()]
    return pick(rows, "name", lang) or fallback


def free_pieces(variant: Variant) -> int:
    """Pieces of a variant that can be put in a cart now."""
    return variant.on_hand - variant.held if variant.counted else UNCOUNTED


def reason(product: Product, maker: Artisan, available: int) -> str:
    """Why a piece is not for sale, '' when it is."""
    return why_not_for_sale(
        product_state=product.state,
        variant_active=True,
        artisan_state=maker.state,
        closed_from=maker.closed_from,
        closed_until=maker.closed_until,
        available=available,
        today=today(),
    )


def _card(
    row: Any,
    names: list[NameRow],
    variants: list[Any],
    front: tuple[PictureView, dict[str, str]] | None,
    words: Vocabulary,
    lang: str,
    currency: str,
) -> ProductCard:
    product, maker = row.Product, row.Artisan
    name = pick(names, "name", lang)
    said = said_words(row.said, words)
    way = words.way_to(product.category_id)
    available = max((free_pieces(item.Variant) for item in variants), default=0)
    counted = all(item.Variant.counted for item in variants)
    cheapest = min(variants, key=lambda item: item.Variant.price_idr, default=None)
    dear = max((item.Variant.price_idr for item in variants), default=0)
    return ProductCard(
        product_id=product.id,
        public_id=product.public_id,
        number=product.number,
        slug=product.slug or "",
        name=name,
        maker=maker.name,
        maker_slug=maker.slug or "",
        district=maker.district,
        artisan_id=maker.id,
        dye=way[-1].dye if way else "nila",
        dyes=tuple(product.dyes),
        dye_names=tuple(term.name(lang).value for term, _ in said if term.vocabulary in DYEING),
        price=shown_price(
            cheapest.Variant.price_idr,
            cheapest.amount_minor,
            currency,
            words,
            is_from=dear > cheapest.Variant.price_idr,
        )
        if cheapest
        else None,
        availability=product.availability,
        left=sum(free_pieces(item.Variant) for item in variants) if counted else None,
        why_not=reason(product, maker, available),
        picture=front[0] if front else None,
        alt=alternative(front[1], name, lang) if front else name,
    )
