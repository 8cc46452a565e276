"""What hangs on the wall, what a collection shows, and the curators' board."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from storefront.catalogue import (
    Chosen,
    Listing,
    ProductCard,
    product_cards,
    product_page,
    read_listing,
    search_products,
)
from storefront.council.models import Collection, CollectionItem, CollectionTranslation
from storefront.council.rules import MOST_HUNG, MOST_PER_WORKSHOP, SHELF_PLACES, WALL_PLACES
from storefront.kernel.clock import now
from storefront.kernel.db import db
from storefront.kernel.slugs import former_owner
from storefront.kernel.translated import Text, pick

CANDIDATES = 8


@dataclass(frozen=True)
class Shown:
    """A collection on show: its words and its pieces; on its own page as a list to be narrowed."""

    collection_id: int
    slug: str
    title: Text
    story: Text
    cards: list[ProductCard]
    langs: tuple[str, ...] = ()
    listing: Listing | None = None


@dataclass(frozen=True)
class Front:
    """What the council shows on the front page."""

    wall: Shown | None
    shelves: list[Shown]


def front_wall(lang: str, currency: str) -> Front:
    """The wall of the day and the shelves below it, in the council's order; two statements and
    those of cards, however many shelves there are."""
    rows = _on_show()
    walls = [row for row in rows if row.is_wall]
    # Of two walls whose dates overlap the one that began last hangs.
    wall = max(walls, key=lambda row: (row.began, row.id), default=None)
    shelves = [row for row in rows if row.on_front and not row.is_wall]
    hung = [wall, *shelves] if wall is not None else shelves
    items = _items_on_show([row.id for row in hung])
    wanted = dict.fromkeys(at for ids in items.values() for at in ids[:MOST_HUNG])
    cards = {card.product_id: card for card in product_cards(list(wanted), lang, currency)}

    def shown(row: _OnShow, places: int) -> Shown:
        known = [cards[at] for at in items.get(row.id, []) if at in cards]
        return _shown(row, known[:places], lang)

    found = [shown(row, SHELF_PLACES) for row in shelves]
    return Front(
        shown(wall, WALL_PLACES) if wall is not None else None,
        [shelf for shelf in found if shelf.cards],
    )


def collection_page(
    slug: str,
    lang: str,
    currency: str,
    *,
    chosen: Chosen | None = None,
    ship_to: str = "",
    number: int = 1,
    sort: str = "",
) -> Shown | None:
    """A page of a published collection within its dates, narrowed by the chosen facets, or None."""
    rows = _on_show(slug)
    if not rows:
        return None
    found = read_listing(
        chosen or {},
        currency=currency,
        ship_to=ship_to,
        number=number,
        sort=sort,
        ranked=_items_on_show([rows[0].id]).get(rows[0].id, []),
    )
    cards = product_cards(found.page.items, lang, currency)
    return replace(_shown(rows[0], cards, lang), listing=found)


def present_collection_slug(former: str) -> str | None:
    """Where a former address of a collection leads now."""
    at = former_owner("collection", former)
    return db.session.scalar(sa.select(Collection.slug).where(Collection.id == at)) if at else None


class _Title(NamedTuple):
    """A collection's words in one language."""

    lang: str
    title: str
    story: str


class _OnShow(NamedTuple):
    """A published collection within its dates. `began`: when it was hung."""

    id: int
    slug: str
    is_wall: bool
    on_front: bool
    began: dt.datetime
    texts: list[_Title]


_KEPT, _TEXT = Collection.__table__.c, CollectionTranslation.__table__.c
_ITEM = CollectionItem.__table__.c


def _on_show(slug: str = "") -> list[_OnShow]:
    """Collections of the front page, or the one with this slug, with their words; one statement."""
    facts = {"moment": now(), **({"slug": slug} if slug else {})}
    found: dict[int, _OnShow] = {}
    for row in db.session.execute(_showing(is_one=bool(slug)), facts):
        began = row.from_at or row.created_at
        at = _OnShow(row.id, row.slug, row.is_wall, row.on_front, began, [])
        if row.lang:
            found.setdefault(row.id, at).texts.append(_Title(row.lang, row.title, row.story))
        else:
            found[row.id] = at
    return list(found.values())


