"""How parcels travel and what destinations ask."""

from storefront.shipping.models import (
    Destination,
    RateBand,
    Service,
    ServiceSwitch,
    Zone,
)

__all__ = [
    "Zone",
    "Service",
    "RateBand",
    "ServiceSwitch",
    "Destination",
]
