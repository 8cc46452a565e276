"""Pages of the council's curation: collections for buyers, the board for curators."""

from storefront.web import council_blueprint, shop_blueprint

shop = shop_blueprint("council", __name__)
council = council_blueprint("council", __name__)

from storefront.council.views import (  # noqa: E402  (the views hang themselves on)
    curation,
    places,
    showing,
)

__all__ = ["council", "curation", "places", "shop", "showing"]
