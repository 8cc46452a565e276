"""The wish list: what a visitor keeps for later, from a piece's page or from the cart."""

from __future__ import annotations

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.cart.actions.lines import buy_saved, drop_saved, save_variant
from storefront.cart.actions.opening import cart_for
from storefront.cart.queries import count_pieces, wish_list
from storefront.cart.views import shop
from storefront.cart.views.page import ONE_CLICK_SECONDS, told, user_id
from storefront.cart.visitor import present_cart, show_count, token
from storefront.catalogue import offered_variants, variant_id_of
from storefront.kernel.errors import NotFound, ShopError
from storefront.media import pictures
from storefront.web import access, once, render


@shop.get("/wish-list", endpoint="wish_list")
@access("public")
def wish_list_page() -> ResponseReturnValue:
    """The pieces kept for later, with what became of price and stock since."""
    cart = present_cart()
    kept = wish_list(cart.id if cart else None, g.currency, g.ship_to)
    return render("cart/shop/wish_list.html", cart=kept, shown=pictures(kept.media_ids))


@shop.post("/wish-list/lines", endpoint="save")
@access("public")
def save_from_piece() -> ResponseReturnValue:
    """Keep a piece for later, from its page; the reader stays there."""
    variant_id = variant_id_of(request.form.get("variant", ""))
    offers = offered_variants([variant_id], "IDR") if variant_id is not None else {}
    if variant_id is None or variant_id not in offers:
        raise NotFound()
    onward = url_for("catalogue.product", slug=offers[variant_id].product_slug)
    currency, visitor, owner = g.currency, token(), user_id()

    def do() -> None:
        save_variant(cart_for(visitor, owner), variant_id, currency)

    try:
        return once(
            do,
            then=lambda _none: onward,
            say=_("The piece is on your wish list."),
            within=ONE_CLICK_SECONDS,
            visitor=visitor,
        )
    except ShopError as error:
        return told(error, onward)


@shop.post("/wish-list/lines/<variant>", endpoint="saved_line")
@access("public")
def change_saved(variant: str) -> ResponseReturnValue:
    """Move a kept piece into the cart, or take it off the list."""
    variant_id, cart = variant_id_of(variant), present_cart()
    if variant_id is None or cart is None:
        raise NotFound()
    cart_id, currency = cart.id, g.currency
    buys = request.form.get("do") == "cart"
    onward = url_for("cart.wish_list" if request.form.get("back") == "list" else "cart.page")

    def do() -> None:
        own = present_cart()
        if own is None or own.id != cart_id:
            raise NotFound()
        if buys:
            buy_saved(own, variant_id, currency)
        else:
            drop_saved(own, variant_id)
        show_count(count_pieces(cart_id))

    try:
        said = _("The piece is in your cart.") if buys else ""
        return once(do, then=lambda _none: onward, say=said)
    except ShopError as error:
        return told(error, onward)
