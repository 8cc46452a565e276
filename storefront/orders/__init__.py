"""Orders, sub-orders, parcels, refunds."""

from storefront.orders.models import (
    Order,
    OrderContact,
    SubOrder,
    OrderLine,
    Parcel,
    ParcelLine,
    Instalment,
    OrderEvent,
    Refund,
    RefundLine,
    RefundAccount,
    Invoice,
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
