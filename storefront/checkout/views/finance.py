"""The council's finance desk: tasks, transfers to confirm, payments, the shop's account."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.accounts import record_audit
from storefront.checkout import desk, desk_actions
from storefront.checkout.paying import call_off_rest, finish_payment
from storefront.checkout.paying_forms import AccountForm, ReceivedForm, RemarkForm
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import NotFound, ShopError
from storefront.kernel.money import Money
from storefront.kernel.paging import Page, page_of
from storefront.media import MediaFile, send_document
from storefront.orders import Order, Refund, execute_refund, refund_by_public_id
from storefront.payments import (
    PAYMENT,
    PROVIDERS,
    RECEIVED,
    TASKS,
    FinanceTask,
    Payment,
    history_of,
    messages_of,
    payment_by_name,
    proofs_of,
    task_by_name,
    transfer_account,
)
from storefront.web import (
    access,
    council_blueprint,
    notice,
    once,
    page_number,
    render,
    say,
    signed_in,
)

council = council_blueprint("payments", __name__)

TASKS_A_PAGE = 24
# Money that was booked apart and can be sent back from the task itself.
GIVE_BACK = ("payment_late", "payment_short", "payment_excess", "payment_double", "payment_foreign")


@council.get("/finance")
@access("council:finance")
def tasks() -> ResponseReturnValue:
    """The day's work: what waits for a person, oldest first."""
    state = "done" if request.args.get("state") == "done" else "open"
    rows, total = desk.task_rows(state, page_number(), TASKS_A_PAGE)
    return render(
        "payments/council/tasks.html",
        page=Page(rows, page_number(), TASKS_A_PAGE, total),
        state=state,
        kinds=TASKS,
        transfers=desk.awaited_transfers() if state == "open" else [],
        refunds=desk.refunds_under_way() if state == "open" else [],
    )


# -- tasks ----------------------------------------------------------------------------------------


@council.get("/finance/tasks/<public_id>")
@access("council:finance")
def task(public_id: str) -> ResponseReturnValue:
    """One task: what is known, what was noted, what can be done."""
    return _task_page(_task(public_id), RemarkForm())


@council.post("/finance/tasks/<public_id>/take")
@access("council:finance")
def take(public_id: str) -> ResponseReturnValue:
    """Make the task one's own."""
    me, version = signed_in().user_id, request.form.get("version", "")
    return once(
        lambda: desk_actions.take(public_id, me, version),
        then=lambda _task: url_for("payments_council.task", public_id=public_id),
        say=_("The task is yours."),
    )


@council.post("/finance/tasks/<public_id>/<any(note, close):step>")
@access("council:finance")
def write(public_id: str, step: str) -> ResponseReturnValue:
    """Add a remark, or close the task with how it ended."""
    row, form = _task(public_id), RemarkForm()
    if not form.accepted():
        return _task_page(row, form), 422
    me, text, version = signed_in().user_id, str(form.text.data), str(form.version.data)
    verb = desk_actions.close if step == "close" else desk_actions.remark
    return once(
        lambda: verb(public_id, me, text, version),
        then=lambda _task: (
            url_for("payments_council.tasks")
            if step == "close"
            else url_for("payments_council.task", public_id=public_id)
        ),
        say=_("The task is closed.") if step == "close" else _("Noted."),
    )


@council.post("/finance/tasks/<public_id>/accept")
@access("council:finance")
def accept(public_id: str) -> ResponseReturnValue:
    """Settle the order with money that did not match."""
    me, version = signed_in().user_id, request.form.get("version", "")
    return once(
        lambda: desk_actions.accept_money(public_id, me, version),
        then=lambda _task: url_for("payments_council.task", public_id=public_id),
        say=_("The money is booked to the order."),
    )


@council.post("/finance/tasks/<public_id>/give-back")
@access("council:finance")
def give_back(public_id: str) -> ResponseReturnValue:
    """Prepare a refund of money that fits nothing. Approving it is another step."""
    me, version = signed_in().user_id, request.form.get("version", "")
    return once(
        lambda: desk_actions.give_back(public_id, me, version),
        then=_order_of_refund,
        say=_("The refund is prepared. It has to be approved before it leaves."),
    )


def _order_of_refund(refund: Refund) -> str:
    order = db.session.get_one(Order, refund.order_id)
    return url_for("orders_council.order", number=order.number)


def _task(public_id: str) -> FinanceTask:
    row = task_by_name(public_id)
    if row is None:
        raise NotFound()
    return row


def _task_page(row: FinanceTask, form: RemarkForm) -> str:
    form.version.data = str(row.version)
    return render(
        "payments/council/task.html",
        task=row,
        kinds=TASKS,
        order=db.session.get(Order, row.order_id) if row.order_id else None,
        payment=db.session.get(Payment, row.payment_id) if row.payment_id else None,
        refund=db.session.get(Refund, row.refund_id) if row.refund_id else None,
        amount=Money(row.amount_minor, row.currency),
        form=form,
        can_accept=row.kind == "payment_mismatch" and row.amount_minor > 0,
        can_give_back=row.kind in GIVE_BACK,
        mine=row.owner_id == signed_in().user_id,
    )


