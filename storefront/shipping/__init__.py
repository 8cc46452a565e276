"""How parcels travel and what destinations ask."""

from storefront.shipping import settings
from storefront.shipping.carriers import Courier, couriers
from storefront.shipping.models import (
    Destination,
    RateBand,
    Service,
    ServiceSwitch,
    Zone,
)
from storefront.shipping.queries import (
    DestinationView,
    delivery_offers,
    destination,
    forget_tariffs,
    parcels_offers,
)
from storefront.shipping.reference import load_reference
from storefront.shipping.rules import Offer, ParcelSpec, parcel

__all__ = [
    "Courier",
    "Destination",
    "DestinationView",
    "Offer",
    "ParcelSpec",
    "RateBand",
    "Service",
    "ServiceSwitch",
    "Zone",
    "couriers",
    "delivery_offers",
    "destination",
    "forget_tariffs",
    "load_reference",
    "parcel",
    "parcels_offers",
    "settings",
]
