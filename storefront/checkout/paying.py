"""The doors between an order and its payment provider.

Each step is written before the provider is called and after it has answered, never while: whatever
breaks in between is taken up again by the same functions with the same key. Return page, webhook
and sweeper all end in `apply_facts`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import sqlalchemy as sa

from storefront.checkout.charging import order_facts
from storefront.checkout.receiving import PROVIDER, apply_facts
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock, transaction
from storefront.kernel.errors import NotAllowed, ShopError
from storefront.kernel.money import Money
from storefront.kernel.translated import N_
from storefront.orders import SYSTEM, Actor, Instalment, Order, cancel_order, locked_order
from storefront.payments import (
    OPEN,
    RECEIVED,
    Attempt,
    AttemptSpent,
    OrderFacts,
    Payment,
    PaymentRefused,
    PaymentUnavailable,
    Provider,
    ProviderFacts,
    Started,
    UnknownProvider,
    attempt_of,
    cancel_payment,
    fail_payment,
    open_payment,
    open_payment_of,
    provider,
    providers_for,
    store_started,
)

PAYABLE = ("awaiting_payment", "part_paid")
# A session that was never opened can be asked for with its first end only so long.
_FRESH = dt.timedelta(minutes=8)


class NotPayable(ShopError):
    """The order waits for no payment (any more)."""

    message = N_("This order cannot be paid any more. Please look at its page.")


class PaymentOnItsWay(ShopError):
    """The buyer has paid by a method whose money takes days."""

    message = N_("Your payment is on its way. Please wait until it has arrived.")


def start_payment(payment_id: int) -> str:
    """Open a payment at its provider and say where the buyer goes: the same page each time.

    Raises PaymentUnavailable (nothing is lost, call again) or PaymentRefused (this attempt is
    over; `pay_again` opens another). Called outside of any transaction.
    """
    attempt = read_attempt(payment_id)
    usable = attempt.state == "pending" and now() < attempt.expires_at
    if usable and attempt.redirect_url:
        return attempt.redirect_url
    order = order_facts(attempt)
    db.session.rollback()  # gives the connection back while the provider is called
    if attempt.state not in OPEN or now() >= attempt.expires_at:
        return order.cancel_url  # says how the payment stands
    way = provider(attempt.provider)
    started = _start(way, attempt, order)
    with transaction():
        is_over = store_started(payment_id, started).state not in OPEN
    if is_over:
        # Given up in another window while the provider was opening it: must not stay payable.
        way.cancel(replace(attempt, session_id=started.session_id))
        finish_payment(payment_id)
        return order.cancel_url
    return started.redirect_url or order.cancel_url


def _start(way: Provider, attempt: Attempt, order: OrderFacts) -> Started:
    try:
        return way.start(attempt, order)
    except (AttemptSpent, PaymentRefused) as refusal:
        found = way.find(attempt)
        if found is not None:
            return found
        with transaction():
            (payment,) = lock(Payment, [attempt.id])
            if payment.state in OPEN:
                fail_payment(payment, type(refusal).__name__)
        raise


def finish_payment(payment_id: int, actor: Actor = PROVIDER) -> str:
    """Ask the provider how a payment stands and bring the order there; the payment's state.

    The one path of return page and sweeper. Raises PaymentUnavailable.
    """
    attempt = read_attempt(payment_id)
    if attempt.state in RECEIVED:
        return attempt.state
    facts = provider(attempt.provider).fetch(attempt)
    with transaction():
        return apply_facts(payment_id, facts, actor)


def ask_provider(payment_id: int) -> ProviderFacts:
    """The provider's facts, also of a payment that has long arrived. Raises PaymentUnavailable."""
    attempt = read_attempt(payment_id)
    return provider(attempt.provider).fetch(attempt)


def pay_again(order_id: int, way: str, actor: Actor) -> int:
    """The payment by which an order is to be paid now: the open one, or a new one by `way`.

    Another open way is called off at its provider first; if it turns out to be paid, it stays.
    Raises UnknownProvider for a way that is not offered, NotPayable, PaymentOnItsWay,
    PaymentUnavailable.
    """
    present = open_payment_of(order_id)
    if present is not None:
        if present.provider == way and _is_usable(attempt_of(present)):
            return present.id
        if _void(present.id, "another way", actor) in RECEIVED:
            return present.id
    with transaction():
        order = locked_order(order_id)
        if order.state not in PAYABLE:
            raise NotPayable()
        quicker = open_payment_of(order_id)
        return quicker.id if quicker is not None else _open(order, way, actor).id


def _is_usable(attempt: Attempt) -> bool:
    """Whether the buyer can be sent (or sent again) to this attempt's page."""
    if now() >= attempt.expires_at:
        return False
    opened = attempt.state == "pending" or attempt.session_id is not None
    return opened or now() - attempt.created_at < _FRESH


def _open(order: Order, way: str, actor: Actor) -> Payment:
    due = next_instalment(order)
    amount = Money(due.amount_minor - due.paid_minor, order.currency)
    if way not in [each.name for each in providers_for(order.currency, order.country, amount)]:
        raise UnknownProvider()
    earlier = db.session.scalar(
        sa.select(sa.func.count()).select_from(Payment).where(Payment.order_id == order.id)
    )
    order.provider = way
    return open_payment(
        order.id,
        due.id,
        way,
        amount,
        order.pay_by_at,
        int(earlier or 0) + 1,
        actor=actor.kind,
        user_id=actor.user_id,
    )


def next_instalment(order: Order) -> Instalment:
    """What is to be paid next. Raises NotPayable when all is paid."""
    for instalment in order.instalments:
        if instalment.paid_minor < instalment.amount_minor:
            return instalment
    raise NotPayable()


def call_off_order(order_id: int, actor: Actor, why: str = "") -> None:
    """Give up an unpaid order, its payment page first. Raises NotAllowed once money has come."""
    present = open_payment_of(order_id)
    if present is not None and _void(present.id, "order cancelled", actor) in RECEIVED:
        raise NotAllowed(machine="order", state="placed", verb="cancel")
    with transaction():
        order = locked_order(order_id)
        if order.state == "cancelled":
            return
        cancel_order(order_id, actor, why)


def call_off_rest(order_id: int) -> None:
    """Make a page unpayable whose order was paid or given up another way."""
    present = open_payment_of(order_id)
    order_state = db.session.scalar(sa.select(Order.state).where(Order.id == order_id))
    if present is not None and order_state not in PAYABLE:
        _void(present.id, "order no longer waits")


def _void(payment_id: int, why: str, actor: Actor = SYSTEM) -> str:
    """Make an open payment unpayable, at its provider first; the state it ended in."""
    attempt = read_attempt(payment_id)
    way = provider(attempt.provider)
    way.cancel(attempt)
    facts = way.fetch(attempt)
    with transaction():
        state = apply_facts(payment_id, facts)
        if state not in OPEN:
            return state
        if facts.state == "processing":
            raise PaymentOnItsWay()
        if facts.state == "open":
            raise PaymentUnavailable()  # it did not let itself be called off
        (payment,) = lock(Payment, [payment_id])
        cancel_payment(payment, why, actor.kind, actor.user_id)
        return payment.state


def read_attempt(payment_id: int) -> Attempt:
    """The payment as it is now; the connection is given back before the provider is called."""
    payment = db.session.get_one(Payment, payment_id, populate_existing=True)
    attempt = attempt_of(payment)
    db.session.rollback()
    return attempt
