"""Cart, shipping, stock, order and payment joined into one process."""

from storefront.checkout import settings
from storefront.checkout.paying import (
    NotPayable,
    PaymentOnItsWay,
    ask_provider,
    call_off_order,
    finish_payment,
    pay_again,
    start_payment,
)
from storefront.checkout.placing import (
    CartHasChanged,
    CartIsEmpty,
    NotDeliverable,
    Purchase,
    TooManyUnpaid,
    place_order,
)
from storefront.checkout.receiving import apply_facts
from storefront.checkout.sweeping import expire_unpaid_orders, finish_open_payments
from storefront.orders import retry_refunds

__all__ = [
    "CartHasChanged",
    "CartIsEmpty",
    "NotDeliverable",
    "NotPayable",
    "PaymentOnItsWay",
    "Purchase",
    "TooManyUnpaid",
    "apply_facts",
    "ask_provider",
    "call_off_order",
    "expire_unpaid_orders",
    "finish_open_payments",
    "finish_payment",
    "pay_again",
    "place_order",
    "retry_refunds",
    "settings",
    "start_payment",
]
