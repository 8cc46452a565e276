"""`flask user create` on an empty shop."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from storefront.accounts import User
from storefront.kernel.db import db
from tests.rig.client import PageClient

STRONG = "a quiet river at noon"


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["user", *words])


def test_the_first_admin_is_made_and_can_sign_in(
    app: Flask, client: PageClient, database: Any
) -> None:
    words = ["create", "--email", "Admin@Example.org", "--role", "admin", "--password", STRONG]
    done = run(app, *words)
    assert done.exit_code == 0, done.output
    user = db.session.query(User).one()
    assert user.email == "admin@example.org" and [row.role for row in user.roles] == ["admin"]
    data = {"identifier": "admin@example.org", "password": STRONG}
    assert client.post("/en/account/sign-in", data=data).status_code == 303
    again = run(app, *words)
    assert again.exit_code == 1 and "already uses" in again.output


@pytest.mark.parametrize(
    "words",
    [
        ["create", "--password", STRONG],
        ["create", "--email", "a@example.org", "--password", "tiny"],
        ["create", "--phone", "12", "--password", STRONG],
        ["reset-factor", "nobody@example.org"],
    ],
)
def test_what_is_wrong_is_said_in_a_line(app: Flask, database: Any, words: list[str]) -> None:
    done = run(app, *words)
    assert done.exit_code != 0 and "Error" in done.output
    assert db.session.query(User).count() == 0
