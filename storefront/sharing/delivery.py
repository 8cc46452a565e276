"""Fees, days and returns per country, grouped by what is the same, as schema.org says them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from storefront.catalogue import Product
from storefront.kernel import settings
from storefront.shipping import delivery_offers, destination, parcel
from storefront.web import SHIP_TO

Node = dict[str, Any]
ORG = "https://schema.org/"
# Within Indonesia fees go by province; Jakarta, where most parcels go, stands for the country.
USUAL_PROVINCE = "ID-JK"


def cheapest(product: Product, country: str) -> tuple[int, int, int] | None:
    """(fee in rupiah, least and most days on the way) of the cheapest way for one piece; None
    where it is not sent or not sold. No statement once the tariffs are in memory."""
    if not destination(country).is_open:
        return None
    pack = (product.pack_length_cm, product.pack_width_cm, product.pack_height_cm)
    scope = str((product.food or {}).get("scope", ""))
    province = USUAL_PROVINCE if country == "ID" else ""
    piece = (1, product.packed_g, pack, scope)
    spec = parcel([piece], country=country, province=province)
    ways = [offer for offer in delivery_offers(spec) if not offer.is_pickup]
    way = min(ways, key=lambda offer: (offer.fee_idr, offer.days_max), default=None)
    return (way.fee_idr, way.days_min, way.days_max) if way else None


def shipping_by_fee(product: Product, address: str) -> list[Node]:
    """OfferShippingDetails: one for all countries of the same fee and days, in rupiah."""
    same: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    for country in SHIP_TO:
        way = cheapest(product, country)
        if way is not None:
            same[way].append(country)
    lead = (product.lead_days_min, product.lead_days_max)
    return [
        {
            "@type": "OfferShippingDetails",
            "@id": f"{address}#ship-{'-'.join(countries)}",
            "shippingRate": {"@type": "MonetaryAmount", "value": fee, "currency": "IDR"},
            "shippingDestination": {"@type": "DefinedRegion", "addressCountry": countries},
            "deliveryTime": {
                "@type": "ShippingDeliveryTime",
                "handlingTime": _days(*lead),
                "transitTime": _days(least, most),
            },
        }
        for (fee, least, most), countries in same.items()
    ]


def returns_by_days(product: Product) -> list[Node]:
    """MerchantReturnPolicy for the countries the shop sells to at present: the shop's own days, or
    a country's where its law gives more."""
    rules = {country: destination(country) for country in SHIP_TO}
    sold = {country: rule for country, rule in rules.items() if rule.is_open}
    if not product.returnable or product.personalised:
        return [_policy(list(sold), "MerchantReturnNotPermitted")]
    same: dict[int, list[str]] = defaultdict(list)
    promised = int(settings.get("catalogue.return_days"))
    for country, rule in sold.items():
        same[max(promised, rule.withdrawal_days)].append(country)
    return [
        _policy(countries, "MerchantReturnFiniteReturnWindow")
        | {
            "merchantReturnDays": days,
            "returnMethod": ORG + "ReturnByMail",
            "returnFees": ORG + "ReturnFeesCustomerResponsibility",
        }
        for days, countries in sorted(same.items())
    ]


def _policy(countries: list[str], category: str) -> Node:
    return {
        "@type": "MerchantReturnPolicy",
        "applicableCountry": countries,
        "returnPolicyCategory": ORG + category,
    }


def _days(least: int, most: int) -> Node:
    return {
        "@type": "QuantitativeValue",
        "minValue": least,
        "maxValue": most,
        "unitCode": "DAY",
    }
