"""Facts the council may change while the shop runs: tariffs, deadlines, addresses, texts.

Each slice declares its own beside its rules:

    define("orders.accept_days", "days", 3, label=N_("Days to accept an order"), help=N_("…"))

and reads them with `get("orders.accept_days")`. They stay in memory until somebody changes one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Mapped, mapped_column

from storefront.kernel import marks
from storefront.kernel.clock import now
from storefront.kernel.db import Base, db

KINDS: Final = (
    "int",
    "str",
    "text",
    "bool",
    "idr",
    "basis_points",
    "days",
    "json",
    "date",
    "choice",
)
_WHOLE = {"int", "idr", "basis_points", "days"}
_TYPES: Final[dict[str, Any]] = {
    "str": str,
    "text": str,
    "bool": bool,
    "date": (dt.date, type(None)),
}
_CACHE = "council_settings"


class Setting(Base):
    """A setting that differs from its default, and when it was last checked against the world."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    value: Mapped[Any] = mapped_column(sa.JSON)
    checked_on: Mapped[dt.date | None]
    updated_at: Mapped[dt.datetime]
    updated_by: Mapped[int | None]


class StoredValue(NamedTuple):
    """A setting's row, as read at the start of the request."""

    value: Any
    checked_on: dt.date | None
    updated_at: dt.datetime
    updated_by: int | None


@dataclass(frozen=True)
class Definition:
    """What a setting is. `label` and `help` are English sentences marked with N_."""

    key: str
    kind: str
    default: Any
    label: str
    help: str
    checked_on: dt.date | None = None
    choices: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        return self.key.partition(".")[0]


_definitions: dict[str, Definition] = {}


def define(
    key: str,
    kind: str,
    default: Any,
    *,
    label: str,
    help: str,
    checked_on: dt.date | None = None,
    choices: Sequence[str] = (),
) -> Definition:
    """Declare a setting at import time. Raises ValueError on a doubled key or a wrong default."""
    definition = Definition(key, kind, default, label, help, checked_on, tuple(choices))
    if kind not in KINDS:
        raise ValueError(f"{key}: unknown kind {kind!r}")
    if _definitions.get(key, definition) != definition:
        raise ValueError(f"{key} is defined twice")
    check(definition, default)
    _definitions[key] = definition
    return definition


def definition(key: str) -> Definition:
    """Raises KeyError for a key nobody declared."""
    return _definitions[key]


def all_definitions() -> list[Definition]:
    """Every declared setting, by key."""
    return [_definitions[key] for key in sorted(_definitions)]


def get(key: str) -> Any:
    """The council's value, or the default. Raises KeyError for a key nobody declared."""
    declared = _definitions[key]
    stored = _stored()
    if key not in stored:
        return declared.default
    value = stored[key].value
    return dt.date.fromisoformat(value) if declared.kind == "date" and value else value


def stored_row(key: str) -> StoredValue | None:
    """What is stored for a changed setting: value, when and by whom, checked on which day."""
    return _stored().get(key)


def checked_on(key: str) -> dt.date | None:
    """The day the fact was last checked against its source."""
    row = _stored().get(key)
    return row.checked_on if row is not None else _definitions[key].checked_on


def set_value(
    key: str, value: Any, *, by_user_id: int | None, checked_on: dt.date | None = None
) -> None:
    """Store a value inside the caller's transaction. Raises ValueError when it does not fit."""
    declared = _definitions[key]
    check(declared, value)
    stored = value.isoformat() if isinstance(value, dt.date) else value
    row = db.session.get(Setting, key)
    if row is None:
        row = Setting(key=key)
        db.session.add(row)
    row.value, row.checked_on = stored, checked_on
    row.updated_at, row.updated_by = now(), by_user_id
    db.session.flush()
    forget()


def forget() -> None:
    """Let the next `get` read the rows again."""
    db.session().info.pop(_CACHE, None)


def check(declared: Definition, value: Any) -> None:
    """Raises ValueError when the value is not of the setting's kind."""
    if declared.kind in _WHOLE:
        good = type(value) is int and value >= 0
    elif declared.kind == "choice":
        good = value in declared.choices
    else:
        good = isinstance(value, _TYPES.get(declared.kind, object))
    if not good:
        raise ValueError(f"{declared.key}: {value!r} is not a value of kind {declared.kind}")


_kept: WeakKeyDictionary[Engine, tuple[tuple[int, ...], dict[str, StoredValue]]] = (
    WeakKeyDictionary()
)


def _stored() -> dict[str, StoredValue]:
    session = db.session()
    cached: dict[str, StoredValue] | None = session.info.get(_CACHE)
    if cached is None:
        # A transaction may have changed some: what it sees is nobody else's yet.
        own = bool(session.info.get("in_transaction"))
        cached = session.info[_CACHE] = _read() if own else _kept_rows()
    return cached


def _kept_rows() -> dict[str, StoredValue]:
    present = marks.of(Setting.__tablename__)
    if present is None:
        return _read()
    kept = _kept.get(db.engine)
    if kept is None or kept[0] != present:
        kept = _kept[db.engine] = present, _read()
    return kept[1]


def _read() -> dict[str, StoredValue]:
    # Plain values, because a rollback would make the session fetch every row object again.
    columns = (Setting.value, Setting.checked_on, Setting.updated_at, Setting.updated_by)
    rows = db.session().execute(sa.select(Setting.key, *columns))
    return {row[0]: StoredValue(*row[1:]) for row in rows}
