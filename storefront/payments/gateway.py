"""What the shop asks of a payment provider, and the facts that travel between the two.

A provider is called outside of any transaction: the attempt is written before, its answer after.
Amounts are Money in the shop's own minor units; a gateway converts at its edge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from storefront.kernel.errors import ShopError
from storefront.kernel.money import Money
from storefront.kernel.translated import N_


class PaymentUnavailable(ShopError):
    """The provider cannot be reached now; the same attempt may be sent again."""

    message = N_(
        "The payment page cannot be opened at the moment. Your order is kept for you; "
        "please try again in a few minutes."
    )


class AttemptSpent(PaymentUnavailable):
    """The provider keeps answering this attempt with an old fault: only a new one can succeed."""


class PaymentRefused(ShopError):
    """The provider does not take this payment at all."""

    message = N_("This payment was not accepted. Please choose another way to pay.")


class AmountTooSmall(PaymentRefused):
    message = N_("This amount is too small to be paid this way. Please choose another way to pay.")


class UnknownProvider(ShopError):
    message = N_("This way of paying is not offered here.")


class BadEvent(Exception):
    """A message that does not come from the provider, or not for us. Says why, for the log."""


@dataclass(frozen=True)
class ChargeLine:
    """A line of the provider's page: name, price of one, how many."""

    name: str
    unit: Money
    quantity: int


@dataclass(frozen=True)
class OrderFacts:
    """What a provider shows of the order, and where it sends the buyer afterwards.

    `lines` sum to the amount of the attempt, or are left empty for a part of the price.
    """

    number: str
    lang: str
    email: str
    lines: tuple[ChargeLine, ...]
    return_url: str
    cancel_url: str
    transfer_url: str
    rehearsal_url: str


@dataclass(frozen=True)
class Attempt:
    """A payment row as a gateway needs it, free of the database."""

    id: int
    public_id: str
    order_id: int
    provider: str
    state: str
    key: str
    amount: Money
    expires_at: dt.datetime
    created_at: dt.datetime
    session_id: str | None = None
    redirect_url: str = ""


@dataclass(frozen=True)
class Started:
    """The provider is ready for the buyer at `redirect_url`."""

    session_id: str | None
    redirect_url: str
    expires_at: dt.datetime


@dataclass(frozen=True)
class RefundFacts:
    """A refund as the provider knows it. State: pending, done or failed.

    `our_id` is the public id of our refund, empty for one made outside the shop.
    """

    state: str
    refund_ref: str
    failure: str = ""
    our_id: str = ""
    amount: Money | None = None


@dataclass(frozen=True)
class ProviderFacts:
    """A payment as the provider knows it now.

    State: open, processing (promised, on its way), paid, expired, failed, or unknown (it never
    heard of it). `captured` is None where nothing came or in a currency the shop does not know.
    `dispute`: '', 'open', 'won' or 'lost'.
    """

    state: str
    session_id: str | None = None
    payment_ref: str | None = None
    captured: Money | None = None
    captured_text: str = ""
    fee: Money | None = None
    payment_public_id: str = ""
    order_number: str = ""
    livemode: bool = False
    dispute: str = ""
    refunds: tuple[RefundFacts, ...] = ()


@dataclass(frozen=True)
class EventFacts:
    """A provider's message, verified. `matters` is False for kinds the shop does not act on."""

    event_id: str
    kind: str
    object_id: str
    matters: bool
    created_at: dt.datetime
    session_id: str = ""
    payment_ref: str = ""
    payment_public_id: str = ""
    is_paid: bool = False
    amount: Money | None = None


class Provider(Protocol):
    """One way to pay. Calls raise PaymentUnavailable or PaymentRefused."""

    name: str
    can_refund: bool
    asks_exact: bool  # the provider charges what was asked: more or less is a fault, not a habit
    livemode: bool
    shortest_life: dt.timedelta
    longest_life: dt.timedelta

    def offered(self, currency: str, country: str, total: Money) -> bool:
        """Whether a buyer there may pay this amount this way."""

    def start(self, attempt: Attempt, order: OrderFacts) -> Started:
        """Open the payment; the same attempt always yields the same one."""

    def find(self, attempt: Attempt) -> Started | None:
        """The payment an attempt has opened although its answer never reached us."""

    def fetch(self, attempt: Attempt) -> ProviderFacts:
        """How the payment stands now."""

    def cancel(self, attempt: Attempt) -> None:
        """Make it unpayable; without effect where it is already over. `fetch` tells the rest."""

    def refund(
        self, payment_ref: str, amount: Money, key: str, metadata: Mapping[str, str]
    ) -> RefundFacts:
        """Send money back, once per key."""

    def find_refund(self, payment_ref: str, our_id: str) -> RefundFacts | None:
        """The refund sent for our public id if there is one; one that failed only if no other."""

    def parse_event(self, raw: bytes, headers: Mapping[str, str]) -> EventFacts:
        """Verify and read a message. Raises BadEvent."""

    def payment_behind(self, payment_ref: str) -> str:
        """Our payment's public id behind the provider's payment; '' when it is none of ours."""
