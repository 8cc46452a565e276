"""How the demo's buyers order: what the checkout does, without its pages."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from storefront import orders
from storefront.accounts import address_rules, find_user
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
from storefront.notifications import queue_mail
from storefront.orders import Actor, NewLine, NewOrder, NewSubOrder, Order
from storefront.payments import Payment, open_payment
from storefront.shipping import Offer, delivery_offers, destination, parcel

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
    terms, text = _duties(buyer)
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
            duties=terms,
            duties_text=text,
            terms_version=settings.get("checkout.terms_version"),
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
    grace = dt.timedelta(minutes=settings.get("orders.grace_minutes"))
    hold_stock(order.id, wanted, pay_by_at + grace)
    open_next(order, actor)
    if provider == "transfer":
        queue_mail("orders.received", f"orders.received:{order.id}", {"order_id": order.id})
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


def _duties(buyer: Facts) -> tuple[str, str]:
    """Who pays duties where the parcel goes, and the sentence about it; empty at home."""
    rules = destination(_home(buyer)["country"])
    if rules.terms == "none":
        return "", ""
    title, body = rules.terms_text(buyer["lang"])
    return rules.terms, f"{title}. {body}"


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
    offer = _delivery(buyer, chosen)
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
        service_name=offer.names[buyer["lang"]],
        delivery_days_min=offer.days_min,
        delivery_days_max=offer.days_max,
        lead_days_max=max(piece.lead_days_max for piece, _ in chosen),
        packed_g=packed_g,
    )


def _delivery(buyer: Facts, chosen: list[tuple[OfferedVariant, int]]) -> Offer:
    """The cheapest way the parcel travels, or collecting it where the buyer wants that."""
    home = _home(buyer)
    pieces = [
        (count, piece.packed_g, piece.pack_cm, str((piece.food or {}).get("scope", "")))
        for piece, count in chosen
    ]
    country, province = home["country"], home["province"]
    place = address_rules.region_code(country, province) if province else ""
    spec = parcel(pieces, country=country, province=place, city=home["city"])
    wants_pickup = buyer.get("delivery") == "pickup"
    offers = [each for each in delivery_offers(spec) if each.is_pickup == wants_pickup]
    if not offers:
        raise ValueError(f"No parcel of {chosen[0][0].artisan_name} travels to {buyer['key']}.")
    return min(offers, key=lambda each: each.fee_idr)


def _line(offer: OfferedVariant, count: int) -> NewLine:
    if offer.price is None:
        raise ValueError(f"{offer.sku} has no price row in this currency.")
    return NewLine.of(offer, count, offer.price)
