"""What waits to be done after a commit, the mails that left, and what the worker last did."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storefront.kernel.clock import now
from storefront.kernel.db import Base


class Outbox(Base):
    """One thing to do after the commit that wrote it. `payload` carries ids only, never names.
    A slow task (seconds of work) waits in a line of its own, which no mail stands in.

    States: pending → done | failed (tried enough, shown to a person) | cancelled (undone in time);
    a mail cut off between the server's answer and our writing it down is `unknown` and is not
    sent again by itself.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        sa.CheckConstraint(
            "state in ('pending', 'sending', 'done', 'failed', 'unknown', 'cancelled')",
            name="state",
        ),
        sa.Index("ix_outbox_due", "state", "is_slow", "not_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(8))  # mail | task
    topic: Mapped[str] = mapped_column(sa.String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    dedupe_key: Mapped[str] = mapped_column(sa.String(160), unique=True)
    is_slow: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(sa.String(10), default="pending")
    not_before: Mapped[dt.datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[dt.datetime | None]
    last_error: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    finished_at: Mapped[dt.datetime | None]


class Mail(Base):
    """A mail as it was rendered. Kept for `/dev/mail` and for staff; blanked by retention."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    outbox_id: Mapped[int | None] = mapped_column(sa.ForeignKey("outbox.id"), unique=True)
    topic: Mapped[str] = mapped_column(sa.String(60))
    order_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order.id"), index=True)
    recipient: Mapped[str] = mapped_column(sa.String(254), index=True)
    lang: Mapped[str] = mapped_column(sa.String(2))
    subject: Mapped[str] = mapped_column(sa.String(300))
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    unsubscribe: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=now)
    sent_at: Mapped[dt.datetime | None]


class JobRun(Base):
    """The last run of one scheduled job, as `/readyz` and the council read it."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    last_started_at: Mapped[dt.datetime | None]
    last_finished_at: Mapped[dt.datetime | None]
    last_ok_at: Mapped[dt.datetime | None]
    last_error: Mapped[str] = mapped_column(sa.Text, default="")
    last_result: Mapped[str] = mapped_column(sa.String(200), default="")
    requested_at: Mapped[dt.datetime | None]
    runs: Mapped[int] = mapped_column(default=0)
