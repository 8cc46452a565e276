"""Pieces as cards: the label of the shop, in one statement however many there are.

It asks plain columns and never whole rows: a row of a workshop carries numbers that are encrypted,
and a card needs six of its thirty columns. What belongs to a piece in number (names, words,
variants) comes as one text per piece, so that no second question is asked.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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
from storefront.media import PICTURE_COLUMNS, MediaFile, PictureView, shown_picture

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


class Offered(NamedTuple):
    """An active variant: rupiah, place in the order, its id, free pieces (None where they are not
    counted), and minor units of its price row in the visitor's currency (None without one)."""

    price_idr: int
    position: int
    variant_id: int
    free: int | None
    minor: int | None

    @property
    def available(self) -> int:
        return UNCOUNTED if self.free is None else self.free


def product_cards(
    product_ids: Sequence[int], lang: str, currency: str, *, also_hidden: bool = False
) -> list[ProductCard]:
    """The pieces in the order of their ids, without those nobody may see (`also_hidden`: with)."""
    if not product_ids:
        return []
    facts = {"ids": list(product_ids), "lang": lang, "currency": currency}
    rows = db.session.execute(_of_ids(), facts)
    found = make_cards(rows, lang, currency)
    return [
        found[at]
        for at in product_ids
        if at in found
        and (also_hidden or found[at].why_not not in {"hidden", "workshop_suspended"})
    ]


@functools.cache
def _of_ids() -> sa.Select[Any]:
    return card_select().where(_PIECE.id.in_(sa.bindparam("ids", expanding=True)))


# Tables and not models: rows come as they are, without the work of loading objects.
_PIECE, _MAKER = Product.__table__.c, Artisan.__table__.c
_WORD, _NAME = ProductTerm.__table__.c, ProductTranslation.__table__.c
_OFFER, _PRICE = Variant.__table__.c, Price.__table__.c
_SHOT, _FILE = ProductPicture.__table__.c, MediaFile.__table__.c


def card_select() -> sa.Select[Any]:
    """What `make_cards` needs of pieces, for the parameters `lang` and `currency`: build it once.

    Every value can be a key, so lists come as their text. `named`: the name with its language's two
    letters before it; `said`: the craft words as position:term:percent,…; `offered`: see `Offered`,
    by colons and commas.
    """
    first = _of_piece(sa.select(_SHOT.id), _SHOT).order_by(_SHOT.position, _SHOT.id).limit(1)
    tables = (
        Product.__table__.join(Artisan.__table__, _MAKER.id == _PIECE.artisan_id)
        .outerjoin(ProductPicture.__table__, _SHOT.id == first.scalar_subquery())
        .outerjoin(MediaFile.__table__, _FILE.id == _SHOT.media_id)
    )
    return sa.select(
        *(_PIECE[name] for name in ("id", "public_id", "number", "slug", "state", "category_id")),
        *(_PIECE[name] for name in ("availability", "artisan_id")),
        *(_MAKER[name] for name in ("closed_from", "closed_until", "district")),
        _MAKER.name.label("maker"),
        _MAKER.slug.label("maker_slug"),
        _MAKER.state.label("maker_state"),
        _named().label("named"),
        _said().label("said"),
        _offered().label("offered"),
        *(sa.cast(column, sa.Text).label(column.name) for column in (_PIECE.dyes, _SHOT.alt)),
        *(_file(name).label(f"file_{name}") for name in PICTURE_COLUMNS),
    ).select_from(tables)


def _file(name: str) -> sa.ColumnElement[Any]:
    return sa.cast(_FILE[name], sa.Text) if name == "widths" else _FILE[name]


def _said() -> sa.ScalarSelect[Any]:
    """The craft words of a piece as position:term:percent,…"""
    word = _joined(_WORD.position, _WORD.term_id, _WORD.percent)
    return _of_piece(sa.select(sa.func.aggregate_strings(word, ",")), _WORD).scalar_subquery()


def _joined(*values: Any) -> sa.ColumnElement[str]:
    """Numbers as one text, with colons between them."""
    first, *rest = (sa.cast(value, sa.String) for value in values)
    return functools.reduce(lambda left, right: left + ":" + right, rest, first)


