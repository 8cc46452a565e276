"""A shop with the Stripe stand-in behind the real SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from storefront.audit import INVARIANTS, run_audit
from storefront.kernel.db import db
from tests.rig import shop
from tests.rig.client import PageClient
from tests.stand_ins.fixtures import flask_receiver, stripe_stand_in
from tests.stand_ins.stripe import StripeStandIn

__all__ = ["stripe_stand_in"]

# Without the pictures and the approvals that the factories leave out.
MONEY_STOCK_AND_ORDERS = [each.id for each in INVARIANTS if each.id not in ("I33", "I34", "I35")]
Receiver = Callable[[bytes, dict[str, str]], int]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeats follow at once: what is tested is that they come, not how long they wait."""
    monkeypatch.setattr("storefront.payments.stripe_gateway._PAUSE", (0.005, 0.01))


@pytest.fixture
def stripe_settings(stripe_stand_in: StripeStandIn) -> dict[str, str]:
    """What an operator would set to reach the stand-in."""
    return {
        "STRIPE_SECRET_KEY": "sk_test_x",
        "STRIPE_API_BASE": stripe_stand_in.url,
        "STRIPE_WEBHOOK_SECRET": stripe_stand_in.secret,
    }


@pytest.fixture
def environment(
    database_url: str, tmp_path: Path, stripe_settings: dict[str, str]
) -> dict[str, str]:
    """For a live server that takes payments."""
    return shop.environment(database_url, tmp_path) | stripe_settings


@pytest.fixture
def app(database_url: str, tmp_path: Path, stripe_settings: dict[str, str]) -> Iterator[Flask]:
    """The whole shop, with a Stripe key, on a clean database."""
    app = shop.build(database_url, tmp_path, BASE_URL="http://localhost", **stripe_settings)
    app.test_client_class = PageClient
    yield app
    shop.close(app)


@pytest.fixture
def post_event(client: PageClient) -> Receiver:
    """Takes a message of the stand-in to the shop's webhook; answers the status."""
    return flask_receiver(client)


@pytest.fixture(autouse=True)
def _books_are_in_order(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever happened in a test with a database, nothing that must hold is broken after it."""
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    yield
    with app.app_context():
        db.session.rollback()
        broken = [
            f"{finding.id}: {finding.sentence}: {finding.rows[:3]}"
            for finding in run_audit(app, *MONEY_STOCK_AND_ORDERS)
            if finding.rows
        ]
    assert not broken, "\n".join(broken)
