"""Finding an order again: the link is mailed to its buyer, never shown."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.kernel.clock import now
from storefront.kernel.db import transaction
from storefront.kernel.errors import NotFound
from storefront.notifications import queue_mail
from storefront.orders.forms import FindForm
from storefront.orders.queries.access import order_by_number
from storefront.orders.views import shop
from storefront.web import access, hit, network, notice, render


@shop.route("/orders/find", methods=["GET", "POST"])
@access("public")
def find() -> ResponseReturnValue:
    """Number and mail address; the answer is the same whether they fit or not."""
    form = FindForm()
    if form.accepted():
        hit("order_find", network(), limit=20, seconds=3600)
        _mail_link(form.number.data or "", form.email.data or "")
        notice(_("If number and address belong together, the link is on its way to your inbox."))
        return redirect(url_for("orders.find"), 303)
    return render("orders/shop/find.html", form=form), 422 if form.errors else 200


def _mail_link(number: str, email: str) -> None:
    with transaction():
        try:
            order = order_by_number(number)
        except NotFound:
            return
        if order.contact.email.casefold() == email.strip().casefold():
            hour = now().strftime("%Y%m%d%H")
            queue_mail("orders.link", f"orders.link:{order.id}:{hour}", {"order_id": order.id})
