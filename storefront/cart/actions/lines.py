"""Putting pieces in a cart and changing how many. A quantity never exceeds what is there when it
is set; every verb holds the cart's row, so that two tabs come one after the other."""

from __future__ import annotations

import sqlalchemy as sa

from storefront.cart.models import Cart, CartLine, SetAside
from storefront.catalogue import OutOfStock, offered_variants
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound, ShopError
from storefront.kernel.money import Money
from storefront.kernel.translated import N_

MOST_LINES = 60
MOST_SAVED = 100


class NotForSale(ShopError):
    """The piece cannot be bought at present."""

    message = N_("This piece cannot be bought at present.")


class CartIsFull(ShopError):
    """More lines than a purchase takes."""

    message = N_("Your cart is full. Please order these pieces first.")


class ListIsFull(ShopError):
    """More saved pieces than a list takes."""

    message = N_("Your list is full. Please take out pieces you no longer want first.")


class BadQuantity(ShopError):
    """What was typed is no count of pieces."""

    message = N_("Please type the number of pieces in digits, for example 2.")


class BelowMinimum(ShopError):
    """The maker takes orders from a number of pieces on. Facts: least."""

    message = N_("This piece is made from %(least)s pieces on.")


def add_line(cart: Cart, variant_id: int, quantity: int, currency: str) -> CartLine:
    """Put pieces in. Raises NotForSale, OutOfStock, BelowMinimum or CartIsFull."""
    _hold(cart)
    line = _line(cart.id, variant_id)
    wanted = quantity + (line.quantity if line else 0)
    price = _check(variant_id, wanted, currency)
    if line is None:
        if _count(cart.id) >= MOST_LINES:
            raise CartIsFull()
        line = CartLine(cart_id=cart.id, variant_id=variant_id, quantity=wanted)
        db.session.add(line)
    line.quantity = wanted
    _remember_price(line, price)
    db.session.flush()
    return line


def set_quantity(cart: Cart, variant_id: int, quantity: int, currency: str) -> None:
    """Change a line; 0 takes it out. Raises NotFound, OutOfStock, BelowMinimum or NotForSale."""
    _hold(cart)
    line = _line(cart.id, variant_id)
    if line is None:
        raise NotFound()
    if quantity <= 0:
        _keep(line, "removed")
    else:
        _remember_price(line, _check(variant_id, quantity, currency))
        line.quantity = quantity
    db.session.flush()


def remove_line(cart: Cart, variant_id: int) -> None:
    """Take a line out; it can be put back for a while. One that is gone already is fine."""
    _hold(cart)
    line = _line(cart.id, variant_id)
    if line is not None:
        _keep(line, "removed")
        db.session.flush()


def save_line(cart: Cart, variant_id: int) -> None:
    """Move a line out of the purchase, to be kept for later with its number. Raises ListIsFull;
    one that is gone already is fine."""
    _hold(cart)
    line = _line(cart.id, variant_id)
    if line is not None:
        _keep(line, "saved")
        db.session.flush()


def save_variant(cart: Cart, variant_id: int, currency: str) -> None:
    """Put a piece on the wish list, also one that is sold out. Raises NotForSale for what nobody
    may see, or ListIsFull; one that is on it already is fine."""
    _hold(cart)
    offer = offered_variants([variant_id], currency).get(variant_id)
    if offer is None or offer.why_not in {"hidden", "workshop_suspended"}:
        raise NotForSale()
    if _aside(cart.id, variant_id, "saved") is not None:
        return
    _make_room(cart.id)
    saved = SetAside(cart_id=cart.id, variant_id=variant_id, kind="saved", quantity=1)
    _remember_price(saved, offer.price or Money.idr(offer.price_idr))
    db.session.add(saved)
    db.session.flush()


def buy_saved(cart: Cart, variant_id: int, currency: str) -> None:
    """Move a saved piece into the purchase. Raises as `add_line`, and NotFound; then it stays
    saved."""
    _hold(cart)
    saved = _aside(cart.id, variant_id, "saved")
    if saved is None:
        raise NotFound()
    in_cart = _line(cart.id, variant_id)
    if in_cart is None:
        add_line(cart, variant_id, saved.quantity, currency)
    db.session.delete(saved)
    db.session.flush()


