"""Payments that never reported, and orders whose time is over. Called by the worker.

Each order is taken by itself: one that cannot be finished now is left for the next run.
"""

from __future__ import annotations

import datetime as dt
import logging

import sqlalchemy as sa

from storefront.checkout.paying import PAYABLE, finish_payment, read_attempt
from storefront.checkout.receiving import apply_facts
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock, transaction
from storefront.kernel.errors import ShopError
from storefront.kernel.settings import get
from storefront.orders import SYSTEM, Order, expire_order
from storefront.payments import (
    OPEN,
    Payment,
    ProviderFacts,
    expire_payment,
    open_payment_of,
    payments_to_ask_about,
    provider,
)

log = logging.getLogger(__name__)
_AT_ONCE = 500


def finish_open_payments() -> str:
    """Ask providers about payments nobody reported; says how many of how many were settled."""
    ids = payments_to_ask_about()
    db.session.rollback()
    ended = 0
    for payment_id in ids:
        try:
            ended += _finish(payment_id) not in OPEN
        except ShopError as error:
            log.warning("payment %s could not be asked about: %s", payment_id, error)
    return f"{ended}/{len(ids)}"


def _finish(payment_id: int) -> str:
    attempt = read_attempt(payment_id)
    order_state = db.session.scalar(sa.select(Order.state).where(Order.id == attempt.order_id))
    db.session.rollback()
    if attempt.state in OPEN and order_state not in PAYABLE:
        # The order was paid or given up another way: nobody is to pay it once more.
        provider(attempt.provider).cancel(attempt)
    return finish_payment(payment_id, SYSTEM)


def expire_unpaid_orders() -> str:
    """Free the stock of orders past deadline and grace; says how many of how many expired."""
    grace = dt.timedelta(minutes=get("orders.grace_minutes"))
    ids = list(
        db.session.scalars(
            sa.select(Order.id)
            .where(Order.state == "awaiting_payment", Order.pay_by_at < now() - grace)
            .order_by(Order.pay_by_at)
            .limit(_AT_ONCE)
        )
    )
    db.session.rollback()
    expired = 0
    for order_id in ids:
        try:
            expired += _expire(order_id)
        except ShopError as error:
            # The provider does not answer: the stock stays held until it says unpaid.
            log.warning("order %s could not be expired: %s", order_id, error)
    return f"{expired}/{len(ids)}"


def _expire(order_id: int) -> bool:
    """Call the payment page off, then free the stock; if it turns out to be paid, finish it."""
    payment = open_payment_of(order_id)
    payment_id = payment.id if payment is not None else None
    db.session.rollback()
    facts: ProviderFacts | None = None
    if payment_id is not None:
        attempt = read_attempt(payment_id)
        way = provider(attempt.provider)
        way.cancel(attempt)
        facts = way.fetch(attempt)
        if facts.state == "open":
            return False  # still payable: its stock stays promised
    with transaction():
        if payment_id is not None and facts is not None:
            state = apply_facts(payment_id, facts, SYSTEM)
            if state in OPEN and facts.state != "processing":
                (payment,) = lock(Payment, [payment_id])
                expire_payment(payment, "deadline", "system")
        return expire_order(order_id)
