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
    home_offers,
    parcels_offers,
    return_words,
)
from storefront.shipping.reference import load_reference
from storefront.shipping.returns import ReturnRule, return_rule
from storefront.shipping.rules import Offer, ParcelSpec, parcel

__all__ = [
    "Courier",
    "Destination",
    "DestinationView",
    "Offer",
    "ParcelSpec",
    "ReturnRule",
    "RateBand",
    "Service",
    "ServiceSwitch",
    "Zone",
    "couriers",
    "delivery_offers",
    "destination",
    "forget_tariffs",
    "home_offers",
    "load_reference",
    "parcel",
    "parcels_offers",
    "return_rule",
    "return_words",
    "settings",
]
