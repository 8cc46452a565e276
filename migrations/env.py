"""How Alembic reaches the shop's database and tables. Run through `flask db …`."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from flask import current_app

from storefront.kernel.append_only import trigger_statements
from storefront.kernel.db import Base, db

# Any number will do, as long as it stays the same: it keeps two starting processes apart.
_UPGRADE_LOCK = 7_205_141

for path in sorted(Path(current_app.root_path).glob("*/models.py")):
    importlib.import_module(f"storefront.{path.parent.name}.models")


def render_item(kind: str, item: Any, _: Any) -> str | bool:
    """Migrations outlive the code: they name plain types, never a class of the shop."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def is_ours(name: str | None, kind: str, _: Any) -> bool:
    """The background queue keeps its own tables, and makes them itself."""
    return not (kind == "table" and name is not None and name.startswith("huey_"))


class GuardRows(ops.MigrateOperation):
    """Writes out the triggers of a table whose rows may only be added."""

    def __init__(self, table: str) -> None:
        self.table = table


@renderers.dispatch_for(GuardRows)
def render_guard(_: AutogenContext, op: GuardRows) -> list[str]:
    lines = ["triggers = {"]
    for dialect in ("sqlite", "postgresql"):
        lines.append(f"    {dialect!r}: [")
        lines += [f"        {each!r}," for each in trigger_statements(op.table, dialect)]
        lines.append("    ],")
    # In one line, because the printer of migrations indents what follows a colon.
    call = "for statement in triggers[op.get_bind().dialect.name]: op.execute(statement)"
    return [*lines, "}", call]


def finish_script(_: Any, __: Any, directives: list[Any]) -> None:
    """Add the triggers of new tables; no file when nothing changed."""
    if not getattr(context.config.cmd_opts, "autogenerate", False):
        return
    upgrade = directives[0].upgrade_ops
    if upgrade.is_empty():
        directives[:] = []
        return
    for made in [op for op in upgrade.ops if isinstance(op, ops.CreateTableOp)]:
        if Base.metadata.tables[made.table_name].info.get("append_only"):
            upgrade.ops.append(GuardRows(made.table_name))


def run() -> None:
    """All steps in one transaction: a failing migration leaves the database as it was."""
    with db.engine.connect().execution_options(immediate=True) as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # Rebuilding a table drops it for a moment; the rows that point to it must bear that.
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=is_sqlite,
            render_item=render_item,
            include_name=is_ours,
            process_revision_directives=finish_script,
            compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            if not is_sqlite:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
            context.run_migrations()
            if is_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise RuntimeError(f"the migration broke references: {broken[:5]}")
        if is_sqlite:
            connection.connection.execute("PRAGMA foreign_keys=ON")


run()
