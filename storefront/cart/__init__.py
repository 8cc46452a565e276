"""The cart."""

from storefront.cart.models import (
    Cart,
    CartLine,
)

__all__ = [
    "Cart",
    "CartLine",
]
