"""What an invariant is: a sentence that holds at every moment, and queries that find where not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask

from storefront.kernel import settings
from storefront.kernel.clock import now
from storefront.kernel.db import UtcDateTime, db

Row = dict[str, Any]
Probe = Callable[[Flask], Sequence[Row]]
MOST_ROWS = 20

# What a query may name as :minutes_5 and so on: that long ago.
AGES = {
    "minutes_5": dt.timedelta(minutes=5),
    "minutes_10": dt.timedelta(minutes=10),
    "hours_24": dt.timedelta(hours=24),
    "hours_26": dt.timedelta(hours=26),
}


@dataclass(frozen=True)
class Invariant:
    """`queries` are SQL for both engines, each returning offending rows; `probes` look elsewhere.

    In SQL, `:present` is the present moment, `:minutes_5` five minutes before it, and `:grace` as
    long ago as an unpaid order may outlive its deadline.
    """

    id: str
    sentence: str
    queries: tuple[str, ...] = ()
    probes: tuple[Probe, ...] = ()


@dataclass(frozen=True)
class Finding:
    """How an invariant stands: no rows, or the first ones that break it."""

    id: str
    sentence: str
    rows: list[Row] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For machines: plain values only."""
        shown = [{name: str(value) for name, value in row.items()} for row in self.rows]
        return {"holds": not self.rows, "sentence": self.sentence, "rows": shown}


def check(invariant: Invariant, app: Flask) -> Finding:
    """Ask the database (and whatever a probe asks) as it is now. Changes nothing."""
    rows: list[Row] = []
    for query in invariant.queries:
        rows += offending(query)
    for probe in invariant.probes:
        rows += list(probe(app))[:MOST_ROWS]
    return Finding(invariant.id, invariant.sentence, rows[:MOST_ROWS])


def offending(query: str) -> list[Row]:
    """The first rows of a query."""
    statement = sa.text(query)
    present = now()
    # The sweeper comes every two minutes.
    grace = dt.timedelta(minutes=int(settings.get("orders.grace_minutes")) + 5)
    moments = {"present": present, "grace": present - grace} | {
        name: present - age for name, age in AGES.items()
    }
    used = {name: at for name, at in moments.items() if f":{name}" in query}
    statement = statement.bindparams(
        *(sa.bindparam(name, at, type_=UtcDateTime()) for name, at in used.items())
    )
    found = db.session.execute(statement).mappings().fetchmany(MOST_ROWS)
    return [dict(row) for row in found]
