"""Writing the search index: what each visible piece is found by, as sets of pieces per term."""

from __future__ import annotations

import functools
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from storefront.artisans import Artisan
from storefront.catalogue.bitmaps import BLOCK, LEVELS, pack, unpack
from storefront.catalogue.letters import exact
from storefront.catalogue.models import (
    Product,
    ProductTerm,
    ProductTranslation,
    SearchDocument,
    SearchTerm,
    Variant,
)
from storefront.catalogue.queries.listing import visible
from storefront.catalogue.queries.words import Vocabulary, vocabulary
from storefront.catalogue.tokens import ALL, EXACT, NAMES, spelled, terms
from storefront.kernel.db import db, public_id
from storefront.notifications import queue_task

# How much a word says about a piece, by where it stands.
NAME, CRAFT, MENTIONED, IN_PASSING = 3, 2, 1, 0
CRAFT_LISTS = {"technique", "material", "plant", "mordant"}
# What is true of every piece though no listing says it, and of every one dyed with plants.
EVERYWHERE, DYED = "handmade craft artisan workshop Cilegon Banten Indonesia", "natural dye"
TOPIC, MAKER_TOPIC, SHOP_TOPIC = "catalogue.index", "catalogue.index_maker", "catalogue.index_shop"
_WRITER = 70_022  # names the lock under which the index is written
_AT_ONCE = 400

Condition = Callable[[Any], sa.ColumnElement[bool]]
Found = dict[str, int]  # "lang:term" to level
Sets = dict[str, list[int]]  # "lang:term" to one block's sets by level


class Facts(NamedTuple):
    """All that decides what a piece is found by."""

    product_id: int
    category_id: int | None
    colour: str
    motif: str
    maker: str
    district: str
    texts: tuple[tuple[str, str, str, str], ...]  # language, name, summary, body
    craft: tuple[int, ...]
    skus: tuple[str, ...]


class Prepared(NamedTuple):
    """A block as it is to be written, and the facts it was made from."""

    facts: dict[int, Facts]
    documents: dict[int, bytes]
    sets: Sets


def queue_index(product_id: int) -> None:
    """Let the piece's search rows follow the commit."""
    queue_task(TOPIC, f"{TOPIC}:{product_id}:{public_id()}", {"product_id": product_id})


def queue_maker(artisan_id: int) -> None:
    """Let the search rows of all pieces of a workshop follow the commit."""
    queue_task(MAKER_TOPIC, f"{MAKER_TOPIC}:{artisan_id}:{public_id()}", {"artisan_id": artisan_id})


def queue_shop() -> None:
    """Let the whole index follow the commit: a shelf or a craft word has another name."""
    queue_task(SHOP_TOPIC, f"{SHOP_TOPIC}:{public_id()}", {})


