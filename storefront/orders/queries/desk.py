"""Lists of order parts: a workshop's queue and the council's view of all of them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from storefront.kernel.clock import now
from storefront.kernel.crypto import keyed_hashes
from storefront.kernel.db import db
from storefront.ledger import LedgerEntry, earned_by_parts, order_entries
from storefront.notifications import Mail
from storefront.orders.models import Invoice, Order, OrderContact, OrderEvent, Refund, SubOrder

# The four anchors of a workshop's queue and the states each stands for.
ANCHORS: dict[str, tuple[str, ...]] = {
    "new": ("to_confirm",),
    "making": ("accepted", "making", "partly_shipped"),
    "ready": ("ready",),
    "done": ("shipped", "delivered", "completed", "declined", "cancelled", "in_dispute"),
}
OPEN_STATES = ANCHORS["new"] + ANCHORS["making"] + ANCHORS["ready"]


def artisan_queue(artisan_id: int, anchor: str) -> sa.Select[SubOrder]:
    """A workshop's parts under one anchor, most urgent first; finished ones newest first."""
    query = sa.select(SubOrder).where(
        SubOrder.artisan_id == artisan_id, SubOrder.state.in_(ANCHORS[anchor])
    )
    if anchor == "done":
        query = query.order_by(SubOrder.id.desc())
    else:
        query = query.order_by(SubOrder.due_at, SubOrder.id)
    return query.options(
        joinedload(SubOrder.order).joinedload(Order.contact), selectinload(SubOrder.lines)
    )


def anchor_counts(artisan_id: int) -> dict[str, int]:
    """How many parts stand under each anchor."""
    rows = dict(
        db.session.execute(
            sa.select(SubOrder.state, sa.func.count())
            .where(SubOrder.artisan_id == artisan_id)
            .group_by(SubOrder.state)
        ).all()
    )
    return {name: sum(rows.get(at, 0) for at in states) for name, states in ANCHORS.items()}


@dataclass(frozen=True)
class DeskFilter:
    """What the council's list is narrowed to; empty fields do not narrow."""

    state: str = ""
    late: bool = False
    artisan_id: int | None = None
    text: str = ""


def council_orders(wanted: DeskFilter) -> sa.Select[SubOrder]:
    """Every part of every order by stored state and due date; the newest purchase first.

    `text` is an order number, a mail address (matched by hash) or part of the recipient's name.
    """
    query = (
        sa.select(SubOrder)
        .join(Order, Order.id == SubOrder.order_id)
        .options(joinedload(SubOrder.order), selectinload(SubOrder.lines))
    )
    if wanted.state:
        query = query.where(SubOrder.state == wanted.state)
    if wanted.artisan_id:
        query = query.where(SubOrder.artisan_id == wanted.artisan_id)
    if wanted.late:
        query = query.where(SubOrder.state.in_(OPEN_STATES), SubOrder.due_at < now())
    if wanted.text:
        query = query.where(_matches(wanted.text.strip()))
    order = (SubOrder.due_at, SubOrder.id) if wanted.late else (SubOrder.id.desc(),)
    return query.order_by(*order)


def _matches(text: str) -> sa.ColumnElement[bool]:
    digits = text.upper().removeprefix("CLG-")
    if digits.isdecimal():
        return Order.id == min(int(digits), 2**31) - 100_000
    if "@" in text:
        return Order.email_hash.in_(keyed_hashes(text))
    named = sa.select(OrderContact.order_id).where(
        OrderContact.recipient.icontains(text, autoescape=True)
    )
    return Order.id.in_(named)


def late_count() -> int:
    """How many parts are past their date."""
    return int(
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(SubOrder)
            .where(SubOrder.state.in_(OPEN_STATES), SubOrder.due_at < now())
        )
        or 0
    )


def events_of(order_id: int) -> list[OrderEvent]:
    """The order's history, oldest first."""
    found = sa.select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.id)
    return list(db.session.scalars(found))


def refunds_of(order_id: int) -> list[Refund]:
    """The order's refunds with their lines, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Refund)
            .where(Refund.order_id == order_id)
            .order_by(Refund.id)
            .options(selectinload(Refund.lines))
        )
    )


def invoices_of(order_id: int) -> list[Invoice]:
    """The receipts issued for an order, by workshop."""
    found = sa.select(Invoice).where(Invoice.order_id == order_id).order_by(Invoice.id)
    return list(db.session.scalars(found))


def mails_of(order_id: int) -> list[Mail]:
    """Mails that were made for an order, oldest first."""
    return list(db.session.scalars(sa.select(Mail).where(Mail.order_id == order_id)))


@dataclass(frozen=True)
class PartMoney:
    """One workshop's figures of an order in rupiah; `earned` is what the books say by now."""

    part: SubOrder
    goods_idr: int
    delivery_idr: int
    commission_idr: int
    earned_idr: int


@dataclass(frozen=True)
class OrderMoney:
    """The money of an order: per workshop, and every ledger leg behind it."""

    parts: list[PartMoney]
    entries: list[LedgerEntry]

    @property
    def balances(self) -> bool:
        """Whether the legs booked for the order sum to nothing in rupiah."""
        return sum(entry.amount_idr for entry in self.entries) == 0


def money_of(order: Order) -> OrderMoney:
    """What the council sees of an order's money: figures of the rows beside those of the books."""
    earned = earned_by_parts([part.id for part in order.sub_orders])
    parts = [
        PartMoney(
            part,
            part.goods_idr,
            part.delivery_idr,
            part.commission_idr,
            earned.get(part.id, 0),
        )
        for part in order.sub_orders
    ]
    return OrderMoney(parts, order_entries(order.id))


def sold_parts(artisan_id: int) -> sa.Select[SubOrder]:
    """A workshop's paid parts, newest first, for its earnings page."""
    return (
        sa.select(SubOrder)
        .where(SubOrder.artisan_id == artisan_id, SubOrder.state != "waiting")
        .order_by(SubOrder.id.desc())
        .options(joinedload(SubOrder.order))
    )
