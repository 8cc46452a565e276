"""Orders, sub-orders, parcels, refunds."""

from storefront.orders.models import (
    Instalment,
    Invoice,
    Order,
    OrderContact,
    OrderEvent,
    OrderLine,
    Parcel,
    ParcelLine,
    Refund,
    RefundAccount,
    RefundLine,
    SubOrder,
)

__all__ = [
    "Order",
    "OrderContact",
    "SubOrder",
    "OrderLine",
    "Parcel",
    "ParcelLine",
    "Instalment",
    "OrderEvent",
    "Refund",
    "RefundLine",
    "RefundAccount",
    "Invoice",
]
