"""The search index follows what happens to pieces, workshops and words, by way of the outbox."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.artisans import lift_suspension, rename, suspend
from storefront.catalogue import (
    Product,
    TermTranslation,
    hide,
    index_product,
    load_reference,
    ranked,
    show,
)
from storefront.kernel.db import transaction
from storefront.notifications import drain
from tests.factories.accounts import person
from tests.factories.catalogue import live_product, workshop


def follow() -> None:
    """What the worker does every two seconds."""
    drain()


def test_a_piece_that_is_hidden_and_shown(database: Any) -> None:
    piece = live_product(names={"en": "Zeppelin"})
    with transaction():
        hide(piece.id, None, "by_maker")
    follow()
    assert ranked("zeppelin").ids == [] and not ranked("zeppelin").is_more
    with transaction():
        show(piece.id, None, by_maker=False)
    follow()
    assert ranked("zeppelin").ids == [piece.id]


def test_a_workshop_with_another_name(database: Any) -> None:
    maker, admin = workshop("Sanggar Lama"), person()
    piece = live_product(maker)
    with transaction():
        rename(maker.id, "Rumah Zeppelin", admin.id)
    assert ranked("zeppelin").ids == []
    follow()
    assert ranked("zeppelin").ids == [piece.id]
    assert ranked("lama").ids == []


def test_a_workshop_that_is_suspended_for_a_while(database: Any) -> None:
    maker, admin = workshop("Sanggar Zeppelin"), person()
    piece = live_product(maker)
    with transaction():
        suspend(maker.id, admin.id, "no answer")
    assert ranked("zeppelin").ids == []  # at once, before the index follows
    follow()
    with transaction():
        lift_suspension(maker.id, admin.id)
    assert ranked("zeppelin").ids == []
    follow()
    assert ranked("zeppelin").ids == [piece.id]


def test_a_craft_word_with_another_name(database: Any) -> None:
    piece = live_product()
    with transaction():
        database.session.execute(
            sa.update(TermTranslation)
            .where(TermTranslation.name == "Silk")
            .values(name="Zeppelin hair")
        )
        index_product(piece.id)
    with transaction():
        load_reference()  # as `flask setup` does after the file was changed
    follow()
    assert ranked("zeppelin").ids == []


def test_loading_the_same_words_again_writes_nothing(database: Any) -> None:
    live_product()
    with transaction():
        load_reference()
    assert drain() == 0


@pytest.mark.engines("postgresql")
def test_two_writers_wait_for_each_other(app: Flask, database: Any) -> None:
    """Rows are read, changed and written back: without the lock one of two changes is lost."""
    first, second = live_product(names={"en": "One"}), live_product(names={"en": "Two"})
    for piece in (first, second):
        with transaction():
            database.session.execute(
                sa.update(Product).where(Product.id == piece.id).values(motif="Zeppelin")
            )
    started = threading.Event()

    def other() -> None:
        with app.app_context(), transaction():
            started.set()
            index_product(second.id)

    thread = threading.Thread(target=other)
    with transaction():
        index_product(first.id)
        thread.start()
        started.wait()
        thread.join(0.5)  # it stands at the lock; without one it would be through
        assert thread.is_alive()
    thread.join()
    assert sorted(ranked("zeppelin").ids) == [first.id, second.id]
