"""Placing an order: the one step that joins cart, delivery, stock, order and payment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storefront.cart import Cart, CartLine, cart_from_lines, token_hash
from storefront.catalogue import HoldRequest, hold_stock
from storefront.checkout.quoting import ParcelQuote, Quote, quote
from storefront.kernel import settings
from storefront.kernel.clock import now
from storefront.kernel.crypto import keyed_hash
from storefront.kernel.db import db
from storefront.kernel.errors import ShopError
from storefront.kernel.translated import N_
from storefront.notifications import queue_mail
from storefront.orders import Actor, NewLine, NewOrder, NewSubOrder, Order, open_order
from storefront.payments import UnknownProvider, open_payment, providers_for


class CartHasChanged(ShopError):
    """Something is not as it was shown; nothing was placed."""

    message = N_(
        "Something has changed since you opened this page. Please look at the order once more; "
        "nothing has been charged."
    )


class CartIsEmpty(ShopError):
    message = N_("Your cart is empty.")


class NotDeliverable(ShopError):
    message = N_("One of the parcels cannot be sent to this address.")


class TooManyUnpaid(ShopError):
    """Stock is held by too many unpaid orders of this visitor, address or network."""

    message = N_(
        "Several of your orders still wait for their payment. Please pay or cancel one of them "
        "first."
    )


@dataclass(frozen=True)
class Purchase:
    """What the buyer typed and agreed to. `mark` is that of the quote the page showed."""

    cart_token: str
    user_id: int | None
    network: str
    lang: str
    currency: str
    country: str
    email: str
    address: Mapping[str, Any]
    chosen: Mapping[int, str]
    way: str
    note: str
    mark: str


def place_order(purchase: Purchase) -> tuple[str, int]:
    """Open the order, hold its pieces and write the attempt to pay: (order token, payment id).

    Everything or nothing, inside the caller's transaction. Raises CartHasChanged, CartIsEmpty,
    NotDeliverable, TooManyUnpaid, OutOfStock or UnknownProvider.
    """
    shown, unpaid = _take_cart(purchase)
    if not shown.cart.groups or shown.mark != purchase.mark or shown.cart.problems:
        raise CartHasChanged()
    if not shown.is_deliverable:
        raise NotDeliverable()
    _check_unpaid(unpaid)
    ways = providers_for(shown.cart.currency, purchase.country, shown.total)
    if purchase.way not in {way.name for way in ways}:
        raise UnknownProvider()
    pay_by = now() + _time_to_pay(purchase.way, shown)
    order = open_order(_new_order(purchase, shown, pay_by), Actor("buyer", purchase.user_id))
    _hold(order, pay_by)
    payment = open_payment(
        order.id,
        order.instalments[0].id,
        purchase.way,
        shown.total,
        pay_by,
        user_id=purchase.user_id,
    )
    if purchase.way == "transfer":
        queue_mail("orders.received", f"orders.received:{order.id}", {"order_id": order.id})
    return order.token, payment.id


def _take_cart(purchase: Purchase) -> tuple[Quote, Sequence[int]]:
    """Empty the cart and price what was in it; if anything fails it all comes back. The unpaid
    orders are counted by the same statement, so that placing takes few of them."""
    own = Cart.token_hash == token_hash(purchase.cart_token)
    if purchase.user_id is not None:
        own = sa.or_(own, Cart.user_id == purchase.user_id)
    taken = db.session.execute(
        sa.delete(CartLine)
        .where(CartLine.cart_id.in_(sa.select(Cart.id).where(own)))
        .returning(CartLine.id, CartLine.variant_id, CartLine.quantity, *_unpaid(purchase))
        .execution_options(synchronize_session=False)
    ).all()
    if not taken:
        raise CartIsEmpty()
    lines = [(row.variant_id, row.quantity) for row in sorted(taken, key=lambda row: row.id)]
    shown = quote(
        cart_from_lines(lines, purchase.currency, purchase.country),
        purchase.country,
        province=str(purchase.address.get("province") or ""),
        city=str(purchase.address.get("city") or ""),
        chosen=purchase.chosen,
    )
    return shown, taken[0][3:]


def _unpaid(purchase: Purchase) -> list[Any]:
    """How many orders of this visitor, address and network wait for payment, as columns."""
    hashes = _hashes(purchase)
    keys = (
        (Order.visitor_hash, hashes["visitor_hash"]),
        (Order.email_hash, keyed_hash(purchase.email)),
        (Order.network_hash, hashes["network_hash"]),
    )
    waiting = sa.select(sa.func.count()).where(Order.state == "awaiting_payment")
    return [waiting.where(column == value).scalar_subquery() for column, value in keys]


def _check_unpaid(counted: Sequence[int]) -> None:
    limits = ("open_per_visitor", "open_per_email", "open_per_network")
    for found, limit in zip(counted, limits, strict=True):
        if found >= settings.get(f"checkout.{limit}"):
            raise TooManyUnpaid()


def _hashes(purchase: Purchase) -> dict[str, str]:
    return {
        "visitor_hash": keyed_hash(purchase.cart_token),
        "network_hash": keyed_hash(purchase.network),
    }


def _time_to_pay(way: str, shown: Quote) -> dt.timedelta:
    if way != "transfer":
        return dt.timedelta(minutes=settings.get("orders.card_hold_minutes"))
    single = any(line.variant.availability == "one_of_a_kind" for line in shown.cart.lines)
    key = "orders.unique_transfer_hours" if single else "orders.transfer_hours"
    return dt.timedelta(hours=settings.get(key))


def _hold(order: Order, pay_by: dt.datetime) -> None:
    wanted = [
        HoldRequest(line.id, line.variant_id, line.quantity)
        for part in order.sub_orders
        for line in part.lines
        if line.counted
    ]
    grace = dt.timedelta(minutes=settings.get("orders.grace_minutes"))
    hold_stock(order.id, wanted, pay_by + grace)


def _new_order(purchase: Purchase, shown: Quote, pay_by: dt.datetime) -> NewOrder:
    title, body = shown.destination.terms_text(purchase.lang)
    hashes = _hashes(purchase)
    return NewOrder(
        lang=purchase.lang,
        currency=shown.cart.currency,
        country=purchase.country,
        email=purchase.email,
        address={**purchase.address, "country": purchase.country},
        pay_by_at=pay_by,
        sub_orders=[_part(parcel, purchase.lang) for parcel in shown.parcels],
        provider=purchase.way,
        user_id=purchase.user_id,
        rate_micro=shown.cart.rate_micro,
        duties="" if shown.destination.terms == "none" else shown.destination.terms,
        duties_text="" if shown.destination.terms == "none" else f"{title}. {body}",
        terms_version=settings.get("checkout.terms_version"),
        buyer_note=purchase.note,
        visitor_hash=hashes["visitor_hash"],
        network_hash=hashes["network_hash"],
    )


def _part(parcel: ParcelQuote, lang: str) -> NewSubOrder:
    offer = parcel.chosen
    if offer is None:
        raise NotDeliverable()
    return NewSubOrder(
        artisan_id=parcel.group.artisan_id,
        artisan_name=parcel.group.name,
        lines=[NewLine.of(line.variant, line.quantity, line.unit) for line in parcel.group.lines],
        delivery_minor=parcel.fee.minor,
        delivery_idr=offer.fee_idr,
        service_key=offer.service_key,
        service_name=offer.names.get(lang, offer.service_key),
        delivery_days_min=offer.days_min,
        delivery_days_max=offer.days_max,
        lead_days_max=parcel.lead_days_max,
        packed_g=sum(line.quantity * line.variant.packed_g for line in parcel.group.lines),
    )
