"""The books: double entry in the charged currency and in rupiah, append only."""

from storefront.ledger.actions import post
from storefront.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from storefront.ledger.queries import (
    artisan_balance,
    balance_idr,
    earned_by_parts,
    order_entries,
)
from storefront.ledger.rules import (
    ADVANCES,
    COMMISSION,
    EXCHANGE,
    PROVIDER_FEES,
    UNMATCHED,
    Leg,
    Unbalanced,
    artisan,
    clearing,
    delivery,
)

__all__ = [
    "ADVANCES",
    "COMMISSION",
    "EXCHANGE",
    "PROVIDER_FEES",
    "UNMATCHED",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerTransaction",
    "Leg",
    "Unbalanced",
    "artisan",
    "artisan_balance",
    "balance_idr",
    "clearing",
    "delivery",
    "earned_by_parts",
    "order_entries",
    "post",
]
