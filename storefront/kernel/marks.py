"""Which tables changed lately, told to every process: one mark per table.

Each commit through SQLAlchemy puts fresh marks on the tables it wrote, once they can be seen.
Whoever keeps something made from tables notes their marks *before* reading them, and may use it
for as long as the marks stay the same:

    present = marks.of("category", "term")
    if kept is None or kept.marks != present: …read again…

A mark is a random number and not a count: two processes may set one at the same moment without
a lock, and either way it differs from what was there before.
"""

from __future__ import annotations

import mmap
import os
import re
import secrets
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from storefront.kernel.db import db

SLOTS = 4096  # tables share a slot only by accident, which costs a needless reading
SHOWN = 0  # the slot of everything that stands on public pages together
_WRITTEN = "written tables"
_EVERYTHING = "*"
_READS = frozenset(
    "SELECT BEGIN PRAGMA SAVEPOINT RELEASE ROLLBACK COMMIT SHOW SET EXPLAIN ANALYZE VACUUM".split()
)
_TARGET = re.compile(
    r'(?:\bINTO|(?<!FOR )(?<!KEY )\bUPDATE(?! SET\b)|\bDELETE FROM)\s+"?(\w+)', re.IGNORECASE
)


class Marks(ABC):
    """The marks of one shop. `unseen` names the tables no public page shows anything of."""

    def __init__(self, unseen: frozenset[str] = frozenset()) -> None:
        self.unseen = unseen

    def renew(self, tables: Iterable[str]) -> None:
        """These tables have changed, as every process may see by now."""
        names = set(tables)
        slots = set(range(SLOTS)) if _EVERYTHING in names else {_slot(name) for name in names}
        if names - self.unseen:
            slots.add(SHOWN)
        self._write(slots)

    def of(self, tables: Iterable[str]) -> tuple[int, ...]:
        """The present marks of these tables."""
        return tuple(self.read(_slot(name)) for name in tables)

    @property
    def shown(self) -> int:
        """The mark of all tables together that public pages are made from."""
        return self.read(SHOWN)

    @abstractmethod
    def read(self, slot: int) -> int:
        """The mark in a slot."""

    @abstractmethod
    def _write(self, slots: set[int]) -> None: ...


class MappedMarks(Marks):
    """In a file that all processes of this machine hold mapped: read without a system call."""

    def __init__(self, path: Path, unseen: frozenset[str] = frozenset()) -> None:
        super().__init__(unseen)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(handle).st_size < SLOTS * 8:
                os.ftruncate(handle, SLOTS * 8)
            self._cells = memoryview(mmap.mmap(handle, SLOTS * 8)).cast("Q")
        finally:
            os.close(handle)

    def read(self, slot: int) -> int:
        return self._cells[slot]

    def _write(self, slots: set[int]) -> None:
        mark = secrets.randbits(64)
        for slot in slots:
            self._cells[slot] = mark


_watched: WeakKeyDictionary[Engine, Marks] = WeakKeyDictionary()


def watch(engine: Engine, marks: Marks) -> None:
    """Renew the marks of every table written through the engine, right after each commit."""
    _watched[engine] = marks

    @event.listens_for(engine, "before_cursor_execute")
    def note(conn: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith("SELECT") and (tables := _written(statement)):
            conn.info.setdefault(_WRITTEN, set()).update(tables)

    @event.listens_for(engine, "rollback")
    def forget(conn: Connection) -> None:
        if not conn.invalidated:  # a broken one may have committed: better told than not
            conn.info.pop(_WRITTEN, None)

    # SQLAlchemy's own event "commit" comes before the commit: a page made in between would be
    # kept as a new one. The connection is given back behind it.
    @event.listens_for(engine, "checkin")
    def tell(connection: Any, record: Any) -> None:
        if tables := record.info.pop(_WRITTEN, None):
            marks.renew(tables)


def marks_of(engine: Engine) -> Marks | None:
    """The marks kept for the engine; None when nobody watches it."""
    return _watched.get(engine)


def of(*tables: str) -> tuple[int, ...] | None:
    """The present marks of tables of this app's database; None (which never holds) if unwatched."""
    marks = _watched.get(db.engine)
    return None if marks is None else marks.of(tables)


@cache
def _slot(table: str) -> int:
    return 1 + zlib.crc32(table.encode()) % (SLOTS - 1)


@lru_cache(maxsize=2048)
def _written(statement: str) -> frozenset[str]:
    """The tables a statement changes; `*` for statements of an unknown kind."""
    words = statement.split(None, 1)
    verb = words[0].upper() if words else "SELECT"
    if verb in _READS:
        return frozenset()
    found = frozenset(name.lower() for name in _TARGET.findall(statement))
    return found or (frozenset() if verb == "WITH" else frozenset({_EVERYTHING}))
