"""Tables whose rows the database itself keeps from being changed or deleted, on both engines.

The triggers follow `create_all` and, written out by `migrations/env.py`, each migration that
makes such a table.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append only', TG_TABLE_NAME; END $$
"""


def append_only(model: type[Any]) -> type[Any]:
    """Class decorator of a model: its rows may only be added."""
    table: sa.Table = model.__table__
    table.info["append_only"] = True

    @event.listens_for(table, "after_create")
    def guard(target: sa.Table, connection: sa.Connection, **_: Any) -> None:
        for statement in trigger_statements(target.name, connection.dialect.name):
            connection.execute(sa.text(statement))

    return model


def trigger_names(table: str) -> list[str]:
    """The names of a table's triggers."""
    return [f"{table}_no_update", f"{table}_no_delete"]


def trigger_statements(table: str, dialect: str) -> list[str]:
    """The statements that guard a table on an engine."""
    verbs = zip(trigger_names(table), ("UPDATE", "DELETE"), strict=True)
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
            for name, verb in verbs
        ]
    return [_FUNCTION.strip().replace("\n", " ")] + [
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for name, verb in verbs
    ]
