"""A buyer's data in orders: the copy they may have, and what erasure blanks.

Events, books and receipts name nobody, so they stay. Name, address, codes and accounts stand in
rows of their own, which erasure blanks; an order still on its way keeps them until it is over.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storefront.accounts import AddressColumns, User, personal_data
from storefront.kernel.clock import now
from storefront.kernel.crypto import keyed_hash, keyed_hashes
from storefront.kernel.db import db
from storefront.kernel.errors import ShopError
from storefront.kernel.translated import N_
from storefront.notifications import Mail
from storefront.orders.models import Order, OrderContact, RefundAccount

_OPEN = ("awaiting_payment", "part_paid", "placed")


class OrdersOnTheirWay(ShopError):
    """The address is still needed. Facts: count."""

    message = N_(
        "%(count)s of your orders are not finished yet. We need your address until they are."
    )


def export_orders(user_id: int) -> dict[str, Any]:
    """Every order of a person as plain data, amounts in minor units."""
    found = sa.select(Order).where(_is_of(user_id)).order_by(Order.id)
    return {"orders": [_copy(order) for order in db.session.scalars(found)]}


def erase_orders(user_id: int) -> None:
    """Blank the person in finished orders. Raises OrdersOnTheirWay while one is not."""
    rows = list(db.session.execute(sa.select(Order.id, Order.state).where(_is_of(user_id))))
    waiting = [order_id for order_id, state in rows if state in _OPEN]
    if waiting:
        raise OrdersOnTheirWay(count=len(waiting))
    blank_orders([order_id for order_id, _ in rows])


def blank_orders(order_ids: list[int]) -> None:
    """Blank contact, refund account, buyer's note and mails of these orders."""
    if not order_ids:
        return
    blanks: dict[str, Any] = {
        name: None if name == "customs_code" else ""
        for name in AddressColumns.__annotations__
        if name != "country"
    }
    contact = sa.update(OrderContact).where(OrderContact.order_id.in_(order_ids))
    db.session.execute(contact.values(email="", erased_at=now(), **blanks))
    orders = sa.update(Order).where(Order.id.in_(order_ids))
    db.session.execute(
        orders.values(buyer_note="", email_hash="", visitor_hash="", network_hash="")
    )
    for model in (RefundAccount, Mail):
        db.session.execute(sa.delete(model).where(model.order_id.in_(order_ids)))


def rehash_contacts() -> int:
    """Match the orders' mail addresses under the first key; returns how many were told apart."""
    rows = db.session.execute(
        sa.select(OrderContact.order_id, OrderContact.email).where(OrderContact.email != "")
    ).all()
    hashes = [{"id": order_id, "email_hash": keyed_hash(email)} for order_id, email in rows]
    if hashes:
        db.session.execute(sa.update(Order), hashes)
    return len(hashes)


def _is_of(user_id: int) -> sa.ColumnElement[bool]:
    """Orders of the account, and those placed as a guest with its confirmed mail address."""
    own = Order.user_id == user_id
    user = db.session.get_one(User, user_id)
    if user.email is None or user.email_confirmed_at is None:
        return own
    # The hash leaves out dots and signs, so that other people's addresses can share it.
    same = sa.func.lower(OrderContact.email) == user.email.lower()
    found = sa.and_(Order.email_hash.in_(keyed_hashes(user.email)), Order.contact.has(same))
    return sa.or_(own, found)


def _copy(order: Order) -> dict[str, Any]:
    contact = order.contact
    return {
        "number": order.number,
        "state": order.state,
        "created_at": order.created_at.isoformat(),
        "currency": order.currency,
        "total_minor": order.total_minor,
        "refunded_minor": order.refunded_minor,
        "note": order.buyer_note,
        "email": contact.email,
        "address": {name: getattr(contact, name) for name in AddressColumns.__annotations__},
        "lines": [
            {
                "workshop": part.artisan_name,
                "sku": line.sku,
                "name": line.names.get(order.lang),
                "quantity": line.quantity,
                "unit_minor": line.unit_minor,
            }
            for part in order.sub_orders
            for line in part.lines
        ],
    }


personal_data("orders", export=export_orders, erase=erase_orders)
