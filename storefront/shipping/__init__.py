"""How parcels travel and what destinations ask."""

from storefront.shipping.models import (
    Zone,
    Service,
    RateBand,
    ServiceSwitch,
    Destination,
)

__all__ = [
    "Zone",
    "Service",
    "RateBand",
    "ServiceSwitch",
    "Destination",
]
