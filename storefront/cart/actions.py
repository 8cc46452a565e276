"""The verbs of a cart. A quantity never exceeds what is there when it is set."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from storefront.cart.models import Cart, CartLine
from storefront.catalogue import OutOfStock, offered_variants
from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotFound, ShopError
from storefront.kernel.money import Money
from storefront.kernel.translated import N_

MOST_LINES = 60


class NotForSale(ShopError):
    """The piece cannot be bought at present."""

    message = N_("This piece cannot be bought at present.")


class CartIsFull(ShopError):
    """More lines than a purchase takes."""

    message = N_("Your cart is full. Please order these pieces first.")


class BadQuantity(ShopError):
    """What was typed is no count of pieces."""

    message = N_("Please type the number of pieces in digits, for example 2.")


class BelowMinimum(ShopError):
    """The maker takes orders from a number of pieces on. Facts: least."""

    message = N_("This piece is made from %(least)s pieces on.")


def token_hash(token: str) -> str:
    """What is stored of a cart's cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def cart_for(token: str, user_id: int | None = None) -> Cart:
    """The cart of a cookie, opened on first use; an account's cart comes before the cookie's."""
    cart = find_cart(token, user_id)
    if cart is None:
        hashed = token_hash(token) if user_id is None else None
        cart = Cart(token_hash=hashed, user_id=user_id)
        db.session.add(cart)
        db.session.flush()
    return cart


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


def add_line(cart: Cart, variant_id: int, quantity: int, currency: str) -> CartLine:
    """Put pieces in. Raises NotForSale, OutOfStock, BelowMinimum or CartIsFull."""
    lock(Cart, [cart.id])
    line = _line(cart.id, variant_id)
    wanted = quantity + (line.quantity if line else 0)
    price = _check(variant_id, wanted, currency)
    if line is None:
        if len(cart.lines) >= MOST_LINES:
            raise CartIsFull()
        line = CartLine(cart_id=cart.id, variant_id=variant_id, quantity=wanted)
        db.session.add(line)
    line.quantity = wanted
    _remember_price(line, price)
    cart.updated_at = now()
    db.session.flush()
    return line


def set_quantity(cart: Cart, variant_id: int, quantity: int, currency: str) -> None:
    """Change a line; 0 takes it out. Raises NotFound, OutOfStock, BelowMinimum or NotForSale."""
    lock(Cart, [cart.id])
    line = _line(cart.id, variant_id)
    if line is None:
        raise NotFound()
    if quantity <= 0:
        db.session.delete(line)
    else:
        _remember_price(line, _check(variant_id, quantity, currency))
        line.quantity = quantity
    cart.updated_at = now()
    db.session.flush()


def remove_line(cart: Cart, variant_id: int) -> None:
    """Take a line out; one that is gone already is fine."""
    lines = sa.delete(CartLine).where(CartLine.cart_id == cart.id)
    db.session.execute(lines.where(CartLine.variant_id == variant_id))


def empty_cart(cart_id: int) -> None:
    """What was in it has become an order."""
    db.session.execute(
        sa.delete(CartLine)
        .where(CartLine.cart_id == cart_id)
        .execution_options(synchronize_session=False)
    )


def join_carts(guest: Cart, user_id: int) -> Cart:
    """At sign-in the guest's pieces come to the account's cart; of the same piece the larger
    number stays."""
    own = db.session.scalar(sa.select(Cart).where(Cart.user_id == user_id))
    if own is None or own.id == guest.id:
        # The cookie lets go of it: who comes to this browser next must not find it.
        guest.user_id, guest.token_hash = user_id, None
        db.session.flush()
        return guest
    held = {line.variant_id: line for line in own.lines}
    for line in list(guest.lines):
        if line.variant_id in held:
            held[line.variant_id].quantity = max(held[line.variant_id].quantity, line.quantity)
        else:
            db.session.add(
                CartLine(cart_id=own.id, variant_id=line.variant_id, quantity=line.quantity)
            )
    empty_cart(guest.id)
    own.updated_at = now()
    db.session.flush()
    return own


def see_prices(cart_id: int, prices: dict[int, Money]) -> None:
    """Note the prices the visitor has been shown, by variant, so that a change can be told once."""
    for line in db.session.scalars(sa.select(CartLine).where(CartLine.cart_id == cart_id)):
        if line.variant_id in prices:
            _remember_price(line, prices[line.variant_id])


def _check(variant_id: int, quantity: int, currency: str) -> Money:
    offer = offered_variants([variant_id], currency).get(variant_id)
    if offer is None or (not offer.is_for_sale and offer.why_not != "sold_out"):
        raise NotForSale()
    if offer.available < quantity:
        raise OutOfStock(variant_id=variant_id, left=offer.available)
    if quantity < offer.min_quantity:
        raise BelowMinimum(least=offer.min_quantity)
    return offer.price or Money.idr(offer.price_idr)


def _remember_price(line: CartLine, price: Money) -> None:
    line.seen_minor, line.seen_currency = price.minor, price.currency


def _line(cart_id: int, variant_id: int) -> CartLine | None:
    return db.session.scalar(
        sa.select(CartLine).where(CartLine.cart_id == cart_id, CartLine.variant_id == variant_id)
    )