def _named() -> sa.ScalarSelect[Any]:
    """The name in the first language that has one: asked, English, Indonesian, any other."""
    asked = sa.bindparam("lang", type_=sa.String)
    order = sa.case(
        (_NAME.lang == asked, 0), (_NAME.lang == "en", 1), (_NAME.lang == "id", 2), else_=3
    )
    query = _of_piece(sa.select(_NAME.lang + _NAME.name), _NAME).where(_NAME.name != "")
    return query.order_by(order, _NAME.lang).limit(1).scalar_subquery()


def _offered() -> sa.ScalarSelect[Any]:
    price = sa.and_(
        _PRICE.variant_id == _OFFER.id,
        _PRICE.currency == sa.bindparam("currency", type_=sa.String),
        _PRICE.price_list == "retail",
        _PRICE.min_quantity == 1,
    )
    free = sa.case((_OFFER.counted, sa.cast(_OFFER.on_hand - _OFFER.held, sa.String)), else_="")
    minor = sa.func.coalesce(sa.cast(_PRICE.amount_minor, sa.String), "")
    entry = _joined(_OFFER.price_idr, _OFFER.position, _OFFER.id, free, minor)
    query = sa.select(sa.func.aggregate_strings(entry, ",")).select_from(
        Variant.__table__.outerjoin(Price.__table__, price)
    )
    return _of_piece(query, _OFFER).where(_OFFER.is_active).scalar_subquery()


def _of_piece(query: sa.Select[Any], columns: Any) -> sa.Select[Any]:
    return query.where(columns.product_id == _PIECE.id).correlate(Product.__table__)


def make_cards(rows: Iterable[Any], lang: str, currency: str) -> dict[int, ProductCard]:
    """The cards of rows of `card_select`, by the product's id. A row that says the same as before
    makes the same card: what is made of it is kept, what is in it is read each time."""
    words, day = vocabulary(), today()
    return {row.id: _card(row, lang, currency, words, day) for row in rows}


@functools.lru_cache(maxsize=4096)
def _card(row: Any, lang: str, currency: str, words: Vocabulary, day: dt.date) -> ProductCard:
    named = row.named or ""
    name = Text(named[2:], named[:2]) if named else Text("", lang)
    offered = offers(row.offered)
    cheapest = offered[0] if offered else None
    free = [offer.free for offer in offered if offer.free is not None]
    facts = dict(zip(PICTURE_COLUMNS, row[-len(PICTURE_COLUMNS) :], strict=True))
    facts["widths"] = json.loads(facts["widths"] or "[]")
    picture = shown_picture(**facts) if row.file_public_id else None
    return ProductCard(
        product_id=row.id,
        public_id=row.public_id,
        number=row.number,
        slug=row.slug or "",
        name=name,
        maker=row.maker,
        maker_slug=row.maker_slug or "",
        district=row.district,
        artisan_id=row.artisan_id,
        dye=words.dye_of(row.category_id),
        dyes=tuple(json.loads(row.dyes)),
        dye_names=tuple(
            term.name(lang).value
            for term, _ in said_words(row.said, words)
            if term.vocabulary in DYEING
        ),
        price=shown_price(
            cheapest.price_idr,
            cheapest.minor,
            currency,
            words,
            is_from=offered[-1].price_idr > cheapest.price_idr,
        )
        if cheapest
        else None,
        availability=row.availability,
        left=sum(free) if len(free) == len(offered) else None,
        why_not=why_not_for_sale(
            product_state=row.state,
            variant_active=True,
            artisan_state=row.maker_state,
            closed_from=row.closed_from,
            closed_until=row.closed_until,
            available=max((offer.available for offer in offered), default=0),
            today=day,
        ),
        picture=picture,
        alt=alternative(json.loads(row.alt), name, lang) if picture else name,
    )


def offers(offered: str | None) -> list[Offered]:
    """The variants of a row of `card_select`, the cheapest first."""
    return sorted(Offered(*map(_number, entry.split(":"))) for entry in _entries(offered))


def said_words(said: str | None, words: Vocabulary) -> list[tuple[CraftWord, int]]:
    """The craft words of a row of `card_select` in their order, each with its percentage."""
    entries = sorted(tuple(map(int, entry.split(":"))) for entry in _entries(said))
    return [
        (words.terms[term_id], percent) for _, term_id, percent in entries if term_id in words.terms
    ]


def _entries(text: str | None) -> list[str]:
    return text.split(",") if text else []


def _number(text: str) -> Any:
    return int(text) if text else None


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
    if alt.get(lang):
        return Text(alt[lang], lang)
    rows = [NameRow(code, text) for code, text in alt.items()]
    return pick(rows, "name", lang) or fallback
