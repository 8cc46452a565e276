"""A cart with its prices, grouped by workshop, and everything the visitor must be told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa

from storefront.cart.models import CartLine
from storefront.catalogue import OfferedVariant, offered_variants, ships_abroad
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.kernel.rates import estimate


@dataclass(frozen=True)
class PricedLine:
    """A line as it stands now. `problem` is '' or: hidden, workshop_suspended, workshop_closed,
    sold_out, too_many, below_minimum, stays_home. `was` is the price seen before, if it changed."""

    variant: OfferedVariant
    quantity: int
    unit: Money
    problem: str
    was: Money | None

    @property
    def total(self) -> Money:
        return self.unit * self.quantity


@dataclass(frozen=True)
class CartGroup:
    """One workshop's lines: they travel in one parcel."""

    artisan_id: int
    name: str
    slug: str
    district: str
    lines: list[PricedLine]

    @property
    def subtotal(self) -> Money:
        total = self.lines[0].total
        for line in self.lines[1:]:
            total += line.total
        return total

    @property
    def pieces(self) -> list[tuple[int, int, tuple[int, int, int], str]]:
        """What `shipping.parcel` needs: quantity, packed g, packed cm, food scope."""
        return [
            (
                line.quantity,
                line.variant.packed_g,
                line.variant.pack_cm,
                str((line.variant.food or {}).get("scope", "")),
            )
            for line in self.lines
        ]


@dataclass(frozen=True)
class PricedCart:
    """The whole cart in one currency: the asked one, or rupiah when a piece has no price in it."""

    cart_id: int
    groups: list[CartGroup]
    currency: str
    asked_currency: str
    rate_micro: int

    @property
    def lines(self) -> list[PricedLine]:
        return [line for group in self.groups for line in group.lines]

    @property
    def turned_to_idr(self) -> bool:
        return self.currency != self.asked_currency

    @property
    def subtotal(self) -> Money:
        total = Money.zero(self.currency)
        for group in self.groups:
            total += group.subtotal
        return total

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def problems(self) -> list[PricedLine]:
        return [line for line in self.lines if line.problem]

    @property
    def changed(self) -> list[PricedLine]:
        return [line for line in self.lines if line.was is not None]

    def money(self, idr: int) -> Money:
        """A rupiah fee in the cart's currency, at the council's present rate, rounded half up."""
        return estimate(idr, self.rate_micro, self.currency) if self.rate_micro else Money.idr(idr)


def priced_cart(cart_id: int | None, currency: str, ship_to: str) -> PricedCart:
    """The cart now; two statements, three when a piece has no price in the asked currency."""
    return _price(cart_id or 0, _wanted(cart_id), currency, ship_to)


def cart_from_lines(lines: list[tuple[int, int]], currency: str, ship_to: str) -> PricedCart:
    """As `priced_cart`, of (variant id, quantity) pairs that were just taken out of a cart."""
    wanted = [CartLine(variant_id=variant, quantity=quantity) for variant, quantity in lines]
    return _price(0, wanted, currency, ship_to)


def _price(cart_id: int, wanted: list[CartLine], currency: str, ship_to: str) -> PricedCart:
    ids = [line.variant_id for line in wanted]
    offers = offered_variants(ids, currency)
    charged = currency
    if any(offer.price is None for offer in offers.values()):
        charged = "IDR"
        offers = offered_variants(ids, charged)
    lines = [
        _priced(line, offers[line.variant_id], charged, ship_to)
        for line in wanted
        if line.variant_id in offers
    ]
    # Every price row of a currency was made at one rate; carriage is exchanged at the same.
    rate = max((offer.rate_micro for offer in offers.values()), default=0)
    return PricedCart(cart_id, _groups(lines), charged, currency, rate)


def count_pieces(cart_id: int) -> int:
    """How many pieces are in the cart."""
    total = sa.select(sa.func.sum(CartLine.quantity)).where(CartLine.cart_id == cart_id)
    return int(db.session.scalar(total) or 0)


def _wanted(cart_id: int | None) -> list[CartLine]:
    if cart_id is None:
        return []
    found = sa.select(CartLine).where(CartLine.cart_id == cart_id).order_by(CartLine.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def _priced(line: CartLine, offer: OfferedVariant, currency: str, ship_to: str) -> PricedLine:
    unit = offer.price or Money.idr(offer.price_idr)
    seen = line.seen_minor if line.seen_currency == currency else None
    was = Money(seen, currency) if seen is not None and seen != unit.minor else None
    return PricedLine(offer, line.quantity, unit, _problem(line, offer, ship_to), was)


def _problem(line: CartLine, offer: OfferedVariant, ship_to: str) -> str:
    if offer.why_not:
        return offer.why_not
    if line.quantity > offer.available:
        return "too_many"
    if line.quantity < offer.min_quantity:
        return "below_minimum"
    if ship_to != "ID" and not ships_abroad(offer.food, offer.hs6):
        return "stays_home"
    return ""


def _groups(lines: list[PricedLine]) -> list[CartGroup]:
    by_maker: dict[int, list[PricedLine]] = defaultdict(list)
    for line in lines:
        by_maker[line.variant.artisan_id].append(line)
    return [
        CartGroup(
            maker,
            own[0].variant.artisan_name,
            own[0].variant.artisan_slug,
            own[0].variant.artisan_district,
            own,
        )
        for maker, own in by_maker.items()
    ]
