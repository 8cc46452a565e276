"""What checkout shows and what an order is placed with: the same figures, compared at the end."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from storefront.accounts import address_rules
from storefront.cart import CartGroup, PricedCart
from storefront.kernel.clock import today
from storefront.kernel.money import Money
from storefront.shipping import DestinationView, Offer, destination, parcel, parcels_offers


@dataclass(frozen=True)
class ParcelQuote:
    """One workshop's parcel with every way it can travel and the one that is chosen."""

    group: CartGroup
    offers: list[Offer]
    chosen: Offer | None
    fee: Money

    @property
    def lead_days_max(self) -> int:
        return max(line.variant.lead_days_max for line in self.group.lines)

    @property
    def lead_days_min(self) -> int:
        return max(line.variant.lead_days_min for line in self.group.lines)

    def arrival(self, offer: Offer) -> tuple[dt.date, dt.date]:
        """First and last day this parcel should arrive when ordered today."""
        start = today()
        return (
            start + dt.timedelta(days=self.lead_days_min + offer.days_min),
            start + dt.timedelta(days=self.lead_days_max + offer.days_max),
        )


@dataclass(frozen=True)
class Quote:
    """The whole purchase as shown: pieces, parcels, total, and a mark by which a change shows."""

    cart: PricedCart
    parcels: list[ParcelQuote]
    destination: DestinationView
    country: str

    @property
    def delivery(self) -> Money:
        total = Money.zero(self.cart.currency)
        for quote in self.parcels:
            total += quote.fee
        return total

    @property
    def total(self) -> Money:
        return self.cart.subtotal + self.delivery

    @property
    def has_offers(self) -> bool:
        """Whether each parcel can travel somehow, chosen or not."""
        return self.destination.is_open and all(quote.offers for quote in self.parcels)

    @property
    def is_deliverable(self) -> bool:
        return self.destination.is_open and all(quote.chosen for quote in self.parcels)

    @property
    def mark(self) -> str:
        """The same for the same pieces at the same prices sent the same way."""
        facts = [self.cart.currency, self.country, str(self.total.minor)]
        for quote in self.parcels:
            facts += [
                f"{line.variant.variant_id}x{line.quantity}@{line.unit.minor}"
                for line in quote.group.lines
            ]
            facts.append(f"{quote.chosen.service_key if quote.chosen else ''}={quote.fee.minor}")
        return hashlib.sha256("|".join(facts).encode()).hexdigest()[:24]


def quote(
    cart: PricedCart, country: str, *, province: str, city: str, chosen: Mapping[int, str]
) -> Quote:
    """Price every parcel. `chosen` maps workshop ids to service keys; the cheapest that is sent
    stands in. Nobody fetches a parcel without having chosen so: while no address is typed, only
    fetching may be on offer."""
    place = address_rules.region_code(country, province) if province else ""
    specs = [
        parcel(group.pieces, country=country, province=place, city=city) for group in cart.groups
    ]
    parcels = []
    for group, offers in zip(cart.groups, parcels_offers(specs), strict=True):
        wanted = chosen.get(group.artisan_id)
        picked = next((offer for offer in offers if offer.service_key == wanted), None)
        if picked is None and offers:
            sent = [offer for offer in offers if not offer.is_pickup]
            picked = min(sent, key=lambda offer: offer.fee_idr, default=None)
        fee = cart.money(picked.fee_idr) if picked else Money.zero(cart.currency)
        parcels.append(ParcelQuote(group, offers, picked, fee))
    return Quote(cart, parcels, destination(country), country)
