"""The migrations make exactly the tables the models name, on both engines, in one line."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskCliRunner

from storefront.kernel.db import Base, db
from tests.rig.shop import ROOT


def test_there_is_one_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_flask_db_check_is_clean(app: Flask) -> None:
    outcome = app.test_cli_runner().invoke(args=["db", "check"])
    assert outcome.exit_code == 0, outcome.output + differences(app)


def differences(app: Flask) -> str:
    """What a new migration would have to do."""
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return "\n".join(map(str, compare_metadata(context, Base.metadata)))


def test_down_to_nothing_and_up_again(app: Flask) -> None:
    runner: FlaskCliRunner = app.test_cli_runner()
    for step in (["db", "downgrade", "base"], ["db", "upgrade"], ["db", "check"]):
        outcome = runner.invoke(args=step)
        assert outcome.exit_code == 0, f"{step}: {outcome.output} {outcome.exception}"
