"""A piece's page and a maker's page: fixed numbers of statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from storefront.artisans import Artisan, ArtisanTranslation
from storefront.catalogue.models import (
    Price,
    Product,
    ProductPicture,
    ProductTranslation,
    Variant,
)
from storefront.catalogue.queries.cards import (
    NameRow,
    ProductCard,
    ShownPrice,
    alternative,
    free_pieces,
    make_cards,
    product_select,
    reason,
    said_words,
    shown_price,
    variant_rows,
)
from storefront.catalogue.queries.listing import MakerWords
from storefront.catalogue.queries.words import CraftWord, Shelf, vocabulary
from storefront.kernel.clock import today
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.kernel.slugs import former_owner
from storefront.kernel.translated import Text, pick
from storefront.media import MediaFile, PictureView, picture_view

MORE_BY_MAKER = 4


@dataclass(frozen=True)
class Choice:
    """A variant to choose on the page. `left` is None where pieces are not counted; `stored` are
    its price rows in all currencies, rupiah first."""

    public_id: str
    sku: str
    label: str
    price: ShownPrice
    left: int | None
    is_gone: bool
    stored: tuple[Money, ...] = ()


@dataclass(frozen=True)
class Shot:
    """A picture of the gallery."""

    picture: PictureView
    alt: Text


@dataclass(frozen=True)
class ProductPage:
    """Everything the page of a piece shows. `why_not` is '' when it may be bought now; `langs` are
    the languages its words were really written in."""

    product: Product
    maker: Artisan
    name: Text
    summary: Text
    body: Text
    tagline: Text
    story: Text
    way: list[Shelf]
    shots: list[Shot]
    choices: list[Choice]
    said: list[tuple[CraftWord, int]]
    more: list[ProductCard]
    why_not: str
    ready_by: dt.date
    can_be_seen: bool
    dyes: tuple[str, ...] = field(default=())
    langs: tuple[str, ...] = ()

    @property
    def dye(self) -> str:
        return self.way[-1].dye if self.way else "nila"

    @property
    def chosen(self) -> Choice | None:
        """The choice that is marked at first."""
        return next((c for c in self.choices if not c.is_gone), next(iter(self.choices), None))

    def words(self, vocabulary: str) -> list[tuple[CraftWord, int]]:
        """The craft words of one list, with percentages."""
        return [entry for entry in self.said if entry[0].vocabulary == vocabulary]


def product_page_of(slug: str, lang: str, currency: str) -> ProductPage | None:
    """The piece with this slug, unless it was never public; four statements."""
    rows = db.session.execute(_with_more(slug)).all()
    row = next((row for row in rows if row.Product.slug == slug), None)
    if row is None or row.Product.state == "draft":
        return None
    ids = [other.Product.id for other in rows]
    product, maker, words = row.Product, row.Artisan, vocabulary()
    texts, maker_texts = _texts(ids, maker.id)
    stock = variant_rows(ids, currency, _stored_prices())
    shots = _shots(ids)
    name = pick(texts[product.id], "name", lang)
    available = max((free_pieces(item.Variant) for item in stock[product.id]), default=0)
    others = [other for other in rows if other is not row]
    fronts = {at: shots[at][0] for at in ids if shots.get(at)}
    cards = make_cards(others, lang, currency, names=texts, stock=stock, fronts=fronts)
    why_not = reason(product, maker, available)
    return ProductPage(
        product=product,
        maker=maker,
        name=name,
        summary=pick(texts[product.id], "summary", lang),
        body=pick(texts[product.id], "body", lang),
        tagline=pick(maker_texts, "tagline", lang),
        story=pick(maker_texts, "story", lang),
        way=words.way_to(product.category_id),
        shots=[Shot(view, alternative(alt, name, lang)) for view, alt in shots[product.id]],
        choices=[_choice(item, currency) for item in stock[product.id]],
        said=said_words(row.said, words),
        more=[cards[other.Product.id] for other in others],
        why_not=why_not,
        ready_by=today() + dt.timedelta(days=product.lead_days_max),
        can_be_seen=why_not not in {"hidden", "workshop_suspended"},
        dyes=tuple(product.dyes),
        langs=tuple(row.lang for row in texts[product.id] if row.name and row.summary),
    )


def present_slug(kind: str, former: str) -> str | None:
    """Where a former slug of a product or maker leads now."""
    at = former_owner(kind, former)
    if at is None:
        return None
    if kind == "maker":
        return db.session.scalar(sa.select(Artisan.slug).where(Artisan.id == at))
    return db.session.scalar(sa.select(Product.slug).where(Product.id == at))


def _with_more(slug: str) -> sa.Select[Any]:
    """The piece and the newest others of its maker."""
    one = sa.select(Product.artisan_id).where(Product.slug == slug).scalar_subquery()
    others = (
        sa.select(Product.id)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(
            Product.artisan_id == one,
            Product.slug != slug,
            Product.state == "live",
            Artisan.state == "approved",
        )
        .order_by(Product.published_at.desc(), Product.id.desc())
        .limit(MORE_BY_MAKER)
    )
    chosen = sa.or_(Product.slug == slug, Product.id.in_(others))
    return product_select().where(chosen).order_by(Product.published_at.desc(), Product.id.desc())


def _texts(ids: list[int], artisan_id: int) -> tuple[dict[int, list[NameRow]], list[MakerWords]]:
    """Words of the pieces and of the maker in every language; one statement."""
    pieces = sa.select(
        ProductTranslation.product_id,
        ProductTranslation.lang,
        ProductTranslation.name,
        ProductTranslation.summary,
        ProductTranslation.body,
    ).where(ProductTranslation.product_id.in_(ids))
    maker = sa.select(
        sa.literal(0),
        ArtisanTranslation.lang,
        ArtisanTranslation.tagline,
        ArtisanTranslation.story,
        sa.literal(""),
    ).where(ArtisanTranslation.artisan_id == artisan_id)
    found: dict[int, list[NameRow]] = {at: [] for at in ids}
    said: list[MakerWords] = []
    for at, lang, first, second, third in db.session.execute(sa.union_all(pieces, maker)):
        if at:
            found[at].append(NameRow(lang, first, second, third))
        else:
            said.append(MakerWords(lang, first, second))
    return found, said


def _shots(ids: list[int]) -> dict[int, list[tuple[PictureView, dict[str, str]]]]:
    """All pictures of the pieces in their order; one statement."""
    found: dict[int, list[tuple[PictureView, dict[str, str]]]] = {at: [] for at in ids}
    query = (
        sa.select(ProductPicture.product_id, ProductPicture.alt, MediaFile)
        .join(MediaFile, MediaFile.id == ProductPicture.media_id)
        .where(ProductPicture.product_id.in_(ids))
        .order_by(ProductPicture.product_id, ProductPicture.position, ProductPicture.id)
    )
    for at, alt, media in db.session.execute(query):
        found[at].append((picture_view(media), alt))
    return found


def _stored_prices() -> sa.ColumnElement[Any]:
    """The retail rows of a variant in every currency as USD:4550,KRW:59500,…"""
    row = aliased(Price)
    pair = row.currency + ":" + sa.cast(row.amount_minor, sa.String)
    return (
        sa.select(sa.func.aggregate_strings(pair, ","))
        .where(row.variant_id == Variant.id, row.price_list == "retail", row.min_quantity == 1)
        .scalar_subquery()
        .label("stored")
    )


def _stored(item: Any) -> tuple[Money, ...]:
    pairs = [pair.split(":") for pair in (item.stored or "").split(",") if pair]
    rows = [Money(int(minor), code) for code, minor in sorted(pairs) if code != "IDR"]
    return (Money.idr(item.Variant.price_idr), *rows)


def _choice(item: Any, currency: str) -> Choice:
    variant = item.Variant
    free = free_pieces(variant)
    return Choice(
        public_id=variant.public_id,
        sku=variant.sku,
        label=variant.label,
        price=shown_price(variant.price_idr, item.amount_minor, currency, vocabulary()),
        left=free if variant.counted else None,
        is_gone=free <= 0,
        stored=_stored(item),
    )


@dataclass(frozen=True)
class MakerPage:
    """A workshop's page, without its pieces."""

    artisan: Artisan
    tagline: Text
    story: Text
    techniques: list[CraftWord]
    plants: list[CraftWord]
    cover: PictureView | None
    langs: tuple[str, ...] = ()


def maker_page_of(slug: str, lang: str) -> MakerPage | None:
    """The workshop with this slug if it may sell; two statements."""
    rows = db.session.execute(
        sa.select(Artisan, ArtisanTranslation, MediaFile)
        .outerjoin(ArtisanTranslation, ArtisanTranslation.artisan_id == Artisan.id)
        .outerjoin(MediaFile, MediaFile.id == Artisan.cover_id)
        .where(Artisan.slug == slug, Artisan.state == "approved")
    ).all()
    if not rows:
        return None
    artisan, cover, words = rows[0].Artisan, rows[0].MediaFile, vocabulary()
    texts = [row.ArtisanTranslation for row in rows if row.ArtisanTranslation is not None]
    known = [
        [words.term(name, key) for key in keys]
        for name, keys in (("technique", artisan.techniques), ("plant", artisan.plants))
    ]
    return MakerPage(
        artisan=artisan,
        tagline=pick(texts, "tagline", lang),
        story=pick(texts, "story", lang),
        techniques=[term for term in known[0] if term],
        plants=[term for term in known[1] if term],
        cover=picture_view(cover) if cover else None,
        langs=tuple(row.lang for row in texts if row.tagline and row.story),
    )
