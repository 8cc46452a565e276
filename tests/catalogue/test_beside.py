"""What hangs beside a piece: the maker's other work, and what is most alike by other makers."""

from __future__ import annotations

from typing import Any

import pytest

from storefront.catalogue.queries import beside
from storefront.catalogue.queries.pages import ProductPage, product_page_of
from tests.conftest import statements
from tests.factories.catalogue import live_product, workshop
from tests.rig.client import PageClient

TEAK = {"technique:steaming": 0, "plant:teak": 0, "material:silk": 100}
TEAK_POUNDED = {"technique:pounding": 0, "plant:teak": 0, "material:silk": 100}
BATIK = {"technique:batik_tulis": 0, "material:cotton": 100}


def page_of(slug: str) -> ProductPage:
    page = product_page_of(slug, "en", "USD")
    assert page is not None
    return page


def names(cards: list[Any]) -> list[str]:
    return [card.slug for card in cards]


def test_similar_pieces_are_by_other_makers_and_the_most_alike_first(database: Any) -> None:
    own = workshop()
    live_product(own, slug="piece", terms=TEAK)
    live_product(own, slug="own-other", terms=TEAK)
    live_product(slug="less", terms=TEAK_POUNDED, category="batik-cloth")
    live_product(slug="twin", terms=TEAK)
    live_product(slug="stranger", terms=BATIK, category="batik-cloth")
    page = page_of("piece")
    assert names(page.similar) == ["twin", "less"]
    assert names(page.more) == ["own-other"]


def test_nothing_is_offered_that_cannot_be_bought(database: Any) -> None:
    live_product(slug="piece", terms=TEAK)
    live_product(slug="sold", terms=TEAK, stock=0)
    live_product(slug="hidden", terms=TEAK, state="hidden")
    live_product(workshop(state="suspended"), slug="suspended", terms=TEAK)
    live_product(slug="made", terms=TEAK, stock=0, availability="made_to_order")
    assert names(page_of("piece").similar) == ["made"]


def test_a_piece_without_leaf_finds_its_technique(database: Any) -> None:
    live_product(slug="piece", terms=BATIK, category="batik-cloth")
    live_product(slug="kin", terms=BATIK, category="table-wall")
    assert names(page_of("piece").similar) == ["kin"]


def test_only_so_many_are_looked_at_and_hung(
    database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "POOL", 3)
    other = workshop()
    live_product(slug="piece", terms=TEAK)
    for _ in range(6):
        live_product(other, terms=TEAK)
    assert len(page_of("piece").similar) <= beside.SIMILAR
    assert len(page_of("piece").similar) >= 3


def test_a_sold_piece_shows_what_can_be_had(client: PageClient, database: Any) -> None:
    live_product(slug="gone", stock=0, availability="one_of_a_kind", terms=TEAK)
    live_product(slug="to-be-had", terms=TEAK)
    page = client.get("/en/products/gone").text
    assert "Similar pieces you can have" in page
    assert page.index("to-be-had") < page.index('id="maker"')
    assert "/cart/lines" not in page


def test_the_cost_does_not_grow_with_what_hangs_beside(client: PageClient, database: Any) -> None:
    own, other = workshop(), workshop()
    live_product(own, slug="piece", terms=TEAK)
    client.get("/en/products/piece")
    client.get("/ko/products/piece")
    alone = statements(client)
    for _ in range(5):
        live_product(own, terms=TEAK)
        live_product(other, terms=TEAK)
    client.get("/fr/products/piece")  # what is kept in memory is read again after a change
    client.get("/id/products/piece")
    assert statements(client) == alone <= 5
