"""The database: one declarative base, one session, transactions opened at the door only.

Both engines behave alike: on SQLite a transaction begins IMMEDIATE, so that two writers queue
instead of failing half-way; on PostgreSQL rows are locked explicitly through `lock`.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
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


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})

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
    if connection.dialect.name == "sqlite":
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


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