def drop_saved(cart: Cart, variant_id: int) -> None:
    """Take a piece off the list; it can be put back for a while. Repeatable."""
    _hold(cart)
    saved = _aside(cart.id, variant_id, "saved")
    if saved is not None:
        _keep(saved, "removed")
        db.session.flush()


def undo(cart: Cart, variant_id: int) -> bool:
    """Put back what was removed, where it stood and with its number; False when there is nothing
    (any more). What became of price and stock meanwhile the page tells.

    Where the piece stands again already the larger number stays, so that undoing twice, or in two
    tabs, never doubles it.
    """
    _hold(cart)
    removed = _aside(cart.id, variant_id, "removed")
    if removed is None:
        return False
    back: CartLine | SetAside | None
    if removed.stood == "saved":
        back = _aside(cart.id, variant_id, "saved")
        if back is None:
            _make_room(cart.id)
            back = SetAside(cart_id=cart.id, variant_id=variant_id, kind="saved", quantity=0)
    else:
        back = _line(cart.id, variant_id)
        if back is None:
            back = CartLine(cart_id=cart.id, variant_id=variant_id, quantity=0)
    if not back.quantity:
        back.seen_minor, back.seen_currency = removed.seen_minor, removed.seen_currency
    back.quantity = max(back.quantity, removed.quantity)
    db.session.add(back)
    db.session.delete(removed)
    db.session.flush()
    return True


def see_prices(cart_id: int, prices: dict[int, Money]) -> None:
    """Note the prices the visitor has been shown, by variant, so that a change can be told once."""
    lines: list[CartLine | SetAside] = [
        *db.session.scalars(sa.select(CartLine).where(CartLine.cart_id == cart_id)),
        *db.session.scalars(sa.select(SetAside).where(SetAside.cart_id == cart_id)),
    ]
    for line in lines:
        if line.variant_id in prices:
            _remember_price(line, prices[line.variant_id])


def _hold(cart: Cart) -> None:
    """Others wait for this cart from here on. Raises NotFound when it is gone."""
    found = lock(Cart, [cart.id])
    if not found:
        raise NotFound()
    found[0].updated_at = now()


def _keep(line: CartLine | SetAside, kind: str) -> None:
    """Take a line from where it stands and keep it as removed or saved."""
    kept = _aside(line.cart_id, line.variant_id, kind)
    stood = "saved" if isinstance(line, SetAside) else "cart"
    if kept is None:
        if kind == "saved":
            _make_room(line.cart_id)
        kept = SetAside(cart_id=line.cart_id, variant_id=line.variant_id, kind=kind)
        db.session.add(kept)
    kept.quantity, kept.stood, kept.at = line.quantity, stood, now()
    kept.seen_minor, kept.seen_currency = line.seen_minor, line.seen_currency
    db.session.delete(line)


def _make_room(cart_id: int) -> None:
    count = sa.select(sa.func.count(SetAside.id))
    kept = count.where(SetAside.cart_id == cart_id, SetAside.kind == "saved")
    if (db.session.scalar(kept) or 0) >= MOST_SAVED:
        raise ListIsFull()


def _count(cart_id: int) -> int:
    count = sa.select(sa.func.count(CartLine.id)).where(CartLine.cart_id == cart_id)
    return int(db.session.scalar(count) or 0)


def _check(variant_id: int, quantity: int, currency: str) -> Money:
    offer = offered_variants([variant_id], currency).get(variant_id)
    if offer is None or (not offer.is_for_sale and offer.why_not != "sold_out"):
        raise NotForSale()
    if offer.available < quantity:
        raise OutOfStock(variant_id=variant_id, left=offer.available)
    if quantity < offer.min_quantity:
        raise BelowMinimum(least=offer.min_quantity)
    return offer.price or Money.idr(offer.price_idr)


def _remember_price(line: CartLine | SetAside, price: Money) -> None:
    line.seen_minor, line.seen_currency = price.minor, price.currency


def _line(cart_id: int, variant_id: int) -> CartLine | None:
    return db.session.scalar(
        sa.select(CartLine)
        .where(CartLine.cart_id == cart_id, CartLine.variant_id == variant_id)
        .execution_options(populate_existing=True)
    )


def _aside(cart_id: int, variant_id: int, kind: str) -> SetAside | None:
    return db.session.scalar(
        sa.select(SetAside)
        .where(
            SetAside.cart_id == cart_id,
            SetAside.variant_id == variant_id,
            SetAside.kind == kind,
        )
        .execution_options(populate_existing=True)
    )
