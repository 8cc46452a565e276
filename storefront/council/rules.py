"""When something the council shows is on show, and when a place is open. Plain Python."""

from __future__ import annotations

import datetime as dt
import re

# Fairness: how many pieces of one workshop a wall should carry at most.
MOST_PER_WORKSHOP = 2
WALL_PLACES = 6
# A shelf of the front page shows a row; of each collection so many are looked at for it, because
# some may be hidden.
SHELF_PLACES = 4
MOST_HUNG = 12


def is_on_show(from_at: dt.datetime | None, until_at: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether the moment lies within the dates; an open end is no limit."""
    return (from_at is None or from_at <= at) and (until_at is None or at < until_at)


def moved(order: list[int], item_id: int, steps: int) -> list[int]:
    """The order with one item moved by some places; at the ends it stays. Raises ValueError when
    the item is not there."""
    at = order.index(item_id)
    rest = order[:at] + order[at + 1 :]
    to = max(0, min(len(rest), at + steps))
    return [*rest[:to], item_id, *rest[to:]]


def opening(typed: str) -> str:
    """Hours of a day as they are stored: "9.00 - 17" becomes "09:00-17:00". '' stays ''.

    Raises ValueError when they are no two times in order.
    """
    if not typed.strip():
        return ""
    found = re.fullmatch(
        r"\s*(\d{1,2})(?:[.:h](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[.:h](\d{2}))?\s*", typed
    )
    if found is None:
        raise ValueError(typed)
    start, end = (
        dt.time(int(found[hour]), int(found[hour + 1] or 0)) for hour in (1, 3)
    )  # an hour past 23 is a ValueError too
    if start >= end:
        raise ValueError(typed)
    return f"{start:%H:%M}-{end:%H:%M}"
