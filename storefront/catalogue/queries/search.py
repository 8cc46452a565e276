"""Asking the search index: every language's own, the best of them for each piece."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import OSA

from storefront.artisans import Artisan
from storefront.catalogue.models import Product, SearchTerm
from storefront.catalogue.queries.listing import visible
from storefront.catalogue.queries.words import vocabulary
from storefront.catalogue.tokens import folded, known_words, query_terms
from storefront.kernel.db import db
from storefront.kernel.paging import PAGE_SIZE, Page, page_of

LONGEST_QUERY = 100
MOST_WRONG = 2
MOST_RANKED = 1000
_NUMBER = re.compile(r"^(?:no\.?|n°|#)?\s*0*(\d{1,7})$", re.IGNORECASE)
# Only the ratio of rare to common counts, so any size of shop will do.
_SHOP_SIZE = 100_000


@dataclass(frozen=True)
class Found:
    """A page of product ids, best first. `is_near`: no piece has all the words."""

    page: Page[int]
    is_near: bool = False


@dataclass(frozen=True)
class Ranked:
    """Ids of visible pieces, best first, at most MOST_RANKED; `is_more`: there were more.

    `is_near`: no piece has all the words, these have at least half of them.
    """

    ids: list[int]
    is_more: bool = False
    is_near: bool = False


def numbered(query: str) -> str | None:
    """The slug of the visible piece whose printed number was typed: 412, 0412, No. 0412."""
    match = _NUMBER.match(query.strip())
    if match is None:
        return None
    return db.session.scalar(
        sa.select(Product.slug)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(Product.number == int(match.group(1)), visible())
    )


def search_products(query: str, number: int = 1, size: int = PAGE_SIZE) -> Found:
    """Visible pieces with all words of the query in one language, at most five statements.

    When there are none, those with at least half of them.
    """
    asked = query_terms(query[:LONGEST_QUERY])
    nothing: Page[int] = Page([], 1, size, 0)
    common = _frequencies(asked) if asked else {}
    if not common:
        return Found(nothing)
    for is_near in (False, True):
        select = _matches(asked, common, is_near)
        if select is None:
            continue
        page: Page[int] = page_of(select, number, size)
        if page.total:
            return Found(page, is_near)
    return Found(nothing)


def ranked(query: str) -> Ranked:
    """The best pieces for a query in any of the four languages, in at most two statements."""
    asked = query_terms(query[:LONGEST_QUERY])
    common = _frequencies(asked) if asked else {}
    for is_near in (False, True):
        select = _matches(asked, common, is_near) if common else None
        if select is None:
            continue
        ids = list(db.session.scalars(select.limit(MOST_RANKED + 1)))
        if ids:
            return Ranked(ids[:MOST_RANKED], len(ids) > MOST_RANKED, is_near)
    return Ranked([])


def suggestion(query: str, lang: str) -> str:
    """The query with misspelt words put right by the shop's own words; '' when none is near."""
    known = set(known_words())
    words = vocabulary()
    names = [shelf.name(lang) for shelf in words.shelves.values()]
    names += [term.name(lang) for term in words.terms.values()]
    for name in names:
        known.update(folded(name.value).split())
    typed = folded(query[:LONGEST_QUERY]).split()
    known = {word for word in known if len(word) > MOST_WRONG + 1}
    put_right = [_nearest(word, known) for word in typed]
    return " ".join(put_right) if put_right != typed else ""


def _nearest(word: str, known: set[str]) -> str:
    """The one known word within a letter or two; the word itself when there is none."""
    if word in known or len(word) <= MOST_WRONG + 1:
        return word
    wrong = 1 if len(word) < 6 else MOST_WRONG
    found = process.extractOne(word, sorted(known), scorer=OSA.distance, score_cutoff=wrong)
    return str(found[0]) if found else word


def _frequencies(asked: dict[str, list[str]]) -> dict[tuple[str, str], int]:
    """How many pieces have each asked term."""
    query = (
        sa.select(SearchTerm.lang, SearchTerm.term, sa.func.count())
        .where(
            sa.or_(
                *(
                    sa.and_(SearchTerm.lang == lang, SearchTerm.term.in_(terms))
                    for lang, terms in asked.items()
                )
            )
        )
        .group_by(SearchTerm.lang, SearchTerm.term)
    )
    return {(lang, term): count for lang, term, count in db.session.execute(query)}


def _matches(
    asked: dict[str, list[str]], common: dict[tuple[str, str], int], is_near: bool
) -> sa.Select[Any] | None:
    """Product ids by falling score; None when no language can give any."""
    needed: dict[str, int] = {}
    for lang, terms in asked.items():
        present = sum((lang, term) in common for term in terms)
        if present and (is_near or present == len(terms)):
            needed[lang] = -(-len(terms) // 2) if is_near else len(terms)
    if not needed:
        return None
    wanted = sa.union_all(
        *(
            sa.select(
                sa.cast(lang, sa.String(2)).label("lang"),
                sa.cast(term, sa.String(40)).label("term"),
                sa.cast(_rarity(count), sa.Integer).label("rarity"),
            )
            for (lang, term), count in common.items()
            if lang in needed
        )
    ).cte("wanted")
    by_language = (
        sa.select(
            SearchTerm.product_id,
            sa.func.sum(SearchTerm.impact * wanted.c.rarity).label("score"),
        )
        .join(wanted, sa.and_(wanted.c.lang == SearchTerm.lang, wanted.c.term == SearchTerm.term))
        .group_by(SearchTerm.product_id, SearchTerm.lang)
        .having(sa.func.count() >= sa.case(needed, value=SearchTerm.lang))
        .subquery()
    )
    return (
        sa.select(Product.id)
        .join(by_language, by_language.c.product_id == Product.id)
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(visible())
        .group_by(Product.id)
        .order_by(sa.func.max(by_language.c.score).desc(), Product.id.desc())
    )


def _rarity(count: int) -> int:
    return max(1, int(10 * math.log(1 + _SHOP_SIZE / count)))
