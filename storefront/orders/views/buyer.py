"""The buyer's pages of an order, opened by its unguessable link."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.accounts import address_rules, record_audit
from storefront.kernel.crypto import keyed_hash
from storefront.kernel.db import db
from storefront.kernel.errors import NotAllowed
from storefront.kernel.paging import page_of
from storefront.media import pictures
from storefront.orders.actions.fulfilment import cancel_part, deliver
from storefront.orders.actions.journal import Actor
from storefront.orders.forms import ReasonForm, RefundAccountForm
from storefront.orders.models import RefundAccount
from storefront.orders.queries.access import order_by_token, orders_of_user, part_of_order
from storefront.orders.queries.desk import events_of, invoices_of, refunds_of
from storefront.orders.views import shop
from storefront.orders.views.opening import is_open_to_visitor
from storefront.web import access, once, page_number, principal, render, say, signed_in


@shop.after_request
def keep_the_link_secret(response: Response) -> Response:
    """The address of an order is its key: no cache, no search engine, no next page learns it."""
    if "token" in (request.view_args or {}):
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@shop.get("/orders/<token>")
@access("public")
def page(token: str) -> ResponseReturnValue:
    """How the order stands: confirmation first, then one row per parcel."""
    order = order_by_token(token)
    lines = [line for part in order.sub_orders for line in part.lines]
    return render(
        "orders/shop/page.html",
        order=order,
        shown=pictures({line.media_id for line in lines}),
        refunds=refunds_of(order.id),
        events=events_of(order.id),
    )


@shop.route("/orders/<token>/details", methods=["GET", "POST"])
@access("public")
def details(token: str) -> ResponseReturnValue:
    """Address and refund account, for the buyer only."""
    order = order_by_token(token)
    if not is_open_to_visitor(order):
        return redirect(url_for("orders.unlock", token=token), 303)
    account = db.session.get(RefundAccount, order.id)
    form = RefundAccountForm()
    order_id = order.id
    if form.accepted():
        return once(
            lambda: _keep_account(order_id, form),
            then=lambda _result: url_for("orders.details", token=token),
            say=_("Thank you. We will return the money to this account."),
        )
    content = render(
        "orders/shop/details.html",
        order=order,
        address=address_rules.lines(order.contact),
        account=account,
        awaits_account=any(
            refund.way == "transfer" and refund.state in ("requested", "approved", "failed")
            for refund in refunds_of(order.id)
        ),
        form=form,
    )
    return content, 422 if form.errors else 200


def _keep_account(order_id: int, form: RefundAccountForm) -> None:
    row = db.session.get(RefundAccount, order_id)
    if row is None:
        row = RefundAccount(order_id=order_id)
        db.session.add(row)
    row.bank, row.holder = form.bank.data or "", form.holder.data or ""
    row.number = form.number.data or ""
    row.number_hash = keyed_hash(row.number)
    record_audit(None, "refund_account.given", "order", order_id)


@shop.post("/orders/<token>/parts/<public_id>/received")
@access("public")
def received(token: str, public_id: str) -> ResponseReturnValue:
    """The buyer has the parcel in hand."""
    part = part_of_order(order_by_token(token), public_id)
    part_id = part.id
    return once(
        lambda: deliver(part_id, _buyer(), "buyer"),
        then=lambda _part: url_for("orders.page", token=token),
        say=_("Thank you for telling us. We hope the pieces give you joy."),
    )


@shop.route("/orders/<token>/parts/<public_id>/cancel", methods=["GET", "POST"])
@access("public")
def cancel(token: str, public_id: str) -> ResponseReturnValue:
    """Call a part off before its workshop has accepted; it is refunded in full.

    Asks for the code like address and account do: a link that was passed on must not undo a sale.
    """
    order = order_by_token(token)
    part = part_of_order(order, public_id)
    if part.state != "to_confirm":
        return redirect(url_for("orders.page", token=token), 303)
    if not is_open_to_visitor(order):
        return redirect(url_for("orders.unlock", token=token, part=public_id), 303)
    form = ReasonForm()
    form.offer("cancel", "buyer")
    if form.accepted():
        part_id, why, actor = part.id, form.why, _buyer()
        try:
            return once(
                lambda: cancel_part(part_id, actor, why),
                then=lambda _part: url_for("orders.page", token=token),
                say=_("This part of the order is cancelled. The refund follows by itself."),
            )
        except NotAllowed as error:
            form.form_errors.append(say(error))
            order = order_by_token(token)
            part = part_of_order(order, public_id)
    content = render("orders/shop/cancel.html", order=order, part=part, form=form)
    return content, 422 if form.errors else 200


@shop.get("/orders/<token>/receipt")
@access("public")
def receipt(token: str) -> ResponseReturnValue:
    """The workshops' numbered receipts, to print."""
    order = order_by_token(token)
    invoices = invoices_of(order.id)
    if not invoices:
        return redirect(url_for("orders.page", token=token), 303)
    return render(
        "orders/shop/receipt.html",
        order=order,
        invoices=invoices,
        address=address_rules.lines(order.contact) if is_open_to_visitor(order) else [],
    )


@shop.get("/account/orders")
@access("signed_in")
def history() -> ResponseReturnValue:
    """The buyer's own orders, newest first."""
    found = page_of(orders_of_user(signed_in().user_id), page_number())
    return render("orders/shop/history.html", page=found)


def _buyer() -> Actor:
    person = principal()
    return Actor("buyer", person.user_id if person else None)
