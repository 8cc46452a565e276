"""The doors of an order, by audience: buyers, workshops (bench), the council (desk)."""

from storefront.web import council_blueprint, shop_blueprint, studio_blueprint

shop = shop_blueprint("orders", __name__)
studio = studio_blueprint("orders", __name__)
council = council_blueprint("orders", __name__)

from storefront.orders.views import (  # noqa: E402  (the views hang themselves on)
    bench,
    buyer,
    desk,
    finding,
    labels,
    money,
    opening,
)

__all__ = [
    "bench",
    "buyer",
    "council",
    "desk",
    "finding",
    "labels",
    "money",
    "opening",
    "shop",
    "studio",
]
