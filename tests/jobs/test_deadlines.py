"""What time does to an order: the clock is moved and each job runs twice, to see it repeat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import checkout, jobs, orders
from storefront.catalogue import Variant
from storefront.kernel.clock import as_if_at, now
from storefront.kernel.db import db, transaction
from storefront.notifications import Mail, drain_all
from storefront.orders import Order, OrderContact, Refund, SubOrder
from storefront.payments import Payment
from tests.factories import orders as make
from tests.factories.accounts import person
from tests.factories.catalogue import live_product, workshop


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.rollback()


def later(job: Callable[[], object], **passed: float) -> str:
    """Run a job (twice) when so much time has passed, then send what it wrote."""
    with as_if_at(now() + dt.timedelta(**passed)):
        said = str(job())
        job()
        drain_all()
    db.session.rollback()
    return said


def mails(topic: str) -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Mail).where(Mail.topic == topic)))


def parts(order: Order) -> list[str]:
    db.session.rollback()
    found = sa.select(SubOrder.state).where(SubOrder.order_id == order.id).order_by(SubOrder.id)
    return list(db.session.scalars(found))


def one(model: Any) -> Any:
    db.session.rollback()
    return db.session.scalars(sa.select(model)).one()


def test_the_council_hears_of_silence_once() -> None:
    person("admin", lang="id")
    order = make.paid_order([live_product(workshop())])
    assert later(jobs.alert_about_silence, days=1) == "0"
    assert later(jobs.alert_about_silence, days=2, minutes=1) == "1"
    later(jobs.alert_about_silence, days=3)
    (mail,) = mails("orders.silence")
    assert mail.order_id == order.id and mail.lang == "id"
    assert parts(order) == ["to_confirm"]


def test_silence_to_the_end_is_a_decline_with_refund() -> None:
    silent = live_product(workshop(), stock=1)
    heard = live_product(workshop())
    order = make.paid_order([silent, heard])
    with transaction():
        orders.accept(order.sub_orders[1].id, make.ARTISAN)
    assert later(jobs.decline_silent_orders, days=3, hours=23) == "0"
    assert later(jobs.decline_silent_orders, days=4, minutes=1) == "1"
    assert parts(order) == ["declined", "accepted"]
    refund = one(Refund)
    assert (refund.state, refund.cause) == ("approved", "declined")
    assert refund.amount_minor == order.sub_orders[0].total_minor
    gone = db.session.get_one(Variant, silent.variants[0].id)
    assert gone.on_hand == 0, "nobody looked whether the piece is still there"
    assert len(mails("orders.declined")) == 1


def test_a_parcel_counts_as_delivered_after_its_time_and_is_completed_after_claims() -> None:
    order = make.shipped_order([live_product(workshop())])
    # Ten days of delivery at most and five of patience.
    assert later(jobs.count_as_delivered, days=14) == "0"
    with as_if_at(now() + dt.timedelta(days=15, minutes=1)):
        assert jobs.count_as_delivered() == "1"
        assert jobs.count_as_delivered() == "0"
        drain_all()
        assert parts(order) == ["delivered"]
        assert later(jobs.complete_delivered, days=6) == "0"
        assert later(jobs.complete_delivered, days=7, minutes=1) == "1"
    assert parts(order) == ["completed"] and one(Order).state == "completed"
    assert len(mails("orders.delivered")) == 1


def test_customs_codes_go_after_their_time() -> None:
    make.completed_order([live_product(workshop())])
    waiting = make.paid_order([live_product(workshop())])
    assert later(jobs.delete_customs_codes, days=29) == "0"
    assert later(jobs.delete_customs_codes, days=30, minutes=1) == "1"
    kept = sa.select(OrderContact).where(OrderContact.customs_code.is_not(None))
    (contact,) = db.session.scalars(kept).all()
    assert contact.order_id == waiting.id and contact.recipient


def test_a_transfer_is_reminded_of_once() -> None:
    make.awaiting_order([live_product(workshop())], provider="transfer")
    make.awaiting_order([live_product(workshop())], provider="rehearsal", email="card@example.org")
    assert later(jobs.remind_of_payment, minutes=5) == "1"
    later(jobs.remind_of_payment, minutes=30)
    (mail,) = mails("orders.reminder")
    assert (mail.recipient, mail.lang) == ("buyer@example.org", "ko")


def test_expiry_frees_the_stock_after_the_grace() -> None:
    product = live_product(workshop(), stock=1)
    order = make.awaiting_order([product])
    expire = checkout.expire_unpaid_orders
    # An hour to pay and an hour of grace.
    assert later(expire, minutes=119) == "0/0"
    assert one(Variant).held == 1
    assert later(expire, minutes=121) == "1/1"
    variant = one(Variant)
    assert (variant.held, variant.on_hand) == (0, 1)
    assert one(Order).state == "expired" and one(Payment).state == "expired"
    assert parts(order) == ["waiting"], "money that comes late may still bring it back"
    assert len(mails("orders.expired")) == 1


def test_a_paid_order_never_expires() -> None:
    order = make.paid_order([live_product(workshop())])
    assert later(checkout.expire_unpaid_orders, days=3) == "0/0"
    assert parts(order) == ["to_confirm"]
