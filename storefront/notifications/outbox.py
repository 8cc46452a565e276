"""The outbox: what is to follow a commit is written in it, and done by the worker.

A mail leaves at most once: if the process dies between handing it over and noting it, the row
stays `sending`, is shown to staff as `unknown`, and is not sent again by itself. A task may run
again, so its handler must be repeatable.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storefront.kernel.clock import now
from storefront.kernel.db import db
from storefront.notifications.models import Outbox

MOST_ATTEMPTS = 8
STALE_AFTER = dt.timedelta(minutes=10)
SERVER_ASKED_EVERY = dt.timedelta(minutes=2)
SERVER_GIVEN_UP_AFTER = dt.timedelta(days=3)


@dataclass(frozen=True)
class MailDraft:
    """A mail to be rendered: `template` without ending ('orders/mail/shipped'), language, facts."""

    to: str
    lang: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    order_id: int | None = None


MailBuilder = Callable[[dict[str, Any]], MailDraft | None]
TaskHandler = Callable[[dict[str, Any]], None]

mail_builders: dict[str, MailBuilder] = {}
task_handlers: dict[str, TaskHandler] = {}


def mail_topic(topic: str) -> Callable[[MailBuilder], MailBuilder]:
    """Register who turns a topic's ids into a mail. None from the builder means: nobody to tell."""

    def register(builder: MailBuilder) -> MailBuilder:
        mail_builders[topic] = builder
        return builder

    return register


def task_topic(topic: str) -> Callable[[TaskHandler], TaskHandler]:
    """Register who does a task. The handler opens its own transactions and may be called again."""

    def register(handler: TaskHandler) -> TaskHandler:
        task_handlers[topic] = handler
        return handler

    return register


def queue_mail(
    topic: str, dedupe_key: str, payload: dict[str, Any], not_before: dt.datetime | None = None
) -> None:
    """Let a mail leave after the commit. The same key queues one mail, however often called."""
    _queue("mail", topic, dedupe_key, payload, not_before)


def queue_task(
    topic: str,
    dedupe_key: str,
    payload: dict[str, Any],
    not_before: dt.datetime | None = None,
    *,
    slow: bool = False,
) -> None:
    """Let something be done after the commit. The same key queues one task. A slow one, which takes
    seconds of work, is done one at a time and never before a mail."""
    _queue("task", topic, dedupe_key, payload, not_before, slow)


def _queue(
    kind: str,
    topic: str,
    dedupe_key: str,
    payload: dict[str, Any],
    not_before: dt.datetime | None,
    slow: bool = False,
) -> None:
    dialect = db.session.get_bind().dialect.name
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    moment = now()
    db.session.execute(
        insert(Outbox)
        .values(
            kind=kind,
            topic=topic,
            dedupe_key=dedupe_key,
            payload=payload,
            is_slow=slow,
            state="pending",
            attempts=0,
            last_error="",
            created_at=moment,
            not_before=not_before or moment,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
    )


def _due(slow: bool) -> sa.Select[int]:
    return sa.select(Outbox.id).where(
        Outbox.state == "pending", Outbox.is_slow.is_(slow), Outbox.not_before <= now()
    )


def is_due(slow: bool = False) -> bool:
    """Whether anything waits; asked before `claim`, which opens a writing transaction."""
    return db.session.scalar(_due(slow).limit(1)) is not None


def claim(limit: int, slow: bool = False) -> list[Outbox]:
    """Take due rows for this worker, oldest first; on PostgreSQL others' rows are skipped."""
    due = _due(slow).order_by(Outbox.id).limit(limit).with_for_update(skip_locked=True)
    ids = list(db.session.scalars(due))
    if not ids:
        return []
    db.session.execute(
        sa.update(Outbox)
        .where(Outbox.id.in_(ids), Outbox.state == "pending")
        .values(state="sending", claimed_at=now(), attempts=Outbox.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    rows = sa.select(Outbox).where(Outbox.id.in_(ids)).order_by(Outbox.id)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def finish(row_id: int, state: str = "done", error: str = "") -> None:
    """Note how a claimed row ended: done, failed, unknown or cancelled."""
    db.session.execute(
        sa.update(Outbox)
        .where(Outbox.id == row_id)
        .values(state=state, last_error=error[:2000], finished_at=now())
        .execution_options(synchronize_session=False)
    )


def try_later(row_id: int, attempts: int, error: str) -> None:
    """Put a claimed row back with growing distance; after the last attempt it is `failed`."""
    if attempts >= MOST_ATTEMPTS:
        finish(row_id, "failed", error)
        return
    wait = dt.timedelta(seconds=min(30 * 2**attempts, 6 * 3600))
    db.session.execute(
        sa.update(Outbox)
        .where(Outbox.id == row_id)
        .values(state="pending", not_before=now() + wait, last_error=error[:2000])
        .execution_options(synchronize_session=False)
    )


def wait_for_server(row: Outbox, error: str) -> None:
    """Put a claimed mail back because the mail server is down: asked every few minutes for days,
    without counting the try, which was none."""
    if row.created_at < now() - SERVER_GIVEN_UP_AFTER:
        finish(row.id, "failed", error)
        return
    db.session.execute(
        sa.update(Outbox)
        .where(Outbox.id == row.id)
        .values(
            state="pending",
            not_before=now() + SERVER_ASKED_EVERY,
            attempts=Outbox.attempts - 1,
            last_error=error[:2000],
        )
        .execution_options(synchronize_session=False)
    )


def release_abandoned() -> int:
    """Rows whose worker died: tasks go back in line, mails become `unknown`. Returns how many.

    A task that took its worker down with every try is given up, else it would do so for ever.
    """
    stale = sa.and_(Outbox.state == "sending", Outbox.claimed_at < now() - STALE_AFTER)
    spent = Outbox.attempts >= MOST_ATTEMPTS
    died = {"finished_at": now(), "last_error": "the worker ended while it was at it"}
    changed = 0
    for rows, values in (
        (sa.and_(Outbox.kind == "task", spent), {"state": "failed", **died}),
        (Outbox.kind == "task", {"state": "pending"}),
        (Outbox.kind == "mail", {"state": "unknown", **died}),
    ):
        update = sa.update(Outbox).where(stale, rows).values(**values)
        result: Any = db.session.execute(update, execution_options={"synchronize_session": False})
        changed += result.rowcount
    return changed


def send_again(row_id: int) -> bool:
    """Staff decides that a failed or unknown row is tried once more; False in any other state."""
    update = (
        sa.update(Outbox)
        .where(Outbox.id == row_id, Outbox.state.in_(("failed", "unknown")))
        .values(state="pending", not_before=now(), attempts=0, finished_at=None)
    )
    result: Any = db.session.execute(update, execution_options={"synchronize_session": False})
    return bool(result.rowcount)