def index_products(product_ids: Collection[int]) -> None:
    """Bring the search rows of some hundred pieces up to date: only what changed is written."""
    db.session.flush()
    lock_index()
    facts = _facts(lambda column: column.in_(product_ids))
    words = vocabulary()
    rows = sa.select(SearchDocument.product_id, SearchDocument.terms)
    stored = db.session.execute(rows.where(SearchDocument.product_id.in_(product_ids)))
    before = {row.product_id: _unpacked(row.terms) for row in stored}
    after = {at: _found(row, words) for at, row in facts.items()}
    changes: dict[int, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for at in before.keys() | after.keys():
        old, new = before.get(at, {}), after.get(at, {})
        for key in old.keys() | new.keys():
            if old.get(key) != new.get(key):
                changes[at // BLOCK][key].append((at % BLOCK, new.get(key, -1)))
    for block, by_key in sorted(changes.items()):
        _change_block(block, by_key)
    changed = [at for at in before.keys() | after.keys() if before.get(at) != after.get(at)]
    if changed:
        db.session.execute(sa.delete(SearchDocument).where(SearchDocument.product_id.in_(changed)))
    _insert_documents({at: _packed(after[at]) for at in sorted(changed) if at in after})


def prepare_block(block: int, progress: Callable[[int], None]) -> Prepared:
    """Read a block's pieces and make its rows; nothing is written or locked.

    `progress` is told how many pieces were added.
    """
    facts = _facts(_in_block(block))
    words = vocabulary()
    documents: dict[int, bytes] = {}
    sets: Sets = defaultdict(lambda: [0] * LEVELS)
    for done, (at, row) in enumerate(facts.items(), 1):
        found = _found(row, words)
        documents[at] = _packed(found)
        for key, level in found.items():
            sets[key][level] |= 1 << at % BLOCK
        if done % _AT_ONCE == 0:
            progress(_AT_ONCE)
    progress(len(facts) % _AT_ONCE)
    return Prepared(facts, documents, sets)


def write_block(block: int, prepared: Prepared) -> None:
    """Replace a block's rows. What changed since it was prepared is put right at once."""
    lock_index()
    db.session.execute(sa.delete(SearchTerm).where(SearchTerm.block == block))
    db.session.execute(sa.delete(SearchDocument).where(_in_block(block)(SearchDocument.product_id)))
    _insert_sets(block, prepared.sets)
    _insert_documents(prepared.documents)
    present = _facts(_in_block(block))
    moved = [
        at
        for at in present.keys() | prepared.facts.keys()
        if present.get(at) != prepared.facts.get(at)
    ]
    if moved:
        index_products(moved)


def drop_blocks_but(blocks: Collection[int]) -> None:
    """Take out the rows of blocks in which there is no piece any more."""
    lock_index()
    db.session.execute(sa.delete(SearchTerm).where(SearchTerm.block.not_in(blocks)))


def lock_index() -> None:
    """One writer at a time: a row is read, changed and written back."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITER)))


def _in_block(block: int) -> Condition:
    return lambda column: column.between(block * BLOCK, (block + 1) * BLOCK - 1)


# -- what a piece is found by --------------------------------------------------------------------


def _facts(chosen: Condition) -> dict[int, Facts]:
    """Facts of the chosen pieces that may be seen, in four statements."""
    rows = db.session.execute(
        sa.select(
            Product.id,
            Product.category_id,
            Product.colour_family,
            Product.motif,
            Artisan.name,
            Artisan.district,
        )
        .join(Artisan, Artisan.id == Product.artisan_id)
        .where(chosen(Product.id), visible())
        .order_by(Product.id)
    ).all()
    text, said = ProductTranslation, ProductTerm
    texts = _grouped(
        sa.select(text.product_id, text.lang, text.name, text.summary, text.body)
        .where(chosen(text.product_id))
        .order_by(text.product_id, text.lang)
    )
    craft = _grouped(
        sa.select(said.product_id, said.term_id)
        .where(chosen(said.product_id))
        .order_by(said.product_id, said.term_id)
    )
    skus = _grouped(
        sa.select(Variant.product_id, Variant.sku)
        .where(chosen(Variant.product_id), Variant.is_active)
        .order_by(Variant.product_id, Variant.sku)
    )
    return {
        row[0]: Facts(
            *row,
            texts=tuple(texts[row[0]]),
            craft=tuple(at for (at,) in craft[row[0]]),
            skus=tuple(sku for (sku,) in skus[row[0]]),
        )
        for row in rows
    }


def _grouped(query: sa.Executable) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for owner, *rest in db.session.execute(query):
        found[owner].append(tuple(rest))
    return found


def _found(facts: Facts, words: Vocabulary) -> Found:
    """Every term of a piece with the highest level it has there."""
    by_level: list[set[str]] = [{ALL}, set(), set(), set()]
    keys: set[str] = set()
    for text, lang, level in _texts(facts):
        by_level[level] |= terms(text, lang)
        if level == NAME:
            keys.update(f"{lang}:{word}" for word in spelled(text))
    for text, lang, level in _names(facts, words):
        found_by, spellings = _of_name(text, lang)
        by_level[level] |= found_by
        keys |= spellings
    found: Found = dict.fromkeys(keys, IN_PASSING)
    for level, some in enumerate(by_level):
        found |= {f":{term}": level for term in some}
    for name in (facts.maker, *facts.skus):
        found[f":{EXACT}{exact(name)[:30]}"] = NAME
    return found


def _texts(facts: Facts) -> Iterator[tuple[str, str, int]]:
    """The listing's own words with their language and level."""
    for lang in ("id", "en"):
        yield facts.motif, lang, CRAFT
    for lang, name, summary, body in facts.texts:
        yield name, lang, NAME
        yield summary, lang, MENTIONED
        yield body, lang, IN_PASSING


def _names(facts: Facts, words: Vocabulary) -> Iterator[tuple[str, str, int]]:
    """Names that many pieces share: of the workshop, its place, the shelves, the craft words."""
    yield facts.maker, NAMES, CRAFT
    yield facts.district, NAMES, IN_PASSING
    yield EVERYWHERE, "en", IN_PASSING
    for shelf in words.way_to(facts.category_id):
        yield from ((text.name, text.lang, CRAFT) for text in shelf.texts)
    craft = [words.terms[at] for at in facts.craft if at in words.terms]
    for term in craft:
        if term.vocabulary in CRAFT_LISTS:
            yield from ((text.name, text.lang, CRAFT) for text in term.texts)
            yield term.latin, NAMES, CRAFT
    if any(term.vocabulary == "plant" for term in craft):
        yield DYED, "en", CRAFT
    colour = words.term("colour", facts.colour)
    yield from ((text.name, text.lang, MENTIONED) for text in (colour.texts if colour else ()))


@functools.lru_cache(maxsize=10_000)
def _of_name(text: str, lang: str) -> tuple[frozenset[str], frozenset[str]]:
    """Terms and spelled words of a name; one without a language is read as the shop's two."""
    langs = ("id", "en") if lang == NAMES else (lang,)
    found = frozenset().union(*(terms(text, at) for at in langs))
    return found, frozenset(f"{lang}:{word}" for word in spelled(text))


# -- rows ----------------------------------------------------------------------------------------


def _packed(found: Found) -> bytes:
    return zlib.compress(json.dumps(found, ensure_ascii=False, sort_keys=True).encode(), 6)


def _unpacked(stored: bytes) -> Found:
    found: Found = json.loads(zlib.decompress(stored))
    return found


def _change_block(block: int, changes: dict[str, list[tuple[int, int]]]) -> None:
    """Set and clear single bits of one block. `changes`: offset and new level, -1 for none."""
    by_lang: dict[str, list[str]] = defaultdict(list)
    for key in sorted(changes):
        lang, _, term = key.partition(":")
        by_lang[lang].append(term)
    for lang, all_terms in by_lang.items():
        for some in _slices(all_terms):
            rows = (
                SearchTerm.lang == lang,
                SearchTerm.block == block,
                SearchTerm.term.in_(some),
            )
            stored = db.session.execute(sa.select(SearchTerm.term, SearchTerm.bits).where(*rows))
            sets: Sets = defaultdict(lambda: [0] * LEVELS)
            sets |= {f"{lang}:{row.term}": unpack(row.bits) for row in stored}
            for term in some:
                levels = sets[f"{lang}:{term}"]
                for offset, level in changes[f"{lang}:{term}"]:
                    for at in range(LEVELS):
                        levels[at] = levels[at] & ~(1 << offset) | (at == level) << offset
            db.session.execute(sa.delete(SearchTerm).where(*rows))
            _insert_sets(block, sets)


def _insert_sets(block: int, sets: Sets) -> None:
    rows = []
    for key in sorted(sets):
        lang, _, term = key.partition(":")
        count = sum(bits.bit_count() for bits in sets[key])
        if count:
            bits = pack(sets[key])
            rows.append({"lang": lang, "term": term, "block": block, "bits": bits, "count": count})
    if rows:
        db.session.execute(sa.insert(SearchTerm.__table__), rows)  # type: ignore[arg-type]


def _insert_documents(documents: dict[int, bytes]) -> None:
    rows = [{"product_id": at, "terms": stored} for at, stored in documents.items()]
    if rows:
        db.session.execute(sa.insert(SearchDocument.__table__), rows)  # type: ignore[arg-type]


def _slices(terms: list[str]) -> Iterable[list[str]]:
    return (terms[at : at + _AT_ONCE] for at in range(0, len(terms), _AT_ONCE))
