"""Stripe Checkout by redirect: the only module that knows Stripe.

What Stripe answers is read in `stripe_facts`. Every call ends within about ten seconds and is
repeated at most twice, with the same key.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import random
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import stripe
from stripe.params import RefundCreateParams
from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem

from storefront.kernel.money import Money
from storefront.payments.gateway import (
    AmountTooSmall,
    Attempt,
    AttemptSpent,
    BadEvent,
    ChargeLine,
    EventFacts,
    OrderFacts,
    PaymentRefused,
    PaymentUnavailable,
    ProviderFacts,
    RefundFacts,
    Started,
)
from storefront.payments.stripe_facts import (
    event_facts,
    provider_facts,
    refund_facts,
    started,
    to_stripe,
)

log = logging.getLogger(__name__)
T = TypeVar("T")
Json = dict[str, Any]

# Smallest charges in the shop's minor units; Stripe's own refusal is the last word.
FLOOR: Final = {"IDR": 10_000, "KRW": 1_000, "USD": 50, "EUR": 50}

_SECONDS = 10
_TRIES = 3
_PAUSE = (0.3, 0.7)
_NO_NEW_TRY_AFTER = 6.0  # seconds: a buyer is waiting
_TOLERANCE = 300
_MOST_LINES = 90
_FETCH = [
    "payment_intent.latest_charge.balance_transaction",
    "payment_intent.latest_charge.refunds",
]


class StripeGateway:
    """The provider behind the official SDK; `api_base` may be a stand-in's address."""

    name = "stripe"
    can_refund = True
    asks_exact = True
    shortest_life = dt.timedelta(minutes=40)  # Stripe's own is 30; a repeated call needs room
    longest_life = dt.timedelta(hours=23)

    def __init__(self, key: str, api_base: str, webhook_secrets: list[str]) -> None:
        stripe.enable_telemetry = False
        logging.getLogger("stripe").setLevel(logging.WARNING)  # it would log every call
        self.livemode = "_live_" in key
        self._has_key = bool(key)
        self._secrets = webhook_secrets
        self._client = stripe.StripeClient(
            key or "none",
            base_addresses={"api": api_base},
            max_network_retries=0,  # repeated here: the SDK does not repeat a 429
            http_client=stripe.RequestsClient(timeout=_SECONDS),
        )

    def offered(self, currency: str, country: str, total: Money) -> bool:
        return self._has_key and total.minor >= FLOOR[currency]

    def start(self, attempt: Attempt, order: OrderFacts) -> Started:
        params = _session_params(attempt, order)
        made = self._try(
            lambda: self._client.v1.checkout.sessions.create(
                params, {"idempotency_key": attempt.key}
            )
        )
        return started(made.to_dict())

    def find(self, attempt: Attempt) -> Started | None:
        since = int((attempt.created_at - dt.timedelta(minutes=10)).timestamp())

        def look() -> Started | None:
            listed = self._client.v1.checkout.sessions.list(
                {"created": {"gte": since}, "limit": 100}
            )
            for session in listed.auto_paging_iter():
                if session.client_reference_id == attempt.public_id:
                    return started(session.to_dict())
            return None

        return self._try(look)

    def fetch(self, attempt: Attempt) -> ProviderFacts:
        session_id = attempt.session_id
        if session_id is None:
            found = self.find(attempt)
            session_id = found.session_id if found else None
        if session_id is None:
            return ProviderFacts("unknown", livemode=self.livemode)
        wanted = session_id
        session = self._try(
            lambda: self._client.v1.checkout.sessions.retrieve(wanted, {"expand": _FETCH})
        ).to_dict()
        return provider_facts(session, self._dispute(session))

    def cancel(self, attempt: Attempt) -> None:
        session_id = attempt.session_id
        if session_id is None:
            found = self.find(attempt)
            session_id = found.session_id if found else None
        if session_id is None:
            return
        wanted = session_id
        try:
            self._try(lambda: self._client.v1.checkout.sessions.expire(wanted))
        except PaymentRefused:
            return  # it is paid or over already: fetch tells which

    def refund(
        self, payment_ref: str, amount: Money, key: str, metadata: Mapping[str, str]
    ) -> RefundFacts:
        params: RefundCreateParams = {
            "payment_intent": payment_ref,
            "amount": to_stripe(amount),
            "reason": "requested_by_customer",
            "metadata": dict(metadata),
        }
        try:
            made = self._try(
                lambda: self._client.v1.refunds.create(params, {"idempotency_key": key})
            )
        except PaymentRefused as refusal:
            return RefundFacts("failed", "", failure=str(refusal.__cause__ or refusal))
        return refund_facts(made.to_dict())

    def find_refund(self, payment_ref: str, our_id: str) -> RefundFacts | None:
        def look() -> list[RefundFacts]:
            listed = self._client.v1.refunds.list({"payment_intent": payment_ref, "limit": 100})
            return [refund_facts(made.to_dict()) for made in listed.auto_paging_iter()]

        ours = [made for made in self._try(look) if made.our_id == our_id]
        alive = [made for made in ours if made.state != "failed"]
        return next(iter([*alive, *ours]), None)

    def parse_event(self, raw: bytes, headers: Mapping[str, str]) -> EventFacts:
        header = headers.get("Stripe-Signature", "")
        for secret in self._secrets:  # two while a secret is being changed
            try:
                stripe.WebhookSignature.verify_header(raw, header, secret, _TOLERANCE)
                break
            except (stripe.SignatureVerificationError, UnicodeDecodeError):
                continue
        else:
            raise BadEvent("the signature is missing, wrong or too old")
        try:
            return self._event(json.loads(raw))
        except (ValueError, KeyError, TypeError) as error:
            raise BadEvent(f"the body cannot be read: {error!r}") from error

    def _event(self, event: Json) -> EventFacts:
        if bool(event["livemode"]) != self.livemode:
            raise BadEvent("a test message on a live shop, or the other way round")
        return event_facts(event)

    def payment_behind(self, payment_ref: str) -> str:
        try:
            intent = self._try(lambda: self._client.v1.payment_intents.retrieve(payment_ref))
        except PaymentRefused:
            return ""
        return str((intent.to_dict().get("metadata") or {}).get("payment", ""))

    def _dispute(self, session: Json) -> str:
        """'', open, won or lost: asked only where the charge says there is one."""
        intent = session.get("payment_intent")
        charge = intent.get("latest_charge") if isinstance(intent, dict) else None
        if not isinstance(intent, dict) or not isinstance(charge, dict) or not charge["disputed"]:
            return ""
        key = str(intent["id"])
        listed = self._try(
            lambda: self._client.v1.disputes.list({"payment_intent": key, "limit": 100})
        )
        states = {dispute.status for dispute in listed.data}
        for state in ("lost", "won"):
            if states and states <= {state, "warning_closed"}:
                return state
        return "open" if states else ""

    def _try(self, call: Callable[[], T]) -> T:
        """The call's answer, repeated where that helps. Raises the shop's own errors."""
        if not self._has_key:
            raise PaymentUnavailable()
        began = time.monotonic()
        for tried in range(1, _TRIES + 1):
            try:
                return call()
            except stripe.StripeError as error:
                late = time.monotonic() - began > _NO_NEW_TRY_AFTER
                if tried == _TRIES or late or not _may_pass(error):
                    raise _translated(error) from error
            # Apart from each other, so that those refused together do not come back together.
            time.sleep(random.uniform(*_PAUSE) * 2**tried)
        raise PaymentUnavailable()


