"""Building the shop for a test: its environment, its settings and its template database."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import stamp

import config
from storefront.kernel.db import Base, db

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery staple"


def environment(database_url: str, folder: Path) -> dict[str, str]:
    """The process settings of a test shop, as an operator would set them."""
    return {
        "SHOP_ENV": "test",
        "SECRET_KEY": "a key of the tests that is long enough to pass",
        "ENCRYPTION_KEY": "dGhlLXRlc3RzLWVuY3J5cHRpb24ta2V5LTMyLWJ5dGU=",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DATABASE_URL": database_url,
        "DATA_DIR": str(folder),
    }


def settings(database_url: str, folder: Path, **changes: str) -> config.Settings:
    """Settings of a test shop; `changes` are further variables of the environment."""
    return config.Settings.from_env(environment(database_url, folder) | changes)


def build(database_url: str, folder: Path, **changes: str) -> Flask:
    """The whole shop on the given database."""
    from storefront.app import create_app

    return create_app(settings(database_url, folder, **changes))


def prepare(database_url: str, folder: Path) -> None:
    """Bring an empty database to what every shop starts with: tables and reference data.

    The tables are made from the models; that the migrations make the same ones is what
    tests/guards/test_migrations.py shows.
    """
    app = build(database_url, folder)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        stamp(directory=str(ROOT / "migrations"))
    outcome = app.test_cli_runner().invoke(args=["setup"])
    if outcome.exit_code != 0:
        raise RuntimeError(f"flask setup failed:\n{outcome.output}") from outcome.exception
    close(app)


def close(app: Flask) -> None:
    """Let go of the database, so that it can be copied or dropped."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
