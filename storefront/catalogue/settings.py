"""What the catalogue lets the council decide."""

from __future__ import annotations

from storefront.kernel import settings
from storefront.kernel.translated import N_

settings.define(
    "catalogue.return_days",
    "days",
    7,
    label=N_("Days to return a piece"),
    help=N_("The shop's own promise, at least 2. Destinations may ask for more."),
)
