"""Which cart a visitor has: by the account, or by a cookie that only this shop reads."""

from __future__ import annotations

from flask import Flask, g, request
from werkzeug.wrappers import Response

from storefront.accounts import on_sign_in
from storefront.cart.actions.opening import find_cart, join_carts
from storefront.cart.models import Cart
from storefront.kernel.db import secret_token
from storefront.web import principal, read_cookie, set_cookie

COOKIE, COUNT = "cart", "cart_count"
SECONDS = 90 * 24 * 3600


def token() -> str:
    """The visitor's cart token, made up on first need and set with the answer."""
    kept = read_cookie(COOKIE) or g.get("new_cart_token")
    if not kept or len(kept) > 64:
        kept = g.new_cart_token = secret_token()
    return str(kept)


def present_cart() -> Cart | None:
    """The visitor's cart, if there is one."""
    person = principal()
    return find_cart(read_cookie(COOKIE), person.user_id if person else None)


def show_count(pieces: int) -> None:
    """Let the header say how many pieces are in the cart."""
    g.cart_count = pieces


def init_cart(app: Flask) -> None:
    """Set the cookies after the view, and bring the guest's pieces along at sign-in."""
    app.after_request(_set_cookies)
    on_sign_in(_join)


def _set_cookies(response: Response) -> Response:
    if "new_cart_token" in g:
        set_cookie(response, COOKIE, g.new_cart_token, max_age=SECONDS)
    if "cart_count" in g:
        # Readable by script on purpose: cached pages show the count from it.
        set_cookie(response, COUNT, str(g.cart_count), max_age=SECONDS, http_only=False)
    return response


def _join(user_id: int, cookie: object) -> None:
    read = cookie if callable(cookie) else request.cookies.get
    guest = find_cart(read(COOKIE))
    if guest is not None and guest.user_id in (None, user_id):
        join_carts(guest, user_id)
