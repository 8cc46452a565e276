"""The one source of the present moment, and the zone the shop's people live in."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The present day in Cilegon (WIB), which is what a maker calls today."""
    return now().astimezone(WIB).date()
