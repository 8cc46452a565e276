"""The fictional shop: twelve workshops, sixty pieces, people, orders in every state."""

from storefront.demo.drawing import draw_missing
from storefront.demo.loading import empty_database, load
from storefront.demo.papers import sample_paper
from storefront.demo.people import PASSWORD, accounts, has_own_accounts, is_loaded, second_factor
from storefront.demo.scaling import scale

__all__ = [
    "PASSWORD",
    "accounts",
    "draw_missing",
    "empty_database",
    "has_own_accounts",
    "is_loaded",
    "load",
    "sample_paper",
    "scale",
    "second_factor",
]
