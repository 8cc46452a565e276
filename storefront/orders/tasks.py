"""Sending refunds through the provider. A door: opens its own transactions, may be called again.

Written before, called outside, answered after. The key of a sending stays the same until the
provider has said no, so that a lost answer can never become a second refund.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.kernel.money import Money
from storefront.notifications import task_topic
from storefront.orders.actions.journal import SYSTEM, Actor
from storefront.orders.actions.refunding import (
    note_provider_refund,
    refund_done,
    refund_failed,
    refund_sent,
)
from storefront.orders.models import Order, Refund
from storefront.payments import (
    AttemptSpent,
    Payment,
    PaymentUnavailable,
    RefundFacts,
    provider,
)

# A provider forgets keys after a day: from then on it is asked first whether it has the refund.
KEY_LIFE = dt.timedelta(hours=23)
PATIENCE = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class _Sending:
    refund_id: int
    public_id: str
    provider: str
    payment_ref: str
    amount: Money
    key: str
    order_number: str
    sent_at: dt.datetime
    is_repeated: bool


@task_topic("orders.execute_refund")
def run(payload: dict[str, Any]) -> None:
    """An approved refund leaves. Raises PaymentUnavailable, upon which the worker tries again."""
    execute_refund(payload["refund_id"])


def execute_refund(refund_id: int, actor: Actor = SYSTEM) -> None:
    """Send one approved (or failed, or unanswered) refund and keep the answer.

    Without effect when it is done, rejected or to be transferred by hand. Raises
    PaymentUnavailable when the provider cannot be reached: the refund stays `sent`.
    """
    sending = _note_sending(refund_id, actor)
    if sending is None:
        return
    facts = _send(sending)
    with transaction():
        _note_answer(refund_id, actor, facts)


def retry_refunds() -> str:
    """Send refunds again that got no answer, and ask about those the provider is still at."""
    silent = sa.select(Refund.id).where(
        Refund.way == "provider",
        sa.or_(
            sa.and_(Refund.state == "sent", Refund.sent_at < now() - PATIENCE),
            sa.and_(Refund.state == "approved", Refund.created_at < now() - PATIENCE),
        ),
    )
    ids = list(db.session.scalars(silent.order_by(Refund.id)))
    db.session.rollback()
    answered = 0
    for refund_id in ids:
        try:
            execute_refund(refund_id)
            answered += 1
        except PaymentUnavailable:
            continue  # the next run asks again
    return f"{answered}/{len(ids)}"


def _note_sending(refund_id: int, actor: Actor) -> _Sending | None:
    with transaction():
        repeated = db.session.scalar(sa.select(Refund.state).where(Refund.id == refund_id))
        way = db.session.scalar(sa.select(Refund.way).where(Refund.id == refund_id))
        refund = refund_sent(refund_id, actor) if way == "provider" else None
        if refund is None:
            return None
        payment = db.session.get_one(Payment, refund.payment_id)
        order = db.session.get_one(Order, refund.order_id)
        return _Sending(
            refund_id=refund.id,
            public_id=refund.public_id,
            provider=payment.provider,
            payment_ref=payment.provider_payment or "",
            amount=Money(refund.amount_minor, refund.currency),
            # The version moves with the state: a refund that failed is sent with a new key.
            key=f"refund-{refund.public_id}-{refund.version}",
            order_number=order.number,
            sent_at=refund.sent_at or now(),
            is_repeated=repeated == "sent",
        )


def _send(sending: _Sending) -> RefundFacts:
    way = provider(sending.provider)
    if sending.is_repeated and now() - sending.sent_at > KEY_LIFE:
        found = way.find_refund(sending.payment_ref, sending.public_id)
        if found is not None:
            return found
    about = {"refund": sending.public_id, "order": sending.order_number}
    try:
        facts = way.refund(sending.payment_ref, sending.amount, sending.key, about)
    except AttemptSpent:
        # The key would bring the same fault for a day. Another one only after a look.
        found = way.find_refund(sending.payment_ref, sending.public_id)
        if found is not None:
            return found
        return way.refund(sending.payment_ref, sending.amount, f"{sending.key}-2", about)
    if sending.is_repeated and facts.state == "pending":
        # The answer to a repeated key is the first one: ask how it stands now.
        return way.find_refund(sending.payment_ref, sending.public_id) or facts
    return facts


def _note_answer(refund_id: int, actor: Actor, facts: RefundFacts) -> None:
    state = db.session.scalar(sa.select(Refund.state).where(Refund.id == refund_id))
    if state != "sent":
        return  # the provider's own message was quicker
    if facts.state == "done":
        refund_done(refund_id, actor, provider_refund=facts.refund_ref)
    elif facts.state == "failed":
        refund_failed(refund_id, actor, facts.failure or "refused")
    else:
        note_provider_refund(refund_id, facts.refund_ref)
