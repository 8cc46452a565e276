"""Pieces for site maps and feeds, some hundred at a time, so that memory stays the same."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from storefront.artisans import Artisan, ArtisanTranslation
from storefront.catalogue import (
    UNCOUNTED,
    Price,
    Product,
    ProductPicture,
    ProductTranslation,
    Variant,
    visible,
    why_not_for_sale,
)
from storefront.council import Collection, CollectionTranslation
from storefront.kernel.clock import now, today
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.media import MediaFile, picture_view

BATCH = 500
# Pieces by their ids: a site map may have 50,000 addresses and 50 MB.
IDS_PER_MAP = 25_000


@dataclass
class Piece:
    """A piece as site maps need it: its real languages and its pictures' paths."""

    slug: str
    changed_at: dt.datetime
    langs: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ware:
    """A variant with a stored price, as merchants' catalogues need it."""

    product: Product
    maker: str
    name: str
    text: str
    sku: str
    label: str
    public_id: str
    has_sisters: bool
    price: Money
    is_available: bool
    pictures: list[str]


@dataclass(frozen=True)
class Fresh:
    """A new piece for readers of a feed."""

    slug: str
    name: str
    summary: str
    maker: str
    published_at: dt.datetime
    picture: str


def is_written() -> sa.ColumnElement[bool]:
    """Whether a translation row is a real text: what the page shows in that language."""
    return sa.and_(
        ProductTranslation.name != "",
        ProductTranslation.summary != "",
        ProductTranslation.state != "missing",
    )


