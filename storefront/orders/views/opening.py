"""Who may see more of an order than its link shows: the account that owns it, or whoever typed the
code that was mailed to the buyer."""

from __future__ import annotations

from flask import current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from storefront.accounts import open_code, redeem_code
from storefront.kernel.db import transaction
from storefront.notifications import queue_mail
from storefront.orders.forms import CodeForm
from storefront.orders.models import Order
from storefront.orders.queries.access import order_by_token
from storefront.orders.views import shop
from storefront.web import (
    access,
    hit,
    network,
    once,
    principal,
    read_cookie,
    render,
    set_cookie,
)

PURPOSE = "order_access"
_COOKIE = "order_open"
_SECONDS = 30 * 60
_MINUTES = 30


def is_open_to_visitor(order: Order) -> bool:
    """Whether address, customs code and refund account may be shown to this visitor."""
    person = principal()
    if person is not None and order.user_id == person.user_id:
        return True
    try:
        return bool(_signer().loads(read_cookie(_COOKIE) or "", max_age=_SECONDS) == order.id)
    except BadSignature:
        return False


@shop.post("/orders/<token>/code")
@access("public")
def send_code(token: str) -> ResponseReturnValue:
    """Mail a code to the buyer's address."""
    order = order_by_token(token)
    hit("order_code", token, limit=5, seconds=3600)
    hit("order_code_network", network(), limit=30, seconds=3600)
    order_id, subject = order.id, order.token

    def issue() -> None:
        code = open_code(PURPOSE, subject=subject, minutes=_MINUTES, digits=6)
        payload = {"order_id": order_id, "code_id": code.id}
        queue_mail("orders.code", f"orders.code:{code.id}", payload)

    return once(
        issue,
        then=lambda _result: url_for("orders.unlock", token=token, part=_part()),
        say=_("We have sent a code to the email address of this order."),
    )


@shop.route("/orders/<token>/unlock", methods=["GET", "POST"])
@access("public")
def unlock(token: str) -> ResponseReturnValue:
    """Type the code; right, it opens the order's personal part for half an hour.

    With `part` in the address the visitor came to cancel that part and goes on there.
    """
    order = order_by_token(token)
    if is_open_to_visitor(order):
        return redirect(_way_on(token), 303)
    form = CodeForm()
    if form.accepted():
        hit("order_unlock", token, limit=10, seconds=3600)
        order_id = order.id
        with transaction():
            right = redeem_code(PURPOSE, token, form.code.data or "")
        if right is not None:
            answer = make_response(redirect(_way_on(token), 303))
            set_cookie(answer, _COOKIE, _signer().dumps(order_id), max_age=_SECONDS)
            return answer
        form.code.errors = [_("This code is wrong or no longer valid. You can ask for a new one.")]
        order = order_by_token(token)
    page = render("orders/shop/unlock.html", order=order, form=form, part=_part())
    return page, 422 if form.errors else 200


def _part() -> str | None:
    return request.args.get("part")


def _way_on(token: str) -> str:
    if part := _part():
        return url_for("orders.cancel", token=token, public_id=part)
    return url_for("orders.details", token=token)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="order-open")
