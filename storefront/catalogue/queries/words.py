"""The shop's small fixed tables (shelves, craft words, rates), kept in memory until one changes.

They are a few hundred rows that change a few times a year and stand on every page.
"""

from __future__ import annotations

import functools
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from storefront.catalogue.models import (
    Category,
    CategoryTranslation,
    CurrencyRule,
    Term,
    TermTranslation,
)
from storefront.kernel import marks
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.kernel.rates import estimate
from storefront.kernel.translated import Text, pick

SECONDS = 60  # how old a kept figure may be
_CHANGED = "words changed"
TABLES = ("category", "category_translation", "term", "term_translation", "currency_rule")
T = TypeVar("T")


class Words(NamedTuple):
    """Name and sentence in one language."""

    lang: str
    name: str
    sentence: str


class Worded:
    """Something with words in several languages; what was picked once is known."""

    texts: tuple[Words, ...]

    @functools.cached_property
    def _picked(self) -> dict[tuple[str, str], Text]:
        return {}

    def _text(self, field: str, lang: str) -> Text:
        known = self._picked.get((field, lang))
        if known is None:
            known = self._picked[field, lang] = pick(self.texts, field, lang)
        return known

    def name(self, lang: str) -> Text:
        return self._text("name", lang)

    def sentence(self, lang: str) -> Text:
        return self._text("sentence", lang)


@dataclass(frozen=True)
class Shelf(Worded):
    """A category as pages need it."""

    id: int
    key: str
    slug: str
    parent_id: int | None
    dye: str
    texts: tuple[Words, ...]


@dataclass(frozen=True)
class CraftWord(Worded):
    """A term as pages need it. `attributes`: what its list knows (latin, dye, wax, family…)."""

    id: int
    vocabulary: str
    key: str
    attributes: dict[str, Any]
    texts: tuple[Words, ...]

    @property
    def latin(self) -> str:
        return str(self.attributes.get("latin", ""))

    @property
    def dye(self) -> str:
        return str(self.attributes.get("dye", ""))


class Rate(NamedTuple):
    """How a currency follows the rupiah at present."""

    rate_micro: int
    is_charged: bool


@dataclass(frozen=True, eq=False)  # each reading of the tables is one of its own
class Vocabulary:
    """All shelves, craft words and rates at one moment, in the council's order."""

    shelves: dict[int, Shelf]
    terms: dict[int, CraftWord]
    rates: dict[str, Rate]

    def top(self) -> list[Shelf]:
        """Upper shelves, as the header lists them."""
        return [shelf for shelf in self.shelves.values() if shelf.parent_id is None]

    def below(self, shelf_id: int) -> list[Shelf]:
        return [shelf for shelf in self.shelves.values() if shelf.parent_id == shelf_id]

    def shelf(self, slug: str) -> Shelf | None:
        return next((shelf for shelf in self.shelves.values() if shelf.slug == slug), None)

    def way_to(self, shelf_id: int | None) -> list[Shelf]:
        """The shelf and those above it, uppermost first."""
        way: list[Shelf] = []
        while shelf_id is not None and shelf_id in self.shelves and len(way) < 5:
            way.insert(0, self.shelves[shelf_id])
            shelf_id = way[0].parent_id
        return way

    def dye_of(self, shelf_id: int | None) -> str:
        """The colour that goes with a shelf; the shop's own where there is none."""
        shelf = self.shelves.get(shelf_id) if shelf_id is not None else None
        return shelf.dye if shelf else "nila"

    def list_of(self, vocabulary: str) -> list[CraftWord]:
        return [term for term in self.terms.values() if term.vocabulary == vocabulary]

    def term(self, vocabulary: str, key: str) -> CraftWord | None:
        return self._by_key.get((vocabulary, key))

    @functools.cached_property
    def _by_key(self) -> dict[tuple[str, str], CraftWord]:
        return {(term.vocabulary, term.key): term for term in self.terms.values()}

    def estimate(self, idr: int, currency: str) -> Money | None:
        """What rupiah are about worth; None when the currency has no rate."""
        if currency == "IDR":
            return Money.idr(idr)
        rate = self.rates.get(currency)
        return estimate(idr, rate.rate_micro, currency) if rate else None


_kept: WeakKeyDictionary[Engine, tuple[tuple[int, ...] | None, Vocabulary]] = WeakKeyDictionary()
_kept_figures: WeakKeyDictionary[Engine, dict[str, tuple[float, Any]]] = WeakKeyDictionary()


def vocabulary() -> Vocabulary:
    """The present tables: five statements after one of them was written, none otherwise."""
    present = marks.of(*TABLES)
    kept = _kept.get(db.engine)
    if kept is None or present is None or kept[0] != present:
        kept = present, _read()
        if not _has_own_changes():
            _kept[db.engine] = kept
    return kept[1]


def forget_words() -> None:
    """Read the tables again at the next question. A commit tells the other processes."""
    _kept.pop(db.engine, None)
    _kept_figures.pop(db.engine, None)
    db.session().info[_CHANGED] = True


def _has_own_changes() -> bool:
    """Whether this transaction sees rows that may still be rolled back."""
    info = db.session().info
    return bool(info.get("in_transaction") and info.get(_CHANGED))


def kept(name: str, make: Callable[[], T], seconds: int = SECONDS) -> T:
    """A figure that may be a minute old and costs too much to be asked at every visit."""
    figures = _kept_figures.setdefault(db.engine, {})
    made_at, figure = figures.get(name, (-seconds, None))
    if time.monotonic() - made_at >= seconds or figure is None:
        figure = make()
        figures[name] = (time.monotonic(), figure)
    return cast(T, figure)


def _read() -> Vocabulary:
    texts = _grouped(
        sa.select(
            CategoryTranslation.category_id,
            CategoryTranslation.lang,
            CategoryTranslation.name,
            CategoryTranslation.summary,
        )
    )
    shelves = {
        row.id: Shelf(row.id, row.key, row.slug, row.parent_id, row.dye, texts[row.id])
        for row in db.session.execute(
            sa.select(
                Category.id, Category.key, Category.slug, Category.parent_id, Category.dye
            ).order_by(Category.position, Category.id)
        )
    }
    texts = _grouped(
        sa.select(
            TermTranslation.term_id,
            TermTranslation.lang,
            TermTranslation.name,
            TermTranslation.sentence,
        )
    )
    terms = {
        row.id: CraftWord(row.id, row.vocabulary, row.key, row.attributes, texts[row.id])
        for row in db.session.execute(
            sa.select(Term.id, Term.vocabulary, Term.key, Term.attributes).order_by(
                Term.position, Term.id
            )
        )
    }
    rates = {
        row.currency: Rate(row.rate_micro, row.is_charged)
        for row in db.session.execute(
            sa.select(CurrencyRule.currency, CurrencyRule.rate_micro, CurrencyRule.is_charged)
        )
    }
    return Vocabulary(shelves, terms, rates)


def _grouped(query: sa.Executable) -> dict[int, tuple[Words, ...]]:
    found: dict[int, list[Words]] = defaultdict(list)
    for owner, *words in db.session.execute(query):
        found[owner].append(Words(*words))
    return defaultdict(tuple, {owner: tuple(words) for owner, words in found.items()})


def names_of(terms: Iterable[CraftWord], lang: str) -> list[Text]:
    """The words' names in one language, in their order."""
    return [term.name(lang) for term in terms]
