"""A person's cart, list and watches: the copy they may have, and their erasure."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storefront.accounts import User, personal_data
from storefront.cart.models import Cart, CartLine, SetAside, StockWatch
from storefront.catalogue import Variant
from storefront.kernel.db import db


def export_cart(user_id: int) -> dict[str, Any]:
    """What lies in the cart and on the wish list, and what the person waits for, as plain data."""
    return {
        "cart": _lines(CartLine, Cart.user_id == user_id),
        "saved_for_later": _lines(SetAside, Cart.user_id == user_id, SetAside.kind == "saved"),
        "back_in_stock_mails": [
            {
                "sku": sku,
                "email": row.email,
                "state": row.state,
                "asked_at": row.asked_at.isoformat(),
                "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
                "told_at": row.told_at.isoformat() if row.told_at else None,
            }
            for row, sku in db.session.execute(
                sa.select(StockWatch, Variant.sku)
                .join(Variant, Variant.id == StockWatch.variant_id)
                .where(_is_of(user_id))
                .order_by(StockWatch.id)
            )
        ],
    }


def erase_cart(user_id: int) -> None:
    """Delete all of it: nothing here must be kept."""
    for model, mine in ((Cart, Cart.user_id == user_id), (StockWatch, _is_of(user_id))):
        query = sa.delete(model).where(mine)
        db.session.execute(query.execution_options(synchronize_session=False))


def _lines(model: Any, *which: Any) -> list[dict[str, Any]]:
    query = (
        sa.select(Variant.sku, model.quantity)
        .join(Variant, Variant.id == model.variant_id)
        .join(Cart, Cart.id == model.cart_id)
        .where(*which)
        .order_by(model.id)
    )
    return [{"sku": sku, "quantity": quantity} for sku, quantity in db.session.execute(query)]


def _is_of(user_id: int) -> sa.ColumnElement[bool]:
    """Left while signed in, or to the address the account has proven."""
    own = StockWatch.user_id == user_id
    user = db.session.get_one(User, user_id)
    if user.email is None or user.email_confirmed_at is None:
        return own
    return sa.or_(own, StockWatch.email == user.email)


personal_data("cart", export=export_cart, erase=erase_cart)
