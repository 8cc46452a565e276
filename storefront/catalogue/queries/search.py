"""Asking the search index: the best thousand pieces for a query in any of the four languages."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice

import sqlalchemy as sa

from storefront.artisans import Artisan
from storefront.catalogue.bitmaps import LEVELS, NONE, Levels, at_least, joined, newest_first
from storefront.catalogue.concepts import inside
from storefront.catalogue.letters import exact, flat, is_hangul
from storefront.catalogue.models import Product, SearchTerm, Variant
from storefront.catalogue.queries.lexicon import Lexicon, lexicon
from storefront.catalogue.queries.listing import visible
from storefront.catalogue.tokens import ALL, EXACT, Asked, Terms, asked, both, spelled
from storefront.kernel.db import among, db
from storefront.kernel.paging import PAGE_SIZE, Page

LONGEST_QUERY = 100
MOST_RANKED = 1000
_NUMBER = re.compile(r"^(?:no\.?|n°|nomor|#|번호)?\s*0*(\d{1,7})$")
_SKU = re.compile(r"^[a-z]{1,6} ?\w*\d[\w ]*$")
# What a word is worth by its level: in passing, mentioned, craft or maker, name.
_WORTH = (1, 2, 5, 9)
_EXACT_WORTH = 100_000
Scores = dict[int, int]  # score to the set of products that have it


@dataclass(frozen=True)
class Found:
    """A page of product ids, best first. `is_near`: no piece has all the words."""

    page: Page[int]
    is_near: bool = False


@dataclass(frozen=True)
class Ranked:
    """Ids of visible pieces, best first, at most MOST_RANKED; `is_more`: there were more.

    `is_near`: no piece has all the words as they are written; these have them misspelt, or at
    least half of them.
    """

    ids: list[int]
    is_more: bool = False
    is_near: bool = False


def numbered(query: str) -> str | None:
    """The slug of the visible piece whose printed number or stock number was typed: 412, 0412,
    No. 0412, TKS-01, tks 01."""
    found = numbered_piece(query)
    return db.session.scalar(sa.select(Product.slug).where(Product.id == found)) if found else None


def numbered_piece(query: str) -> int | None:
    """The visible piece whose printed number or stock number was typed; one statement at most."""
    query = flat(query)
    piece = sa.select(Product.id).join(Artisan, Artisan.id == Product.artisan_id).where(visible())
    if match := _NUMBER.match(query):
        return db.session.scalar(piece.where(Product.number == int(match.group(1))))
    if _SKU.match(query):
        code = "-".join(query.upper().split())
        with_sku = piece.join(Variant, Variant.product_id == Product.id)
        return db.session.scalar(with_sku.where(Variant.sku == code))
    return None


def search_products(query: str, number: int = 1, size: int = PAGE_SIZE) -> Found:
    """A page of the best thousand visible pieces, in two statements."""
    found = ranked(query)
    number = min(max(number, 1), max(1, -(-len(found.ids) // size)))
    ids = found.ids[(number - 1) * size : number * size]
    return Found(Page(ids, number, size, len(found.ids)), found.is_near)


def ranked(query: str) -> Ranked:
    """The best pieces for a query in any of the four languages, in two statements.

    Those with all words come alone; when there are none, those with the nearest spelling of them,
    and at last those with at least half of them. Of equally good pieces the newest is first.
    """
    scores, is_near = _matches(query)
    ids = list(islice(_best_first(scores), MOST_RANKED + 1))
    return Ranked(_visible(ids[:MOST_RANKED]), len(ids) > MOST_RANKED, is_near)


def best(query: str, most: int) -> list[int]:
    """The best pieces by the index alone, in one statement; some may have been hidden since."""
    return list(islice(_best_first(_matches(query)[0]), most))


def suggestion(query: str, lang: str) -> str:
    """The query with misspelt words put right by the shop's own words; '' when none is near."""
    known = lexicon()
    words = list(spelled(query[:LONGEST_QUERY]))
    put_right = [word if known.knows(word) else _meant(word, known, lang) for word in words]
    return " ".join(put_right) if put_right != words else ""


def _meant(word: str, known: Lexicon, lang: str = "") -> str:
    """The word that was meant, two words that were typed as one, or the word itself."""
    return known.nearest(word, lang) or " ".join(known.parted(word) or ()) or word


def _matches(query: str) -> tuple[Scores, bool]:
    """Scores of the pieces that fit a query, and whether they only come near."""
    query = query[:LONGEST_QUERY]
    words, whole = asked(query), EXACT + exact(query)[:30]
    return _Index(words, whole).matches() if words or whole != EXACT else ({}, False)


