"""Building the shop for a test: its environment, its settings and its template database."""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path

from flask import Flask

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


def know_all_tables() -> None:
    """Load every slice's tables without its face, so that a face in the making hinders nobody."""
    for path in sorted((ROOT / "storefront").glob("*/models.py")):
        name = f"storefront.{path.parent.name}"
        stub = types.ModuleType(name)
        stub.__path__ = [str(path.parent)]
        is_new = sys.modules.setdefault(name, stub) is stub
        importlib.import_module(f"{name}.models")
        if is_new:
            del sys.modules[name]


def prepare(database_url: str, folder: Path) -> None:
    """Bring an empty database to what every shop starts with: tables and reference data."""
    app = build(database_url, folder)
    with app.app_context():
        if any((ROOT / "migrations" / "versions").glob("*.py")):
            from flask_migrate import upgrade

            upgrade(directory=str(ROOT / "migrations"))
        else:
            know_all_tables()
            Base.metadata.create_all(db.engine)
    if "setup" in app.cli.commands:
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