# -- payments -------------------------------------------------------------------------------------


@council.get("/finance/payments")
@access("council:finance")
def payments() -> ResponseReturnValue:
    """All payments, newest first; found by reference, order number or the provider's own names."""
    state, text = request.args.get("state", ""), request.args.get("q", "")[:120]
    state = state if state in PAYMENT.states else ""
    page = page_of(desk.select_payments(state, text), page_number())
    return render(
        "payments/council/payments.html",
        page=page,
        orders=desk.orders_of(list(page.items)),
        state=state,
        text=text,
        states=sorted(PAYMENT.states),
        providers=PROVIDERS,
    )


@council.route("/finance/payments/<public_id>", methods=["GET", "POST"])
@access("council:finance")
def payment(public_id: str) -> ResponseReturnValue:
    """One payment with its history; POST confirms a transfer by the amount that arrived."""
    row = _payment(public_id)
    form = ReceivedForm()
    if row.provider == "transfer" and form.accepted():
        me, payment_id, order_id = signed_in().user_id, row.id, row.order_id
        amount, version = form.amount.data or 0, str(form.version.data)
        note = str(form.note.data or "")
        return once(
            lambda: desk_actions.confirm_transfer(payment_id, amount, me, version, note),
            then=lambda _order: url_for("payments_council.payment", public_id=public_id),
            say=_("The money is booked."),
            after=lambda _order: _call_off_rest(order_id),
        )
    form.version.data = str(row.version)
    page = render(
        "payments/council/payment.html",
        payment=row,
        order=db.session.get_one(Order, row.order_id),
        amount=Money(row.amount_minor, row.currency),
        captured=Money(row.captured_minor, row.captured_currency or row.currency),
        proofs=proofs_of(row.id),
        history=history_of(row.id),
        messages=messages_of(row.id),
        providers=PROVIDERS,
        form=form,
        can_confirm=row.provider == "transfer" and row.state not in RECEIVED,
    )
    return page, 422 if form.errors else 200


@council.post("/finance/payments/<public_id>/ask")
@access("council:finance")
def ask(public_id: str) -> ResponseReturnValue:
    """Ask the provider now instead of waiting for the worker."""
    payment_id = _payment(public_id).id
    return once(
        lambda: payment_id,
        then=lambda _id: url_for("payments_council.payment", public_id=public_id),
        after=lambda _id: _told(lambda: finish_payment(payment_id)),
    )


@council.get("/finance/payments/<public_id>/proofs/<int:number>")
@access("council:finance")
def proof(public_id: str, number: int) -> Response:
    """A proof of payment as the buyer sent it. Reading it is noted."""
    proofs = proofs_of(_payment(public_id).id)
    if not 1 <= number <= len(proofs):
        abort(404)
    wanted = proofs[number - 1]
    with transaction():
        record_audit(signed_in().user_id, "transfer_proof.read", "transfer_proof", wanted.id)
    return send_document(db.session.get_one(MediaFile, wanted.media_id))  # type: ignore[no-any-return]


@council.post("/finance/refunds/<public_id>/send")
@access("council:finance")
def send_refund(public_id: str) -> ResponseReturnValue:
    """Send an approved or failed refund through its provider now."""
    refund = refund_by_public_id(public_id)
    if refund.way != "provider" or refund.state not in ("approved", "sent", "failed"):
        abort(404)
    refund_id, me = refund.id, signed_in().user_id

    def note() -> int:
        record_audit(me, "refund.send", "refund", refund_id)
        return refund_id

    return once(
        note,
        then=lambda _id: url_for("payments_council.tasks"),
        after=lambda _id: _told(lambda: execute_refund(refund_id)),
    )


def _payment(public_id: str) -> Payment:
    row = payment_by_name(public_id)
    if row is None:
        raise NotFound()
    return row


def _call_off_rest(order_id: int) -> None:
    """A paid order's other page must not stay payable; the worker tries again if this fails."""
    _told(lambda: call_off_rest(order_id))


def _told(call: Callable[[], object]) -> None:
    """Do something that asks a provider; its trouble is told on the next page."""
    try:
        call()
    except ShopError as error:
        notice(say(error), "error")


# -- the account ----------------------------------------------------------------------------------


@council.route("/finance/account", methods=["GET", "POST"])
@access("council:finance")
def account() -> ResponseReturnValue:
    """The account buyers transfer to."""
    form = AccountForm(obj=transfer_account())
    if form.accepted():
        me, values = (
            signed_in().user_id,
            {name: str(value or "") for name, value in form.data.items()},
        )
        return once(
            lambda: desk_actions.set_account(values, me),
            then=lambda _none: url_for("payments_council.account"),
            say=_("The account is saved."),
        )
    page = render("payments/council/account.html", form=form, account=transfer_account())
    return page, 422 if form.errors else 200
