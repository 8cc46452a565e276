"""The council's desk of orders: every part, the whole order with its money and history, and acting
on behalf of whoever does not."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.accounts import address_rules, record_audit
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import ShopError
from storefront.kernel.paging import page_of
from storefront.media import BadFile, add_file, prepare_document
from storefront.orders.actions import fulfilment, refunding
from storefront.orders.actions.journal import Actor
from storefront.orders.forms import ProofForm, ReasonForm, WhyForm
from storefront.orders.models import Order, RefundAccount
from storefront.orders.queries.access import (
    any_sub_order,
    order_by_number,
    refund_by_public_id,
)
from storefront.orders.queries.desk import (
    DeskFilter,
    council_orders,
    events_of,
    mails_of,
    money_of,
    refunds_of,
)
from storefront.orders.rules import SUB_ORDER
from storefront.orders.states import PART_STATES
from storefront.orders.views import council
from storefront.web import access, notice, once, page_number, principal, render, say, signed_in

ON_BEHALF: dict[str, Callable[[int, Actor], object]] = {
    "accept": fulfilment.accept,
    "make": fulfilment.start_making,
    "ready": fulfilment.mark_ready,
    "deliver": fulfilment.deliver,
    "complete": fulfilment.complete,
}
BUTTONS = {
    "accept": _l("Accept for the workshop"),
    "make": _l("Note that work has begun"),
    "ready": _l("Note that it is ready"),
    "deliver": _l("Note that it has arrived"),
    "complete": _l("Mark as completed"),
}


@council.get("/orders")
@access("council")
def orders() -> ResponseReturnValue:
    """All parts of all orders, narrowed by state, lateness or a search."""
    state = request.args.get("state", "")
    wanted = DeskFilter(
        state=state if state in PART_STATES else "",
        late=request.args.get("late") == "1",
        text=request.args.get("q", "")[:100],
    )
    found = page_of(council_orders(wanted), page_number(), size=40)
    return render("orders/council/list.html", page=found, wanted=wanted, states=PART_STATES)


@council.get("/orders/<number>")
@access("council")
def order(number: str) -> ResponseReturnValue:
    """One order whole: parts, money, refunds, mails, history."""
    return _order_page(order_by_number(number), opened=False)


@council.post("/orders/<number>/open")
@access("council:curator,finance")
def reveal(number: str) -> ResponseReturnValue:
    """Show address, customs code and refund account; that somebody looked is noted."""
    order_id = order_by_number(number).id
    with transaction():
        record_audit(signed_in().user_id, "personal.read", "order", order_id)
    return _order_page(order_by_number(number), opened=True)


def _order_page(row: Order, *, opened: bool) -> str:
    account = db.session.get(RefundAccount, row.id)
    return render(
        "orders/council/order.html",
        order=row,
        money=money_of(row),
        refunds=refunds_of(row.id),
        events=events_of(row.id),
        mails=mails_of(row.id),
        opened=opened,
        address=address_rules.lines(row.contact) if opened else [],
        account=account if opened else None,
        has_account=account is not None,
        verbs={part.id: SUB_ORDER.verbs(part.state) for part in row.sub_orders},
        buttons=BUTTONS,
    )


@council.post("/orders/parts/<public_id>/<any(accept, make, ready, deliver, complete):step>")
@access("council:curator,finance")
def act(public_id: str, step: str) -> ResponseReturnValue:
    """Do a step for a workshop or buyer who does not."""
    part = any_sub_order(public_id)
    part_id, number, actor = part.id, part.order.number, _council()
    return _once(lambda: ON_BEHALF[step](part_id, actor), number, _("Done and noted."))


@council.route("/orders/parts/<public_id>/cancel", methods=["GET", "POST"])
@access("council:curator,finance")
def cancel(public_id: str) -> ResponseReturnValue:
    """Call a part off, with a reason and what becomes of its pieces."""
    part = any_sub_order(public_id)
    if not SUB_ORDER.allows(part.state, "cancel"):
        return redirect(url_for("orders_council.order", number=part.order.number), 303)
    form = ReasonForm()
    form.offer("cancel", "council")
    if form.accepted():
        part_id, number, actor, why = part.id, part.order.number, _council(), form.why
        back: list[int] | None = None if request.form.get("restock") == "1" else []
        return _once(
            lambda: fulfilment.cancel_part(part_id, actor, why, back),
            number,
            _("Cancelled. The refund is prepared."),
        )
    content = render("orders/council/cancel.html", part=part, form=form)
    return content, 422 if form.errors else 200


@council.post("/orders/refunds/<public_id>/<any(approve, reject):decision>")
@access("council:finance")
def decide(public_id: str, decision: str) -> ResponseReturnValue:
    """Allow or refuse a refund; paying it is another step."""
    refund = refund_by_public_id(public_id)
    refund_id, actor = refund.id, _council()
    number = db.session.get_one(Order, refund.order_id).number
    form = WhyForm()
    if not form.accepted():
        notice(_("Please say why; it stands in the order's history."), "error")
        return redirect(url_for("orders_council.order", number=number), 303)
    why = form.why.data or ""

    def do() -> object:
        if decision == "approve":
            return refunding.approve_refund(refund_id, actor, why)
        return refunding.reject_refund(refund_id, actor, why)

    return _once(do, number, _("Decided and noted."))


@council.post("/orders/refunds/<public_id>/paid")
@access("council:finance")
def refund_paid(public_id: str) -> ResponseReturnValue:
    """A refund was transferred by hand; the bank's slip is kept with it."""
    refund = refund_by_public_id(public_id)
    if refund.way != "transfer":
        abort(404)
    refund_id, actor = refund.id, _council()
    number = db.session.get_one(Order, refund.order_id).number
    form = ProofForm()
    upload = form.proof.data
    if not form.accepted() or not upload:
        notice(_("Please add the bank's slip."), "error")
        return redirect(url_for("orders_council.order", number=number), 303)
    try:
        slip = prepare_document(upload.stream, upload.filename or "")
    except BadFile as error:
        notice(say(error), "error")
        return redirect(url_for("orders_council.order", number=number), 303)

    def do() -> object:
        proof = add_file(slip, user_id=actor.user_id)
        refunding.refund_sent(refund_id, actor)
        return refunding.refund_done(refund_id, actor, proof_id=proof.id)

    return _once(do, number, _("The refund is booked; the buyer has been told."))


def _once(verb: Callable[[], object], number: str, said: str) -> ResponseReturnValue:
    """Do it once; what the rules refuse is told on the order's page."""
    page = url_for("orders_council.order", number=number)
    try:
        return once(verb, then=lambda _result: page, say=said)
    except ShopError as error:
        notice(say(error), "error")
        return redirect(page, 303)


def _council() -> Actor:
    person = principal()
    return Actor("council", person.user_id if person else None)
