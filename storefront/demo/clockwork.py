"""Playing the demo's stories in the order of their moments, each step at its own time.

A story is a generator that yields the moment of its next step; what follows the yield is done with
the clock at that moment, in a transaction, and what the commit leaves behind (mails, refunds, pay
pages) is done at that moment too, as the worker would.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Generator, Iterable

import sqlalchemy as sa

from storefront import notifications
from storefront.checkout import start_payment
from storefront.kernel.clock import WIB, as_if_at
from storefront.kernel.db import db, transaction
from storefront.payments import Payment

Story = Generator[dt.datetime, None, None]


def ago(days: int, hour: int, minute: int = 0) -> dt.datetime:
    """A time of day in Cilegon, whole days before today."""
    day = _present().astimezone(WIB) - dt.timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def hours_ago(hours: float) -> dt.datetime:
    """A moment of today or last night."""
    return _present() - dt.timedelta(hours=hours)


def _present() -> dt.datetime:
    # The real one: a story asks for its next moment while the shop's clock is set back.
    return dt.datetime.now(dt.UTC)


def play(stories: Iterable[Story]) -> int:
    """Tell all stories to their end; returns the number of steps."""
    waiting = [(next(story), at, story) for at, story in enumerate(stories)]
    heapq.heapify(waiting)
    steps = 0
    while waiting:
        moment, at, story = heapq.heappop(waiting)
        with as_if_at(moment):
            with transaction():
                following = next(story, None)
            _follow_up()
        steps += 1
        if following is not None:
            heapq.heappush(waiting, (following, at, story))
    return steps


def _follow_up() -> None:
    opened = list(db.session.scalars(sa.select(Payment.id).where(Payment.state == "created")))
    db.session.rollback()
    for payment_id in opened:
        start_payment(payment_id)
    notifications.drain_all()
    db.session.rollback()
    db.session.expunge_all()
