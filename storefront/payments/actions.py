"""The verbs of a payment. Each moves one row by the table and leaves an event. None commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from storefront.kernel.clock import now
from storefront.kernel.db import db, lock, public_id
from storefront.kernel.money import Money
from storefront.ledger import PROVIDER_FEES, Leg, clearing, post
from storefront.payments.gateway import EventFacts, Started
from storefront.payments.models import Payment, PaymentEvent, ProviderEvent, TransferProof
from storefront.payments.registry import provider as provider_named
from storefront.payments.rules import OPEN, PAYMENT


def open_payment(
    order_id: int,
    instalment_id: int | None,
    provider: str,
    amount: Money,
    expires_at: dt.datetime,
    attempt: int = 1,
    *,
    actor: str = "buyer",
    user_id: int | None = None,
) -> Payment:
    """Write an attempt to pay; the provider hears of it after the commit.

    `expires_at` is moved into what the provider allows. A second open attempt of one order is
    refused by the database (IntegrityError): void the first one before. Raises UnknownProvider.
    """
    way = provider_named(provider)
    # What is sent with the idempotency key must be the same each time, so it is settled here.
    ends = min(max(expires_at, now() + way.shortest_life), now() + way.longest_life)
    name = public_id()
    payment = Payment(
        public_id=name,
        order_id=order_id,
        instalment_id=instalment_id,
        provider=provider,
        state="created",
        attempt=attempt,
        idempotency_key=f"pay-{name}",
        amount_minor=amount.minor,
        currency=amount.currency,
        reference=_reference(),
        expires_at=ends.replace(microsecond=0),
    )
    db.session.add(payment)
    db.session.flush()
    _record(payment, "open", "", actor, user_id, provider)
    return payment


def store_started(payment_id: int, started: Started) -> Payment:
    """Keep the provider's answer. The payment stays as it is when it is over meanwhile: then the
    caller has to call the session off."""
    (payment,) = lock(Payment, [payment_id])
    payment.provider_session = payment.provider_session or started.session_id
    if payment.state in OPEN:
        payment.redirect_url = started.redirect_url
        payment.checked_at = now()
        if payment.state == "created":
            _move(payment, "send", "system", None, "")
    return payment


def confirm_payment(
    payment: Payment,
    captured: Money,
    provider_payment: str | None = None,
    flag: str = "",
    *,
    actor: str = "provider",
    user_id: int | None = None,
) -> None:
    """Money has arrived. The row is locked by the caller. Raises NotAllowed when it had before."""
    _move(payment, "confirm", actor, user_id, flag)
    payment.captured_minor, payment.captured_currency = captured.minor, captured.currency
    payment.provider_payment = provider_payment or payment.provider_payment
    payment.flag = flag
    payment.confirmed_at = now()


def fail_payment(payment: Payment, why: str = "", actor: str = "provider") -> None:
    """The provider took it and could not collect. Raises NotAllowed unless it was open."""
    _move(payment, "fail", actor, None, why)


def expire_payment(payment: Payment, why: str = "", actor: str = "provider") -> None:
    """Its time is over, unpaid. Raises NotAllowed unless it was open."""
    _move(payment, "expire", actor, None, why)


def cancel_payment(
    payment: Payment, why: str = "", actor: str = "buyer", user_id: int | None = None
) -> None:
    """Given up, for another way or with the order. Raises NotAllowed unless it was open."""
    _move(payment, "cancel", actor, user_id, why)


def charge_back(payment: Payment, why: str = "") -> None:
    """The buyer's bank disputes it. Raises NotAllowed unless it was confirmed."""
    _move(payment, "charge_back", "provider", None, why)


def win_dispute(payment: Payment, why: str = "") -> None:
    """The dispute ended for the shop. Raises NotAllowed unless it was charged back."""
    _move(payment, "win", "provider", None, why)


def book_fee(payment: Payment, fee: Money, fee_idr: int) -> None:
    """The provider kept its fee: from what it holds to the council's cost. Booked once."""
    legs = [
        Leg(PROVIDER_FEES, fee, fee_idr),
        Leg(clearing(payment.provider), -fee, -fee_idr),
    ]
    post(
        "provider_fee",
        f"fee:{payment.id}",
        legs,
        order_id=payment.order_id,
        payment_id=payment.id,
    )


def store_event(
    provider: str, facts: EventFacts, raw: bytes, *, payment_id: int | None = None
) -> ProviderEvent | None:
    """Keep a provider's message; None when it was here before.

    A twin that arrives at the same moment waits for the first one's transaction to end.
    """
    is_postgres = db.session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if is_postgres else sqlite.insert
    added = (
        insert(ProviderEvent)
        .values(
            provider=provider,
            event_id=facts.event_id,
            kind=facts.kind,
            object_id=facts.object_id,
            body=raw.decode(errors="replace"),
            received_at=now(),
            result="",
            payment_id=payment_id,
        )
        .on_conflict_do_nothing(index_elements=["provider", "event_id"])
        .returning(ProviderEvent.id)
    )
    event_id = db.session.scalar(added)
    return None if event_id is None else db.session.get_one(ProviderEvent, event_id)


def add_proof(payment_id: int, media_id: int, note: str) -> TransferProof:
    """Keep what the buyer sent to show a transfer."""
    proof = TransferProof(payment_id=payment_id, media_id=media_id, note=note)
    db.session.add(proof)
    db.session.flush()
    return proof


def _reference() -> str:
    """What a buyer writes into a transfer: eight letters, in two groups to be read aloud."""
    letters = public_id(8).upper()
    return f"{letters[:4]}-{letters[4:]}"


def _move(payment: Payment, verb: str, actor: str, user_id: int | None, why: str) -> None:
    before, payment.state = payment.state, PAYMENT.to(payment.state, verb)
    payment.version += 1
    _record(payment, verb, before, actor, user_id, why)


def _record(
    payment: Payment, verb: str, before: str, actor: str, user_id: int | None, why: str
) -> None:
    db.session.add(
        PaymentEvent(
            payment_id=payment.id,
            actor=actor,
            user_id=user_id,
            verb=verb,
            from_state=before,
            to_state=payment.state,
            why=why[:200],
        )
    )
