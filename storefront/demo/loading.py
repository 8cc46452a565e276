"""Loading the demo and throwing everything away again. Doors: they open their own transactions."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_migrate import upgrade

from storefront.accounts import User, record_audit
from storefront.catalogue import rebuild_index
from storefront.demo import front, listings, people, pieces, places, workshops
from storefront.demo.clockwork import play
from storefront.demo.stories import all_stories
from storefront.kernel import settings
from storefront.kernel.db import db, transaction

Say = Callable[[str], object]


def load(say: Say = print) -> None:
    """Fill a database that has reference data but no people.

    Raises ValueError when somebody has an account already.
    """
    if db.session.scalar(sa.select(User.id).limit(1)) is not None:
        raise ValueError("There are accounts already: the demo goes into an empty database.")
    started = time.monotonic()
    with transaction():
        people.add_staff()
        people.add_buyers()
        workshops.add_workshops()
        workshops.add_applications()
        _set_facts()
    say("People and workshops are there.")
    with transaction():
        made = pieces.add_pieces()
        front.add_collections()
        places.add_places()
    with transaction():
        listings.add_waiting_changes()
    rebuild_index()
    say(f"{len(made)} pieces hang on the wall.")
    steps = play(all_stories())
    say(f"Orders in every state were lived through in {steps} steps.")
    say(f"The demo was loaded in {time.monotonic() - started:.0f} s.")


def empty_database(say: Say = print) -> None:
    """Take all tables down, whatever version they are of, and put them up again, empty."""
    db.session.remove()
    names = [
        f'"{name}"'
        for name in sa.inspect(db.engine).get_table_names()
        if not name.startswith("huey_")  # the queue's own
    ]
    is_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect().execution_options(immediate=True) as connection:
        if is_sqlite:
            # Tables go in any order; what points to a gone one goes too.
            _raw(connection).execute("PRAGMA foreign_keys=OFF")
        for words in names if is_sqlite else filter(None, [", ".join(names)]):
            ending = "" if is_sqlite else " CASCADE"
            connection.exec_driver_sql(f"DROP TABLE {words}{ending}")
        connection.commit()
        if is_sqlite:
            _raw(connection).execute("PRAGMA foreign_keys=ON")
    upgrade(directory=str(Path(current_app.root_path).parent / "migrations"))
    settings.forget()
    say("The database is empty.")


def _raw(connection: sa.Connection) -> Any:
    """The driver's own connection, for what may not be said inside a transaction."""
    return connection.connection.driver_connection


def _set_facts() -> None:
    """Fictional facts where the shop would otherwise refuse to sell."""
    admin = people.person("admin@example.com").id
    for key, value in {
        "payments.transfer_bank": "Bank Contoh",
        "payments.transfer_number": "0000-00-000900",
        "payments.transfer_holder": "Dekranasda Kota Cilegon (contoh)",
        "shipping.responsible_person": "Maison Exemple SAS, 1 rue Fictive, 75000 Paris, France\n"
        "contact@example.com",
    }.items():
        before = {"key": key, "value": settings.get(key)}
        settings.set_value(key, value, by_user_id=admin)
        record_audit(admin, "setting.change", "setting", None, before, {"key": key, "value": value})
