"""The doors of the cart: its page, the wish list, and waiting for a piece."""

from storefront.web import shop_blueprint

shop = shop_blueprint("cart", __name__)

from storefront.cart.views import page, waiting, wishes  # noqa: E402  (they hang themselves on)

__all__ = ["page", "shop", "waiting", "wishes"]
