"""Pages of the catalogue, by audience: shop, studio, council."""

from storefront.web import council_blueprint, shop_blueprint, studio_blueprint

shop = shop_blueprint("catalogue", __name__)
studio = studio_blueprint("catalogue", __name__)
council = council_blueprint("catalogue", __name__)

from storefront.catalogue.views import (  # noqa: E402  (the views hang themselves on)
    listing,
    listing_labels,
    makers,
    photos,
    piece,
    pieces,
    prices,
    review,
    stock,
    suggesting,
    works,
)

__all__ = [
    "council",
    "listing",
    "listing_labels",
    "makers",
    "photos",
    "piece",
    "pieces",
    "prices",
    "review",
    "shop",
    "stock",
    "studio",
    "suggesting",
    "works",
]
