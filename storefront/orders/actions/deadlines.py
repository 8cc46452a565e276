"""What time does to an order when people do not."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from storefront.kernel.clock import now
from storefront.kernel.db import db
from storefront.kernel.money import Money
from storefront.notifications import queue_mail
from storefront.orders import settings
from storefront.orders.actions.fulfilment import decline, deliver
from storefront.orders.actions.journal import SYSTEM
from storefront.orders.models import Instalment, Order, OrderContact, SubOrder
from storefront.payments import open_task

REMIND_BEFORE = dt.timedelta(hours=6)


def overdue_to_accept() -> list[int]:
    """Sub-orders whose workshop let the acceptance deadline pass."""
    return _parts("to_confirm", SubOrder.accept_by_at < now())


def alert_council(sub_order_id: int) -> None:
    """Tell the council once that a workshop is silent."""
    queue_mail("orders.silence", f"silence:{sub_order_id}", {"sub_order_id": sub_order_id})


def silent_too_long() -> list[int]:
    """Sub-orders nobody answered until the end of the council's patience."""
    since = now() - settings.days("orders.silence_days")
    return list(
        db.session.scalars(
            sa.select(SubOrder.id)
            .join(Order, Order.id == SubOrder.order_id)
            .where(SubOrder.state == "to_confirm", Order.placed_at < since)
        )
    )


def decline_for_silence(sub_order_id: int) -> None:
    """Decline on the workshop's behalf. Its pieces do not return to stock: nobody saw them."""
    decline(sub_order_id, SYSTEM, "silence")


def unpaid_near_deadline() -> list[int]:
    """Orders whose transfer is due within hours."""
    return list(
        db.session.scalars(
            sa.select(Order.id).where(
                Order.state == "awaiting_payment",
                Order.provider == "transfer",
                Order.pay_by_at > now(),
                Order.pay_by_at < now() + REMIND_BEFORE,
            )
        )
    )


def remind_buyer(order_id: int) -> None:
    """Remind the buyer once of the deadline."""
    queue_mail("orders.reminder", f"orders.reminder:{order_id}", {"order_id": order_id})


def part_paid_overdue() -> list[int]:
    """Orders whose first money came and whose next instalment did not, past deadline and grace."""
    grace = settings.minutes("orders.grace_minutes")
    due = sa.select(Instalment.order_id).where(
        Instalment.paid_minor < Instalment.amount_minor, Instalment.due_at < now() - grace
    )
    found = sa.select(Order.id).where(Order.state == "part_paid", Order.id.in_(due))
    return list(db.session.scalars(found))


def ask_finance(order_id: int) -> None:
    """Put a part-paid order on finance's list, once: its money and its pieces wait for a person."""
    order = db.session.get_one(Order, order_id)
    open_task(
        "instalment_overdue",
        f"instalment_overdue:{order_id}",
        order_id=order_id,
        amount=Money(order.total_minor - order.paid_minor, order.currency),
    )


def presumably_delivered() -> list[int]:
    """Shipped sub-orders whose latest arrival is long past."""
    return _parts("shipped", SubOrder.due_at < now())


def deliver_by_time(sub_order_id: int) -> None:
    """Count as delivered what nobody said anything about."""
    deliver(sub_order_id, SYSTEM, "time")


def past_claims() -> list[int]:
    """Delivered sub-orders whose time for claims is over."""
    return _parts("delivered", SubOrder.due_at < now())


def delete_customs_codes() -> int:
    """Blank the customs codes of orders closed long enough; returns how many."""
    before = now() - settings.days("orders.customs_code_days")
    closed = sa.select(Order.id).where(Order.closed_at < before)
    update = (
        sa.update(OrderContact)
        .where(OrderContact.customs_code.is_not(None), OrderContact.order_id.in_(closed))
        .values(customs_code=None)
    )
    result = db.session.execute(update, execution_options={"synchronize_session": False})
    return int(result.rowcount)  # type: ignore[attr-defined]


def _parts(state: str, condition: sa.ColumnElement[bool]) -> list[int]:
    query = sa.select(SubOrder.id).where(SubOrder.state == state, condition)
    return list(db.session.scalars(query.order_by(SubOrder.id)))
