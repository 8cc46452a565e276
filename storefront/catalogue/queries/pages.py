"""A piece's page: four statements, however many pieces stand around it."""

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
from storefront.catalogue.queries.beside import likeness, piece_and_neighbours
from storefront.catalogue.queries.cards import (
    NameRow,
    ProductCard,
    ShownPrice,
    alternative,
    free_pieces,
    make_cards,
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


@dataclass(frozen=True)
class Choice:
    """A variant to choose on the page. `left` is None where pieces are not counted; `stored` are
    its price rows in all currencies, rupiah first; `picture` shows this very piece, where each is
    a piece of its own."""

    public_id: str
    sku: str
    label: str
    price: ShownPrice
    left: int | None
    is_gone: bool
    stored: tuple[Money, ...] = ()
    picture: PictureView | None = None


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
    similar: list[ProductCard]
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
    rows = db.session.execute(piece_and_neighbours(slug)).all()
    row = next((row for row in rows if row.Product.slug == slug), None)
    if row is None or row.Product.state == "draft":
        return None
    ids = [other.Product.id for other in rows]
    product, maker, words = row.Product, row.Artisan, vocabulary()
    texts, maker_texts = _texts(product.id, ids, maker.id)
    stock = variant_rows(ids, currency, _stored_prices())
    shots, views = _shots(ids)
    name = pick(texts[product.id], "name", lang)
    available = max((free_pieces(item.Variant) for item in stock[product.id]), default=0)
    others = [other for other in rows if other is not row]
    said = said_words(row.said, words)
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
        choices=[_choice(item, currency, views) for item in stock[product.id]],
        said=said,
        more=[cards[o.Product.id] for o in others if o.Artisan.id == maker.id],
        similar=[cards[o.Product.id] for o in _most_alike(others, product, said)],
        why_not=why_not,
        ready_by=today() + dt.timedelta(days=product.lead_days_max),
        can_be_seen=why_not not in {"hidden", "workshop_suspended"},
        dyes=tuple(product.dyes),
        langs=tuple(row.lang for row in texts[product.id] if row.name and row.summary),
    )


def _most_alike(
    others: list[Any], product: Product, said: list[tuple[CraftWord, int]]
) -> list[Any]:
    """Of the rows beside the piece those of other makers, the most alike first."""
    own, words = [word for word, _ in said], vocabulary()

    def alike(row: Any) -> int:
        theirs = [word for word, _ in said_words(row.said, words)]
        return likeness(product.category_id, own, row.Product, theirs)

    return sorted(
        (o for o in others if o.Artisan.id != product.artisan_id), key=alike, reverse=True
    )


def present_slug(kind: str, former: str) -> str | None:
    """Where a former slug of a product or maker leads now."""
    at = former_owner(kind, former)
    if at is None:
        return None
    if kind == "maker":
        return db.session.scalar(sa.select(Artisan.slug).where(Artisan.id == at))
    return db.session.scalar(sa.select(Product.slug).where(Product.id == at))


def _texts(
    own_id: int, ids: list[int], artisan_id: int
) -> tuple[dict[int, list[NameRow]], list[MakerWords]]:
    """Words of the piece and of its maker, names of the pieces beside it, in every language; one
    statement."""
    is_own = ProductTranslation.product_id == own_id
    pieces = sa.select(
        ProductTranslation.product_id,
        ProductTranslation.lang,
        ProductTranslation.name,
        sa.case((is_own, ProductTranslation.summary), else_=""),
        sa.case((is_own, ProductTranslation.body), else_=""),
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


def _shots(
    ids: list[int],
) -> tuple[dict[int, list[tuple[PictureView, dict[str, str]]]], dict[int, PictureView]]:
    """All pictures of the pieces in their order, and each by its file; one statement."""
    found: dict[int, list[tuple[PictureView, dict[str, str]]]] = {at: [] for at in ids}
    query = (
        sa.select(ProductPicture.product_id, ProductPicture.alt, MediaFile)
        .join(MediaFile, MediaFile.id == ProductPicture.media_id)
        .where(ProductPicture.product_id.in_(ids))
        .order_by(ProductPicture.product_id, ProductPicture.position, ProductPicture.id)
    )
    views: dict[int, PictureView] = {}
    for at, alt, media in db.session.execute(query):
        views[media.id] = picture_view(media)
        found[at].append((views[media.id], alt))
    return found, views


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


def _choice(item: Any, currency: str, views: dict[int, PictureView]) -> Choice:
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
        picture=views.get(variant.media_id),
    )
