"""Money coming in, by any provider."""

from storefront.payments.models import (
    Payment,
    ProviderEvent,
    TransferProof,
    FinanceTask,
)

__all__ = [
    "Payment",
    "ProviderEvent",
    "TransferProof",
    "FinanceTask",
]
