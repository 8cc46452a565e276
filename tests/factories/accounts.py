"""People, and browsers that are signed in as them."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

from flask import Flask

from storefront.accounts import User, create_user, grant_role, open_session
from storefront.accounts.passwords import hash_password
from storefront.kernel.db import db, transaction
from tests.rig.shop import PASSWORD

_numbers = itertools.count(1)


def person(*roles: str, artisan_id: int | None = None, rights: str = "owner", **facts: Any) -> User:
    """A person with these roles and the tests' password, committed.

    Needs an open app context. With `artisan_id` a member of that workshop; council people have
    a second factor.
    """
    number = next(_numbers)
    facts = {"email": f"person{number}@example.org", "name": f"Person {number}"} | facts
    with transaction():
        user = create_user(**facts, is_confirmed=True)
        user.password_hash = _hash()
        for role in roles:
            grant_role(user.id, role, None)
        if artisan_id is not None:
            grant_role(user.id, "artisan", None, artisan_id=artisan_id, rights=rights)
    return user


def sign_in(client: Any, user: User, *, second_factor: bool = True) -> Any:
    """Give this client a session of the person without going through the page; returns it."""
    app: Flask = client.application
    with app.app_context():
        with transaction():
            token = open_session(db.session.get_one(User, user.id), second_factor=second_factor)
        db.session.remove()
    client.set_cookie("session", token)
    return client


@cache
def _hash() -> str:
    return hash_password(PASSWORD)
