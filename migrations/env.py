"""How Alembic reaches the shop's database and tables. Run through `flask db …`."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

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


def leave_out_empty(_: Any, __: Any, directives: list[Any]) -> None:
    """No file when nothing changed."""
    wanted = getattr(context.config.cmd_opts, "autogenerate", False)
    if wanted and directives[0].upgrade_ops.is_empty():
        directives[:] = []


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
            process_revision_directives=leave_out_empty,
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
