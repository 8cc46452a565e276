"""The cart's page and what can be done on it; every button is a plain form."""

from __future__ import annotations

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.cart.actions import (
    BadQuantity,
    add_line,
    cart_for,
    remove_line,
    see_prices,
    set_quantity,
)
from storefront.cart.queries import count_pieces, priced_cart
from storefront.cart.visitor import present_cart, show_count, token
from storefront.catalogue import variant_id_of
from storefront.kernel.errors import NotFound, ShopError
from storefront.media import pictures
from storefront.web import access, notice, once, principal, render, say, shop_blueprint

shop = shop_blueprint("cart", __name__)
MOST_PIECES = 999
# A double click on a cached page, which carries no action id.
ONE_CLICK_SECONDS = 3


@shop.get("/cart")
@access("public")
def page() -> ResponseReturnValue:
    """The pieces by workshop, what has changed, and what delivery will about cost."""
    cart = present_cart()
    priced = priced_cart(cart.id if cart else None, g.currency, g.ship_to)
    shown = pictures({line.variant.media_id for line in priced.lines})
    show_count(priced.pieces)
    return render("cart/shop/page.html", cart=priced, shown=shown)


@shop.post("/cart/seen")
@access("public")
def seen() -> ResponseReturnValue:
    """The visitor has seen the new prices."""
    cart = present_cart()
    if cart is None:
        raise NotFound()
    cart_id, currency, ship_to = cart.id, g.currency, g.ship_to

    def do() -> None:
        lines = priced_cart(cart_id, currency, ship_to).lines
        see_prices(cart_id, {line.variant.variant_id: line.unit for line in lines})

    return once(do, then=lambda _none: url_for("cart.page"))


@shop.post("/cart/lines", endpoint="add_line")
@access("public")
def add_line_view() -> ResponseReturnValue:
    """Put pieces of a variant in the cart."""
    variant_id = variant_id_of(request.form.get("variant", ""))
    if variant_id is None:
        raise NotFound()
    currency, visitor, user_id = g.currency, token(), _user_id()

    def do() -> int:
        quantity = _quantity(1)
        cart = cart_for(visitor, user_id)
        add_line(cart, variant_id, quantity, currency)
        return count_pieces(cart.id)

    try:
        return once(
            do,
            then=_to_cart,
            say=_("The piece is in your cart."),
            within=ONE_CLICK_SECONDS,
            visitor=visitor,
        )
    except ShopError as error:
        return _told(error)


@shop.post("/cart/lines/<variant>")
@access("public")
def change(variant: str) -> ResponseReturnValue:
    """Set a line's quantity, or take it out."""
    variant_id, cart = variant_id_of(variant), present_cart()
    if variant_id is None or cart is None:
        raise NotFound()
    cart_id, currency = cart.id, g.currency

    def do() -> int:
        quantity = 0 if request.form.get("do") == "remove" else _quantity(0)
        own = present_cart()
        if own is None or own.id != cart_id:
            raise NotFound()
        if quantity:
            set_quantity(own, variant_id, quantity, currency)
        else:
            remove_line(own, variant_id)
        return count_pieces(cart_id)

    try:
        return once(do, then=_to_cart)
    except ShopError as error:
        return _told(error)


def _to_cart(pieces: int) -> str:
    show_count(pieces)
    return url_for("cart.page")


def _told(error: ShopError) -> ResponseReturnValue:
    """Back to the cart, with the reason; nothing was changed."""
    notice(say(error), "warning")
    return redirect(url_for("cart.page"), 303)


def _quantity(least: int) -> int:
    """The pieces asked for; raises BadQuantity rather than guess what was meant."""
    typed = request.form.get("quantity", str(least)).strip()
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 6:
        raise BadQuantity()
    return min(max(int(typed), least), MOST_PIECES)


def _user_id() -> int | None:
    person = principal()
    return person.user_id if person else None
