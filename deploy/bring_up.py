"""Bring the database to where the shop can start: tables, reference data, on first start the demo.

One process for all of it, because loading the shop is what takes the time. Safe to repeat.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate import upgrade

from config import ConfigurationError
from storefront.accounts import User
from storefront.app import create_app
from storefront.kernel.db import db

ROOT = Path(__file__).resolve().parents[1]


def command(app: Flask, *words: str) -> None:
    """Run a `flask` command inside this process; its errors end it."""
    info = ScriptInfo(create_app=lambda: app)
    app.cli.main(args=list(words), prog_name="flask", obj=info, standalone_mode=False)


def main() -> None:
    try:
        app = create_app()
    except ConfigurationError as error:
        sys.exit(str(error))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    command(app, "setup")
    with app.app_context():
        nobody_yet = db.session.scalar(sa.select(User.id).limit(1)) is None
        production = app.config["SETTINGS"].is_production
    if nobody_yet and not production and os.environ.get("EMPTY") != "1":
        print("Loading the demo (once)", flush=True)
        command(app, "demo", "load")


if __name__ == "__main__":
    main()
