"""Browsers for the journeys (a shop behind the Stripe stand-in) and for the tour (the demo)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import demo
from storefront.accounts import User
from storefront.catalogue import Product, ProductPicture
from storefront.kernel.db import db, transaction
from storefront.kernel.settings import set_value
from storefront.media import add_file, prepare_picture
from storefront.shipping import forget_tariffs
from storefront.shipping import load_reference as load_tariffs
from tests.factories.accounts import person
from tests.factories.artisans import picture
from tests.factories.catalogue import live_product, workshop
from tests.payments.conftest import (
    _books_are_in_order,
    _impatient,
    app,
    environment,
    stripe_settings,
    stripe_stand_in,
)
from tests.rig import shop
from tests.rig.browser import Chromium, Tab
from tests.rig.databases import Databases
from tests.rig.servers import LiveServer

__all__ = [
    "_books_are_in_order",
    "_impatient",
    "app",
    "environment",
    "stripe_settings",
    "stripe_stand_in",
]

BAG = {"id": "Tas jinjing Teduh", "en": "Tote Teduh", "ko": "테두 토트 가방", "fr": "Cabas Teduh"}
Window = Callable[..., AbstractContextManager[Tab]]


class Stall(NamedTuple):
    """Two workshops with a piece each: what is bought, and who sends the bag."""

    bag: str
    scarf: str
    bag_artisan: int
    bag_maker: User


class DemoShop(NamedTuple):
    """The demo behind a server. Its app opens contexts to look rows up; `window` is a browser."""

    app: Flask
    window: Window


@pytest.fixture
def window(_chromium: Chromium, live_server: LiveServer) -> Window:
    """Opens a browser window on the live server, with playwright's options for a context."""
    return partial(_chromium.window, live_server.url)


@pytest.fixture
def stall(app: Flask) -> Stall:
    """A scarf of one workshop and a bag of another, with photos, tariffs and sales to France."""
    with app.app_context():
        with transaction():
            load_tariffs()
            set_value("shipping.responsible_person", "Maison Exemple, Paris", by_user_id=None)
        forget_tariffs()
        scarf = live_product(workshop("Godhong Uji"), price_idr=685_000)
        bag = live_product(workshop("Tas Uji"), names=BAG, category="bags", price_idr=225_000)
        for product in (scarf, bag):
            _photograph(product)
        maker = person(artisan_id=bag.artisan_id, lang="id")
        return Stall(bag.slug, scarf.slug, bag.artisan_id, maker)


def _photograph(product: Product) -> None:
    ready = prepare_picture(picture(480, 600), "piece.jpg")
    with transaction():
        media = add_file(ready, artisan_id=product.artisan_id)
        db.session.execute(
            sa.update(ProductPicture)
            .where(ProductPicture.product_id == product.id)
            .values(media_id=media.id)
        )


@pytest.fixture(scope="session")
def demo_shop(_databases: Databases, _chromium: Chromium, scratch: Path) -> Iterator[DemoShop]:
    """The whole demo, loaded once per worker and engine: pages are only looked at here."""
    folder = Path(mkdtemp(prefix="demo-", dir=scratch))
    url = _databases.fresh()
    app = shop.build(url, folder)
    with app.app_context():
        demo.load(say=lambda _: None)
    server = LiveServer(shop.environment(url, folder), folder)
    yield DemoShop(app, partial(_chromium.window, server.url))
    server.stop()
    shop.close(app)
    _databases.drop(url)


def enter(tab: Tab, app: Flask, user: Any) -> None:
    """Give the window a session of this person, second factor passed."""
    from storefront.accounts import open_session

    with app.app_context():
        with transaction():
            token = open_session(db.session.get_one(User, user.id), second_factor=True)
        db.session.remove()
    address = {"name": "session", "value": token, "domain": "127.0.0.1", "path": "/"}
    tab.context.add_cookies([address])  # type: ignore[list-item]
