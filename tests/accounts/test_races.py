"""Two at the same moment: what may happen once happens once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from storefront.accounts import AddressTaken, User, create_user, issue_code, redeem_code
from storefront.accounts.actions.factor import (
    confirm_factor,
    pass_factor,
    present_code,
    start_factor,
)
from storefront.kernel.db import db, transaction
from tests.factories.accounts import person

TOGETHER = 4


def at_once(app: Flask, verb: Callable[[], Any]) -> list[Any]:
    """What `verb` answers in four threads that start together, each in its own transaction."""
    answers: list[Any] = []
    start = threading.Barrier(TOGETHER)

    def run() -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    answers.append(verb())
            except AddressTaken:
                answers.append(None)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == TOGETHER
    return answers


def test_one_of_four_uses_a_code(app: Flask, database: Any) -> None:
    with transaction():
        code = issue_code("card", "somebody", digits=10)
    used = at_once(app, lambda: redeem_code("card", "somebody", code) is not None)
    assert used.count(True) == 1


def test_one_of_four_passes_with_the_same_code_of_the_app(app: Flask, database: Any) -> None:
    user = person("finance")
    with transaction():
        start_factor(user.id)
    with transaction():
        row = db.session.get_one(User, user.id)
        codes = confirm_factor(user.id, present_code(row))
        row.totp_last_step = None
        code = present_code(row)
    assert codes is not None
    recovery = codes[0]

    def with_app() -> bool:
        return pass_factor(db.session.get_one(User, user.id), code)

    def with_recovery() -> bool:
        return pass_factor(db.session.get_one(User, user.id), recovery)

    assert at_once(app, with_app).count(True) == 1
    assert at_once(app, with_recovery).count(True) == 1


def test_one_of_four_gets_the_address(app: Flask, database: Any) -> None:
    made = at_once(app, lambda: create_user("one@example.org"))
    assert sum(user is not None for user in made) == 1
    assert db.session.query(User).count() == 1
