"""What finance does: confirm a transfer, accept or give back money that did not fit, close tasks.

Called inside the transaction of the form. Each verb is written to the audit beside its events.
"""

from __future__ import annotations

import sqlalchemy as sa

from storefront.accounts import record_audit
from storefront.kernel import settings
from storefront.kernel.db import db, lock
from storefront.kernel.errors import NotAllowed, NotFound, StaleVersion
from storefront.kernel.money import Money
from storefront.orders import Actor, Order, Refund, locked_order, refund_unmatched, settle
from storefront.payments import (
    RECEIVED,
    FinanceTask,
    Payment,
    close_task,
    finish_task,
    note_task,
    proofs_of,
    take_task,
)


def confirm_transfer(
    payment_id: int, received_idr: int, user_id: int, version: str, note: str = ""
) -> Order:
    """What finance saw on the account: the amount decides what the order makes of it.

    Raises StaleVersion when the payment changed meanwhile, NotAllowed when it was confirmed.
    """
    order_id = db.session.scalars(sa.select(Payment.order_id).where(Payment.id == payment_id)).one()
    locked_order(order_id)  # the order first, as everywhere
    (payment,) = lock(Payment, [payment_id])
    if payment.provider != "transfer" or payment.state in RECEIVED:
        raise NotAllowed(machine="payment", state=payment.state, verb="confirm")
    if str(payment.version) != version:
        raise StaleVersion()
    before = payment.state
    order = settle(payment_id, Money.idr(received_idr), Actor("council", user_id))
    for proof in proofs_of(payment_id):
        close_task(f"proof:{proof.id}", user_id, "confirmed")
    record_audit(
        user_id,
        "payment.confirm",
        "payment",
        payment_id,
        {"state": before},
        {"state": "confirmed", "received_idr": received_idr, "order": order.state},
        note,
    )
    return order


def accept_money(task_name: str, user_id: int, version: str) -> FinanceTask:
    """Take a payment that contradicted ours for what it is; the order is settled with it.

    Raises NotAllowed for any other task.
    """
    task = _task(task_name)
    if task.kind != "payment_mismatch" or task.payment_id is None or not task.amount_minor:
        raise NotAllowed(machine="finance_task", state=task.kind, verb="accept")
    done = finish_task(task_name, user_id, "accepted", version)
    settle(
        task.payment_id,
        Money(task.amount_minor, task.currency),
        Actor("council", user_id),
        provider_payment=task.detail.get("payment") or None,
    )
    record_audit(user_id, "finance_task.accept", "finance_task", task.id)
    return done


def give_back(task_name: str, user_id: int, version: str) -> Refund:
    """Ask for money that fits nothing to go back; a second step approves it.

    Raises NotAllowed when the task's payment has nothing booked apart.
    """
    task = _task(task_name)
    if task.payment_id is None:
        raise NotAllowed(machine="finance_task", state=task.kind, verb="refund")
    finish_task(task_name, user_id, "refund", version)
    refund = refund_unmatched(task.payment_id, Actor("council", user_id))
    record_audit(user_id, "finance_task.refund", "finance_task", task.id)
    return refund


def take(task_name: str, user_id: int, version: str) -> FinanceTask:
    """Make a task one's own."""
    task = take_task(task_name, user_id, version)
    record_audit(user_id, "finance_task.take", "finance_task", task.id)
    return task


def remark(task_name: str, user_id: int, text: str, version: str) -> FinanceTask:
    """Add a remark to a task."""
    return note_task(task_name, user_id, text, version)


def close(task_name: str, user_id: int, text: str, version: str) -> FinanceTask:
    """Close a task and say how it ended."""
    task = finish_task(task_name, user_id, text, version)
    record_audit(user_id, "finance_task.close", "finance_task", task.id, why=text)
    return task


def set_account(values: dict[str, str], user_id: int) -> None:
    """Write the council's account for transfers. `values`: bank, number, holder, note."""
    for name, value in values.items():
        key = f"payments.transfer_{name}"
        before = settings.get(key)
        if value != before:
            settings.set_value(key, value, by_user_id=user_id)
            record_audit(
                user_id,
                "setting.change",
                "setting",
                None,
                {"key": key, "value": before},
                {"key": key, "value": value},
            )


def _task(name: str) -> FinanceTask:
    task = db.session.scalar(sa.select(FinanceTask).where(FinanceTask.public_id == name))
    if task is None:
        raise NotFound()
    return task
