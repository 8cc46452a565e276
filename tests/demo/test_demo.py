"""The fictional shop: whole, in every state, refused where real people buy."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from config import ConfigurationError
from storefront import demo
from storefront.accounts import User
from storefront.artisans import Artisan
from storefront.audit import run_audit
from storefront.catalogue import (
    ListingChange,
    Price,
    Product,
    ProductTranslation,
    SearchTerm,
    StockMovement,
    food_out_of_step,
)
from storefront.council import Collection
from storefront.kernel.clock import as_if_at, now
from storefront.kernel.db import db, transaction
from storefront.notifications import Mail
from storefront.orders import ORDER, Order, SubOrder
from tests.rig import shop


def states(model: Any) -> Counter[str]:
    return Counter(db.session.scalars(sa.select(model.state)))


def count(model: Any, *conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def test_the_demo_is_whole(app: Flask, database: Any) -> None:
    demo.load(say=lambda _: None)
    assert count(Product) == 61 and count(ProductTranslation) == 240
    assert count(Artisan) == 15
    assert set(states(Artisan)) == {
        "approved",
        "documents_check",
        "draft",
        "rejected",
        "suspended",
    }
    per_currency = db.session.execute(
        sa.select(Price.currency, sa.func.count()).group_by(Price.currency)
    )
    assert len({rows for _, rows in per_currency}) == 1
    assert set(states(Order)) == ORDER.states
    assert set(states(SubOrder)) >= {
        "waiting",
        "to_confirm",
        "accepted",
        "making",
        "ready",
        "partly_shipped",
        "shipped",
        "delivered",
        "completed",
        "declined",
        "cancelled",
    }
    assert count(Collection, Collection.is_wall) == 1 and count(Collection) == 3
    assert count(SearchTerm) > 1000
    # One edit of a live piece and one new piece wait for the curators; no food is shown unlicensed.
    waiting = db.session.scalars(sa.select(ListingChange.product_id)).all()
    assert set(db.session.scalars(sa.select(Product.state).where(Product.id.in_(waiting)))) == {
        "live",
        "draft",
    }
    assert food_out_of_step() == []
    # The past is a past: mails stand at their moments, nothing lies in the future.
    oldest = db.session.scalar(sa.select(sa.func.min(Mail.created_at)))
    assert oldest is not None and oldest < now() - dt.timedelta(days=30)
    for column in (Order.created_at, StockMovement.at, Mail.sent_at):
        latest = db.session.scalar(sa.select(sa.func.max(column)))
        assert latest is not None and latest <= now()
    with pytest.raises(ValueError, match="accounts already"):
        demo.load(say=lambda _: None)


def test_accounts_and_their_second_factor(app: Flask, database: Any) -> None:
    from storefront.demo import people

    with transaction():
        people.add_staff()
        people.add_buyers()
    rows = demo.accounts()
    assert rows[0] == ("admin@example.com", "admin", "Wulan Prameswara")
    assert len(rows) == 8
    user = db.session.scalars(sa.select(User).where(User.email == "admin@example.com")).one()
    assert user.totp_secret is not None
    assert pyotp.TOTP(user.totp_secret).verify(demo.second_factor("admin@example.com"))
    with pytest.raises(ValueError, match="no demo account"):
        demo.second_factor("garam@example.com")
    hashes = set(db.session.scalars(sa.select(User.password_hash)))
    assert len(hashes) == 1


def test_production_refuses_the_demo(database_url: str, tmp_path: Any) -> None:
    app = shop.build(database_url, tmp_path)
    with app.app_context(), transaction():
        db.session.add(User(email="x@example.com", is_demo=True))
    shop.close(app)
    production = {
        "SHOP_ENV": "production",
        "ALLOW_SQLITE": "1",
        "STRIPE_SECRET_KEY": "sk_test_x",
        "STRIPE_WEBHOOK_SECRET": "whsec_x",
        "BASE_URL": "https://shop.example",
    }
    with pytest.raises(ConfigurationError, match="demo accounts"):
        shop.build(database_url, tmp_path, **production)


def test_production_starts_on_an_empty_database_and_refuses_the_commands(
    blank_database_url: str, tmp_path: Any
) -> None:
    production = {
        "SHOP_ENV": "production",
        "ALLOW_SQLITE": "1",
        "STRIPE_SECRET_KEY": "sk_test_x",
        "STRIPE_WEBHOOK_SECRET": "whsec_x",
        "BASE_URL": "https://shop.example",
    }
    app = shop.build(blank_database_url, tmp_path, **production)
    for words in (["load"], ["reset"], ["scale"], ["accounts"], ["otp", "a@b.example"]):
        outcome = app.test_cli_runner().invoke(args=["demo", *words])
        assert outcome.exit_code == 1, words
        assert outcome.output.strip() == "Error: The demo is never touched in production."
    shop.close(app)


def test_many_pieces_and_still_clean(app: Flask, database: Any) -> None:
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    demo.scale(3, 20, tell, tell)
    assert told == [(60, 60), (60, 60)]
    assert count(Product) == 60 and count(Price) == 240 and count(ProductTranslation) == 240
    assert [found.id for found in run_audit(app) if found.rows] == []
    assert food_out_of_step() == []
    demo.scale(1, 2, tell, tell)
    assert count(Product) == 62
    # The database counts on by itself afterwards.
    with transaction():
        db.session.add(Artisan(name="Next", state="draft"))


def test_reset_empties_and_loads_anew(app: Flask) -> None:
    with app.app_context(), transaction():
        db.session.add(User(email="left@example.com", name="Left"))
    refused = app.test_cli_runner().invoke(args=["demo", "reset"])
    assert refused.exit_code == 1 and "--yes" in refused.output
    outcome = app.test_cli_runner().invoke(args=["demo", "reset", "--yes"])
    assert outcome.exit_code == 0, outcome.output
    assert demo.PASSWORD in outcome.output
    with app.app_context():
        assert count(User, User.name == "Left") == 0
        assert count(Product, Product.state == "live") == 55


def test_the_clock_is_set_back_only_within(clock: Any) -> None:
    moment = now() - dt.timedelta(days=3)
    with as_if_at(moment):
        assert now() == moment
    assert now() == moment + dt.timedelta(days=3)
