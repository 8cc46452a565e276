"""Money going back: asked for, approved, sent, done or failed; the books follow at once."""

from __future__ import annotations

import sqlalchemy as sa

from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.kernel.money import Money
from storefront.kernel.rates import to_idr
from storefront.ledger import COMMISSION, EXCHANGE, Leg, artisan, clearing, delivery, post
from storefront.notifications import queue_mail, queue_task
from storefront.orders.actions.journal import Actor, locked_order, recompute, record
from storefront.orders.actions.unmatched import book_unmatched_back
from storefront.orders.models import Order, OrderLine, Refund, RefundLine, SubOrder
from storefront.orders.rules import (
    LIVE_REFUND,
    NOTHING,
    REFUND,
    RULE_APPROVES,
    Amounts,
    RefundTooHigh,
    pieces_amounts,
)
from storefront.payments import Payment, close_task, open_task, provider


def refund_rest(part: SubOrder, cause: str, actor: Actor) -> Refund | None:
    """Ask back everything of a sub-order that was not refunded yet; None when nothing is left.

    `cause` names the request: the same cause asks once per sub-order.
    """
    pieces = {
        line: line.quantity - line.refunded_quantity
        for line in part.lines
        if line.quantity > line.refunded_quantity
    }
    try:
        return request_refund(part, pieces, cause=cause, actor=actor, with_delivery=True)
    except RefundTooHigh:
        # Disputed by the bank, or paid in parts that are each too small: a person decides, and
        # what made the refund due (a maker who cannot deliver) goes on all the same.
        open_task(
            "refund_blocked",
            f"refund_blocked:{cause}:{part.public_id}",
            order_id=part.order_id,
            amount=Money(part.total_minor - part.refunded_minor, part.currency),
        )
        return None


def request_refund(
    part: SubOrder,
    pieces: dict[OrderLine, int],
    *,
    cause: str,
    actor: Actor,
    with_delivery: bool = False,
    request_key: str = "",
) -> Refund | None:
    """Ask back pieces of lines and, if told, the carriage. Approved at once where the rule says so.

    The order must be locked. Raises RefundTooHigh beyond what was paid and not yet refunded.
    """
    key = request_key or f"{cause}:{part.public_id}"
    earlier = db.session.scalar(sa.select(Refund).where(Refund.request_key == key))
    if earlier is not None:
        return earlier
    lines = [_item(line, count) for line, count in pieces.items() if count > 0]
    if with_delivery:
        lines += _carriage(part)
    amount = sum(line.amount_minor for line in lines)
    if amount == 0:
        return None
    payment = _payment_to_refund(part, amount)
    refund = Refund(
        order_id=part.order_id,
        sub_order_id=part.id,
        payment_id=payment.id,
        way="provider" if provider(payment.provider).can_refund else "transfer",
        cause=cause,
        request_key=key,
        amount_minor=amount,
        currency=part.currency,
        lines=lines,
        state="requested",
    )
    db.session.add(refund)
    for line, count in pieces.items():
        line.refunded_quantity += count
    db.session.flush()
    _record(refund, actor, "request", "", cause)
    if cause in RULE_APPROVES:
        approve_refund(refund.id, Actor("system"), why=cause)
    return refund


def _item(line: OrderLine, count: int) -> RefundLine:
    if count > line.quantity - line.refunded_quantity:
        raise RefundTooHigh()
    whole = Amounts(
        line.unit_minor * line.quantity,
        line.unit_idr * line.quantity,
        line.commission_minor,
        line.commission_idr,
    )
    cut = pieces_amounts(whole, line.quantity, line.refunded_quantity, count)
    return RefundLine(
        kind="item",
        order_line_id=line.id,
        quantity=count,
        amount_minor=cut.minor,
        amount_idr=cut.idr,
        commission_minor=cut.commission_minor,
        commission_idr=cut.commission_idr,
    )


def _carriage(part: SubOrder) -> list[RefundLine]:
    given = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(RefundLine)
        .join(Refund)
        .where(
            Refund.sub_order_id == part.id,
            Refund.state.in_(LIVE_REFUND),
            RefundLine.kind == "delivery",
        )
    )
    if given or part.delivery_minor == 0:
        return []
    line = RefundLine(
        kind="delivery", amount_minor=part.delivery_minor, amount_idr=part.delivery_idr
    )
    return [line]


def _payment_to_refund(part: SubOrder, amount: int) -> Payment:
    """A confirmed payment of the order with enough left; locked, so that two refunds queue here."""
    ids = db.session.scalars(
        sa.select(Payment.id).where(
            Payment.order_id == part.order_id,
            Payment.state == "confirmed",
            Payment.flag.in_(("", "excess")),
        )
    )
    for payment in lock(Payment, ids):
        taken = db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(Refund.amount_minor), 0)).where(
                Refund.payment_id == payment.id, Refund.state.in_(LIVE_REFUND)
            )
        )
        if payment.captured_minor - int(taken or 0) >= amount:
            return payment
    raise RefundTooHigh()


