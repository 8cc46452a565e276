"""A provider that moves no money: its pay page is ours and says so. Never in production.

It keeps its own row per session in its own transactions, as a provider elsewhere would: callers
must be outside of any.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from storefront.kernel.clock import now
from storefront.kernel.db import db, public_id, transaction
from storefront.kernel.money import Money
from storefront.kernel.runtime import settings
from storefront.payments.gateway import (
    Attempt,
    BadEvent,
    EventFacts,
    OrderFacts,
    ProviderFacts,
    RefundFacts,
    Started,
)
from storefront.payments.models import RehearsalSession

# What the buttons of the rehearsal page may do, and from which state.
DEEDS = {"pay": "paid", "pay_late": "late", "decline": "open"}


class RehearsalGateway:
    """Behaves like a card provider: sessions open, are paid, expire; refunds succeed at once."""

    name = "rehearsal"
    can_refund = True
    asks_exact = True
    livemode = False
    shortest_life = dt.timedelta(minutes=30)
    longest_life = dt.timedelta(hours=24)

    def offered(self, currency: str, country: str, total: Money) -> bool:
        return settings().payments_are_rehearsed and not settings().is_production

    def start(self, attempt: Attempt, order: OrderFacts) -> Started:
        with transaction():
            row = _row(attempt)
            if row is None:
                row = RehearsalSession(
                    session_id=f"rehearsal_{public_id(20)}",
                    payment_public_id=attempt.public_id,
                    amount_minor=attempt.amount.minor,
                    currency=attempt.amount.currency,
                    expires_at=attempt.expires_at,
                )
                db.session.add(row)
        return Started(row.session_id, order.rehearsal_url, row.expires_at)

    def find(self, attempt: Attempt) -> Started | None:
        with transaction():
            row = _row(attempt)
        return Started(row.session_id, "", row.expires_at) if row else None

    def fetch(self, attempt: Attempt) -> ProviderFacts:
        with transaction():
            row = _row(attempt)
        if row is None:
            return ProviderFacts("unknown")
        state = _state(row)
        paid = state == "paid"
        return ProviderFacts(
            state,
            session_id=row.session_id,
            payment_ref=f"paid_{row.session_id}" if paid else None,
            captured=Money(row.amount_minor, row.currency) if paid else None,
            payment_public_id=row.payment_public_id,
        )

    def cancel(self, attempt: Attempt) -> None:
        with transaction():
            row = _row(attempt)
            if row is not None and row.state in ("open", "late"):
                row.closed_at = row.closed_at or now()

    def refund(
        self, payment_ref: str, amount: Money, key: str, metadata: Mapping[str, str]
    ) -> RefundFacts:
        return RefundFacts("done", f"back_{key}", our_id=metadata.get("refund", ""), amount=amount)

    def find_refund(self, payment_ref: str, our_id: str) -> RefundFacts | None:
        return None

    def parse_event(self, raw: bytes, headers: Mapping[str, str]) -> EventFacts:
        raise BadEvent("the rehearsal sends no messages")

    def payment_behind(self, payment_ref: str) -> str:
        return ""


def rehearse(payment_public_id: str, deed: str) -> str:
    """Press a button of the rehearsal page; the state the provider then tells.

    `pay_late`: the money comes only after the session is over, to see what late money does.
    """
    with transaction():
        row = db.session.scalar(
            sa.select(RehearsalSession)
            .where(RehearsalSession.payment_public_id == payment_public_id)
            .with_for_update()
        )
        if row is None:
            return "unknown"
        if _state(row) in ("open", "processing") or (deed == "pay" and row.state == "late"):
            row.state = DEEDS[deed]
        return _state(row)


def rehearsal_state(payment_public_id: str) -> str:
    """How a rehearsed payment stands: open, processing, paid, expired, unknown; or late: over,
    with money that is still to come."""
    row = db.session.scalar(
        sa.select(RehearsalSession).where(RehearsalSession.payment_public_id == payment_public_id)
    )
    if row is None:
        return "unknown"
    state = _state(row)
    return "late" if state == "expired" and row.state == "late" else state


def _row(attempt: Attempt) -> RehearsalSession | None:
    return db.session.scalar(
        sa.select(RehearsalSession).where(RehearsalSession.payment_public_id == attempt.public_id)
    )


def _state(row: RehearsalSession) -> str:
    over = row.closed_at is not None or now() >= row.expires_at
    if row.state == "paid":
        return "paid"
    if over:
        return "expired"
    return "processing" if row.state == "late" else "open"
