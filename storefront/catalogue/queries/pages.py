"""A piece's page: five statements, however many pieces stand around it."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer

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
    make_cards,
    said_words,
    shown_price,
)
from storefront.catalogue.queries.listing import MakerWords
from storefront.catalogue.queries.words import CraftWord, Shelf, vocabulary
from storefront.kernel.clock import today
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.kernel.slugs import former_owner
from storefront.kernel.translated import Text, pick
from storefront.media import PICTURE_COLUMNS, MediaFile, PictureView, shown_picture


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
    """The piece with this slug, unless it was never public; five statements."""
    found = db.session.execute(_piece(), {"slug": slug}).one_or_none()
    if found is None or found.Product.state == "draft":
        return None
    product, maker = found.Product, found.Artisan
    facts = {"slug": slug, "lang": lang, "currency": currency}
    rows = db.session.execute(piece_and_neighbours(), facts).all()
    own = next(row for row in rows if row.id == product.id)
    others = [row for row in rows if row.id != product.id]
    cards = make_cards(rows, lang, currency)
    own_card = cards[product.id]
    texts, maker_texts = _texts(product.id, maker.id)
    shots = _shots(product.id)
    views = {at: view for at, view, _ in shots}
    words = vocabulary()
    said = said_words(own.said, words)
    name = pick(texts, "name", lang)
    return ProductPage(
        product=product,
        maker=maker,
        name=name,
        summary=pick(texts, "summary", lang),
        body=pick(texts, "body", lang),
        tagline=pick(maker_texts, "tagline", lang),
        story=pick(maker_texts, "story", lang),
        way=words.way_to(product.category_id),
        shots=[Shot(view, alternative(alt, name, lang)) for _, view, alt in shots],
        choices=_choices(product.id, currency, views),
        said=said,
        more=[cards[row.id] for row in others if row.artisan_id == maker.id],
        similar=[cards[row.id] for row in _most_alike(others, product, said)],
        why_not=own_card.why_not,
        ready_by=today() + dt.timedelta(days=product.lead_days_max),
        can_be_seen=own_card.why_not not in {"hidden", "workshop_suspended"},
        dyes=own_card.dyes,
        langs=tuple(row.lang for row in texts if row.name and row.summary),
    )


@functools.cache
def _piece() -> sa.Select[Product, Artisan]:
    """The piece and its workshop, without the numbers of the workshop that are encrypted."""
    sealed = (Artisan.nik, Artisan.npwp, Artisan.nib)
    return (
        sa.select(Product, Artisan)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(Product.slug == sa.bindparam("slug"))
        .options(*(defer(column) for column in sealed))
    )


def _most_alike(
    others: list[Any], product: Product, said: list[tuple[CraftWord, int]]
) -> list[Any]:
    """Of the rows beside the piece those of other makers, the most alike first."""
    own, words = [word for word, _ in said], vocabulary()

    def alike(row: Any) -> int:
        theirs = [word for word, _ in said_words(row.said, words)]
        return likeness(product.category_id, own, row, theirs)

    return sorted(
        (row for row in others if row.artisan_id != product.artisan_id), key=alike, reverse=True
    )


def present_slug(kind: str, former: str) -> str | None:
    """Where a former slug of a product or maker leads now."""
    at = former_owner(kind, former)
    if at is None:
        return None
    if kind == "maker":
        return db.session.scalar(sa.select(Artisan.slug).where(Artisan.id == at))
    return db.session.scalar(sa.select(Product.slug).where(Product.id == at))


def _texts(product_id: int, artisan_id: int) -> tuple[list[NameRow], list[MakerWords]]:
    """Words of the piece and of its maker in every language; one statement."""
    facts = {"product_id": product_id, "artisan_id": artisan_id}
    pieces: list[NameRow] = []
    makers: list[MakerWords] = []
    for is_piece, lang, first, second, third in db.session.execute(_words(), facts):
        if is_piece:
            pieces.append(NameRow(lang, first, second, third))
        else:
            makers.append(MakerWords(lang, first, second))
    return pieces, makers


@functools.cache
def _words() -> sa.CompoundSelect[Any]:
    piece, maker = ProductTranslation.__table__.c, ArtisanTranslation.__table__.c
    return sa.union_all(
        sa.select(sa.literal(1), piece.lang, piece.name, piece.summary, piece.body).where(
            piece.product_id == sa.bindparam("product_id", type_=piece.product_id.type)
        ),
        sa.select(sa.literal(0), maker.lang, maker.tagline, maker.story, sa.literal("")).where(
            maker.artisan_id == sa.bindparam("artisan_id", type_=maker.artisan_id.type)
        ),
    )


def _shots(product_id: int) -> list[tuple[int, PictureView, dict[str, str]]]:
    """Id of the file, picture and alternative texts of the piece's pictures in their order; one
    statement."""
    rows = db.session.execute(_pictures(), {"product_id": product_id})
    return [(at, shown_picture(*columns), alt) for at, alt, *columns in rows]


@functools.cache
def _pictures() -> sa.Select[Any]:
    shot, file = ProductPicture.__table__.c, MediaFile.__table__.c
    return (
        sa.select(file.id, shot.alt, *(file[name] for name in PICTURE_COLUMNS))
        .where(shot.product_id == sa.bindparam("product_id"), file.id == shot.media_id)
        .order_by(shot.position, shot.id)
    )


def _choices(product_id: int, currency: str, views: dict[int, PictureView]) -> list[Choice]:
    """Active variants in their order with their prices; one statement."""
    words = vocabulary()
    found = []
    for row in db.session.execute(_variants(), {"product_id": product_id}):
        stored = dict(pair.split(":") for pair in (row.stored or "").split(",") if pair)
        minor = int(stored[currency]) if currency in stored else None
        monies = [Money(int(at), code) for code, at in sorted(stored.items()) if code != "IDR"]
        free = row.on_hand - row.held if row.counted else None
        found.append(
            Choice(
                public_id=row.public_id,
                sku=row.sku,
                label=row.label,
                price=shown_price(row.price_idr, minor, currency, words),
                left=free,
                is_gone=free is not None and free <= 0,
                stored=(Money.idr(row.price_idr), *monies),
                picture=views.get(row.media_id),
            )
        )
    return found


@functools.cache
def _variants() -> sa.Select[Any]:
    """`stored`: the retail rows in every currency as USD:4550,KRW:59500,…"""
    offer, price = Variant.__table__.c, Price.__table__.c
    pair = price.currency + ":" + sa.cast(price.amount_minor, sa.String)
    stored = (
        sa.select(sa.func.aggregate_strings(pair, ","))
        .where(price.variant_id == offer.id, price.price_list == "retail", price.min_quantity == 1)
        .scalar_subquery()
        .label("stored")
    )
    names = ("public_id", "sku", "label", "price_idr", "counted", "on_hand", "held", "media_id")
    return (
        sa.select(*(offer[name] for name in names), stored)
        .where(offer.product_id == sa.bindparam("product_id"), offer.is_active)
        .order_by(offer.position, offer.id)
    )
