"""F1-F14 with a process that is really killed: what it wrote is taken up again, once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import checkout, orders
from storefront.catalogue import Variant
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.ledger import LedgerTransaction
from storefront.notifications import Outbox
from storefront.orders import Order, Refund
from storefront.payments import Payment, ProviderEvent
from storefront.shipping import forget_tariffs, load_reference
from tests.checkout.test_placing import KOREAN, fill, pieces, typed
from tests.factories import orders as make
from tests.rig.client import PageClient
from tests.rig.killing import killed
from tests.stand_ins.stripe import StripeStandIn

SESSIONS, READING, REFUNDS = (
    "POST /v1/checkout/sessions",
    "GET /v1/checkout/sessions*",
    "POST /v1/refunds",
)


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        with transaction():
            load_reference()
        forget_tariffs()
        yield


def count(model: Any, *where: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where)) or 0


def sales() -> int:
    return count(LedgerTransaction, LedgerTransaction.kind == "sale")


def minutes_pass(minutes: float) -> None:
    """What was written so far was written that much earlier."""
    past = dt.timedelta(minutes=minutes)
    with transaction():
        for payment in db.session.scalars(sa.select(Payment)):
            payment.created_at -= past
            if payment.checked_at is not None:
                payment.checked_at -= past
        for refund in db.session.scalars(sa.select(Refund)):
            refund.created_at -= past
            if refund.sent_at is not None:
                refund.sent_at -= past


# -- F1-F5: placing an order and opening its payment ----------------------------------------------


@pytest.fixture
def press(app: Flask, client: PageClient) -> Callable[[], Any]:
    """A guest in Seoul at the last button; each call presses it again."""
    fill(client, *pieces(app))
    page = client.get("/ko/checkout")
    facts = typed(page, KOREAN)
    return lambda: client.submit(page, facts, form="checkout", button="do=place")


def test_f1_nothing_remains_of_an_order_that_was_not_committed(
    press: Callable[[], Any], stripe_stand_in: StripeStandIn
) -> None:
    killed(press, before_commit=1)
    assert count(Order) == count(Payment) == count(Outbox) == 0
    assert set(db.session.scalars(sa.select(Variant.held))) == {0}
    assert stripe_stand_in.sessions == {}
    assert press().status_code == 303 and count(Order) == 1


@pytest.mark.parametrize("moment", ["F2 no call", "F3 no answer", "F4 not stored", "F5 no page"])
def test_an_order_without_its_page_finds_the_one_session(
    moment: str, press: Callable[[], Any], stripe_stand_in: StripeStandIn
) -> None:
    if moment == "F2 no call":
        killed(press, after_commit=1)
    elif moment == "F3 no answer":
        killed(press, while_held=stripe_stand_in.hold_next(SESSIONS))
    elif moment == "F4 not stored":
        killed(press, before_commit=2)
    else:
        killed(press, after_commit=2)
    order = db.session.scalars(sa.select(Order)).one()
    assert order.state == "awaiting_payment"
    minutes_pass(3)
    assert checkout.finish_open_payments() == "0/1"
    answer = press()  # the buyer presses again, or reloads
    assert answer.status_code == 303 and count(Order) == 1
    url = checkout.start_payment(make.payment_of(order).id)
    (session_id,) = stripe_stand_in.sessions
    assert url.endswith(session_id)
    stripe_stand_in.pay(session_id)
    minutes_pass(3)
    assert checkout.finish_open_payments() == "1/1"
    assert sales() == 1 and count(Order, Order.state == "placed") == 1


@pytest.mark.parametrize("moment", ["F2 no call", "F3 no answer", "F4 not stored"])
def test_nobody_comes_back_and_the_pieces_are_free_again(
    moment: str, press: Callable[[], Any], stripe_stand_in: StripeStandIn
) -> None:
    if moment == "F2 no call":
        killed(press, after_commit=1)
    elif moment == "F3 no answer":
        killed(press, while_held=stripe_stand_in.hold_next(SESSIONS))
    else:
        killed(press, before_commit=2)
    with transaction():
        past = now() - dt.timedelta(days=1)
        db.session.execute(sa.update(Order).values(pay_by_at=past))
        db.session.execute(sa.update(Payment).values(expires_at=past))
    assert checkout.expire_unpaid_orders() == "1/1"
    assert count(Order, Order.state == "expired") == 1
    assert set(db.session.scalars(sa.select(Variant.held))) == {0}
    assert {each["status"] for each in stripe_stand_in.sessions.values()} <= {"expired"}


# -- F6-F10: a message of the provider ------------------------------------------------------------


@pytest.fixture
def message(client: PageClient, stripe_stand_in: StripeStandIn) -> Callable[[], int]:
    """`completed` of a paid session; each call delivers it (again) and says the status."""
    order = make.awaiting_order(provider="stripe", currency="KRW")
    checkout.start_payment(make.payment_of(order).id)
    stripe_stand_in.pay(next(iter(stripe_stand_in.sessions)))
    event = next(each for each in stripe_stand_in.events.values() if "completed" in each["type"])
    body, headers = stripe_stand_in.webhooks.message(event)
    return lambda: client.post("/webhooks/stripe", data=body, headers=headers).status_code


@pytest.mark.parametrize("moment", ["F6 before", "F7 stored", "F8 locked", "F9 written", "F10"])
def test_a_message_has_all_its_effect_or_none(
    moment: str,
    message: Callable[[], int],
    stripe_stand_in: StripeStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if moment == "F6 before":
        killed(message, while_held=stripe_stand_in.hold_next(READING))
    elif moment == "F10":
        killed(message, after_commit=1)
    elif moment == "F9 written":
        killed(message, before_commit=1)
    else:
        place = {"F7 stored": "webhooks.apply_facts", "F8 locked": "checkout.receiving._receive"}
        with monkeypatch.context() as patched:
            patched.setattr(f"storefront.{place[moment]}", _dies_here)
            killed(message)
    is_done = moment == "F10"
    assert (count(ProviderEvent), sales()) == ((1, 1) if is_done else (0, 0))
    calls = len(stripe_stand_in.calls)
    assert message() == message() == 200
    assert (count(ProviderEvent), sales()) == (1, 1)
    if is_done:
        assert len(stripe_stand_in.calls) == calls, "a known message is not read again"
    assert count(Outbox, Outbox.topic == "orders.confirmed") == 1


def _dies_here(*_: Any, **__: Any) -> None:
    import os
    import signal

    db.session.flush()
    os.kill(os.getpid(), signal.SIGKILL)


# -- F11-F14: a refund ----------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["F11 written", "F12 no answer", "F13 not stored", "F14 stored"])
def test_one_refund_there_and_one_here(moment: str, stripe_stand_in: StripeStandIn) -> None:
    order = make.awaiting_order(provider="stripe", currency="KRW")
    checkout.start_payment(make.payment_of(order).id)
    stripe_stand_in.pay(next(iter(stripe_stand_in.sessions)))
    checkout.finish_payment(make.payment_of(order).id)
    with transaction():
        orders.decline(order.sub_orders[0].id, make.ARTISAN, "sick")
    refund_id = db.session.scalars(sa.select(Refund.id)).one()

    def send() -> None:
        orders.execute_refund(refund_id)

    if moment == "F11 written":
        killed(send, after_commit=1)
    elif moment == "F12 no answer":
        killed(send, while_held=stripe_stand_in.hold_next(REFUNDS))
    elif moment == "F13 not stored":
        killed(send, before_commit=2)
    else:
        killed(send, after_commit=2)
    minutes_pass(10)
    checkout.retry_refunds()
    assert len(stripe_stand_in.refunds) == 1
    assert count(Refund, Refund.state == "done") == 1
    assert count(LedgerTransaction, LedgerTransaction.kind == "refund") == 1
