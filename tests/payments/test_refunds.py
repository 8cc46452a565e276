"""Refunds through the provider: sent once, whatever breaks on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import checkout, orders
from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.ledger import LedgerTransaction, balance_idr
from storefront.orders import Order, Refund
from storefront.payments import FinanceTask, PaymentUnavailable
from tests.factories import orders as make
from tests.factories.accounts import person, sign_in
from tests.payments.conftest import Receiver
from tests.stand_ins.stripe import StripeStandIn

REFUNDS = "POST /v1/refunds"


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def declined(stripe_stand_in: StripeStandIn) -> Order:
    """A paid order of two workshops, the first of which has declined."""
    order = make.awaiting_order(provider="stripe", currency="KRW")
    checkout.start_payment(make.payment_of(order).id)
    stripe_stand_in.pay(str(next(iter(stripe_stand_in.sessions))))
    assert checkout.finish_payment(make.payment_of(order).id) == "confirmed"
    with transaction():
        orders.decline(order.sub_orders[0].id, make.ARTISAN, "sick")
    return order


def refund() -> Refund:
    db.session.rollback()
    return db.session.scalars(sa.select(Refund).execution_options(populate_existing=True)).one()


def tasks() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(FinanceTask.kind)))


def booked() -> int:
    db.session.rollback()
    found = sa.select(sa.func.count()).where(LedgerTransaction.kind == "refund")
    return db.session.scalar(found) or 0


def older(hours: float) -> None:
    with transaction():
        past = now() - dt.timedelta(hours=hours)
        db.session.execute(sa.update(Refund).values(sent_at=past, created_at=past))


def test_a_declined_part_goes_back_once(
    declined: Order, stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    orders.execute_refund(refund().id)
    orders.execute_refund(refund().id)
    stripe_stand_in.deliver_events(post_event)
    (made,) = stripe_stand_in.refunds.values()
    part = make.part(declined)
    assert made["amount"] == part.total_minor and made["metadata"]["refund"] == refund().public_id
    assert refund().state == "done" and refund().provider_refund == made["id"]
    assert booked() == 1 and tasks() == []


@pytest.mark.parametrize("moment", ["no answer", "not stored"])
def test_a_lost_answer_becomes_no_second_refund(
    moment: str,
    declined: Order,
    stripe_stand_in: StripeStandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if moment == "no answer":
        stripe_stand_in.faults.add("reset", times=3, match=REFUNDS, applied=True)
        with pytest.raises(PaymentUnavailable):
            orders.execute_refund(refund().id)
    else:

        def die(*_: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr("storefront.orders.tasks._note_answer", die)
            with pytest.raises(KeyboardInterrupt):
                orders.execute_refund(refund().id)
    assert refund().state == "sent"
    assert checkout.retry_refunds() == "0/0"  # not at once
    older(0.2)
    assert checkout.retry_refunds() == "1/1"
    assert len(stripe_stand_in.refunds) == 1 and refund().state == "done" and booked() == 1


def test_after_a_day_it_is_looked_up_before_it_is_sent_again(
    declined: Order, stripe_stand_in: StripeStandIn
) -> None:
    stripe_stand_in.faults.add("reset", times=3, match=REFUNDS, applied=True)
    with pytest.raises(PaymentUnavailable):
        orders.execute_refund(refund().id)
    older(25)
    stripe_stand_in.keys.forget()
    assert checkout.retry_refunds() == "1/1"
    assert len(stripe_stand_in.refunds) == 1 and refund().state == "done"


def test_a_stored_fault_is_followed_by_a_look_and_another_key(
    declined: Order, stripe_stand_in: StripeStandIn
) -> None:
    stripe_stand_in.faults.add("500", match=REFUNDS, stored=True)
    orders.execute_refund(refund().id)
    assert refund().state == "done" and len(stripe_stand_in.refunds) == 1


def test_a_pending_refund_is_done_when_the_provider_says_so(
    declined: Order, stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    stripe_stand_in.refund_mode = "pending"
    orders.execute_refund(refund().id)
    assert refund().state == "sent" and refund().provider_refund
    stripe_stand_in.settle_refund(str(refund().provider_refund))
    stripe_stand_in.deliver_events(post_event)
    assert refund().state == "done" and booked() == 1


def test_a_refused_refund_is_a_task_and_can_be_sent_again(
    app: Flask, declined: Order, stripe_stand_in: StripeStandIn
) -> None:
    stripe_stand_in.refund_mode = "failed"
    orders.execute_refund(refund().id)
    assert refund().state == "failed" and tasks() == ["refund_failed"] and booked() == 0
    stripe_stand_in.refund_mode = "succeeded"
    officer = sign_in(app.test_client(), person("finance"))
    page = officer.get("/council/finance")
    assert officer.submit(page, form="/send").status_code == 303
    assert refund().state == "done" and booked() == 1
    assert len(stripe_stand_in.refunds) == 2
    assert balance_idr("clearing:stripe") > 0


def test_a_refund_that_comes_back_reopens_the_matter(
    declined: Order, stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    orders.execute_refund(refund().id)
    stripe_stand_in.fail_refund(str(refund().provider_refund))
    stripe_stand_in.webhooks.mode = "duplicate"
    stripe_stand_in.deliver_events(post_event)
    assert refund().state == "done" and tasks() == ["refund_came_back"]


def test_refunds_outside_the_shop_are_told_once_each(
    declined: Order, stripe_stand_in: StripeStandIn, post_event: Receiver
) -> None:
    (session_id,) = stripe_stand_in.sessions
    for _ in range(3):
        stripe_stand_in.refund(session_id, 700)
    stripe_stand_in.webhooks.mode = "duplicate"
    stripe_stand_in.deliver_events(post_event)
    assert tasks() == ["refund_outside"] * 3
