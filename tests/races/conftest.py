"""A real server with two processes, and visitors of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from storefront.accounts import User, open_session
from storefront.catalogue import Product
from storefront.kernel.db import db, transaction
from storefront.shipping import forget_tariffs, load_reference
from tests.factories.catalogue import live_product, workshop
from tests.races.visitor import Visitor
from tests.rig.servers import LiveServer

Visit = Callable[..., Visitor]


TURNS = [0, *(pytest.param(number, marks=pytest.mark.full) for number in range(1, 20))]


@pytest.fixture(params=TURNS)
def turn(request: pytest.FixtureRequest) -> int:
    """A race is run once, twenty times under --full: losing it takes luck."""
    number: int = request.param
    return number


@pytest.fixture
def stocked(app: Flask) -> Callable[..., Product]:
    """Makes a piece of a new workshop; the tariffs are loaded."""
    with app.app_context():
        with transaction():
            load_reference()
        forget_tariffs()

    def make(**facts: Any) -> Product:
        with app.app_context():
            product = live_product(workshop(), **facts)
            _ = [variant.public_id for variant in product.variants]
            return product

    return make


@pytest.fixture
def visit(app: Flask, live_server: LiveServer) -> Iterator[Visit]:
    """Opens a browser on the server; with `user_id` signed in, second factor passed."""
    opened: list[Visitor] = []

    def come(lang: str = "en", user_id: int | None = None) -> Visitor:
        session = ""
        if user_id is not None:
            with app.app_context():
                with transaction():
                    session = open_session(db.session.get_one(User, user_id), second_factor=True)
                db.session.remove()
        opened.append(Visitor(live_server.url, lang, session))
        return opened[-1]

    yield come
    for visitor in opened:
        visitor.close()
    log = live_server.log()
    assert "Traceback" not in log and "database is locked" not in log, log[-4000:]
