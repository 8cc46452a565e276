"""Giving back money the order has no use for: late, short, doubled, too much, another currency."""

from __future__ import annotations

import sqlalchemy as sa

from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotAllowed
from storefront.kernel.money import Money
from storefront.ledger import UNMATCHED, LedgerEntry, LedgerTransaction, Leg, clearing, post
from storefront.orders.actions.journal import Actor, locked_order, record
from storefront.orders.models import Refund
from storefront.payments import Payment, provider


def refund_unmatched(payment_id: int, actor: Actor) -> Refund:
    """Ask for what was booked apart to go back; once per payment. A person approves it after.

    Raises NotAllowed when nothing of the payment was booked apart.
    """
    order_id = db.session.scalars(sa.select(Payment.order_id).where(Payment.id == payment_id)).one()
    order = locked_order(order_id)
    (payment,) = lock(Payment, [payment_id])
    key = f"unmatched:{payment.public_id}"
    earlier = db.session.scalar(sa.select(Refund).where(Refund.request_key == key))
    if earlier is not None:
        return earlier
    apart = _booked_apart(payment)
    if apart is None:
        raise NotAllowed(machine="payment", state=payment.state, verb="refund")
    refund = Refund(
        order_id=order.id,
        sub_order_id=None,
        payment_id=payment.id,
        way="provider" if provider(payment.provider).can_refund else "transfer",
        cause="unmatched",
        request_key=key,
        amount_minor=apart.minor,
        currency=apart.currency,
        state="requested",
        lines=[],
    )
    db.session.add(refund)
    db.session.flush()
    record(order.id, "refund", refund.id, actor, "request", "", refund.state, why=payment.flag)
    return refund


def book_unmatched_back(refund: Refund, payment: Payment) -> None:
    """The money has gone back: `unmatched` and what the provider holds shrink by it."""
    amount = Money(refund.amount_minor, refund.currency)
    value = -_leg(payment).amount_idr
    post(
        "refund",
        f"refund:{refund.id}",
        [
            Leg(UNMATCHED, amount, value),
            Leg(clearing(payment.provider), -amount, -value),
        ],
        order_id=refund.order_id,
        payment_id=payment.id,
        refund_id=refund.id,
    )


def _booked_apart(payment: Payment) -> Money | None:
    found = db.session.scalar(
        sa.select(LedgerTransaction.id).where(
            LedgerTransaction.dedupe_key == f"unmatched:{payment.id}"
        )
    )
    if found is None:
        return None
    leg = _leg(payment)
    return Money(-leg.amount_minor, leg.currency)


def _leg(payment: Payment) -> LedgerEntry:
    """The credit of `unmatched` that the payment left."""
    return db.session.scalars(
        sa.select(LedgerEntry)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(
            LedgerTransaction.dedupe_key == f"unmatched:{payment.id}",
            LedgerEntry.amount_minor < 0,
        )
    ).one()
