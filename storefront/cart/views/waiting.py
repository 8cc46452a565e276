"""Waiting for a piece that is sold out: leaving an address, proving it, and ending it again.

Mail programs open links by themselves, so a GET only shows; the button does.
"""

from __future__ import annotations

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.accounts import User
from storefront.cart.actions.watching import (
    confirm_watch,
    end_watches,
    find_watch,
    watch,
)
from storefront.cart.forms import WatchForm
from storefront.cart.views import shop
from storefront.cart.views.page import ONE_CLICK_SECONDS, told, user_id
from storefront.catalogue import offered_variants, variant_id_of
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import NotFound, ShopError
from storefront.web import access, hit, network, once, render

# (limit, seconds): mails one network may make us write, and mails one address may get.
FROM_NETWORK, TO_ONE = (30, 3600), (3, 6 * 3600)


@shop.post("/stock-notices", endpoint="watch")
@access("public")
def leave_address() -> ResponseReturnValue:
    """Take an address. The answer is the same whoever it belongs to and whatever we know of it;
    only who is signed in with this very address is spared the mail that asks for consent."""
    form = WatchForm()
    variant_id = variant_id_of(form.variant.data or "")
    offers = offered_variants([variant_id], g.currency) if variant_id is not None else {}
    if variant_id is None or variant_id not in offers:
        raise NotFound()
    piece = offers[variant_id]
    if not form.accepted():
        return render("cart/shop/watch.html", form=form, piece=piece), 422
    email, lang, owner = str(form.email.data), g.lang, user_id()
    hit("stock_watch_network", network(), *FROM_NETWORK)
    hit("stock_watch_mail", email, *TO_ONE)
    is_proven = owner is not None and _proven_address(owner) == email

    def do() -> None:
        watch(variant_id, email, lang, user_id=owner, is_proven=is_proven)

    onward = url_for("catalogue.product", slug=piece.product_slug)
    try:
        return once(
            do,
            then=lambda _none: onward if is_proven else url_for("cart.watch_sent"),
            say=_("We write to you as soon as the piece is here again.") if is_proven else "",
            within=ONE_CLICK_SECONDS,
            visitor=network(),
        )
    except ShopError as error:
        return told(error, onward)


@shop.get("/stock-notices/sent")
@access("public")
def watch_sent() -> ResponseReturnValue:
    """What happens next, for every address alike."""
    return render("cart/shop/watch_sent.html")


@shop.get("/stock-notices/<token>", endpoint="confirm_watch")
@access("public")
def show_confirmation(token: str) -> ResponseReturnValue:
    """Ask whether the address wants the mail."""
    row = find_watch(token)
    if row is None:
        return render("cart/shop/watch_over.html"), 404
    piece = offered_variants([row.variant_id], g.currency)[row.variant_id]
    return render("cart/shop/watch_confirm.html", watch=row, piece=piece)


@shop.post("/stock-notices/<token>")
@access("public")
def confirm(token: str) -> ResponseReturnValue:
    """The address is proven: from now on it waits."""
    try:
        return once(
            lambda: confirm_watch(token),
            then=lambda _none: url_for("cart.confirm_watch", token=token),
            say=_("We write to you as soon as the piece is here again."),
        )
    except ShopError:
        return render("cart/shop/watch_over.html"), 404


@shop.get("/stock-notices/<token>/end", endpoint="end_watch")
@access("public")
def show_end(token: str) -> ResponseReturnValue:
    """Ask before taking the address off; without an address there is nothing left to ask."""
    return render("cart/shop/watch_end.html", token=token, watch=find_watch(token))


@shop.post("/stock-notices/<token>/end")
@access("public")
def end(token: str) -> ResponseReturnValue:
    """No more such mails. Mail programs come here too, without our page before (RFC 8058)."""
    if request.form.get("List-Unsubscribe") == "One-Click":
        with transaction():
            end_watches(token)
        return render("cart/shop/watch_end.html", token=token, watch=None)
    return once(
        lambda: end_watches(token), then=lambda _none: url_for("cart.end_watch", token=token)
    )


def _proven_address(owner: int) -> str:
    user = db.session.get_one(User, owner)
    return user.email if user.email and user.email_confirmed_at else ""
