"""The cart's page and what can be done on it; every button is a plain form."""

from __future__ import annotations

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.cart.actions.lines import (
    BadQuantity,
    add_line,
    remove_line,
    save_line,
    see_prices,
    set_quantity,
    undo,
)
from storefront.cart.actions.opening import cart_for
from storefront.cart.queries import count_pieces, whole_cart
from storefront.cart.views import shop
from storefront.cart.visitor import present_cart, show_count, token
from storefront.catalogue import variant_id_of
from storefront.kernel.errors import NotFound, ShopError
from storefront.media import pictures
from storefront.web import access, notice, once, principal, render, say

MOST_PIECES = 999
# A double click on a cached page, which carries no action id.
ONE_CLICK_SECONDS = 3
_STEPS = {"less": -1, "more": 1}


@shop.get("/cart")
@access("public")
def page() -> ResponseReturnValue:
    """The pieces by workshop, what has changed, what delivery will about cost, what is kept for
    later and what can be put back."""
    cart = present_cart()
    priced = whole_cart(cart.id if cart else None, g.currency, g.ship_to)
    show_count(priced.pieces)
    return render("cart/shop/page.html", cart=priced, shown=pictures(priced.media_ids))


@shop.post("/cart/seen")
@access("public")
def seen() -> ResponseReturnValue:
    """The visitor has seen the new prices."""
    cart = present_cart()
    if cart is None:
        raise NotFound()
    cart_id, currency, ship_to = cart.id, g.currency, g.ship_to

    def do() -> None:
        shown = whole_cart(cart_id, currency, ship_to)
        lines = [*shown.lines, *shown.saved]
        see_prices(cart_id, {line.variant.variant_id: line.unit for line in lines})

    return once(do, then=lambda _none: url_for("cart.page"))


@shop.post("/cart/lines", endpoint="add_line")
@access("public")
def add_line_view() -> ResponseReturnValue:
    """Put pieces of a variant in the cart."""
    variant_id = variant_id_of(request.form.get("variant", ""))
    if variant_id is None:
        raise NotFound()
    currency, visitor, owner = g.currency, token(), user_id()

    def do() -> int:
        quantity = _quantity(1)
        cart = cart_for(visitor, owner)
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
        return told(error, url_for("cart.page"))


@shop.post("/cart/lines/<variant>")
@access("public")
def change(variant: str) -> ResponseReturnValue:
    """Set a line's quantity, one more or one fewer; take it out, or keep it for later."""
    variant_id, cart = variant_id_of(variant), present_cart()
    if variant_id is None or cart is None:
        raise NotFound()
    cart_id, currency, wish = cart.id, g.currency, request.form.get("do", "")

    def do() -> int:
        quantity = 0 if wish in {"remove", "save"} else max(0, _quantity(0) + _STEPS.get(wish, 0))
        own = present_cart()
        if own is None or own.id != cart_id:
            raise NotFound()
        if wish == "save":
            save_line(own, variant_id)
        elif quantity:
            set_quantity(own, variant_id, quantity, currency)
        else:
            remove_line(own, variant_id)
        return count_pieces(cart_id)

    def then(pieces: int) -> str:
        # The reader stays at the line; with the page's top comes what can be put back.
        stays = wish not in {"remove", "save"}
        return _to_cart(pieces) + (f"#line-{variant}" if stays else "")

    try:
        return once(do, then=then)
    except ShopError as error:
        return told(error, url_for("cart.page"))


@shop.post("/cart/undo/<variant>", endpoint="undo")
@access("public")
def undo_view(variant: str) -> ResponseReturnValue:
    """Put back what was removed, where it stood and with its number."""
    variant_id, cart = variant_id_of(variant), present_cart()
    if variant_id is None or cart is None:
        raise NotFound()
    cart_id = cart.id
    onward = url_for("cart.wish_list" if request.form.get("back") == "list" else "cart.page")

    def do() -> bool:
        own = present_cart()
        if own is None or own.id != cart_id:
            raise NotFound()
        is_back = undo(own, variant_id)
        show_count(count_pieces(cart_id))
        return is_back

    def said(is_back: bool) -> str:
        return str(_("The piece is back.") if is_back else _("There was nothing left to put back."))

    try:
        return once(do, then=lambda _is_back: onward, say=said)
    except ShopError as error:
        return told(error, onward)


def _to_cart(pieces: int) -> str:
    show_count(pieces)
    return url_for("cart.page")


def told(error: ShopError, onward: str) -> ResponseReturnValue:
    """Back to the page, with the reason; nothing was changed."""
    notice(say(error), "warning")
    return redirect(onward, 303)


def _quantity(least: int) -> int:
    """The pieces asked for; raises BadQuantity rather than guess what was meant."""
    typed = request.form.get("quantity", str(least)).strip()
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 6:
        raise BadQuantity()
    return min(max(int(typed), least), MOST_PIECES)


def user_id() -> int | None:
    """The account behind the request, if any."""
    person = principal()
    return person.user_id if person else None
