"""What somebody may be about to search for, from the first letters on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from storefront.artisans import Artisan
from storefront.catalogue.letters import flat, typed
from storefront.catalogue.models import Product, ProductTranslation
from storefront.catalogue.queries.lexicon import Lexicon, lexicon
from storefront.catalogue.queries.listing import visible
from storefront.catalogue.queries.search import LONGEST_QUERY, best, numbered_piece
from storefront.catalogue.queries.words import CraftWord, Shelf, Words, kept, vocabulary
from storefront.catalogue.tokens import NAMES, Terms, asked
from storefront.kernel.db import db
from storefront.kernel.translated import Text, pick

LEAST_LETTERS = 2  # as they are typed: one syllable of Hangul is two or three
MOST_WORDS, MOST_SHELVES, MOST_CRAFTS, MOST_MAKERS, MOST_PIECES = 4, 3, 3, 3, 4
CRAFT_LISTS = ("technique", "plant")


class Maker(NamedTuple):
    """A workshop with pieces on show."""

    keys: str
    name: str
    slug: str | None
    district: str


class Piece(NamedTuple):
    """A piece with the words a line needs."""

    number: int
    slug: str
    name: Text
    maker: str


class Suggestions(NamedTuple):
    """What is proposed, by kind; each list is short and best first."""

    words: list[str]
    shelves: list[Shelf]
    crafts: list[CraftWord]
    makers: list[Maker]
    pieces: list[Piece]

    @property
    def total(self) -> int:
        return sum(len(kind) for kind in self)


NOTHING = Suggestions([], [], [], [], [])


def suggestions(query: str, lang: str) -> Suggestions:
    """What fits the beginning of a query, shown in `lang` whichever language is typed.

    Two statements, once names and words are in memory.
    """
    query = flat(query[:LONGEST_QUERY])
    keys = typed(query)
    if len(keys) < LEAST_LETTERS:
        return NOTHING
    number = numbered_piece(query)
    if number is not None:
        return NOTHING._replace(pieces=_pieces([number], lang))
    words = _words(query, lang, lexicon())
    known = vocabulary()
    crafts = [term for name in CRAFT_LISTS for term in known.list_of(name)]
    return Suggestions(
        words=_different(query, words)[:MOST_WORDS],
        shelves=[shelf for shelf in known.shelves.values() if _begins(_texts(shelf.texts), keys)][
            :MOST_SHELVES
        ],
        crafts=[term for term in crafts if _begins([term.latin, *_texts(term.texts)], keys)][
            :MOST_CRAFTS
        ],
        makers=[maker for maker in _makers() if _starts(maker.keys, keys)][:MOST_MAKERS],
        pieces=_pieces(best(words[0] if words else query, MOST_PIECES), lang),
    )


def _words(query: str, lang: str, known: Lexicon) -> list[str]:
    """The query with its last word completed: words of the language first, the commonest first."""
    before, _, last = query.rpartition(" ")
    keys = typed(last)
    if len(keys) < LEAST_LETTERS:
        return []
    found = [word for word in known.beginning_with(keys) if word.lang != NAMES]
    own = [word for word in found if word.lang == lang] or found
    own.sort(key=lambda word: (word.keys != keys, -word.pieces, word))
    return list(dict.fromkeys(f"{before} {word.word}".strip() for word in own))


def _different(query: str, words: list[str]) -> list[str]:
    """The words that find something else than the query or one before them: no sacs after sac."""
    known, found = {_meaning(query)}, []
    for word in words[: 4 * MOST_WORDS]:
        if (meaning := _meaning(word)) not in known:
            known.add(meaning)
            found.append(word)
    return found


def _meaning(query: str) -> tuple[Terms, ...]:
    return tuple(min(word.ways) for word in asked(query))


def _texts(texts: Iterable[Words]) -> list[str]:
    return [text.name for text in texts]


def _begins(names: Iterable[str], keys: str) -> bool:
    return any(_starts(typed(name), keys) for name in names)


def _starts(name: str, keys: str) -> bool:
    """Whether one of the name's words begins so."""
    return name.startswith(keys) or f" {keys}" in name or f"({keys}" in name


def _makers() -> list[Maker]:
    """Names of all workshops with pieces on show; one statement at most once a minute."""
    return kept("maker names", _read_makers)


def _read_makers() -> list[Maker]:
    shows = sa.select(Product.id).where(Product.artisan_id == Artisan.id, Product.state == "live")
    rows = db.session.execute(
        sa.select(Artisan.name, Artisan.slug, Artisan.district)
        .where(Artisan.state == "approved", Artisan.slug.is_not(None), shows.exists())
        .order_by(Artisan.name, Artisan.id)
    )
    return [Maker(typed(name), name, slug, district) for name, slug, district in rows]


def _pieces(ids: list[int], lang: str) -> list[Piece]:
    if not ids:
        return []
    rows = db.session.execute(
        sa.select(
            Product.id,
            Product.number,
            Product.slug,
            Artisan.name.label("maker"),
            ProductTranslation.lang,
            ProductTranslation.name,
        )
        .join(Artisan, Artisan.id == Product.artisan_id)
        .join(ProductTranslation, ProductTranslation.product_id == Product.id)
        .where(Product.id.in_(ids), visible())
    ).all()
    found = []
    for at in ids:
        own = [row for row in rows if row.id == at]
        if own and own[0].slug:
            first = own[0]
            found.append(Piece(first.number, first.slug, pick(own, "name", lang), first.maker))
    return found
