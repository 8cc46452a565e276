"""What finance must look at: opened once per fact, taken by a person, closed with a reason."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storefront.kernel.clock import now
from storefront.kernel.db import db, lock, public_id
from storefront.kernel.errors import NotAllowed, NotFound, StaleVersion
from storefront.kernel.money import Money
from storefront.payments.models import FinanceTask


def open_task(
    kind: str,
    dedupe_key: str,
    order_id: int | None = None,
    payment_id: int | None = None,
    refund_id: int | None = None,
    amount: Money | None = None,
    detail: dict[str, Any] | None = None,
) -> FinanceTask:
    """Put something on finance's list. The same key opens it once, also once it was closed."""
    about = amount or Money.idr(0)
    insert: Any = (
        postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    )
    db.session.execute(
        insert(FinanceTask)
        .values(
            public_id=public_id(),
            kind=kind,
            dedupe_key=dedupe_key,
            state="open",
            order_id=order_id,
            payment_id=payment_id,
            refund_id=refund_id,
            amount_minor=about.minor,
            currency=about.currency,
            detail=detail or {},
            opened_at=now(),
            resolution="",
            version=1,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
    )
    return db.session.scalars(
        sa.select(FinanceTask).where(FinanceTask.dedupe_key == dedupe_key)
    ).one()


def close_task(dedupe_key: str, user_id: int | None = None, resolution: str = "") -> None:
    """The matter of a task is settled. Without effect when there is none, or it is closed."""
    task_id = db.session.scalar(
        sa.select(FinanceTask.id).where(FinanceTask.dedupe_key == dedupe_key)
    )
    if task_id is None:
        return
    (task,) = lock(FinanceTask, [task_id])
    if task.state == "open":
        _close(task, user_id, resolution)


def take_task(task_public_id: str, user_id: int, version: str) -> FinanceTask:
    """A person makes the task theirs. Raises NotFound, StaleVersion, NotAllowed when closed."""
    task = _locked(task_public_id, version)
    task.owner_id = user_id
    task.version += 1
    return task


def note_task(task_public_id: str, user_id: int, text: str, version: str) -> FinanceTask:
    """Add a remark. Raises as `take_task`."""
    task = _locked(task_public_id, version)
    remark = {"at": now().isoformat(), "user_id": user_id, "text": text}
    task.detail = {**task.detail, "notes": [*task.detail.get("notes", []), remark]}
    task.version += 1
    return task


def finish_task(task_public_id: str, user_id: int, resolution: str, version: str) -> FinanceTask:
    """A person closes the task and says how it ended. Raises as `take_task`."""
    task = _locked(task_public_id, version)
    _close(task, user_id, resolution)
    return task


def _close(task: FinanceTask, user_id: int | None, resolution: str) -> None:
    task.state, task.closed_by, task.closed_at = "done", user_id, now()
    task.resolution = resolution
    task.version += 1


def _locked(task_public_id: str, version: str) -> FinanceTask:
    task_id = db.session.scalar(
        sa.select(FinanceTask.id).where(FinanceTask.public_id == task_public_id)
    )
    if task_id is None:
        raise NotFound()
    (task,) = lock(FinanceTask, [task_id])
    if str(task.version) != version:
        raise StaleVersion()
    if task.state != "open":
        raise NotAllowed(machine="finance_task", state=task.state, verb="change")
    return task
