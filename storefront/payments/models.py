"""Money coming in: attempts, the provider's messages as received, what finance must look at."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storefront.kernel.clock import now
from storefront.kernel.db import Base, public_id


class Payment(Base):
    """One attempt to pay an order (or an instalment of it) by one provider.

    `idempotency_key` names the attempt at the provider; `captured_minor` is what it said arrived.
    """

    __tablename__ = "payment"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('created', 'pending', 'confirmed', 'failed', 'expired', 'cancelled',"
            " 'charged_back')",
            name="state",
        ),
        sa.CheckConstraint("amount_minor > 0", name="amount"),
        sa.Index("ix_payment_open", "state", "created_at"),
        # One way to pay at a time: a second payable page of one order cannot come to be.
        sa.Index(
            "uq_payment_one_open",
            "order_id",
            unique=True,
            postgresql_where=sa.text("state in ('created', 'pending')"),
            sqlite_where=sa.text("state in ('created', 'pending')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("order.id"), index=True)
    instalment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("instalment.id"))
    provider: Mapped[str] = mapped_column(sa.String(12))
    state: Mapped[str] = mapped_column(sa.String(14), default="created")
    flag: Mapped[str] = mapped_column(sa.String(10), default="")  # late|excess|short|double
    attempt: Mapped[int] = mapped_column(default=1)
    idempotency_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    captured_minor: Mapped[int] = mapped_column(default=0)
    captured_currency: Mapped[str] = mapped_column(sa.String(3), default="")
    reference: Mapped[str] = mapped_column(sa.String(40), default="", index=True)
    provider_session: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    provider_payment: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    redirect_url: Mapped[str] = mapped_column(sa.Text, default="")
    expires_at: Mapped[dt.datetime | None]
    checked_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    confirmed_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class PaymentEvent(Base):
    """The payment's history: who, when, from, to, why. Append only; people by id."""

    __tablename__ = "payment_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(default=now)
    actor: Mapped[str] = mapped_column(sa.String(10))  # buyer|council|system|provider
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    verb: Mapped[str] = mapped_column(sa.String(30))
    from_state: Mapped[str] = mapped_column(sa.String(14), default="")
    to_state: Mapped[str] = mapped_column(sa.String(14), default="")
    why: Mapped[str] = mapped_column(sa.String(200), default="")


class ProviderEvent(Base):
    """A provider's message exactly as received. Unique by provider and event id: stored once."""

    __tablename__ = "provider_event"
    __table_args__ = (sa.UniqueConstraint("provider", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(sa.String(12))
    event_id: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[str] = mapped_column(sa.String(80))
    object_id: Mapped[str] = mapped_column(sa.String(120), index=True)
    body: Mapped[str] = mapped_column(sa.Text)
    received_at: Mapped[dt.datetime] = mapped_column(default=now)
    handled_at: Mapped[dt.datetime | None]
    result: Mapped[str] = mapped_column(sa.String(60), default="")
    payment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment.id"), index=True)


class TransferProof(Base):
    """A picture or PDF the buyer sent to show a bank transfer."""

    __tablename__ = "transfer_proof"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    media_id: Mapped[int] = mapped_column(sa.ForeignKey("media_file.id"))
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)


class RehearsalSession(Base):
    """A pay page of the rehearsal gateway: what a provider elsewhere would remember."""

    __tablename__ = "rehearsal_session"
    __table_args__ = (sa.CheckConstraint("state in ('open', 'late', 'paid')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(sa.String(40), unique=True)
    payment_public_id: Mapped[str] = mapped_column(sa.String(24), unique=True)
    state: Mapped[str] = mapped_column(sa.String(6), default="open")
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    expires_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]


class FinanceTask(Base):
    """Money that fits no order, or a step only a person can do. Never closed by a guess."""

    __tablename__ = "finance_task"
    __table_args__ = (sa.CheckConstraint("state in ('open', 'done')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(24), unique=True, default=public_id)
    kind: Mapped[str] = mapped_column(sa.String(30))
    dedupe_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    state: Mapped[str] = mapped_column(sa.String(6), default="open", index=True)
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment.id"))
    refund_id: Mapped[int | None] = mapped_column(sa.ForeignKey("refund.id"))
    amount_minor: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(sa.String(3), default="IDR")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    opened_at: Mapped[dt.datetime] = mapped_column(default=now)
    closed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    closed_at: Mapped[dt.datetime | None]
    resolution: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(default=1)
