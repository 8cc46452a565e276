"""What a buyer may have of the own orders, and what erasure leaves."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.accounts import erase_user, export_data
from storefront.kernel.db import db, transaction
from storefront.ledger import LedgerEntry
from storefront.notifications import Mail, drain_all
from storefront.orders import Order, OrderContact, OrderEvent
from storefront.orders.privacy import OrdersOnTheirWay
from tests.factories import orders as make
from tests.factories.accounts import person


def test_erasure_blanks_the_person_and_keeps_the_books(app: Flask) -> None:
    with app.app_context():
        user = person(email="hangaram@example.org", name="Han Garam")
        make.completed_order(user_id=user.id, email="hangaram@example.org")
        make.completed_order(email="hangaram@example.org")  # as a guest, with the same address
        drain_all()
        copied = export_data(user.id)["orders"]["orders"]
        assert len(copied) == 2 and copied[0]["address"]["recipient"] == "한가람"
        before = db.session.scalar(sa.select(sa.func.count(LedgerEntry.id)))
        with transaction():
            erase_user(user.id, user.id)
        contacts = db.session.scalars(sa.select(OrderContact)).all()
        assert all(not (row.email or row.recipient or row.street) for row in contacts)
        assert all(row.customs_code is None and row.erased_at for row in contacts)
        assert db.session.scalars(sa.select(Mail).where(Mail.order_id.is_not(None))).all() == []
        assert db.session.scalar(sa.select(sa.func.count(LedgerEntry.id))) == before
        assert db.session.scalar(sa.select(sa.func.count(OrderEvent.id)))


def test_an_order_on_its_way_is_finished_first(app: Flask) -> None:
    with app.app_context():
        user = person(email="hangaram@example.org")
        make.paid_order(user_id=user.id, email="hangaram@example.org")
        with pytest.raises(OrdersOnTheirWay), transaction():
            erase_user(user.id, user.id)
        assert db.session.scalars(sa.select(Order)).one().contact.recipient == "한가람"


def test_an_address_that_only_looks_alike_opens_nothing(app: Flask) -> None:
    """Hashes leave out dots and signs, so that these two addresses share one."""
    with app.app_context():
        stranger = person(email="hangar@amexample.org")
        make.completed_order(email="hangaram@example.org")
        assert export_data(stranger.id)["orders"]["orders"] == []
        with transaction():
            erase_user(stranger.id, stranger.id)
        assert db.session.scalars(sa.select(OrderContact)).one().recipient == "한가람"


def test_capitals_in_an_address_do_not_hide_an_order(app: Flask) -> None:
    with app.app_context():
        user = person(email="hangaram@example.org")
        make.completed_order(email="HanGaram@example.org")
        assert len(export_data(user.id)["orders"]["orders"]) == 1
