"""Two pieces of two workshops, and a shop that knows what delivery costs."""

from __future__ import annotations

import pytest
from flask import Flask

from storefront.catalogue import Product
from storefront.kernel.db import transaction
from storefront.shipping import forget_tariffs, load_reference
from tests.factories.catalogue import live_product, workshop


@pytest.fixture
def two(app: Flask) -> list[Product]:
    with app.app_context():
        pieces = [
            live_product(workshop("Satu"), price_idr=685_000),
            live_product(workshop("Dua"), price_idr=225_000),
        ]
        for piece in pieces:
            _ = [variant.public_id for variant in piece.variants]
        return pieces


@pytest.fixture
def tariffs(app: Flask) -> None:
    """The council's tariffs are loaded."""
    with app.app_context():
        with transaction():
            load_reference()
        forget_tariffs()
