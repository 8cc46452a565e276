"""Whose order it is. Every view of this slice finds its rows here and nowhere else."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from storefront.kernel.db import db
from storefront.kernel.errors import NotFound
from storefront.orders.models import Order, Parcel, Refund, SubOrder


def order_by_token(token: str) -> Order:
    """The order behind a secret link, with everything its page shows. Raises NotFound."""
    order = db.session.scalar(sa.select(Order).where(Order.token == token).options(*_whole()))
    if order is None:
        raise NotFound()
    return order


def order_by_number(number: str) -> Order:
    """The order a number names ('CLG-100042', '100042'), for the council. Raises NotFound."""
    digits = number.upper().removeprefix("CLG-").strip()
    if not digits.isdecimal() or not 100_000 < int(digits) < 2**31:
        raise NotFound()
    found = sa.select(Order).where(Order.id == int(digits) - 100_000).options(*_whole())
    order = db.session.scalar(found)
    if order is None:
        raise NotFound()
    return order


def own_sub_order(artisan_id: int | None, public_id: str) -> SubOrder:
    """A workshop's own part by its public name; shown from payment on. Raises NotFound."""
    part = db.session.scalar(
        sa.select(SubOrder)
        .where(
            SubOrder.public_id == public_id,
            SubOrder.artisan_id == artisan_id,
            SubOrder.state != "waiting",
        )
        .options(*_part())
    )
    if part is None:
        raise NotFound()
    return part


def any_sub_order(public_id: str) -> SubOrder:
    """A part by its public name, for the council. Raises NotFound."""
    found = sa.select(SubOrder).where(SubOrder.public_id == public_id).options(*_part())
    part = db.session.scalar(found)
    if part is None:
        raise NotFound()
    return part


def part_of_order(order: Order, public_id: str) -> SubOrder:
    """One of an order's parts. Raises NotFound."""
    for part in order.sub_orders:
        if part.public_id == public_id:
            return part
    raise NotFound()


def refund_by_public_id(public_id: str) -> Refund:
    """A refund, for finance. Raises NotFound."""
    refund = db.session.scalar(
        sa.select(Refund).where(Refund.public_id == public_id).options(selectinload(Refund.lines))
    )
    if refund is None:
        raise NotFound()
    return refund


def orders_of_user(user_id: int) -> sa.Select[Order]:
    """A buyer's orders, newest first, for paging."""
    return (
        sa.select(Order)
        .where(Order.user_id == user_id)
        .order_by(Order.id.desc())
        .options(selectinload(Order.sub_orders))
    )


def _whole() -> list[sa.orm.interfaces.LoaderOption]:
    parts = selectinload(Order.sub_orders)
    return [
        joinedload(Order.contact),
        selectinload(Order.instalments),
        parts.selectinload(SubOrder.lines),
        parts.selectinload(SubOrder.parcels).selectinload(Parcel.lines),
    ]


def _part() -> list[sa.orm.interfaces.LoaderOption]:
    return [
        joinedload(SubOrder.order).joinedload(Order.contact),
        selectinload(SubOrder.lines),
        selectinload(SubOrder.parcels).selectinload(Parcel.lines),
    ]