def approve_refund(refund_id: int, actor: Actor, why: str = "") -> Refund:
    """Allow a refund; sending it follows after the commit. Raises NotAllowed."""
    refund = _locked(refund_id)
    before, refund.state = refund.state, REFUND.to(refund.state, "approve")
    refund.approved_by = actor.user_id
    refund.version += 1
    _record(refund, actor, "approve", before, why)
    if refund.way == "provider":
        queue_task("orders.execute_refund", f"refund:{refund.id}", {"refund_id": refund.id})
    else:
        queue_mail("orders.refund_account", f"refund_account:{refund.id}", {"refund_id": refund.id})
        open_task(
            "refund_transfer",
            f"refund:{refund.id}",
            order_id=refund.order_id,
            refund_id=refund.id,
            amount=Money(refund.amount_minor, refund.currency),
        )
    return refund


def reject_refund(refund_id: int, actor: Actor, why: str) -> Refund:
    """Refuse a request; its pieces may be asked back again. Raises NotAllowed."""
    refund = _locked(refund_id)
    before, refund.state = refund.state, REFUND.to(refund.state, "reject")
    refund.version += 1
    for line in refund.lines:
        if line.order_line_id is not None:
            (sold,) = lock(OrderLine, [line.order_line_id])
            sold.refunded_quantity -= line.quantity
    _record(refund, actor, "reject", before, why)
    return refund


def refund_sent(refund_id: int, actor: Actor) -> Refund | None:
    """Note that the money is about to leave; None when it already left or may not."""
    refund = _locked(refund_id)
    if refund.state == "sent":
        refund.attempts += 1
        return refund
    if not REFUND.allows(refund.state, "send"):
        return None
    before, refund.state = refund.state, REFUND.to(refund.state, "send")
    refund.sent_at, refund.executed_by = now(), actor.user_id
    refund.attempts += 1
    refund.version += 1
    _record(refund, actor, "send", before)
    return refund


def note_provider_refund(refund_id: int, provider_refund: str) -> Refund:
    """The provider has taken the refund and is still at it; its answer will follow."""
    refund = _locked(refund_id)
    if refund.state == "sent":
        refund.provider_refund = provider_refund
    return refund


def refund_done(
    refund_id: int,
    actor: Actor,
    *,
    provider_refund: str | None = None,
    proof_id: int | None = None,
) -> Refund:
    """The money is back with the buyer: what was earned is reversed. Repeatable."""
    refund = _locked(refund_id)
    if refund.state == "done":
        return refund
    before, refund.state = refund.state, REFUND.to(refund.state, "finish")
    refund.done_at, refund.provider_refund, refund.proof_id = now(), provider_refund, proof_id
    refund.failure = ""
    refund.version += 1
    order = db.session.get_one(Order, refund.order_id)
    _book_reversal(order, refund)
    _record(refund, actor, "finish", before)
    close_task(f"refund:{refund.id}", user_id=actor.user_id, resolution="done")
    queue_mail("orders.refunded", f"orders.refunded:{refund.id}", {"refund_id": refund.id})
    recompute(order)
    return refund


def refund_failed(refund_id: int, actor: Actor, failure: str) -> Refund:
    """The provider refused: finance gets a task, the refund may be sent again."""
    refund = _locked(refund_id)
    before, refund.state = refund.state, REFUND.to(refund.state, "fail")
    refund.failure = failure[:200]
    refund.version += 1
    _record(refund, actor, "fail", before, failure[:200])
    open_task(
        "refund_failed",
        f"refund_failed:{refund.id}:{refund.attempts}",
        order_id=refund.order_id,
        refund_id=refund.id,
        amount=Money(refund.amount_minor, refund.currency),
        detail={"failure": failure[:200]},
    )
    return refund


def _book_reversal(order: Order, refund: Refund) -> None:
    """Mirror of the sale for the refunded pieces: what was credited is debited."""
    payment = db.session.get_one(Payment, refund.payment_id)
    if refund.sub_order_id is None:
        book_unmatched_back(refund, payment)
        return
    part = db.session.get_one(SubOrder, refund.sub_order_id)
    goods, carriage = NOTHING, NOTHING
    for line in refund.lines:
        cut = Amounts(
            line.amount_minor, line.amount_idr, line.commission_minor, line.commission_idr
        )
        if line.kind == "item":
            goods += cut
        else:
            carriage += cut
    currency = refund.currency
    paid = Money(refund.amount_minor, currency)
    value = refund.amount_minor if currency == "IDR" else to_idr(paid, order.rate_micro)
    earning = Money(goods.minor - goods.commission_minor, currency)
    post(
        "refund",
        f"refund:{refund.id}",
        [
            Leg(artisan(part.artisan_id), earning, goods.idr - goods.commission_idr, part.id),
            Leg(delivery(part.artisan_id), Money(carriage.minor, currency), carriage.idr, part.id),
            Leg(COMMISSION, Money(goods.commission_minor, currency), goods.commission_idr, part.id),
            Leg(clearing(payment.provider), -paid, -value),
            Leg(EXCHANGE, Money.zero(currency), value - goods.idr - carriage.idr),
        ],
        order_id=order.id,
        payment_id=payment.id,
        refund_id=refund.id,
    )


def _locked(refund_id: int) -> Refund:
    order_id = db.session.scalars(sa.select(Refund.order_id).where(Refund.id == refund_id)).one()
    locked_order(order_id)
    (refund,) = lock(Refund, [refund_id])
    return refund


def _record(refund: Refund, actor: Actor, verb: str, before: str, why: str = "") -> None:
    record(
        refund.order_id,
        "refund",
        refund.id,
        actor,
        verb,
        before,
        refund.state,
        why=why,
        sub_order_id=refund.sub_order_id,
    )
