"""Pages of accounts: shop pages under /<lang>/account, the council's under /council/people."""

from storefront.web import council_blueprint, shop_blueprint

shop = shop_blueprint("accounts", __name__)
council = council_blueprint("accounts", __name__)

from storefront.accounts.views import (  # noqa: E402  (the views hang themselves on)
    account,
    addresses,
    factor,
    joining,
    people,
    privacy,
    signing,
)

__all__ = [
    "account",
    "addresses",
    "council",
    "factor",
    "joining",
    "people",
    "privacy",
    "shop",
    "signing",
]
