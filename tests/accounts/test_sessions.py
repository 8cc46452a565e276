"""Sessions: rows that are made at sign-in and can be ended."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask

from storefront.accounts import (
    User,
    UserSession,
    disable_user,
    end_sessions,
    grant_role,
    revoke_role,
)
from storefront.kernel.db import db, transaction
from tests.factories.accounts import person, sign_in
from tests.rig.client import PageClient
from tests.rig.shop import PASSWORD

HOME = "/en/account/"


def signed_in_by_page(client: PageClient, user: User, **fields: Any) -> Any:
    data = {"identifier": user.email, "password": PASSWORD} | fields
    return client.post("/en/account/sign-in", data=data)


def test_the_right_password_opens_a_session(client: PageClient, database: Any) -> None:
    user = person(lang="en")
    assert client.get(HOME).status_code == 303
    answer = signed_in_by_page(client, user)
    assert answer.status_code == 303
    assert answer.headers["Location"] == HOME
    assert client.get(HOME).status_code == 200
    cookie = client.get_cookie("session")
    assert cookie is not None and cookie.http_only and cookie.same_site == "Lax"
    assert cookie.value not in {row.token_hash for row in db.session.query(UserSession)}


@pytest.mark.parametrize("typed", ["+6281234567890", "0812 3456 7890", "62 812-3456-7890"])
def test_a_maker_signs_in_with_a_phone_number(
    client: PageClient, database: Any, typed: str
) -> None:
    user = person(email=None, phone="+6281234567890")
    assert signed_in_by_page(client, user, identifier=typed).status_code == 303


def test_a_session_given_before_sign_in_is_not_taken_over(
    client: PageClient, database: Any
) -> None:
    user = person()
    client.set_cookie("session", "chosen-by-a-stranger")
    signed_in_by_page(client, user)
    first = client.get_cookie("session")
    assert first is not None and first.value != "chosen-by-a-stranger"
    signed_in_by_page(client, user)
    second = client.get_cookie("session")
    assert second is not None and second.value != first.value
    client.set_cookie("session", first.value)
    assert client.get(HOME).status_code == 303


def test_sign_out_kills_the_session_on_the_server(client: PageClient, database: Any) -> None:
    sign_in(client, person())
    stolen = client.get_cookie("session")
    assert stolen is not None
    assert client.post("/en/account/sign-out").status_code == 303
    assert client.get_cookie("session") is None
    client.set_cookie("session", stolen.value)
    assert client.get(HOME).status_code == 303


def test_sessions_end_at_once(app: Flask, client: PageClient, database: Any) -> None:
    user = person()
    sign_in(client, user)
    assert client.get(HOME).status_code == 200
    with transaction():
        end_sessions(user.id)
    assert client.get(HOME).status_code == 303


def test_a_disabled_person_is_out_with_the_next_request(client: PageClient, database: Any) -> None:
    user = person()
    sign_in(client, user)
    with transaction():
        disable_user(user.id, by=None)
    assert client.get(HOME).status_code == 303
    assert signed_in_by_page(client, user).status_code == 422


def test_a_right_dies_with_its_role_and_a_new_one_asks_for_a_new_sign_in(
    client: PageClient, database: Any
) -> None:
    user = person("curator")
    sign_in(client, user)
    with transaction():
        grant_role(user.id, "finance", None)
    assert client.get(HOME).status_code == 303
    sign_in(client, user)
    assert client.get(HOME).status_code == 200
    with transaction():
        revoke_role(user.id, "finance", None)
        revoke_role(user.id, "curator", None)
    assert client.get("/council/people").status_code == 403


def test_council_sessions_end_after_quiet_and_after_a_day_of_work(
    client: PageClient, database: Any, clock: time_machine.Coordinates
) -> None:
    sign_in(client, person("finance"))
    clock.shift(29 * 60)
    assert client.get(HOME).status_code == 200
    clock.shift(29 * 60)
    assert client.get(HOME).status_code == 200
    clock.shift(31 * 60)
    assert client.get(HOME).status_code == 303
    sign_in(client, person("finance"))
    for _ in range(30):
        clock.shift(25 * 60)
        last = client.get(HOME).status_code
    assert last == 303


def test_buyers_stay_signed_in_for_thirty_days(
    client: PageClient, database: Any, clock: time_machine.Coordinates
) -> None:
    sign_in(client, person())
    clock.shift(29 * 24 * 3600)
    assert client.get(HOME).status_code == 200
    clock.shift(2 * 24 * 3600)
    assert client.get(HOME).status_code == 303