def _session_params(attempt: Attempt, order: OrderFacts) -> SessionCreateParams:
    """The same for every repetition of an attempt, as the idempotency key demands."""
    about = {"payment": attempt.public_id, "order": order.number}
    params: SessionCreateParams = {
        "mode": "payment",
        "locale": order.lang,
        "line_items": _line_items(attempt, order),
        "client_reference_id": attempt.public_id,
        "metadata": about,
        "payment_intent_data": {"metadata": about, "description": order.number},
        "adaptive_pricing": {"enabled": False},  # the shop has its own price per currency
        "expires_at": int(attempt.expires_at.timestamp()),
        "success_url": f"{order.return_url}?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": order.cancel_url,
    }
    if order.email:
        params["customer_email"] = order.email
    return params


def _line_items(attempt: Attempt, order: OrderFacts) -> list[SessionCreateParamsLineItem]:
    lines = list(order.lines)
    total = sum(line.unit.minor * line.quantity for line in lines)
    if total != attempt.amount.minor or len(lines) > _MOST_LINES:
        lines = [ChargeLine(order.number, attempt.amount, 1)]
    return [
        {
            "quantity": line.quantity,
            "price_data": {
                "currency": line.unit.currency.lower(),
                "unit_amount": to_stripe(line.unit),
                "product_data": {"name": line.name},
            },
        }
        for line in lines
    ]


def _may_pass(error: stripe.StripeError) -> bool:
    """Whether the same call may succeed in a moment."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if headers.get("stripe-should-retry") == "false" or "idempotent-replayed" in headers:
        return False
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError):
        return True
    return error.http_status == 409 or (error.http_status or 0) >= 500


def _translated(error: stripe.StripeError) -> PaymentUnavailable | PaymentRefused:
    status = error.http_status or 0
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        log.error("stripe refuses our key: %s", error)
        return PaymentUnavailable()
    if status >= 500 or (isinstance(error, stripe.IdempotencyError) and status == 400):
        log.error("stripe: %s %s", status, error)
        return AttemptSpent()
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError) or status == 409:
        log.warning("stripe: %s %s", status, error)
        return PaymentUnavailable()
    log.warning("stripe: %s %s", status, error)
    return AmountTooSmall() if error.code == "amount_too_small" else PaymentRefused()
