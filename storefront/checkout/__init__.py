"""Cart, shipping, stock, order and payment joined into one process."""

from storefront.checkout.paying import (
    NotPayable,
    PaymentOnItsWay,
    ask_provider,
    call_off_order,
    finish_payment,
    pay_again,
    start_payment,
)
from storefront.checkout.receiving import apply_facts
from storefront.checkout.sweeping import expire_unpaid_orders, finish_open_payments
from storefront.orders import retry_refunds

__all__ = [
    "NotPayable",
    "PaymentOnItsWay",
    "apply_facts",
    "ask_provider",
    "call_off_order",
    "expire_unpaid_orders",
    "finish_open_payments",
    "finish_payment",
    "pay_again",
    "retry_refunds",
    "start_payment",
]
