"""Paying an order that exists: choosing a way, coming back, transferring, rehearsing.

None of these pages decides anything: they ask `checkout.paying` and show what came of it.
"""

from __future__ import annotations

import hmac
from zoneinfo import ZoneInfo

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.checkout.charging import is_return_proof, return_proof
from storefront.checkout.paying import (
    PAYABLE,
    ask_provider,
    call_off_order,
    finish_payment,
    next_instalment,
    pay_again,
    start_payment,
)
from storefront.checkout.paying_forms import PayForm, ProofForm
from storefront.kernel.db import db
from storefront.kernel.errors import ShopError
from storefront.kernel.money import Money
from storefront.kernel.runtime import settings
from storefront.media import BadFile, MediaFile, PreparedFile, add_file, prepare_document
from storefront.orders import Actor, Order, order_by_token
from storefront.payments import (
    OPEN,
    Payment,
    add_proof,
    open_task,
    payment_by_name,
    payments_of_order,
    proofs_of,
    providers_for,
    rehearsal_state,
    rehearse,
    transfer_account,
    zone_of,
)
from storefront.web import (
    access,
    hit,
    notice,
    once,
    principal,
    render,
    say,
    shop_blueprint,
)

shop = shop_blueprint("payments", __name__)

MOST_PROOFS = 5


# -- choosing how to pay --------------------------------------------------------------------------


@shop.route("/orders/<token>/pay", methods=["GET", "POST"])
@access("public")
def pay(token: str) -> ResponseReturnValue:
    """The ways to pay an order that waits for its payment; POST goes on to the chosen one."""
    order = order_by_token(token)
    if order.state not in PAYABLE:
        return redirect(_order_page(order), 303)
    due = next_instalment(order)
    amount = Money(due.amount_minor - due.paid_minor, order.currency)
    ways = providers_for(order.currency, order.country, amount)
    form = PayForm(way=order.provider)
    form.offer([way.name for way in ways])
    if form.accepted():
        actor, way = _buyer(), str(form.way.data)
        return once(
            lambda: order.id,
            then=lambda _id: url_for("payments.pay", token=token),
            after=lambda order_id: onward(order_id, way, actor, token),
        )
    page = render(
        "payments/shop/pay.html", order=order, amount=amount, form=form, zone=_zone(order)
    )
    return page, 422 if form.errors else 200


def onward(order_id: int, way: str, actor: Actor, token: str) -> str:
    """Where the buyer goes to pay by `way`; back to the choice, with the reason, when it fails.

    Called after the commit, outside of any transaction.
    """
    try:
        return start_payment(pay_again(order_id, way, actor))
    except ShopError as error:
        notice(say(error), "error")
        return url_for("payments.pay", token=token)


@shop.post("/orders/<token>/give-up")
@access("public")
def give_up(token: str) -> ResponseReturnValue:
    """Cancel an order that was not paid; its payment page is called off first."""
    order = order_by_token(token)
    actor, order_id = _buyer(), order.id

    def call_off(_result: int) -> str | None:
        try:
            call_off_order(order_id, actor, "buyer")
            notice(_("The order is cancelled. Nothing was charged."))
        except ShopError as error:
            notice(say(error), "error")
        return None

    return once(lambda: order_id, then=lambda _id: _order_page(order), after=call_off)


# -- coming back from the provider ----------------------------------------------------------------


@shop.get("/checkout/return/<public_id>")
@access("public")
def returned(public_id: str) -> ResponseReturnValue:
    """The buyer is back: ask the provider, then show the order or what is left to do."""
    payment = payment_by_name(public_id)
    if payment is None:
        abort(404)
    if payment.state in OPEN:
        hit("payment-return", public_id, 30, 60)
    if not _was_sent_back(payment):
        abort(404)
    trouble = ""
    if payment.state in OPEN:
        try:
            finish_payment(payment.id)
        except ShopError as error:
            trouble = say(error)
    db.session.rollback()
    payment = payment_by_name(public_id)
    assert payment is not None
    order = db.session.get_one(Order, payment.order_id)
    if order.state not in PAYABLE:
        return redirect(_order_page(order), 303)
    return render("payments/shop/returned.html", order=order, payment=payment, trouble=trouble)


