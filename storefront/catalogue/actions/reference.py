"""What every shop starts with: shelves, craft words in four languages, illustrative rates."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from storefront.catalogue.actions.search_index import queue_shop
from storefront.catalogue.models import (
    Category,
    CategoryTranslation,
    CurrencyRule,
    Term,
    TermTranslation,
)
from storefront.catalogue.queries.words import forget_words
from storefront.kernel.db import db
from storefront.kernel.rates import micro

FOLDER = Path(__file__).resolve().parents[1] / "reference"
# vocabulary: file and list in it
LISTS = {
    "technique": "techniques",
    "plant": "plants",
    "material": "materials",
    "mordant": "mordants",
    "care": "care",
    "colour": "colours",
}
# Illustrative: the council sets its own before the shop opens. Rupiah per unit, margin in basis
# points, rounding in minor units.
CHECKED_ON = dt.date(2026, 11, 21)
RATES = [("USD", "16250", 300, 50), ("EUR", "17800", 300, 50), ("KRW", "11.9", 300, 500)]


def load_reference() -> None:
    """Bring shelves and craft words in line with the files, and add rates that are missing.

    Repeatable: names and order follow the files, rates the council has set are left alone. Where a
    name has changed, the search index follows.
    """
    before = _names()
    _load_categories(_read("categories", "category"))
    for vocabulary, file in LISTS.items():
        _load_terms(vocabulary, _read(file, vocabulary))
    for currency, rate, margin, rounding in RATES:
        if db.session.get(CurrencyRule, currency) is None:
            db.session.add(
                CurrencyRule(
                    currency=currency,
                    rate_micro=micro(rate),
                    margin_bp=margin,
                    rounding_minor=rounding,
                    checked_on=CHECKED_ON,
                )
            )
    db.session.flush()
    forget_words()
    if before and before != _names():
        queue_shop()


def _names() -> set[Any]:
    """Every name of a shelf or craft word, as the search index knows it."""
    shelves = sa.select(
        CategoryTranslation.category_id, CategoryTranslation.lang, CategoryTranslation.name
    )
    words = sa.select(TermTranslation.term_id, TermTranslation.lang, TermTranslation.name)
    found: set[Any] = {("shelf", *row) for row in db.session.execute(shelves)}
    return found | {("word", *row) for row in db.session.execute(words)}


def _read(file: str, name: str) -> list[dict[str, Any]]:
    with (FOLDER / f"{file}.toml").open("rb") as source:
        rows: list[dict[str, Any]] = tomllib.load(source)[name]
    return rows


def _load_categories(entries: list[dict[str, Any]]) -> None:
    query = sa.select(Category).options(selectinload(Category.translations))
    present = {row.key: row for row in db.session.scalars(query)}
    for position, entry in enumerate(entries):
        row = present.get(entry["key"])
        if row is None:
            row = Category(key=entry["key"], slug=entry["key"], translations=[])
            db.session.add(row)
            present[row.key] = row
        row.position, row.dye = position, entry["dye"]
        _write_texts(row.translations, CategoryTranslation, entry["text"], "summary")
    db.session.flush()
    for entry in entries:
        parent = present[entry["parent"]].id if "parent" in entry else None
        present[entry["key"]].parent_id = parent


def _load_terms(vocabulary: str, entries: list[dict[str, Any]]) -> None:
    query = sa.select(Term).where(Term.vocabulary == vocabulary)
    rows = db.session.scalars(query.options(selectinload(Term.translations)))
    present = {row.key: row for row in rows}
    for position, entry in enumerate(entries):
        row = present.get(entry["key"])
        if row is None:
            row = Term(vocabulary=vocabulary, key=entry["key"], translations=[])
            db.session.add(row)
        row.position = position
        row.attributes = {k: v for k, v in entry.items() if k not in {"key", "text"}}
        _write_texts(row.translations, TermTranslation, entry["text"], "sentence")


def _write_texts(
    rows: list[Any], model: type[Any], texts: dict[str, dict[str, str]], sentence: str
) -> None:
    """Set name and sentence of each language; `sentence` names the column."""
    present = {row.lang: row for row in rows}
    for lang, text in texts.items():
        row = present.get(lang)
        if row is None:
            row = model(lang=lang, name="")
            rows.append(row)
        row.name = text["name"]
        setattr(row, sentence, text.get("sentence", ""))
