"""The fictional shop: twelve workshops, sixty pieces, people, orders in every state."""

from storefront.demo.loading import empty_database, load
from storefront.demo.papers import sample_paper
from storefront.demo.people import PASSWORD, accounts, has_own_accounts, is_loaded, second_factor
from storefront.demo.pictures import draw
from storefront.demo.scaling import scale

__all__ = [
    "PASSWORD",
    "accounts",
    "draw",
    "empty_database",
    "has_own_accounts",
    "is_loaded",
    "load",
    "sample_paper",
    "scale",
    "second_factor",
]
