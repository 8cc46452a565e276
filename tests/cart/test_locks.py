"""Two tabs at one line: the second waits for the first. Without the cart's lock it does not."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.cart import Cart, CartLine, SetAside, cart_for, remove_line, save_line
from storefront.cart.actions import lines
from storefront.kernel.db import db, transaction
from tests.factories.catalogue import live_product


@pytest.fixture
def line(app: Flask) -> tuple[int, int]:
    """A cart with four pieces of one variant: (cart id, variant id)."""
    with app.app_context():
        variant_id = live_product(stock=9).variants[0].id
        with transaction():
            cart = cart_for("token")
            db.session.add(CartLine(cart_id=cart.id, variant_id=variant_id, quantity=4))
        return cart.id, variant_id


def saved_and_removed(app: Flask, line: tuple[int, int]) -> list[str]:
    """One tab keeps the line for later; before that is committed another one removes it."""
    written, removed = threading.Event(), threading.Event()
    failed: list[sa.exc.SQLAlchemyError] = []

    def keep() -> None:
        with transaction():
            save_line(db.session.get_one(Cart, line[0]), line[1])
            written.set()
            removed.wait(1)  # where the other one has to wait for us, it cannot come

    def remove() -> None:
        written.wait(10)
        with transaction():
            remove_line(db.session.get_one(Cart, line[0]), line[1])
        removed.set()

    def run(work: Callable[[], None]) -> None:
        with app.app_context():
            try:
                work()
            except sa.exc.SQLAlchemyError as error:  # told below, not lost in a thread
                failed.append(error)
            finally:
                db.session.remove()

    tabs = [threading.Thread(target=run, args=(work,)) for work in (keep, remove)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(60)
    assert not failed, failed
    with app.app_context():
        return list(db.session.scalars(sa.select(SetAside.kind).order_by(SetAside.kind)))


def test_a_line_is_never_in_two_places(app: Flask, line: tuple[int, int]) -> None:
    assert saved_and_removed(app, line) == ["saved"]


@pytest.mark.engines("postgresql")
@pytest.mark.filterwarnings("ignore:DELETE statement")
def test_without_the_lock_it_is(
    app: Flask, line: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_hold", lambda cart: None)
    assert saved_and_removed(app, line) == ["removed", "saved"]
