"""Money coming in, by any provider."""

from storefront.payments.models import (
    FinanceTask,
    Payment,
    ProviderEvent,
    TransferProof,
)

__all__ = [
    "Payment",
    "ProviderEvent",
    "TransferProof",
    "FinanceTask",
]
