"""When something the council shows is on show. Plain Python."""

from __future__ import annotations

import datetime as dt

# Fairness: how many pieces of one workshop a wall should carry at most.
MOST_PER_WORKSHOP = 2
WALL_PLACES = 6


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
