"""Pages of accounts: shop pages under /<lang>/account, the council's under /council/people."""

from storefront.web import council_blueprint, shop_blueprint

shop = shop_blueprint("accounts", __name__)
council = council_blueprint("accounts", __name__)

from storefront.accounts.views import account, signing  # noqa: E402  (views hang themselves on)

__all__ = ["account", "council", "shop", "signing"]
