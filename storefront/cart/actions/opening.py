"""Opening, finding, joining and forgetting carts."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storefront.cart.models import Cart, CartLine, SetAside
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock

# The cookie of a guest's cart lives for ninety days from the day it was opened.
UNREACHABLE_AFTER = dt.timedelta(days=100)
UNDO_KEPT = dt.timedelta(days=1)


def token_hash(token: str) -> str:
    """What is stored of a cart's cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def cart_for(token: str, user_id: int | None = None) -> Cart:
    """The cart of a cookie, opened on first use; an account's cart comes before the cookie's."""
    cart = find_cart(token, user_id)
    if cart is not None:
        return cart
    # Of two tabs that open it at the same moment the second finds the first one's.
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    hashed = token_hash(token) if user_id is None else None
    row = insert(Cart).values(token_hash=hashed, user_id=user_id)
    db.session.execute(row.on_conflict_do_nothing())
    opened = find_cart(token, user_id)
    assert opened is not None
    return opened


def find_cart(token: str | None, user_id: int | None = None) -> Cart | None:
    """The visitor's cart, if there is one. One statement."""
    keys = []
    if user_id is not None:
        keys.append(Cart.user_id == user_id)
    if token:
        keys.append(Cart.token_hash == token_hash(token))
    if not keys:
        return None
    found = list(db.session.scalars(sa.select(Cart).where(sa.or_(*keys))))
    return next((cart for cart in found if user_id and cart.user_id == user_id), None) or next(
        iter(found), None
    )


def join_carts(guest: Cart, user_id: int) -> Cart:
    """At sign-in the guest's pieces, also those saved for later, come to the account's cart; of
    the same piece the larger number stays. The guest's cart is left empty: who comes to this
    browser next must not find it."""
    own = cart_for("", user_id)
    if own.id == guest.id:
        return own
    lock(Cart, [own.id, guest.id])
    for line in _lines(guest.id):
        _bring(line, _twin(CartLine, own.id, line.variant_id), CartLine(cart_id=own.id))
    for aside in _saved(guest.id):
        twin = _twin(SetAside, own.id, aside.variant_id)
        _bring(aside, twin, SetAside(cart_id=own.id, kind="saved", at=aside.at))
    empty_cart(guest.id)
    db.session.execute(
        sa.delete(SetAside)
        .where(SetAside.cart_id == guest.id)
        .execution_options(synchronize_session=False)
    )
    own.updated_at = now()
    db.session.flush()
    return own


def empty_cart(cart_id: int) -> None:
    """What was in it has become an order, or stands in another cart."""
    db.session.execute(
        sa.delete(CartLine)
        .where(CartLine.cart_id == cart_id)
        .execution_options(synchronize_session=False)
    )


def purge_carts() -> int:
    """Forget guests' carts whose cookie has run out, and lines removed a day ago; how many."""
    moment = now()
    old = sa.delete(Cart).where(
        Cart.user_id.is_(None), Cart.created_at < moment - UNREACHABLE_AFTER
    )
    gone = sa.delete(SetAside).where(SetAside.kind == "removed", SetAside.at < moment - UNDO_KEPT)
    done = 0
    for query in (gone, old):
        result: Any = db.session.execute(query.execution_options(synchronize_session=False))
        done += result.rowcount
    return done


def _lines(cart_id: int) -> list[CartLine]:
    query = sa.select(CartLine).where(CartLine.cart_id == cart_id).order_by(CartLine.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _saved(cart_id: int) -> list[SetAside]:
    query = sa.select(SetAside).where(SetAside.cart_id == cart_id, SetAside.kind == "saved")
    return list(db.session.scalars(query.order_by(SetAside.id)))


def _twin(model: Any, cart_id: int, variant_id: int) -> Any:
    query = sa.select(model).where(model.cart_id == cart_id, model.variant_id == variant_id)
    if model is SetAside:
        query = query.where(SetAside.kind == "saved")
    return db.session.scalar(query.execution_options(populate_existing=True))


def _bring(line: Any, twin: Any, fresh: Any) -> None:
    if twin is not None:
        twin.quantity = max(twin.quantity, line.quantity)
        return
    fresh.variant_id, fresh.quantity = line.variant_id, line.quantity
    fresh.seen_minor, fresh.seen_currency = line.seen_minor, line.seen_currency
    db.session.add(fresh)
