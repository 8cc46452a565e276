"""What the finance desk lists: money to confirm, refunds under way, tasks, payments."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from storefront.accounts import User
from storefront.kernel.db import db
from storefront.orders import Order, Refund
from storefront.payments import OPEN, FinanceTask, Payment, TransferProof

_AT_ONCE = 100


class TaskRow(NamedTuple):
    """A task with its order and the person who took it."""

    task: FinanceTask
    order: Order | None
    owner: str | None


class TransferRow(NamedTuple):
    """An awaited transfer, its order, and how many proofs the buyer sent."""

    payment: Payment
    order: Order
    proofs: int


class RefundRow(NamedTuple):
    """A refund that is not over yet."""

    refund: Refund
    order: Order


def task_rows(state: str, page: int, size: int) -> tuple[list[TaskRow], int]:
    """Tasks in a state ('open' oldest first, 'done' newest first), and how many there are."""
    owner = aliased(User)
    order = FinanceTask.id.asc() if state == "open" else FinanceTask.closed_at.desc()
    rows = db.session.execute(
        sa.select(FinanceTask, Order, owner.name)
        .outerjoin(Order, Order.id == FinanceTask.order_id)
        .outerjoin(owner, owner.id == FinanceTask.owner_id)
        .where(FinanceTask.state == state)
        .order_by(order)
        .limit(size)
        .offset((page - 1) * size)
    )
    total = db.session.scalar(
        sa.select(sa.func.count()).select_from(FinanceTask).where(FinanceTask.state == state)
    )
    return [TaskRow(*row) for row in rows], total or 0


def awaited_transfers() -> list[TransferRow]:
    """Transfers that can still arrive in time, those with a proof first, then by deadline."""
    proofs = (
        sa.select(sa.func.count())
        .where(TransferProof.payment_id == Payment.id)
        .scalar_subquery()
        .label("proofs")
    )
    rows = db.session.execute(
        sa.select(Payment, Order, proofs)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.provider == "transfer", Payment.state.in_(OPEN))
        .order_by(proofs.desc(), Order.pay_by_at)
        .limit(_AT_ONCE)
    )
    return [TransferRow(*row) for row in rows]


def refunds_under_way() -> list[RefundRow]:
    """Refunds to be approved, to be transferred, refused by a provider or unanswered."""
    rows = db.session.execute(
        sa.select(Refund, Order)
        .join(Order, Order.id == Refund.order_id)
        .where(Refund.state.in_(("requested", "approved", "sent", "failed")))
        .order_by(Refund.id)
        .limit(_AT_ONCE)
    )
    return [RefundRow(*row) for row in rows]


def select_payments(state: str, text: str) -> sa.Select[Payment]:
    """Payments, newest first, by state and by reference, order number or the provider's names."""
    found = sa.select(Payment).order_by(Payment.id.desc())
    if state:
        found = found.where(Payment.state == state)
    wanted = text.strip()
    if not wanted:
        return found
    tests: list[sa.ColumnElement[bool]] = [
        Payment.reference == wanted.upper(),
        Payment.public_id == wanted.lower(),
        Payment.provider_session == wanted,
        Payment.provider_payment == wanted,
    ]
    number = wanted.upper().removeprefix("CLG-")
    if number.isdecimal() and 100_000 < int(number) < 2**31:
        tests.append(Payment.order_id == int(number) - 100_000)
    return found.where(sa.or_(*tests))


def orders_of(payments: list[Payment]) -> dict[int, Order]:
    """The orders of some payments by id, in one statement."""
    ids = {payment.order_id for payment in payments}
    if not ids:
        return {}
    found = db.session.scalars(sa.select(Order).where(Order.id.in_(ids)))
    return {order.id: order for order in found}
