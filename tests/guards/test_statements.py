"""How many statements a page may cost, once the small tables are in memory."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from storefront.council import CollectionFacts, add_item, create_collection, publish
from storefront.kernel.db import transaction
from tests.conftest import statements
from tests.factories import catalogue
from tests.factories import orders as make
from tests.factories.accounts import person, sign_in
from tests.rig.client import PageClient

WORKSHOPS, PIECES = 3, 4


@pytest.fixture
def pieces(app: Flask, database: Any) -> list[catalogue.Product]:
    """Twelve pieces of three workshops, four of them on the wall."""
    made = [
        catalogue.live_product(maker, slug=f"piece-{at}-{maker.id}", stock=9)
        for maker in [catalogue.workshop() for _ in range(WORKSHOPS)]
        for at in range(PIECES)
    ]
    with transaction():
        texts = dict.fromkeys(catalogue.NAMES, ("Wall", "Story"))
        wall = create_collection(CollectionFacts(texts=texts, is_wall=True), None)
        for piece in made[:PIECES]:
            add_item(wall.id, piece.id, wall.version, None)
        publish(wall.id, wall.version, None)
    return made


def cost(client: PageClient, path: str) -> int:
    """Statements of a page that was shown before, in another language."""
    client.get(f"/en{path}")
    assert client.get(f"/ko{path}").status_code == 200, path
    return statements(client)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 8),
        ("/categories/ecoprint-scarves", 6),
        ("/categories/ecoprint-scarves?sort=price&material=silk", 6),
        ("/products/{slug}", 5),
    ],
)
def test_what_visitors_see(
    client: PageClient, pieces: list[catalogue.Product], path: str, most: int
) -> None:
    assert cost(client, path.format(slug=pieces[0].slug)) <= most


@pytest.mark.parametrize("role", ["guest", "buyer"])
def test_the_cart(client: PageClient, pieces: list[catalogue.Product], role: str) -> None:
    if role == "buyer":
        sign_in(client, person(lang="ko"))
    for piece in pieces[::2]:
        data = {"variant": piece.variants[0].public_id, "quantity": 1}
        assert client.post("/ko/cart/lines", data=data).status_code == 303
    client.get("/ko/cart")
    page = client.get("/ko/cart")
    assert page.text.count("/ko/products/") >= WORKSHOPS
    assert statements(client) <= 8


def test_the_queue_of_a_workshop(
    app: Flask, client: PageClient, pieces: list[catalogue.Product]
) -> None:
    for _ in range(5):
        make.paid_order(pieces[:2])
    sign_in(client, person(artisan_id=pieces[0].artisan_id, lang="en"))
    client.get("/studio/orders")
    page = client.get("/studio/orders")
    assert page.text.count("CLG-") >= 5
    assert statements(client) <= 12
