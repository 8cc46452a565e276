"""The cart."""

from storefront.cart.actions import (
    BelowMinimum,
    CartIsFull,
    NotForSale,
    add_line,
    cart_for,
    empty_cart,
    find_cart,
    join_carts,
    remove_line,
    see_prices,
    set_quantity,
    token_hash,
)
from storefront.cart.models import Cart, CartLine
from storefront.cart.queries import (
    CartGroup,
    PricedCart,
    PricedLine,
    cart_from_lines,
    count_pieces,
    priced_cart,
)

__all__ = [
    "BelowMinimum",
    "Cart",
    "CartGroup",
    "CartIsFull",
    "CartLine",
    "NotForSale",
    "PricedCart",
    "PricedLine",
    "add_line",
    "cart_for",
    "cart_from_lines",
    "count_pieces",
    "empty_cart",
    "find_cart",
    "join_carts",
    "priced_cart",
    "remove_line",
    "see_prices",
    "set_quantity",
    "token_hash",
]
