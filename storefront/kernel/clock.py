"""The one source of the present moment, and the zone the shop's people live in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")

_shift: ContextVar[dt.timedelta | None] = ContextVar("clock_shift", default=None)


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    present = dt.datetime.now(dt.UTC)
    shift = _shift.get()
    return present if shift is None else present + shift


def today() -> dt.date:
    """The present day in Cilegon (WIB), which is what a maker calls today."""
    return now().astimezone(WIB).date()


@contextmanager
def as_if_at(moment: dt.datetime) -> Iterator[None]:
    """Let this thread's clock start at another moment, so that the demo has a past."""
    token = _shift.set(moment - dt.datetime.now(dt.UTC))
    try:
        yield
    finally:
        _shift.reset(token)
