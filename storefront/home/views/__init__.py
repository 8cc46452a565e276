"""Pages that look across the slices: the front page, content pages, the council's desk."""

from flask import Blueprint

from storefront.web import council_blueprint, shop_blueprint

shop = shop_blueprint("home", __name__)
council = council_blueprint("home", __name__)
system = Blueprint("system", __name__)

from storefront.home.views import (  # noqa: E402  (the views hang themselves on)
    crafts,
    desk,
    front,
    machine,
    settings,
)

__all__ = ["council", "crafts", "desk", "front", "machine", "settings", "shop", "system"]
