"""Search finds a piece by its words in any of the four languages, alike on both engines."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from storefront.catalogue import (
    Product,
    ProductTranslation,
    SearchDocument,
    SearchTerm,
    index_product,
    ranked,
    rebuild_index,
    search_products,
)
from storefront.catalogue.actions.search_index import prepare_block, write_block
from storefront.catalogue.queries.search import numbered, suggestion
from storefront.catalogue.tokens import asked, terms
from storefront.kernel.db import transaction
from tests.factories.catalogue import live_product, reference, workshop
from tests.rig.client import PageClient

BAG = {
    "id": "Tas anyam pandan",
    "en": "Pandan tote bag",
    "ko": "판단 손가방",
    "fr": "Cabas tressé en pandanus",
}


@pytest.fixture
def pieces(database: Any) -> dict[str, int]:
    anyam = workshop("Anyam Telaga")
    bag = live_product(
        anyam,
        names=BAG,
        category="bags",
        terms={"technique:plaiting": 0, "material:pandan": 100},
        number=412,
        slug="pandan-tote-bag",
    )
    return {"bag": bag.id, "scarf": live_product().id}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("가방", "bag"),
        ("손가방", "bag"),
        ("tas", "bag"),
        ("Tasnya", "bag"),
        ("bags", "bag"),
        ("sac", "bag"),
        ("tressé", "bag"),
        ("tresse", "bag"),
        ("anyaman", "bag"),
        ("Anyam Telaga", "bag"),
        ("pandanus", "bag"),
        ("실크 스카프", "scarf"),
        ("écharpe", "scarf"),
        ("ECHARPE soie", "scarf"),
        ("Tectona grandis", "scarf"),
        ("eko-print", "scarf"),
        ("jati", "scarf"),
    ],
)
def test_a_piece_is_found_in_each_language(pieces: dict[str, int], query: str, wanted: str) -> None:
    assert search_products(query).page.items[0] == pieces[wanted]


def test_half_of_the_words_are_near(pieces: dict[str, int]) -> None:
    found = search_products("pandan zeppelin")
    assert found.is_near
    assert list(found.page.items) == [pieces["bag"]]


def test_nothing_is_nothing(pieces: dict[str, int]) -> None:
    for query in ("", "   ", "zeppelin", "%", "'; drop table product; --", "the"):
        assert search_products(query).page.total == 0


@pytest.mark.parametrize("query", ["412", "0412", "No. 0412", "no 412", "#412"])
def test_the_printed_number_names_the_piece(pieces: dict[str, int], query: str) -> None:
    assert numbered(query) == "pandan-tote-bag"


def test_hidden_pieces_and_suspended_workshops_are_not_found(
    database: Any, pieces: dict[str, int]
) -> None:
    silent = workshop("Sanggar Sunyi", state="suspended")
    live_product(silent, names={"en": "Suspended zeppelin"})
    with transaction():
        database.session.get_one(Product, pieces["bag"]).state = "hidden"
    assert search_products("zeppelin").page.total == 0
    assert search_products("가방").page.total == 0
    assert numbered("412") is None


def rows(database: Any) -> tuple[list[Any], list[Any]]:
    """The index as it is stored."""
    sets = (SearchTerm.lang, SearchTerm.term, SearchTerm.block, SearchTerm.bits, SearchTerm.count)
    documents = sa.select(SearchDocument.product_id, SearchDocument.terms)
    return (
        sorted(map(tuple, database.session.execute(sa.select(*sets)))),
        sorted(map(tuple, database.session.execute(documents))),
    )


def test_rebuilding_writes_the_same_rows(database: Any, pieces: dict[str, int]) -> None:
    before = rows(database)
    told: list[tuple[int, int]] = []
    assert rebuild_index(lambda done, total: told.append((done, total))) == 2
    assert rows(database) == before
    assert told == [(2, 2)]


def test_a_change_while_the_index_is_rebuilt_is_not_lost(
    database: Any, pieces: dict[str, int]
) -> None:
    prepared = prepare_block(0, lambda pieces: None)
    with transaction():
        texts = ProductTranslation.product_id == pieces["bag"], ProductTranslation.lang == "en"
        database.session.execute(
            sa.update(ProductTranslation).where(*texts).values(name="Zeppelin")
        )
    with transaction():
        write_block(0, prepared)
    assert ranked("zeppelin").ids == [pieces["bag"]]


def test_what_is_taken_back_leaves_no_row(database: Any, pieces: dict[str, int]) -> None:
    before = rows(database)
    piece = live_product(names={"en": "Zeppelin"})
    assert ranked("zeppelin").ids == [piece.id]
    with transaction():
        database.session.get_one(Product, piece.id).state = "hidden"
        index_product(piece.id)
    assert rows(database) == before


def test_korean_becomes_syllable_pairs() -> None:
    assert terms("천연염색 가방", "ko") == {"천연", "연염", "염색", "가방", "=bag", "=natural dye"}
    assert terms("손가방", "ko") == {"손가", "가방", "=bag"}
    assert "=wood" not in terms("대나무 램프 갓", "ko")


def test_spellings_of_one_word_are_one_term() -> None:
    assert terms("pengrajin", "id") == terms("perajin", "id")
    assert terms("eco-print", "en") >= terms("ekoprint", "en") == terms("ecoprint", "en")
    assert ("=cilegon",) in asked("찔레곤")[0].ways and ("=cilegon",) in asked("칠레곤")[0].ways
    assert ("=bag",) in asked("가방")[0].ways and ("=bag",) in asked("tasnya")[0].ways


@pytest.mark.parametrize(
    ("typed", "lang", "meant"),
    [
        ("ecorpint", "en", "ecoprint"),
        ("selendagn sutra", "id", "selendang sutra"),
        ("portefeulle", "fr", "portefeuille"),
        ("scarf", "en", ""),
        ("zeppelin", "en", ""),
        ("tas", "id", ""),
    ],
)
def test_misspelt_words_are_put_right(database: Any, typed: str, lang: str, meant: str) -> None:
    reference()
    assert suggestion(typed, lang) == meant


def test_the_result_page_suggests_another_spelling(client: PageClient, database: Any) -> None:
    reference()
    page = client.get("/fr/search?q=portefeulle")
    assert page.status_code == 200
    assert "/fr/search?q=portefeuille" in page.text
