"""What the council may set about workshops."""

from __future__ import annotations

from storefront.kernel import settings
from storefront.kernel.translated import N_

settings.define(
    "artisans.commission_bp",
    "basis_points",
    1500,
    label=N_("Commission of new workshops"),
    help=N_("Share of the rupiah price kept by the shop. Each workshop can have its own."),
)


def usual_commission() -> int:
    """Commission of a new workshop in hundredths of a percent."""
    return int(settings.get("artisans.commission_bp"))
