"""What a piece's page says of delivery and returns to the reader's country: the catalogue stands on
a lower floor and cannot ask."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from storefront.catalogue import Product, ships_abroad
from storefront.kernel import settings
from storefront.kernel.clock import today
from storefront.shipping import (
    DestinationView,
    Offer,
    delivery_offers,
    destination,
    home_offers,
    parcel,
    return_rule,
    return_words,
)


@dataclass(frozen=True)
class PieceDelivery:
    """How one piece would travel by itself. `why_not` is '' or: stays_home, closed, no_way.

    At home the fee depends on the province: `fee_idr` to `most_idr`. Days are those under way,
    `arrives` the first and last day when ordered today, the making included.
    """

    destination: DestinationView
    why_not: str
    fee_idr: int = 0
    most_idr: int = 0
    days: tuple[int, int] = (0, 0)
    arrives: tuple[dt.date, dt.date] | None = None


def piece_delivery(product: Product, country: str) -> PieceDelivery:
    """The estimate for one piece; no statement beyond the tariffs, which are kept in memory."""
    place = destination(country)
    is_home = country == "ID"
    if not is_home and not ships_abroad(product.food, product.hs6):
        return PieceDelivery(place, "stays_home")
    if not place.is_open:
        return PieceDelivery(place, "closed")
    ways = _ways(product, country)
    if not ways:
        return PieceDelivery(place, "no_way")
    fees = [way.fee_idr for way in ways]
    days = (min(way.days_min for way in ways), max(way.days_max for way in ways))
    first, last = product.lead_days_min + days[0], product.lead_days_max + days[1]
    arrives = (today() + dt.timedelta(days=first), today() + dt.timedelta(days=last))
    return PieceDelivery(place, "", min(fees), max(fees), days, arrives)


def _ways(product: Product, country: str) -> list[Offer]:
    """The cheapest way abroad; at home the cheapest of each zone."""
    size = (product.pack_length_cm, product.pack_width_cm, product.pack_height_cm)
    scope = str((product.food or {}).get("scope", ""))
    quantity = max(product.min_quantity, 1)
    spec = parcel([(quantity, product.packed_g, size, scope)], country=country)
    if country == "ID":
        return home_offers(spec)
    sent = [way for way in delivery_offers(spec) if not way.is_pickup]
    return [min(sent, key=lambda way: way.fee_idr)] if sent else []


def piece_returns(product: Product, country: str, lang: str) -> tuple[str, str]:
    """Title and sentence of the return rule for this piece and country (law before promise)."""
    rule = return_rule(
        withdrawal_days=destination(country).withdrawal_days,
        own_days=settings.get("catalogue.return_days"),
        is_food=product.food is not None,
        is_personalised=product.personalised,
        is_made=product.availability == "made_to_order",
    )
    return return_words(rule, lang)
