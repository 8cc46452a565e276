"""A cart with its prices, grouped by workshop, and everything the visitor must be told."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from storefront.cart.models import CartLine, SetAside
from storefront.catalogue import OfferedVariant, offered_variants, ships_abroad
from storefront.kernel.clock import now
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.kernel.rates import estimate

UNDO_SHOWN = dt.timedelta(minutes=30)


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
    """The whole cart in one currency: the asked one, or rupiah when a piece has no price in it.

    `saved` are the pieces kept for later, the newest first; `removed` those that can be put back.
    Neither counts towards the purchase.
    """

    cart_id: int
    groups: list[CartGroup]
    currency: str
    asked_currency: str
    rate_micro: int
    saved: list[PricedLine] = field(default_factory=list)
    removed: list[PricedLine] = field(default_factory=list)

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

    @property
    def media_ids(self) -> set[int | None]:
        """The pictures of everything shown."""
        return {line.variant.media_id for line in [*self.lines, *self.saved]}

    def money(self, idr: int) -> Money:
        """A rupiah fee in the cart's currency, at the council's present rate, rounded half up."""
        return estimate(idr, self.rate_micro, self.currency) if self.rate_micro else Money.idr(idr)


def priced_cart(cart_id: int | None, currency: str, ship_to: str) -> PricedCart:
    """The cart now; two statements, three when a piece has no price in the asked currency."""
    return _price(cart_id or 0, _wanted(cart_id), [], currency, ship_to)


def whole_cart(cart_id: int | None, currency: str, ship_to: str) -> PricedCart:
    """As `priced_cart`, with what is saved for later and what can be put back; one statement
    more."""
    return _price(cart_id or 0, _wanted(cart_id), _asides(cart_id), currency, ship_to)


def wish_list(cart_id: int | None, currency: str, ship_to: str) -> PricedCart:
    """Only what is saved for later and what can be put back; two or three statements."""
    return _price(cart_id or 0, [], _asides(cart_id), currency, ship_to)


def cart_from_lines(lines: list[tuple[int, int]], currency: str, ship_to: str) -> PricedCart:
    """As `priced_cart`, of (variant id, quantity) pairs that were just taken out of a cart."""
    wanted = [CartLine(variant_id=variant, quantity=quantity) for variant, quantity in lines]
    return _price(0, wanted, [], currency, ship_to)


def _price(
    cart_id: int,
    wanted: Sequence[CartLine],
    asides: Sequence[SetAside],
    currency: str,
    ship_to: str,
) -> PricedCart:
    ids = [line.variant_id for line in wanted]
    shown = {*ids, *(aside.variant_id for aside in asides)}
    offers = offered_variants(shown, currency)
    charged = currency
    # What is only saved for later does not turn the purchase to rupiah.
    if any(offers[at].price is None for at in ids if at in offers):
        charged = "IDR"
        offers = offered_variants(shown, charged)

    def priced(lines: Sequence[CartLine | SetAside]) -> list[PricedLine]:
        known = [line for line in lines if line.variant_id in offers]
        return [_priced(line, offers[line.variant_id], charged, ship_to) for line in known]

    # Every price row of a currency was made at one rate; carriage is exchanged at the same.
    rate = max((offers[at].rate_micro for at in ids if at in offers), default=0)
    return PricedCart(
        cart_id,
        _groups(priced(wanted)),
        charged,
        currency,
        rate,
        saved=priced([aside for aside in asides if aside.kind == "saved"]),
        removed=priced([aside for aside in asides if aside.kind == "removed"]),
    )


def count_pieces(cart_id: int) -> int:
    """How many pieces are in the cart."""
    total = sa.select(sa.func.sum(CartLine.quantity)).where(CartLine.cart_id == cart_id)
    return int(db.session.scalar(total) or 0)


def _wanted(cart_id: int | None) -> list[CartLine]:
    if cart_id is None:
        return []
    found = sa.select(CartLine).where(CartLine.cart_id == cart_id).order_by(CartLine.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def _asides(cart_id: int | None) -> list[SetAside]:
    if cart_id is None:
        return []
    shown = sa.or_(SetAside.kind == "saved", SetAside.at > now() - UNDO_SHOWN)
    found = sa.select(SetAside).where(SetAside.cart_id == cart_id, shown)
    newest = found.order_by(SetAside.at.desc(), SetAside.id.desc())
    return list(db.session.scalars(newest.execution_options(populate_existing=True)))


def _priced(
    line: CartLine | SetAside, offer: OfferedVariant, currency: str, ship_to: str
) -> PricedLine:
    unit = offer.price or Money.idr(offer.price_idr)
    seen = line.seen_minor if line.seen_currency == currency else None
    was = Money(seen, currency) if seen is not None and seen != unit.minor else None
    return PricedLine(offer, line.quantity, unit, _problem(line, offer, ship_to), was)


def _problem(line: CartLine | SetAside, offer: OfferedVariant, ship_to: str) -> str:
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
