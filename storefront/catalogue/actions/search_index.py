"""Writing the search index: a few words of each live piece in every language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa

from storefront.artisans import Artisan
from storefront.catalogue.models import Product, ProductTerm, ProductTranslation, SearchTerm
from storefront.catalogue.queries.words import CraftWord, Vocabulary, vocabulary
from storefront.catalogue.tokens import terms
from storefront.kernel.db import db, public_id
from storefront.kernel.translated import LANGS
from storefront.notifications import queue_task

# How much a word says about a piece, by where it stands.
NAME, SHELF, MAKER, CRAFT, COLOUR = 8, 4, 4, 3, 2
CRAFT_LISTS = {"technique", "material", "plant"}
TOPIC = "catalogue.index"


def queue_index(product_id: int) -> None:
    """Let the piece's search rows follow the commit."""
    queue_task(TOPIC, f"{TOPIC}:{product_id}:{public_id()}", {"product_id": product_id})


def index_product(product_id: int) -> None:
    """Write one piece's search rows anew; a piece that is not live has none."""
    index_products([product_id])


def index_products(product_ids: Collection[int]) -> None:
    """Write the search rows of some hundred pieces anew, in five statements."""
    db.session.flush()
    facts = db.session.execute(
        sa.select(
            Product.id, Product.category_id, Product.colour_family, Product.motif, Artisan.name
        )
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(Product.id.in_(product_ids), Product.state == "live")
    ).all()
    names: dict[int, dict[str, str]] = defaultdict(dict)
    texts = sa.select(
        ProductTranslation.product_id, ProductTranslation.lang, ProductTranslation.name
    )
    for product_id, lang, name in db.session.execute(
        texts.where(ProductTranslation.product_id.in_(product_ids))
    ):
        names[product_id][lang] = name
    crafts: dict[int, list[int]] = defaultdict(list)
    said = sa.select(ProductTerm.product_id, ProductTerm.term_id)
    for product_id, term_id in db.session.execute(
        said.where(ProductTerm.product_id.in_(product_ids))
    ):
        crafts[product_id].append(term_id)
    words = vocabulary()
    rows = [
        {"lang": lang, "term": term, "product_id": row.id, "impact": impact}
        for row in facts
        for lang in LANGS
        for term, impact in _impacts(row, names[row.id], crafts[row.id], words, lang).items()
    ]
    db.session.execute(sa.delete(SearchTerm).where(SearchTerm.product_id.in_(product_ids)))
    if rows:
        db.session.execute(sa.insert(SearchTerm), rows)


def _impacts(
    row: Any, names: dict[str, str], term_ids: list[int], words: Vocabulary, lang: str
) -> dict[str, int]:
    """Terms of one piece in one language with their integer weight."""
    found: dict[str, int] = defaultdict(int)
    for text, weight in _texts(row, names, term_ids, words, lang):
        for term in terms(text, lang):
            found[term] += weight
    return found


def _texts(
    row: Any, names: dict[str, str], term_ids: list[int], words: Vocabulary, lang: str
) -> Iterator[tuple[str, int]]:
    yield names.get(lang, ""), NAME
    yield row.name, MAKER
    yield row.motif, CRAFT
    for shelf in words.way_to(row.category_id):
        yield shelf.name(lang).value, SHELF
    for term_id in term_ids:
        term: CraftWord | None = words.terms.get(term_id)
        if term is not None and term.vocabulary in CRAFT_LISTS:
            yield f"{term.name(lang)} {term.latin}", CRAFT
    colour = words.term("colour", row.colour_family)
    if colour is not None:
        yield colour.name(lang).value, COLOUR