def map_parts() -> list[tuple[str, int, dt.datetime | None]]:
    """(language, which thousands of ids, newest change) of pieces to be listed; one statement."""
    part = (Product.id // IDS_PER_MAP).label("part")
    rows = db.session.execute(
        sa.select(ProductTranslation.lang, part, sa.func.max(ProductTranslation.updated_at))
        .join(Product, Product.id == ProductTranslation.product_id)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(visible(), Product.slug.is_not(None), is_written())
        .group_by(ProductTranslation.lang, part)
        .order_by(part, ProductTranslation.lang)
    )
    return [(lang, int(at), _aware(changed)) for lang, at, changed in rows]


def pieces(part: int) -> Iterator[Piece]:
    """The visible pieces of one part, in three statements for each five hundred."""
    for rows in _batches(
        sa.select(Product.id, Product.slug, Product.published_at, Product.created_at), part
    ):
        found = {
            row.id: Piece(row.slug, row.published_at or row.created_at) for row in rows if row.slug
        }
        texts = sa.select(
            ProductTranslation.product_id, ProductTranslation.lang, ProductTranslation.updated_at
        ).where(ProductTranslation.product_id.in_(found), is_written())
        for at, lang, changed in db.session.execute(texts):
            found[at].langs.append(lang)
            found[at].changed_at = max(found[at].changed_at, changed)
        for at, paths in _pictures(list(found)).items():
            found[at].pictures = paths
        yield from found.values()


def wares(lang: str, currency: str) -> Iterator[Ware]:
    """Every variant on show with real words in the language and a stored price in the currency,
    in three statements for each five hundred pieces."""
    query = sa.select(
        Product,
        Artisan,
        ProductTranslation.name,
        ProductTranslation.summary,
        ProductTranslation.body,
    ).join(
        ProductTranslation,
        sa.and_(
            ProductTranslation.product_id == Product.id,
            ProductTranslation.lang == lang,
            is_written(),
        ),
    )
    for rows in _batches(query):
        ids = [row.Product.id for row in rows]
        priced = _priced(ids, currency)
        pictures = _pictures(ids)
        for row in rows:
            for variant, minor in priced[row.Product.id]:
                yield _ware(row, variant, Money(minor, currency), priced, pictures)


def new_work(lang: str, most: int) -> list[Fresh]:
    """The newest pieces with real words in the language; two statements."""
    rows = db.session.execute(
        sa.select(
            Product.id,
            Product.slug,
            Product.published_at,
            Product.created_at,
            ProductTranslation.name,
            ProductTranslation.summary,
            Artisan.name.label("maker"),
        )
        .join(Artisan, Artisan.id == Product.artisan_id)
        .join(ProductTranslation, ProductTranslation.product_id == Product.id)
        .where(visible(), Product.slug.is_not(None), ProductTranslation.lang == lang, is_written())
        .order_by(Product.published_at.desc(), Product.id.desc())
        .limit(most)
    ).all()
    pictures = _pictures([row.id for row in rows])
    return [
        Fresh(
            row.slug or "",
            row.name,
            row.summary,
            row.maker,
            row.published_at or row.created_at,
            next(iter(pictures.get(row.id, [])), ""),
        )
        for row in rows
    ]


def makers_written() -> list[tuple[str, list[str]]]:
    """(slug, real languages) of every workshop with pieces on show; one statement."""
    shows = sa.select(Product.id).where(Product.artisan_id == Artisan.id, Product.state == "live")
    return _by_slug(
        sa.select(Artisan.slug, ArtisanTranslation.lang)
        .join(ArtisanTranslation, ArtisanTranslation.artisan_id == Artisan.id)
        .where(
            Artisan.state == "approved",
            Artisan.slug.is_not(None),
            shows.exists(),
            ArtisanTranslation.tagline != "",
            ArtisanTranslation.story != "",
        )
        .order_by(Artisan.id)
    )


def collections_written() -> list[tuple[str, list[str]]]:
    """(slug, real languages) of every collection on show; one statement."""
    moment = now()
    return _by_slug(
        sa.select(Collection.slug, CollectionTranslation.lang)
        .join(CollectionTranslation, CollectionTranslation.collection_id == Collection.id)
        .where(
            Collection.is_published,
            sa.or_(Collection.from_at.is_(None), Collection.from_at <= moment),
            sa.or_(Collection.until_at.is_(None), Collection.until_at > moment),
            CollectionTranslation.title != "",
        )
        .order_by(Collection.id)
    )


def last_part() -> int:
    """The highest part a piece can be in; one statement."""
    return (db.session.scalar(sa.select(sa.func.max(Product.id))) or 0) // IDS_PER_MAP


def how_many_pieces() -> int:
    """All pieces, shown or not; one statement."""
    return db.session.scalar(sa.select(sa.func.count(Product.id))) or 0


def _batches(query: Any, part: int | None = None) -> Iterator[Sequence[Any]]:
    query = query.join(Artisan, Artisan.id == Product.artisan_id).where(
        visible(), Product.slug.is_not(None)
    )
    last, end = -1, None
    if part is not None:
        last, end = part * IDS_PER_MAP - 1, (part + 1) * IDS_PER_MAP
        query = query.where(Product.id < end)
    while True:
        rows = db.session.execute(
            query.where(Product.id > last).order_by(Product.id).limit(BATCH)
        ).all()
        if not rows:
            return
        last = rows[-1][0] if isinstance(rows[-1][0], int) else rows[-1].Product.id
        yield rows
        # A reading transaction of minutes would hold back the tidying of the database.
        db.session.rollback()


def _priced(ids: Sequence[int], currency: str) -> dict[int, list[tuple[Variant, int]]]:
    found: dict[int, list[tuple[Variant, int]]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(Variant, Price.amount_minor)
        .join(Price, Price.variant_id == Variant.id)
        .where(
            Variant.product_id.in_(ids),
            Variant.is_active,
            Price.currency == currency,
            Price.price_list == "retail",
            Price.min_quantity == 1,
        )
        .order_by(Variant.product_id, Variant.position, Variant.id)
    )
    for variant, minor in rows:
        found[variant.product_id].append((variant, minor))
    return found


def _pictures(ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(ProductPicture.product_id, MediaFile)
        .join(MediaFile, MediaFile.id == ProductPicture.media_id)
        .where(ProductPicture.product_id.in_(ids), MediaFile.state == "ready")
        .order_by(ProductPicture.product_id, ProductPicture.position, ProductPicture.id)
    )
    for at, media in rows:
        found[at].append(picture_view(media).url(1200))
    return found


def _ware(
    row: Any, variant: Variant, price: Money, priced: Any, pictures: dict[int, list[str]]
) -> Ware:
    product, maker = row.Product, row.Artisan
    free = variant.on_hand - variant.held if variant.counted else UNCOUNTED
    why_not = why_not_for_sale(
        product_state=product.state,
        variant_active=variant.is_active,
        artisan_state=maker.state,
        closed_from=maker.closed_from,
        closed_until=maker.closed_until,
        available=free,
        today=today(),
    )
    return Ware(
        product=product,
        maker=maker.name,
        name=row.name,
        text=row.body or row.summary,
        sku=variant.sku,
        label=variant.label,
        public_id=variant.public_id,
        has_sisters=len(priced[product.id]) > 1,
        price=price,
        is_available=not why_not,
        pictures=pictures.get(product.id, []),
    )


def _by_slug(query: sa.Executable) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = defaultdict(list)
    for slug, lang in db.session.execute(query):
        found[slug].append(lang)
    return list(found.items())


def _aware(moment: Any) -> dt.datetime | None:
    if isinstance(moment, dt.datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return None
