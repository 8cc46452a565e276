"""The books."""

from storefront.ledger.models import (
    LedgerAccount,
    LedgerTransaction,
    LedgerEntry,
)

__all__ = [
    "LedgerAccount",
    "LedgerTransaction",
    "LedgerEntry",
]
