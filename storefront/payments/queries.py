"""Payments and finance tasks as pages and sweepers look for them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from storefront.kernel.clock import now
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.payments.gateway import Attempt
from storefront.payments.models import (
    FinanceTask,
    Payment,
    PaymentEvent,
    ProviderEvent,
    TransferProof,
)
from storefront.payments.rules import ENDED_UNPAID, OPEN

# How often an open payment is asked about, and how long an ended one is still watched for money.
ASK_AGAIN = dt.timedelta(minutes=2)
ASK_ENDED_AGAIN = dt.timedelta(hours=1)
WATCH_ENDED = dt.timedelta(days=3)


def attempt_of(payment: Payment) -> Attempt:
    """The row as a gateway needs it."""
    return Attempt(
        id=payment.id,
        public_id=payment.public_id,
        order_id=payment.order_id,
        provider=payment.provider,
        state=payment.state,
        key=payment.idempotency_key,
        amount=Money(payment.amount_minor, payment.currency),
        expires_at=payment.expires_at or payment.created_at,
        created_at=payment.created_at,
        session_id=payment.provider_session,
        redirect_url=payment.redirect_url,
    )


def payment_by_name(public_id: str) -> Payment | None:
    """The payment with this public id."""
    return db.session.scalar(sa.select(Payment).where(Payment.public_id == public_id))


def payment_of_event(
    provider: str, public_id: str, session_id: str, payment_ref: str
) -> Payment | None:
    """The payment a provider's message is about, by whichever name it gives."""
    names = [
        (Payment.public_id, public_id),
        (Payment.provider_session, session_id),
        (Payment.provider_payment, payment_ref),
    ]
    tests = [column == value for column, value in names if value]
    if not tests:
        return None
    return db.session.scalar(
        sa.select(Payment)
        .where(Payment.provider == provider, sa.or_(*tests))
        .order_by(Payment.id)
        .limit(1)
    )


def payments_of_order(order_id: int) -> list[Payment]:
    """All attempts to pay an order, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Payment).where(Payment.order_id == order_id).order_by(Payment.id)
        )
    )


def open_payment_of(order_id: int) -> Payment | None:
    """The one attempt of an order that can still be paid."""
    return db.session.scalar(
        sa.select(Payment)
        .where(Payment.order_id == order_id, Payment.state.in_(OPEN))
        .execution_options(populate_existing=True)
    )


def payments_to_ask_about(limit: int = 50) -> list[int]:
    """Ids of payments whose provider should be asked now, longest unasked first.

    Open ones every two minutes; ended ones hourly for three days, because money may come late and
    a message about it may be lost. Transfers are confirmed by people.
    """
    moment = now()
    asked = sa.func.coalesce(Payment.checked_at, Payment.created_at)
    return list(
        db.session.scalars(
            sa.select(Payment.id)
            .where(
                Payment.provider != "transfer",
                sa.or_(
                    sa.and_(Payment.state.in_(OPEN), asked < moment - ASK_AGAIN),
                    sa.and_(
                        Payment.state.in_(ENDED_UNPAID),
                        Payment.created_at > moment - WATCH_ENDED,
                        asked < moment - ASK_ENDED_AGAIN,
                    ),
                ),
            )
            .order_by(asked)
            .limit(limit)
        )
    )


def is_event_known(provider: str, event_id: str) -> bool:
    """Whether a message was stored (and so has taken effect) before."""
    return (
        db.session.scalar(
            sa.select(ProviderEvent.id).where(
                ProviderEvent.provider == provider, ProviderEvent.event_id == event_id
            )
        )
        is not None
    )


def proofs_of(payment_id: int) -> list[TransferProof]:
    """What the buyer sent to show a transfer, oldest first."""
    return list(
        db.session.scalars(
            sa.select(TransferProof)
            .where(TransferProof.payment_id == payment_id)
            .order_by(TransferProof.id)
        )
    )


def history_of(payment_id: int) -> list[PaymentEvent]:
    """What happened to a payment, oldest first."""
    return list(
        db.session.scalars(
            sa.select(PaymentEvent)
            .where(PaymentEvent.payment_id == payment_id)
            .order_by(PaymentEvent.id)
        )
    )


def messages_of(payment_id: int) -> list[ProviderEvent]:
    """The provider's messages about a payment, oldest first."""
    return list(
        db.session.scalars(
            sa.select(ProviderEvent)
            .where(ProviderEvent.payment_id == payment_id)
            .order_by(ProviderEvent.id)
        )
    )


def open_tasks() -> sa.Select[FinanceTask]:
    """Finance's list, oldest first."""
    return sa.select(FinanceTask).where(FinanceTask.state == "open").order_by(FinanceTask.id)


def task_by_name(public_id: str) -> FinanceTask | None:
    """The finance task with this public id."""
    return db.session.scalar(sa.select(FinanceTask).where(FinanceTask.public_id == public_id))
