"""The database: one declarative base, one session, transactions opened at the door only.

Both engines behave alike: on SQLite a transaction begins IMMEDIATE, so that two writers queue
instead of failing half-way; on PostgreSQL rows are locked explicitly through `lock`.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_BUSY_SECONDS = 10
TRUSTED_SECONDS = 5
_RESTS = "rests since"


class UtcDateTime(TypeDecorator[dt.datetime]):
    """Stores an aware datetime as UTC; refuses naive ones, returns aware ones on both engines."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; use kernel.clock.now()")
        value = value.astimezone(dt.UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """Parent of every table. Models name their own `__tablename__`."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        dt.datetime: UtcDateTime(),
        int: sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


class ShopSession(Session):
    """A session that inside `reading()` asks its questions without a transaction around them."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        engine = super().get_bind(*args, **kwargs)
        if not isinstance(engine, Engine) or not self.info.get("only_reads"):
            return engine
        return engine if self.info.get("in_transaction") else _without_transactions(engine)


db = SQLAlchemy(
    metadata=Base.metadata, session_options={"class_": ShopSession, "expire_on_commit": False}
)

Model = TypeVar("Model", bound=Base)


def public_id(letters: int = 12) -> str:
    """A short unguessable name for a row shown in a URL (31 letters, about 4.95 bits each)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(letters))


def secret_token() -> str:
    """A 160-bit token for links that open something without signing in."""
    return secrets.token_urlsafe(20)


@event.listens_for(Engine, "connect")
def _configure_sqlite(connection: Any, record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # The driver's own transaction handling is switched off: `_begin` below starts them.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if connection.dialect.name == "sqlite" and not options.get("only_reads"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("immediate") else "BEGIN")


def ask_after_rest(engine: Engine) -> None:
    """Before a connection is used that rested a while, ask whether the server still knows it.

    One just used is trusted: asking each time is a round trip more for every page. Should the
    server restart in between, one question fails and all connections are made anew.
    """

    @event.listens_for(engine, "checkin")
    def rest(connection: Any, record: Any) -> None:
        record.info[_RESTS] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, proxy: Any) -> None:
        if time.monotonic() - record.info.get(_RESTS, float("inf")) < TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise sa.exc.InvalidatePoolError() from error


def _without_transactions(engine: Engine) -> Engine:
    """The engine, with the same connections, each statement by itself: two round trips less."""
    kept = vars(engine)  # on the engine itself: it holds a reference back, and both go together
    if "_only_reads" not in kept:
        options: dict[str, Any] = {"only_reads": True}
        if engine.dialect.name == "postgresql":
            options["isolation_level"] = "AUTOCOMMIT"
        kept["_only_reads"] = engine.execution_options(**options)
    found: Engine = kept["_only_reads"]
    return found


@contextmanager
def reading() -> Iterator[None]:
    """For pages that only look: no BEGIN and no ROLLBACK around their questions.

    Each question sees the newest rows, as in PostgreSQL it does anyway. A `transaction()` inside
    is a real one.
    """
    session = db.session()
    session.rollback()
    session.info["only_reads"] = True
    try:
        yield
    finally:
        session.info.pop("only_reads", None)
        session.rollback()


@contextmanager
def transaction() -> Iterator[None]:
    """One unit of work: commits at the end, rolls back on any error. Not nestable.

    What was only read before it is let go, so that the transaction sees the newest rows.
    Raises RuntimeError when one is already open or when unsaved changes wait outside of it.
    """
    session = db.session()
    if session.info.get("in_transaction"):
        raise RuntimeError("transactions are opened at the door only and do not nest")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed before the transaction was opened")
    session.rollback()
    session.info["in_transaction"] = True
    try:
        session.connection(execution_options={"immediate": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("in_transaction", None)


def among(column: Any, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """`column IN ids` with one parameter however many ids there are: a thousand cost nothing."""
    if db.session.get_bind().dialect.name == "postgresql":
        array = sa.literal(list(ids), postgresql.ARRAY(sa.BigInteger))
        return cast(sa.ColumnElement[bool], column == sa.func.any(array))
    each = sa.func.json_each(json.dumps(list(ids))).table_valued("value")
    return cast(sa.ColumnElement[bool], column.in_(sa.select(each.c.value)))


def lock(model: type[Model], ids: Iterable[int]) -> list[Model]:
    """Fetch rows freshly in id order and lock them until the transaction ends.

    The fixed order is what keeps two requests from waiting for each other for ever. Rows that
    merely point to a locked one (a line to its variant) may still be written: FOR NO KEY UPDATE.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return []
    key = sa.inspect(model).primary_key[0]
    query = (
        sa.select(model)
        .where(key.in_(wanted))
        .order_by(key)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))