@functools.cache
def _showing(*, is_one: bool) -> sa.Select[Any]:
    is_wanted = _KEPT.slug == sa.bindparam("slug") if is_one else _KEPT.is_wall | _KEPT.on_front
    names = ("id", "slug", "is_wall", "on_front", "from_at", "created_at")
    return (
        sa.select(*(_KEPT[name] for name in names), _TEXT.lang, _TEXT.title, _TEXT.story)
        .select_from(
            Collection.__table__.outerjoin(
                CollectionTranslation.__table__, _TEXT.collection_id == _KEPT.id
            )
        )
        .where(is_wanted, _KEPT.is_published, *_within(_KEPT))
        .order_by(_KEPT.position, _KEPT.id, _TEXT.id)
    )


def _within(columns: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """That the parameter `moment` lies within a row's dates."""
    moment = sa.bindparam("moment", type_=columns.from_at.type)
    return (
        sa.or_(columns.from_at.is_(None), columns.from_at <= moment),
        sa.or_(columns.until_at.is_(None), columns.until_at > moment),
    )


def _items_on_show(collection_ids: Sequence[int]) -> dict[int, list[int]]:
    """Product ids of collections in the council's order, within the pieces' own dates; one
    statement, none for no collections."""
    found: dict[int, list[int]] = {}
    if not collection_ids:
        return found
    facts = {"ids": list(collection_ids), "moment": now()}
    for collection_id, product_id in db.session.execute(_hanging(), facts):
        found.setdefault(collection_id, []).append(product_id)
    return found


@functools.cache
def _hanging() -> sa.Select[Any]:
    wanted = _ITEM.collection_id.in_(sa.bindparam("ids", expanding=True))
    return (
        sa.select(_ITEM.collection_id, _ITEM.product_id)
        .where(wanted, *_within(_ITEM))
        .order_by(_ITEM.position, _ITEM.id)
    )


def _shown(row: _OnShow, cards: list[ProductCard], lang: str) -> Shown:
    title, story = (pick(row.texts, name, lang) for name in ("title", "story"))
    langs = tuple(text.lang for text in row.texts if text.title)
    return Shown(row.id, row.slug, title, story, cards, langs)


# -- the curators' board --------------------------------------------------------------------------


@dataclass(frozen=True)
class Candidate:
    """A piece that could be hung. `why_not`: '' or 'workshop_full'."""

    card: ProductCard
    why_not: str


@dataclass(frozen=True)
class Board:
    """A collection as curators see it: everything in it, shown or not, and who is in it."""

    collection: Collection
    cards: list[ProductCard]
    items: dict[int, CollectionItem]
    shares: list[tuple[str, int]]
    candidates: list[Candidate]

    @property
    def is_over(self) -> bool:
        """Whether a workshop hangs more often than is fair."""
        return any(count > MOST_PER_WORKSHOP for _, count in self.shares)


def collections() -> list[Collection]:
    """Every collection with its words and items, walls first."""
    query = sa.select(Collection).options(
        selectinload(Collection.translations), selectinload(Collection.items)
    )
    order = (Collection.is_wall.desc(), Collection.position, Collection.id.desc())
    return list(db.session.scalars(query.order_by(*order)))


def collection_by_public_id(public_id: str) -> Collection | None:
    """A collection with words and items."""
    return db.session.scalar(
        sa.select(Collection)
        .options(selectinload(Collection.translations), selectinload(Collection.items))
        .where(Collection.public_id == public_id)
        .execution_options(populate_existing=True)
    )


def board_of(collection: Collection, query: str, lang: str) -> Board:
    """The board with candidates: what the query finds, else the newest pieces."""
    ids = [item.product_id for item in collection.items]
    cards = product_cards(ids, lang, "IDR", also_hidden=True)
    shares = Counter(card.maker for card in cards)
    if query:
        found = list(search_products(query, size=CANDIDATES + len(ids)).page.items)
    else:
        found = list(product_page(1, size=CANDIDATES + len(ids)).items)
    others = [at for at in found if at not in ids][:CANDIDATES]
    candidates = [
        Candidate(
            card,
            "workshop_full"
            if collection.is_wall and shares[card.maker] >= MOST_PER_WORKSHOP
            else "",
        )
        for card in product_cards(others, lang, "IDR")
    ]
    by_product = {item.product_id: item for item in collection.items}
    return Board(collection, cards, by_product, shares.most_common(), candidates)
