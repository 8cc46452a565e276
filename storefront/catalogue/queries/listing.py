"""Lists of pieces and makers: shelves, makers' pages, counts."""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storefront.artisans import Artisan, ArtisanTranslation
from storefront.catalogue.models import Product, ProductTerm
from storefront.catalogue.queries.words import kept
from storefront.kernel.db import db
from storefront.kernel.paging import PAGE_SIZE, Page, page_of
from storefront.kernel.translated import Text, pick


def visible() -> sa.ColumnElement[bool]:
    """What visitors may see: live pieces of workshops that may sell."""
    return sa.and_(Product.state == "live", Artisan.state == "approved")


def product_page(number: int, *, artisan_id: int | None = None, size: int = PAGE_SIZE) -> Page[int]:
    """Ids of visible pieces (of a workshop), newest first, one page of them, in two statements."""
    query = sa.select(Product.id).join(Artisan, Artisan.id == Product.artisan_id).where(visible())
    if artisan_id is not None:
        query = query.where(Product.artisan_id == artisan_id)
    newest = query.order_by(Product.published_at.desc(), Product.id.desc())
    page: Page[int] = page_of(newest, number, size)
    return page


def pieces_with(term_ids: Collection[int]) -> dict[int, int]:
    """How many visible pieces say each craft word; one statement at most once a minute."""
    wanted = sorted(term_ids)
    return kept(f"pieces with {wanted}", lambda: _pieces_with(wanted))


def _pieces_with(term_ids: Collection[int]) -> dict[int, int]:
    query = (
        sa.select(ProductTerm.term_id, sa.func.count(Product.id))
        .join(Product, Product.id == ProductTerm.product_id)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(ProductTerm.term_id.in_(term_ids), visible())
        .group_by(ProductTerm.term_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


@dataclass(frozen=True)
class MakerLine:
    """A workshop in a list: name, place, what it makes, how many pieces are shown."""

    artisan_id: int
    name: str
    slug: str
    kind: str
    district: str
    tagline: Text
    pieces: int


@dataclass(frozen=True)
class MakerWords:
    """A workshop's words in one language."""

    lang: str
    tagline: str
    story: str = ""


def makers(
    lang: str,
    most: int | None = None,
    *,
    name_part: str = "",
    ids: Collection[int] | None = None,
) -> list[MakerLine]:
    """Workshops with pieces on show, most pieces first, of equal ones by name; one statement."""
    facts: dict[str, object] = {"most": most} if most is not None else {}
    if ids is not None:
        facts["ids"] = list(ids)
    if name_part:
        facts["part"] = _escaped(name_part)
    rows = db.session.execute(_makers(frozenset(facts)), facts).all()
    words: dict[int, list[MakerWords]] = {}
    for row in rows:
        words.setdefault(row.id, []).append(MakerWords(row.lang or "", row.tagline or ""))
    firsts = {row.id: row for row in reversed(rows)}
    return [
        MakerLine(
            artisan_id=at,
            name=firsts[at].name,
            slug=firsts[at].slug,
            kind=firsts[at].kind,
            district=firsts[at].district,
            tagline=pick(words[at], "tagline", lang),
            pieces=firsts[at].pieces,
        )
        for at in words
    ]


def _escaped(part: str) -> str:
    """A part of a name as LIKE takes it literally, with / as its escape."""
    return part.replace("/", "//").replace("%", "/%").replace("_", "/_")


@functools.cache
def _makers(asked: frozenset[str]) -> sa.Select[Any]:
    """The statement of `makers` for the parameters that are given: most, ids, part."""
    count = (
        sa.select(Product.artisan_id, sa.func.count(Product.id).label("pieces"))
        .where(Product.state == "live")
        .group_by(Product.artisan_id)
        .subquery()
    )
    maker, words = Artisan.__table__.c, ArtisanTranslation.__table__.c
    names = ("id", "name", "slug", "kind", "district")
    chosen = (
        sa.select(*(maker[name] for name in names), count.c.pieces)
        .join(count, count.c.artisan_id == maker.id)
        .where(maker.state == "approved", maker.slug.is_not(None))
        .order_by(count.c.pieces.desc(), maker.name)
    )
    if "most" in asked:
        chosen = chosen.limit(sa.bindparam("most", type_=sa.Integer))
    if "ids" in asked:
        chosen = chosen.where(maker.id.in_(sa.bindparam("ids", expanding=True)))
    if "part" in asked:
        part = sa.bindparam("part", type_=sa.String)
        chosen = chosen.where(sa.func.lower(maker.name).contains(part, escape="/"))
    found = chosen.subquery()
    return (
        sa.select(found, words.lang, words.tagline)
        .outerjoin(ArtisanTranslation.__table__, words.artisan_id == found.c.id)
        .order_by(found.c.pieces.desc(), found.c.name)
    )
