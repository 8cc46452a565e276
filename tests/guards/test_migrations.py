"""The migrations make exactly the tables the models name, on both engines, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskCliRunner

from storefront.kernel.db import Base, db
from tests.rig import shop
from tests.rig.shop import ROOT


def test_there_is_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


@pytest.fixture
def migrated(blank_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """A shop whose tables were made by the migrations alone."""
    app = shop.build(blank_database_url, tmp_path)
    outcome = app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert outcome.exit_code == 0, f"{outcome.output} {outcome.exception}"
    yield app
    shop.close(app)


def test_flask_db_check_is_clean(migrated: Flask) -> None:
    outcome = migrated.test_cli_runner().invoke(args=["db", "check"])
    assert outcome.exit_code == 0, outcome.output + differences(migrated)


def differences(app: Flask) -> str:
    """What a new migration would have to do."""
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return "\n".join(map(str, compare_metadata(context, Base.metadata)))


def test_triggers_are_migrated_too(migrated: Flask, app: Flask) -> None:
    assert triggers(migrated) == triggers(app) != []


def triggers(app: Flask) -> list[tuple[str, str]]:
    """Every trigger of the database with its table."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' ORDER BY 1, 2"
        else:
            query = (
                "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE NOT t.tgisinternal ORDER BY 1, 2"
            )
        return [(row[0], row[1]) for row in connection.exec_driver_sql(query)]


def test_down_to_nothing_and_up_again(migrated: Flask) -> None:
    runner: FlaskCliRunner = migrated.test_cli_runner()
    for step in (["db", "downgrade", "base"], ["db", "upgrade"], ["db", "check"]):
        outcome = runner.invoke(args=step)
        assert outcome.exit_code == 0, f"{step}: {outcome.output} {outcome.exception}"
