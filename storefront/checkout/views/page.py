"""Checkout on one page, without script: contact, address, delivery, payment, review, one button."""

from __future__ import annotations

import re
from typing import Any

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts import Address, User, address_book, address_form, address_rules
from storefront.cart import PricedCart, find_cart, priced_cart
from storefront.catalogue import OutOfStock
from storefront.checkout.order_forms import CheckoutForm
from storefront.checkout.paying import start_payment
from storefront.checkout.placing import CartHasChanged, Purchase, place_order
from storefront.checkout.quoting import Quote, quote
from storefront.kernel.db import db
from storefront.kernel.errors import ShopError
from storefront.media import pictures
from storefront.payments import PROVIDERS, providers_for
from storefront.shipping import destination
from storefront.web import (
    SHIP_TO,
    access,
    network,
    notice,
    once,
    principal,
    read_cookie,
    render,
    say,
    shop_blueprint,
)

shop = shop_blueprint("checkout", __name__)
CART_COOKIE = "cart"
_DELIVERY = re.compile(r"delivery-([0-9]{1,18})")


@shop.route("/checkout", methods=["GET", "POST"])
@access("public")
def page() -> ResponseReturnValue:
    """Show the page, show it anew with other choices, or place the order."""
    country = _country()
    form = _form(country)
    if request.method == "POST" and request.form.get("do") == "place":
        if form.validate():
            return _place(form, country)
        return _show(form, country, 422)
    return _show(form, country)


def _place(form: Any, country: str) -> ResponseReturnValue:
    person = principal()
    purchase = Purchase(
        cart_token=read_cookie(CART_COOKIE) or "",
        user_id=person.user_id if person else None,
        network=network(),
        lang=g.lang,
        currency=g.currency,
        country=country,
        email=form.email.data,
        address=form.address_values(),
        chosen=_chosen(),
        way=request.form.get("way", ""),
        note=form.note.data or "",
        mark=form.mark.data or "",
    )
    try:
        return once(
            lambda: place_order(purchase),
            then=lambda placed: url_for("orders.page", token=placed[0]),
            after=_onward,
        )
    except OutOfStock:
        notice(_("Somebody was quicker: one of your pieces has just been sold."), "warning")
        return redirect(url_for("cart.page"), 303)
    except CartHasChanged as error:
        form.form_errors.append(say(error))
        return _show(form, country, 409)
    except ShopError as error:
        form.form_errors.append(say(error))
        return _show(form, country, 422)


def _onward(placed: tuple[str, int]) -> str | None:
    """To the provider's page; if it cannot be reached the order's page offers to try again."""
    g.cart_count = 0
    try:
        return start_payment(placed[1])
    except ShopError as error:
        notice(say(error), "error")
        return None


def _show(form: Any, country: str, status: int = 200) -> ResponseReturnValue:
    cart = _cart(country)
    if not cart.groups:
        return redirect(url_for("cart.page"), 303)
    shown = _quote(cart, form, country)
    ways = providers_for(cart.currency, country, shown.total) if shown.has_offers else []
    names = [way.name for way in ways]
    way = request.form.get("way", "")
    form.mark.data = shown.mark
    content = render(
        "checkout/shop/page.html",
        form=form,
        quote=shown,
        country=country,
        countries=SHIP_TO,
        pictures=pictures({line.variant.media_id for line in cart.lines}),
        ways=[(name, PROVIDERS[name]) for name in names],
        way=way if way in names else (names[0] if names else ""),
        book=_book(),
    )
    return content, status


def _form(country: str) -> Any:
    needs_code = destination(country).needs_customs_code
    made = address_form(country, needs_customs=needs_code, base=CheckoutForm)
    if request.method == "POST":
        return made()
    person = principal()
    entry = _entry()
    if entry is None:
        return made()
    values = {name: getattr(entry, name) for name in address_rules.COLUMNS}
    return made(data=values | {"email": _own_email(person)})


def _own_email(person: Any) -> str:
    user = db.session.get(User, person.user_id) if person else None
    return (user.email or "") if user else ""


def _country() -> str:
    asked = request.form.get("country") or request.args.get("country") or ""
    if asked in SHIP_TO:
        return asked
    entry = _entry() if request.method == "GET" else None
    return entry.country if entry and entry.country in SHIP_TO else g.ship_to


def _book() -> list[Address]:
    person = principal()
    return address_book(person.user_id) if person else []


def _entry() -> Address | None:
    """The address of the book that was chosen, else the default one."""
    if "entry" not in g:
        book, wanted = _book(), request.args.get("address", "")
        g.entry = next((row for row in book if row.public_id == wanted), None) or next(
            (row for row in book if row.is_default), None
        )
    entry: Address | None = g.entry
    return entry


def _cart(country: str) -> PricedCart:
    person = principal()
    own = find_cart(read_cookie(CART_COOKIE), person.user_id if person else None)
    return priced_cart(own.id if own else None, g.currency, country)


def _quote(cart: PricedCart, form: Any, country: str) -> Quote:
    return quote(
        cart,
        country,
        province=str(form.province.data or "") if "province" in form else "",
        city=str(form.city.data or "") if "city" in form else "",
        chosen=_chosen(),
    )


def _chosen() -> dict[int, str]:
    """Which service was picked for each workshop's parcel."""
    return {
        int(found[1]): value
        for name, value in request.form.items()
        if (found := _DELIVERY.fullmatch(name))
    }
