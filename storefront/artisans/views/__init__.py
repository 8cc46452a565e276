"""Pages of applicants and workshops, and the council's desk for them."""

from storefront.web import council_blueprint, studio_blueprint

studio = studio_blueprint("artisans", __name__)
council = council_blueprint("artisans", __name__)

from storefront.artisans.views import (  # noqa: E402, F401 - views hang themselves in
    applying,
    council_desk,
    council_papers,
    papers,
    workshop,
)
