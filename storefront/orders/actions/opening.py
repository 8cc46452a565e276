"""Opening an order: every figure and name is copied and frozen here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from storefront.accounts import AddressColumns
from storefront.catalogue import OfferedVariant
from storefront.kernel.crypto import keyed_hash
from storefront.kernel.db import db
from storefront.kernel.money import Money, split
from storefront.orders.actions.journal import Actor
from storefront.orders.models import (
    Instalment,
    Order,
    OrderContact,
    OrderEvent,
    OrderLine,
    SubOrder,
)
from storefront.orders.rules import NOTHING, Amounts, line_amounts

ADDRESS_FIELDS = tuple(name for name in AddressColumns.__annotations__)


@dataclass(frozen=True)
class NewLine:
    """Pieces of one variant at the price the buyer was shown. Weights in g."""

    product_id: int
    variant_id: int
    media_id: int | None
    quantity: int
    unit_minor: int
    unit_idr: int
    rate_micro: int
    commission_bp: int
    names: dict[str, str]
    number: int
    sku: str
    variant_label: str
    availability: str
    hs6: str
    origin_country: str
    net_g: int
    packed_g: int
    counted: bool

    @classmethod
    def of(cls, offer: OfferedVariant, quantity: int, unit: Money) -> NewLine:
        """Pieces as they are offered now, at the price the buyer was shown."""
        return cls(
            product_id=offer.product_id,
            variant_id=offer.variant_id,
            media_id=offer.media_id,
            quantity=quantity,
            unit_minor=unit.minor,
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

    @property
    def amounts(self) -> Amounts:
        return line_amounts(self.unit_minor, self.unit_idr, self.quantity, self.commission_bp)


@dataclass(frozen=True)
class NewSubOrder:
    """One workshop's lines and the carriage the buyer chose for its parcel."""

    artisan_id: int
    artisan_name: str
    lines: Sequence[NewLine]
    delivery_minor: int
    delivery_idr: int
    service_key: str
    service_name: str
    delivery_days_min: int
    delivery_days_max: int
    lead_days_max: int
    packed_g: int


@dataclass(frozen=True)
class NewOrder:
    """Everything an order is opened with. `address` has the keys of AddressColumns."""

    lang: str
    currency: str
    country: str
    email: str
    address: dict[str, Any]
    pay_by_at: dt.datetime
    sub_orders: Sequence[NewSubOrder]
    provider: str = ""
    channel: str = "web"
    user_id: int | None = None
    visitor_hash: str = ""
    network_hash: str = ""
    rate_micro: int = 0
    duties: str = "DAP"
    duties_text: str = ""
    terms_version: str = ""
    buyer_note: str = ""
    instalments: Sequence[tuple[int, dt.datetime]] = field(default_factory=tuple)


def open_order(new: NewOrder, actor: Actor) -> Order:
    """Write the order with its parts, contact, instalments and first events; nothing is held yet.

    `instalments` are (share in basis points, due) pairs summing to 10,000; none means one.
    """
    parts = [_part(position, part, new) for position, part in enumerate(new.sub_orders, start=1)]
    order = Order(
        lang=new.lang,
        currency=new.currency,
        country=new.country,
        channel=new.channel,
        user_id=new.user_id,
        visitor_hash=new.visitor_hash,
        network_hash=new.network_hash,
        email_hash=keyed_hash(new.email) if new.email else "",
        provider=new.provider,
        goods_minor=sum(part.goods_minor for part in parts),
        delivery_minor=sum(part.delivery_minor for part in parts),
        total_minor=sum(part.total_minor for part in parts),
        total_idr=sum(part.goods_idr + part.delivery_idr for part in parts),
        rate_micro=new.rate_micro,
        duties=new.duties,
        duties_text=new.duties_text,
        terms_version=new.terms_version,
        buyer_note=new.buyer_note,
        pay_by_at=new.pay_by_at,
        sub_orders=parts,
    )
    for part in parts:
        for line in part.lines:
            line.order = order
    order.contact = OrderContact(email=new.email, **_address(new.address))
    order.instalments = _instalments(order.total_minor, new)
    db.session.add(order)
    db.session.flush()
    # One statement for all: without it rows with and without a part would go apart.
    rows = _first_events(order, actor)
    db.session.execute(sa.insert(OrderEvent), rows, execution_options={"render_nulls": True})
    return order


def _address(values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in ADDRESS_FIELDS if name in values}


def _instalments(total_minor: int, new: NewOrder) -> list[Instalment]:
    plan = list(new.instalments) or [(10_000, new.pay_by_at)]
    amounts = split(total_minor, [share_bp for share_bp, _ in plan])
    return [
        Instalment(position=at, share_bp=share_bp, amount_minor=amount, due_at=due)
        for at, ((share_bp, due), amount) in enumerate(zip(plan, amounts, strict=True), start=1)
    ]


def _first_events(order: Order, actor: Actor) -> list[dict[str, Any]]:
    def opened(machine: str, subject_id: int, state: str, part_id: int | None) -> dict[str, Any]:
        return {
            "order_id": order.id,
            "sub_order_id": part_id,
            "machine": machine,
            "subject_id": subject_id,
            "actor": actor.kind,
            "user_id": actor.user_id,
            "verb": "open",
            "to_state": state,
        }

    parts = [opened("sub_order", part.id, part.state, part.id) for part in order.sub_orders]
    return [opened("order", order.id, "awaiting_payment", None), *parts]


def _part(position: int, part: NewSubOrder, new: NewOrder) -> SubOrder:
    goods = sum((line.amounts for line in part.lines), NOTHING)
    return SubOrder(
        artisan_id=part.artisan_id,
        artisan_name=part.artisan_name,
        position=position,
        state="waiting",
        currency=new.currency,
        goods_minor=goods.minor,
        delivery_minor=part.delivery_minor,
        total_minor=goods.minor + part.delivery_minor,
        goods_idr=goods.idr,
        delivery_idr=part.delivery_idr,
        commission_minor=goods.commission_minor,
        commission_idr=goods.commission_idr,
        service_key=part.service_key,
        service_name=part.service_name,
        delivery_days_min=part.delivery_days_min,
        delivery_days_max=part.delivery_days_max,
        lead_days_max=part.lead_days_max,
        packed_g=part.packed_g,
        lines=[_line(line) for line in part.lines],
    )


def _line(line: NewLine) -> OrderLine:
    amounts = line.amounts
    return OrderLine(
        product_id=line.product_id,
        variant_id=line.variant_id,
        media_id=line.media_id,
        quantity=line.quantity,
        unit_minor=line.unit_minor,
        unit_idr=line.unit_idr,
        rate_micro=line.rate_micro,
        commission_bp=line.commission_bp,
        commission_minor=amounts.commission_minor,
        commission_idr=amounts.commission_idr,
        names=line.names,
        number=line.number,
        sku=line.sku,
        variant_label=line.variant_label,
        availability=line.availability,
        hs6=line.hs6,
        origin_country=line.origin_country,
        net_g=line.net_g,
        packed_g=line.packed_g,
        counted=line.counted,
    )
