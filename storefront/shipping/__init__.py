"""How parcels travel and what destinations ask."""

from storefront.shipping.carriers import Courier, couriers
from storefront.shipping.models import (
    Destination,
    RateBand,
    Service,
    ServiceSwitch,
    Zone,
)

__all__ = [
    "Courier",
    "couriers",
    "Zone",
    "Service",
    "RateBand",
    "ServiceSwitch",
    "Destination",
]
