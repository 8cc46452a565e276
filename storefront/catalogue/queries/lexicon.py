"""The shop's own words as they are written, in memory: for suggestions and misspellings."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

import sqlalchemy as sa
from rapidfuzz import process
from rapidfuzz.distance import OSA

from storefront.catalogue.concepts import concepts
from storefront.catalogue.letters import typed
from storefront.catalogue.models import SearchTerm
from storefront.catalogue.queries.words import kept
from storefront.catalogue.tokens import ALL
from storefront.kernel.db import db

SECONDS = 600
MOST_WORDS = 20_000  # the commonest
SMALL_SHOP = 3  # blocks of the index; in a larger shop, words of a single piece are left out
LEAST_LETTERS = 4
MOST_WRONG = 2


class Word(NamedTuple):
    """A word in its language (`mul` for names), the keys it is typed with, how many pieces."""

    keys: str
    word: str
    lang: str
    pieces: int


class Lexicon:
    """Words by the keys they are typed with."""

    def __init__(self, words: list[Word]) -> None:
        self.words = sorted(words, key=lambda word: (word.keys, word.lang, word.word))
        self.keys = [word.keys for word in self.words]

    def knows(self, word: str) -> bool:
        keys = typed(word)
        at = bisect_left(self.keys, keys)
        return at < len(self.keys) and self.keys[at] == keys

    def beginning_with(self, keys: str) -> list[Word]:
        """Words that are in the shop and begin so, in the order of their keys."""
        first = bisect_left(self.keys, keys)
        last = bisect_left(self.keys, keys + "\U0010ffff")
        return [word for word in self.words[first:last] if word.pieces]

    def nearest(self, word: str, lang: str = "") -> str:
        """The known word a letter or two off, '' when there is none: the nearest, of equal ones
        that of the language, then the commonest."""
        keys = typed(word)
        if len(keys) < LEAST_LETTERS or keys.isdigit():
            return ""
        wrong = 1 if len(keys) < 6 else MOST_WRONG
        found = process.extract(
            keys, self.keys, scorer=OSA.distance, score_cutoff=wrong, limit=None
        )
        near = [
            (distance, self.words[at])
            for _, distance, at in found
            if len(self.keys[at]) >= LEAST_LETTERS
        ]
        if not near:
            return ""
        _, best = min(near, key=lambda at: (at[0], at[1].lang != lang, -at[1].pieces, at[1]))
        return best.word

    def parted(self, word: str) -> tuple[str, str] | None:
        """Two known words that were typed as one."""
        for at in range(3, len(word) - 2):
            if self.knows(word[:at]) and self.knows(word[at:]):
                return word[:at], word[at:]
        return None


def lexicon() -> Lexicon:
    """The present words: two statements every ten minutes, none otherwise."""
    return kept("lexicon", _read, SECONDS)


def _read() -> Lexicon:
    """Words of the shop with their pieces, and those of the synonyms, which may have none."""
    blocks = (
        db.session.scalar(
            sa.select(sa.func.count()).where(SearchTerm.lang == "", SearchTerm.term == ALL)
        )
        or 0
    )
    listed = dict.fromkeys(concepts().spellings, 0) | _counted(1 if blocks <= SMALL_SHOP else 2)
    return Lexicon([Word(typed(word), word, lang, n) for (word, lang), n in listed.items()])


def _counted(least: int) -> dict[tuple[str, str], int]:
    """Words that at least so many pieces of a block have, with the number of their pieces."""
    pieces = sa.func.sum(SearchTerm.count)
    query = (
        sa.select(SearchTerm.lang, SearchTerm.term, pieces)
        .where(SearchTerm.lang != "", SearchTerm.count >= least)
        .group_by(SearchTerm.lang, SearchTerm.term)
        .order_by(pieces.desc(), SearchTerm.lang, SearchTerm.term)
        .limit(MOST_WORDS)
    )
    return {(word, lang): int(count) for lang, word, count in db.session.execute(query)}