class _Index:
    """The sets of all terms a query may need, fetched in one statement."""

    def __init__(self, words: list[Asked], whole: str) -> None:
        self.words, self.whole = words, whole
        self.near = [_near_ways(word) for word in words]
        every = chain.from_iterable(chain.from_iterable([w.ways for w in words] + self.near))
        self.sets = _read({ALL, whole, *every})
        self.shop_size = max(1, self.sets.get(ALL, NONE)[0].bit_count())

    def matches(self) -> tuple[Scores, bool]:
        """Scores of the pieces that fit, and whether they only come near."""
        as_written = [self._levels(word.ways) for word in self.words]
        scores = self._all_words(as_written)
        if any(scores.values()):
            return scores, False
        put_right = [
            self._levels(near) if not levels[0] and near else levels
            for levels, near in zip(as_written, self.near, strict=True)
        ]
        scores = self._all_words(put_right)
        if any(scores.values()):
            return scores, True
        return self._half_of(put_right), True

    def _levels(self, ways: Iterable[Terms]) -> Levels:
        """Pieces that have a word in one of its ways, by the least level at which they have it."""
        found = list(NONE)
        for way in ways:
            sets = [self.sets.get(term, NONE) for term in way]
            for level in range(LEVELS):
                bits = sets[0][level]
                for other in sets[1:]:
                    bits &= other[level]
                found[level] |= bits
        return tuple(found)

    def _all_words(self, words: list[Levels]) -> Scores:
        named = self.sets.get(self.whole, NONE)[0]
        scores: Scores = {0: self.sets.get(ALL, NONE)[0]} if words else {}
        for levels in words:
            scores = self._scored(scores, levels)
        if not named:
            return scores
        rest = {score: bits & ~named for score, bits in scores.items()}
        return rest | {_EXACT_WORTH: named}

    def _half_of(self, words: list[Levels]) -> Scores:
        """Pieces with at least half of the words, those with most of them first."""
        counted: dict[int, Scores] = {0: {0: self.sets.get(ALL, NONE)[0]}}
        for levels in words:
            grown: dict[int, Scores] = defaultdict(lambda: defaultdict(int))
            for count, scores in counted.items():
                for score, bits in self._scored(scores, levels).items():
                    grown[count + 1][score] |= bits
                for score, bits in scores.items():
                    grown[count][score] |= bits & ~levels[0]
            counted = grown
        least = max(1, -(-len(words) // 2))
        return {
            count * _EXACT_WORTH + score: bits
            for count, scores in counted.items()
            if count >= least
            for score, bits in scores.items()
        }

    def _scored(self, scores: Scores, levels: Levels) -> Scores:
        """Add what one word is worth: rare words and high levels are worth more."""
        rarity = max(1, round(2 * math.log2(self.shop_size / max(1, levels[0].bit_count()))))
        found: Scores = defaultdict(int)
        for score, bits in scores.items():
            if not bits & levels[0]:
                continue
            for level in range(LEVELS):
                above = levels[level + 1] if level + 1 < LEVELS else 0
                fitting = bits & levels[level] & ~above
                if fitting:
                    found[score + rarity * _WORTH[level]] |= fitting
        return found


def _near_ways(word: Asked) -> tuple[Terms, ...]:
    """Ways to find what a word the shop does not know may have been meant to be."""
    if is_hangul(word.word) and (parts := inside(word.word)):
        return (tuple(sorted(parts)),)
    known = lexicon()
    if " " in word.word or known.knows(word.word):
        return ()
    if nearest := known.nearest(word.word):
        return tuple(chain.from_iterable(other.ways for other in asked(nearest)))
    pair = known.parted(word.word)
    return both(*pair) if pair else ()


def _read(terms: set[str]) -> dict[str, Levels]:
    """The sets of the terms that the index holds, each with those of higher levels."""
    rows = db.session.execute(
        sa.select(SearchTerm.term, SearchTerm.block, SearchTerm.bits).where(
            SearchTerm.lang == "", SearchTerm.term.in_(sorted(terms))
        )
    )
    blocks: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
    for term, block, bits in rows:
        blocks[term].append((block, bits))
    return {term: at_least(joined(stored)) for term, stored in blocks.items()}


def _best_first(scores: Scores) -> Iterable[int]:
    for score in sorted(scores, reverse=True):
        if scores[score]:
            yield from newest_first(scores[score])


def _visible(ids: list[int]) -> list[int]:
    """The ids without those that were hidden since they were indexed."""
    if not ids:
        return []
    query = sa.select(Product.id).join(Artisan, Artisan.id == Product.artisan_id)
    hidden = set(db.session.scalars(query.where(among(Product.id, ids), sa.not_(visible()))))
    return [at for at in ids if at not in hidden]
