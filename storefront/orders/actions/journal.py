"""Who did it, the event it leaves, and the one writer of an order's derived figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storefront.kernel.clock import now
from storefront.kernel.db import db, lock
from storefront.orders.models import Order, OrderEvent, Refund, SubOrder
from storefront.orders.rules import ORDER, SUB_ORDER, order_verb
from storefront.payments import Payment


@dataclass(frozen=True)
class Actor:
    """Who acts: buyer, artisan, council, system or provider; with the account if there is one."""

    kind: str
    user_id: int | None = None


SYSTEM = Actor("system")


def record(
    order_id: int,
    machine: str,
    subject_id: int,
    actor: Actor,
    verb: str,
    from_state: str = "",
    to_state: str = "",
    *,
    why: str = "",
    sub_order_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append one row of history."""
    db.session.add(
        OrderEvent(
            order_id=order_id,
            sub_order_id=sub_order_id,
            machine=machine,
            subject_id=subject_id,
            actor=actor.kind,
            user_id=actor.user_id,
            verb=verb,
            from_state=from_state,
            to_state=to_state,
            why=why,
            detail=detail or {},
        )
    )


def locked_order(order_id: int) -> Order:
    """The order, locked. Orders are locked before their parts, parts before payments and stock."""
    (order,) = lock(Order, [order_id])
    return order


def locked_part(sub_order_id: int) -> tuple[Order, SubOrder]:
    """A sub-order and its order, both locked, the order first."""
    order_id = db.session.scalars(
        sa.select(SubOrder.order_id).where(SubOrder.id == sub_order_id)
    ).one()
    order = locked_order(order_id)
    (sub_order,) = lock(SubOrder, [sub_order_id])
    return order, sub_order


def move_order(order: Order, verb: str, actor: Actor, why: str = "") -> None:
    """Apply a verb of the order machine. Raises NotAllowed."""
    before, order.state = order.state, ORDER.to(order.state, verb)
    order.version += 1
    if order.state in ("completed", "cancelled", "expired"):
        order.closed_at = now()
    record(order.id, "order", order.id, actor, verb, before, order.state, why=why)


def move_part(sub_order: SubOrder, verb: str, actor: Actor, why: str = "", **detail: Any) -> None:
    """Apply a verb of the sub-order machine. Raises NotAllowed."""
    before, sub_order.state = sub_order.state, SUB_ORDER.to(sub_order.state, verb)
    sub_order.version += 1
    if sub_order.state in ("completed", "declined", "cancelled"):
        sub_order.closed_at, sub_order.due_at = now(), None
    record(
        sub_order.order_id,
        "sub_order",
        sub_order.id,
        actor,
        verb,
        before,
        sub_order.state,
        why=why,
        sub_order_id=sub_order.id,
        detail=detail,
    )


def recompute(order: Order) -> None:
    """Write what follows from payments, refunds and sub-orders: paid, refunded, the order's state.

    The only place that does. Called at the end of each verb that touches one of them.
    """
    db.session.flush()
    refunded = dict(
        db.session.execute(
            sa.select(Refund.sub_order_id, sa.func.sum(Refund.amount_minor))
            .where(
                Refund.order_id == order.id,
                Refund.state == "done",
                # Money that never paid for the order does not reduce it when it goes back.
                Refund.sub_order_id.is_not(None),
            )
            .group_by(Refund.sub_order_id)
        ).all()
    )
    order.refunded_minor = sum(int(amount) for amount in refunded.values())
    order.paid_minor = int(
        db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(Payment.captured_minor), 0)).where(
                Payment.order_id == order.id,
                # A payment in dispute was paid: what the bank decides is finance's task.
                Payment.state.in_(("confirmed", "charged_back")),
                Payment.flag.in_(("", "excess")),
            )
        )
        or 0
    )
    for sub_order in order.sub_orders:
        sub_order.refunded_minor = int(refunded.get(sub_order.id, 0))
    if order.state == "placed":
        verb = order_verb([sub_order.state for sub_order in order.sub_orders])
        if verb is not None:
            move_order(order, verb, SYSTEM)
