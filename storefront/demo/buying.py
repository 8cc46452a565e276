"""How the demo's buyers order: what the checkout does, without its pages."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa

from storefront import orders
from storefront.accounts import find_user
from storefront.catalogue import (
    HoldRequest,
    OfferedVariant,
    Variant,
    current_rate,
    hold_stock,
    offered_variants,
)
from storefront.demo import content
from storefront.demo.content import Facts
from storefront.kernel import settings
from storefront.kernel.clock import now
from storefront.kernel.crypto import keyed_hash
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.kernel.rates import price_from_idr
from storefront.orders import Actor, NewLine, NewOrder, NewSubOrder, Order
from storefront.payments import Payment, open_payment


class Carriage(NamedTuple):
    """What a parcel's way costs and how many days it takes."""

    service_key: str
    name: str
    fee_idr: int
    days_min: int
    days_max: int


PICKUP = Carriage("pickup", "Ambil sendiri", 0, 0, 0)
# Rupiah for the first and each further half kilogram, and the days to each country.
FEES = {"ID": (14_000, 9_000, (2, 4)), "KR": (165_000, 60_000, (5, 9))}
BUYER, PROVIDER = Actor("buyer"), Actor("provider")
Basket = Sequence[tuple[str, int]]


def place(
    key: str,
    basket: Basket,
    *,
    provider: str = "rehearsal",
    channel: str = "web",
    shares: Sequence[tuple[int, int]] = (),
) -> int:
    """Order as one of the demo's buyers; returns the order's id. Raises OutOfStock.

    `basket` has (stock number, pieces); `shares` are instalments as (basis points, days until due).
    """
    buyer = next(facts for facts in content.people()["buyers"] if facts["key"] == key)
    user = find_user(buyer["email"])
    actor = Actor("buyer", user.id if user else None)
    pieces = _pieces(basket, buyer["currency"])
    pay_by_at = now() + _patience(provider, [offer for offer, _ in pieces])
    order = orders.open_order(
        NewOrder(
            lang=buyer["lang"],
            currency=buyer["currency"],
            country=_home(buyer)["country"],
            email=buyer["email"],
            address=_home(buyer),
            pay_by_at=pay_by_at,
            provider=provider,
            channel=channel,
            user_id=actor.user_id,
            visitor_hash=keyed_hash(f"demo visitor {key}"),
            rate_micro=_rate(buyer["currency"])[0],
            duties="" if _home(buyer)["country"] == "ID" else "DAP",
            terms_version=settings.get("accounts.terms_version"),
            sub_orders=_parts(buyer, pieces),
            instalments=[(bp, now() + dt.timedelta(days=days)) for bp, days in shares],
        ),
        actor,
    )
    wanted = [
        HoldRequest(line.id, line.variant_id, line.quantity)
        for part in order.sub_orders
        for line in part.lines
        if line.counted
    ]
    hold_stock(order.id, wanted, order.pay_by_at)
    open_next(order, actor)
    return order.id


def open_next(order: Order, actor: Actor = BUYER) -> None:
    """Open the payment of the order's next instalment."""
    due = next(part for part in order.instalments if part.paid_minor < part.amount_minor)
    amount = Money(due.amount_minor, order.currency)
    open_payment(
        order.id,
        due.id,
        order.provider,
        amount,
        order.pay_by_at,
        due.position,
        actor=actor.kind,
        user_id=actor.user_id,
    )


def pay(order_id: int, actor: Actor = PROVIDER, minor: int | None = None) -> None:
    """The money of the order's newest payment arrives: all of it, unless told otherwise."""
    payment = newest_payment(order_id)
    amount = Money(payment.amount_minor if minor is None else minor, payment.currency)
    reference = None
    if payment.provider == "rehearsal":
        reference = f"paid_{payment.provider_session}"
    orders.settle(payment.id, amount, actor, provider_payment=reference)


def newest_payment(order_id: int) -> Payment:
    """The order's last attempt to pay."""
    query = sa.select(Payment).where(Payment.order_id == order_id).order_by(Payment.id.desc())
    return db.session.scalars(query.limit(1)).one()


