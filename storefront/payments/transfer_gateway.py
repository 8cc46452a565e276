"""Bank transfer: the buyer transfers with a reference, finance confirms what arrived.

There is no provider to ask. Instructions stand on a page of the shop; the money is confirmed by a
person, so nothing here ever says paid.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from storefront.kernel.money import Money
from storefront.kernel.runtime import settings
from storefront.payments.gateway import (
    Attempt,
    BadEvent,
    EventFacts,
    OrderFacts,
    PaymentRefused,
    ProviderFacts,
    RefundFacts,
    Started,
)
from storefront.payments.settings import transfer_account


class TransferGateway:
    """Rupiah within Indonesia, to the council's account."""

    name = "transfer"
    can_refund = False
    asks_exact = False
    livemode = False
    shortest_life = dt.timedelta(0)
    longest_life = dt.timedelta(days=30)

    def offered(self, currency: str, country: str, total: Money) -> bool:
        """Never in production while the account is the placeholder."""
        if (currency, country) != ("IDR", "ID"):
            return False
        return not (settings().is_production and transfer_account().is_placeholder)

    def start(self, attempt: Attempt, order: OrderFacts) -> Started:
        return Started(None, order.transfer_url, attempt.expires_at)

    def find(self, attempt: Attempt) -> Started | None:
        return None

    def fetch(self, attempt: Attempt) -> ProviderFacts:
        return ProviderFacts("unknown")

    def cancel(self, attempt: Attempt) -> None:
        """Nobody to tell: a transfer that comes all the same is late money for finance."""

    def refund(
        self, payment_ref: str, amount: Money, key: str, metadata: Mapping[str, str]
    ) -> RefundFacts:
        raise PaymentRefused()  # a person transfers it back

    def find_refund(self, payment_ref: str, our_id: str) -> RefundFacts | None:
        return None

    def parse_event(self, raw: bytes, headers: Mapping[str, str]) -> EventFacts:
        raise BadEvent("a bank sends no messages")

    def payment_behind(self, payment_ref: str) -> str:
        return ""
