"""Pages of the catalogue, by audience: shop, studio, council."""

from storefront.web import council_blueprint, shop_blueprint, studio_blueprint

shop = shop_blueprint("catalogue", __name__)
studio = studio_blueprint("catalogue", __name__)
council = council_blueprint("catalogue", __name__)

from storefront.catalogue.views import (  # noqa: E402  (the views hang themselves on)
    buying,
    listing_labels,
    makers,
    piece,
    pieces,
    prices,
    review,
    stock,
    works,
)

__all__ = [
    "buying",
    "council",
    "listing_labels",
    "makers",
    "piece",
    "pieces",
    "prices",
    "review",
    "shop",
    "stock",
    "studio",
    "works",
]