def _pieces(basket: Basket, currency: str) -> list[tuple[OfferedVariant, int]]:
    numbers = [sku for sku, _ in basket]
    query = sa.select(Variant.sku, Variant.id).where(Variant.sku.in_(numbers))
    ids = dict(db.session.execute(query).all())
    offers = offered_variants(list(ids.values()), currency)
    return [(offers[ids[sku]], count) for sku, count in basket]


def _patience(provider: str, offers: list[OfferedVariant]) -> dt.timedelta:
    if provider != "transfer":
        return dt.timedelta(minutes=settings.get("orders.card_hold_minutes"))
    unique = any(offer.availability == "one_of_a_kind" for offer in offers)
    key = "orders.unique_transfer_hours" if unique else "orders.transfer_hours"
    return dt.timedelta(hours=settings.get(key))


def _home(buyer: Facts) -> Facts:
    address: Facts = buyer["addresses"][0]
    return address


def _rate(currency: str) -> tuple[int, int, int]:
    """Rate, margin and rounding of a currency."""
    rule = current_rate(currency)
    return (rule.rate_micro, rule.margin_bp, rule.rounding_minor) if rule else (0, 0, 1)


def _parts(buyer: Facts, pieces: list[tuple[OfferedVariant, int]]) -> list[NewSubOrder]:
    by_maker: dict[int, list[tuple[OfferedVariant, int]]] = defaultdict(list)
    for offer, count in pieces:
        by_maker[offer.artisan_id].append((offer, count))
    return [_part(buyer, chosen) for chosen in by_maker.values()]


def _part(buyer: Facts, chosen: list[tuple[OfferedVariant, int]]) -> NewSubOrder:
    currency, (first, _) = buyer["currency"], chosen[0]
    packed_g = sum(offer.packed_g * count for offer, count in chosen)
    offer = _delivery(buyer, packed_g)
    fee = Money.idr(offer.fee_idr)
    if currency != "IDR" and offer.fee_idr:
        fee = price_from_idr(offer.fee_idr, *_rate(currency), currency)
    return NewSubOrder(
        artisan_id=first.artisan_id,
        artisan_name=first.artisan_name,
        lines=[_line(piece, count) for piece, count in chosen],
        delivery_minor=fee.minor,
        delivery_idr=offer.fee_idr,
        service_key=offer.service_key,
        service_name=offer.name,
        delivery_days_min=offer.days_min,
        delivery_days_max=offer.days_max,
        lead_days_max=max(piece.lead_days_max for piece, _ in chosen),
        packed_g=packed_g,
    )


def _delivery(buyer: Facts, packed_g: int) -> Carriage:
    """How the parcel travels: collected where the buyer wants that, else the usual service."""
    if buyer.get("delivery") == "pickup":
        return PICKUP
    country = _home(buyer)["country"]
    steps = -(-packed_g // 500)
    first, further, days = FEES.get(country, (210_000, 90_000, (7, 14)))
    key, name = ("regular", "Reguler") if country == "ID" else ("ems", "EMS")
    return Carriage(key, name, first + (steps - 1) * further, *days)


def _line(offer: OfferedVariant, count: int) -> NewLine:
    if offer.price is None:
        raise ValueError(f"{offer.sku} has no price row in this currency.")
    return NewLine(
        product_id=offer.product_id,
        variant_id=offer.variant_id,
        media_id=offer.media_id,
        quantity=count,
        unit_minor=offer.price.minor,
        unit_idr=offer.price_idr,
        rate_micro=offer.rate_micro,
        commission_bp=offer.commission_bp,
        names=offer.names,
        number=offer.product_number,
        sku=offer.sku,
        variant_label=offer.label,
        availability=offer.availability,
        hs6=offer.hs6,
        origin_country=offer.origin_country,
        net_g=offer.net_g,
        packed_g=offer.packed_g,
        counted=offer.counted,
    )