def _was_sent_back(payment: Payment) -> bool:
    """Only who comes from the provider knows the session, or the proof in its way back."""
    if is_return_proof(payment.public_id, request.args.get("back", "")):
        return True
    told = request.args.get("session_id", "")
    known = payment.provider_session
    if told and known is None and payment.state in OPEN:
        try:
            known = ask_provider(payment.id).session_id  # quicker than our own commit
        except ShopError:
            return False
    return bool(told and known) and hmac.compare_digest(told.encode(), str(known).encode())


# -- bank transfer --------------------------------------------------------------------------------


@shop.route("/orders/<token>/transfer", methods=["GET", "POST"])
@access("public")
def transfer(token: str) -> ResponseReturnValue:
    """Where to transfer, until when, with which reference; and a place for the proof."""
    order = order_by_token(token)
    payment = _transfer_of(order)
    if payment is None:
        return redirect(url_for("payments.pay", token=token), 303)
    proofs = proofs_of(payment.id)
    form = ProofForm()
    may_send = payment.state != "confirmed" and len(proofs) < MOST_PROOFS
    if may_send and form.accepted():
        hit("transfer-proof", token, 10, 3600)
        try:
            prepared = prepare_document(form.file.data.stream, form.file.data.filename)
        except BadFile as error:
            form.file.errors = [say(error)]
        else:
            note, payment_id = str(form.note.data or ""), payment.id
            return once(
                lambda: _keep_proof(order, payment_id, prepared, note),
                then=lambda _media: url_for("payments.transfer", token=token),
                say=_("Thank you. We have received your proof of payment."),
            )
    page = render(
        "payments/shop/transfer.html",
        order=order,
        payment=payment,
        amount=Money(payment.amount_minor, payment.currency),
        account=transfer_account(),
        proofs=proofs,
        form=form,
        may_send=may_send,
        zone=_zone(order),
    )
    return page, 422 if form.errors else 200


def _keep_proof(order: Order, payment_id: int, prepared: PreparedFile, note: str) -> MediaFile:
    media = add_file(prepared, user_id=order.user_id, is_private=True)
    proof = add_proof(payment_id, media.id, note)
    open_task(
        "transfer_proof",
        f"proof:{proof.id}",
        order_id=order.id,
        payment_id=payment_id,
        amount=Money(order.total_minor, order.currency),
    )
    return media


def _transfer_of(order: Order) -> Payment | None:
    """The open transfer, else the newest one, which may still be shown and take a proof."""
    transfers = [each for each in payments_of_order(order.id) if each.provider == "transfer"]
    still_open = [each for each in transfers if each.state in OPEN]
    return next(iter([*still_open, *reversed(transfers)]), None)


# -- rehearsal ------------------------------------------------------------------------------------


@shop.route("/pay/rehearsal/<public_id>", methods=["GET", "POST"])
@access("public")
def rehearsal(public_id: str) -> ResponseReturnValue:
    """The pay page of the rehearsal gateway. It moves no money and says so."""
    payment = payment_by_name(public_id)
    if payment is None or payment.provider != "rehearsal" or settings().is_production:
        abort(404)
    if request.method == "POST":
        return redirect(_rehearsed(payment, request.form.get("do", "")), 303)
    order = db.session.get_one(Order, payment.order_id)
    return render(
        "payments/shop/rehearsal.html",
        order=order,
        payment=payment,
        amount=Money(payment.amount_minor, payment.currency),
        state=rehearsal_state(public_id),
    )


def _rehearsed(payment: Payment, deed: str) -> str:
    """Press a button; where the buyer is then. Any other deed than the four means abandoning."""
    name, session_id, payment_id = payment.public_id, payment.provider_session, payment.id
    is_over = payment.state not in OPEN
    db.session.rollback()
    if deed == "decline":
        rehearse(name, "decline")
        notice(_("The rehearsed card was declined. You can try again."), "warning")
        return url_for("payments.rehearsal", public_id=name)
    if deed in ("pay", "pay_late"):
        rehearse(name, deed)
        if is_over:
            finish_payment(payment_id)  # as a provider's late message would
        return url_for("payments.returned", public_id=name, session_id=session_id)
    return url_for("payments.returned", public_id=name, back=return_proof(name))


def _order_page(order: Order) -> str:
    return url_for("orders.page", token=order.token)


def _zone(order: Order) -> ZoneInfo | None:
    return zone_of(order.contact.country, order.contact.province)


def _buyer() -> Actor:
    person = principal()
    return Actor("buyer", person.user_id if person is not None else None)
