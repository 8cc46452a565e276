"""Stripe's JSON read into the shop's facts, and amounts between the two ways of counting.

Stripe counts rupiah in hundredths and won in whole units. Nothing here calls anybody.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final, TypeGuard

from storefront.kernel.money import Money
from storefront.payments.gateway import EventFacts, ProviderFacts, RefundFacts, Started

Json = dict[str, Any]

# The shop's minor units to Stripe's: rupiah is whole here and has two decimals there.
FACTOR: Final = {"IDR": 100, "KRW": 1, "USD": 1, "EUR": 1}

_MATTERS = frozenset(
    {
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "charge.refunded",
        "refund.updated",
        "refund.failed",
        "charge.dispute.created",
        "charge.dispute.closed",
    }
)
_REFUND_STATES = {"succeeded": "done", "failed": "failed", "canceled": "failed"}


class NotWhole(ValueError):
    """Stripe speaks of an amount that is not a whole number of the shop's units."""


def to_stripe(amount: Money) -> int:
    """The amount in Stripe's unit of its currency."""
    return amount.minor * FACTOR[amount.currency]


def from_stripe(amount: int, currency: str) -> Money:
    """An amount of Stripe's. Raises NotWhole for a part of a rupiah, KeyError for a currency
    the shop does not know."""
    code = currency.upper()
    whole, rest = divmod(amount, FACTOR[code])
    if rest:
        raise NotWhole(f"{amount} {code}")
    return Money(whole, code)


def event_facts(event: Json) -> EventFacts:
    """What an event is about, by all the names it gives. Raises KeyError, ValueError, TypeError."""
    about: Json = event["data"]["object"]
    metadata: Json = about.get("metadata") or {}
    is_session = about.get("object") == "checkout.session"
    is_intent = about.get("object") == "payment_intent"
    reference = about.get("client_reference_id") or metadata.get("payment") or ""
    return EventFacts(
        event_id=str(event["id"])[:120],
        kind=str(event["type"])[:80],
        object_id=str(about.get("id", ""))[:120],
        matters=event["type"] in _MATTERS,
        created_at=dt.datetime.fromtimestamp(int(event["created"]), dt.UTC),
        session_id=about["id"] if is_session else "",
        payment_ref=about["id"] if is_intent else str(about.get("payment_intent") or ""),
        payment_public_id=str(reference),
        is_paid=is_session and about.get("payment_status") == "paid",
        amount=_known_amount(about.get("amount_total"), about.get("currency")),
    )


def started(session: Json) -> Started:
    """Where the buyer of a session goes, and until when."""
    return Started(
        session_id=session["id"],
        redirect_url=session.get("url") or "",
        expires_at=dt.datetime.fromtimestamp(session["expires_at"], dt.UTC),
    )


def provider_facts(session: Json, dispute: str) -> ProviderFacts:
    """How a session stands, with its payment, fee and refunds as far as they are expanded."""
    intent: Json = session["payment_intent"] if is_object(session["payment_intent"]) else {}
    charge: Json = intent["latest_charge"] if is_object(intent.get("latest_charge")) else {}
    metadata: Json = session.get("metadata") or {}
    amount, currency = intent.get("amount_received"), intent.get("currency")
    return ProviderFacts(
        state=_state(session, intent),
        session_id=session["id"],
        payment_ref=intent.get("id"),
        captured=_known_amount(amount, currency),
        captured_text=f"{amount} {str(currency).upper()}" if amount else "",
        fee=_fee(charge),
        payment_public_id=session.get("client_reference_id") or "",
        order_number=str(metadata.get("order", "")),
        livemode=bool(session["livemode"]),
        dispute=dispute,
        refunds=tuple(refund_facts(made) for made in (charge.get("refunds") or {}).get("data", ())),
    )


def _state(session: Json, intent: Json) -> str:
    if session["status"] == "expired":
        return "expired"
    if session["status"] == "open":
        return "open"
    if session["payment_status"] == "paid":
        return "paid"
    return "processing" if intent.get("status") == "processing" else "failed"


def _fee(charge: Json) -> Money | None:
    """Stripe's fee, where it was taken in the currency that was charged."""
    entry = charge.get("balance_transaction")
    if not is_object(entry) or entry["currency"] != charge["currency"]:
        return None
    return _known_amount(entry["fee"], entry["currency"])


def refund_facts(made: Json) -> RefundFacts:
    """How a refund stands, and whether it is one of ours."""
    return RefundFacts(
        state=_REFUND_STATES.get(made["status"] or "", "pending"),
        refund_ref=made["id"],
        failure=made.get("failure_reason") or "",
        our_id=str((made.get("metadata") or {}).get("refund", "")),
        amount=_known_amount(made["amount"], made["currency"]),
    )


def _known_amount(amount: int | None, currency: str | None) -> Money | None:
    if amount is None or currency is None:
        return None
    try:
        return from_stripe(amount, currency)
    except (NotWhole, KeyError):
        return None


def is_object(value: Any) -> TypeGuard[Json]:
    """Whether a field was expanded into the object its id names."""
    return isinstance(value, dict)
