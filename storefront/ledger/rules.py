"""What the books demand of a transaction, in plain arithmetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from storefront.kernel.errors import ShopError
from storefront.kernel.money import Money
from storefront.kernel.translated import N_

ADVANCES = "advances"
COMMISSION = "commission"
EXCHANGE = "exchange"
PROVIDER_FEES = "provider_fees"
UNMATCHED = "unmatched"


class Unbalanced(ShopError):
    """The legs of a transaction do not sum to nothing."""

    message = N_("The entries of this booking do not balance.")


@dataclass(frozen=True)
class Leg:
    """One side of a booking: debit positive, credit negative, in both amounts."""

    account: str
    amount: Money
    amount_idr: int
    sub_order_id: int | None = None

    @property
    def is_empty(self) -> bool:
        return self.amount.is_zero and self.amount_idr == 0


def clearing(provider: str) -> str:
    """Money a payment provider or bank holds for the shop."""
    return f"clearing:{provider}"


def artisan(artisan_id: int) -> str:
    """What the shop owes a workshop for goods."""
    return f"artisan:{artisan_id}"


def delivery(artisan_id: int) -> str:
    """What the shop owes a workshop for carriage it pays the courier."""
    return f"delivery:{artisan_id}"


def artisan_of(account: str) -> int | None:
    """The workshop an account belongs to, or None for the council's own."""
    kind, _, number = account.partition(":")
    return int(number) if kind in ("artisan", "delivery") else None


def check_balance(legs: Sequence[Leg]) -> None:
    """Raises Unbalanced unless every currency and the rupiah each sum to zero."""
    sums: dict[str, int] = defaultdict(int)
    rupiah = 0
    for leg in legs:
        sums[leg.amount.currency] += leg.amount.minor
        rupiah += leg.amount_idr
    if rupiah or any(sums.values()):
        raise Unbalanced(rupiah=rupiah, sums=dict(sums))
