"""The second factor: set up, asked for, used once."""

from __future__ import annotations

import re
import time
from typing import Any

import pyotp
import pytest
import time_machine

from storefront.accounts import RecoveryCode, User, present_code
from storefront.accounts.actions.factor import confirm_factor, start_factor
from storefront.kernel.db import db, transaction
from tests.factories.accounts import person, sign_in
from tests.rig.client import PageClient
from tests.rig.shop import PASSWORD

FACTOR = "/en/account/second-factor"


def with_factor(*roles: str) -> tuple[User, list[str]]:
    """A person whose factor is on, and the recovery codes."""
    user = person(*roles, lang="en")
    with transaction():
        start_factor(user.id)
    with transaction():
        code = present_code(db.session.get_one(User, user.id))
        codes = confirm_factor(user.id, code)
    assert codes is not None
    return db.session.get_one(User, user.id), codes


def answer(client: PageClient, code: str, **query: Any) -> Any:
    return client.submit(
        client.get(FACTOR, query_string=query), {"code": code}, form="second-factor"
    )


def password_step(client: PageClient, user: User) -> Any:
    data = {"identifier": user.email, "password": PASSWORD}
    return client.post("/en/account/sign-in?next=/council/people", data=data)


def test_council_people_set_it_up_before_any_room_opens(client: PageClient, database: Any) -> None:
    user = person("curator", lang="en")
    first = password_step(client, user)
    assert first.location == "/en/account/second-factor?next=/council/people"
    assert "/second-factor" in client.get("/council/people").location
    assert "/second-factor" in client.get("/en/account/profile").location
    start = client.get(first.location)
    wrong = client.submit(start, {"present": "wrong"}, form="start")
    assert wrong.status_code == 422
    started = client.submit(start, {"present": PASSWORD}, form="start")
    page = client.get(started.location)
    picture = client.get(FACTOR + "/picture.svg")
    assert picture.mimetype == "image/svg+xml" and "no-store" in picture.headers["Cache-Control"]
    secret = db.session.get_one(User, user.id, populate_existing=True).totp_secret
    assert secret is not None and secret in re.sub(r"\s", "", page.text)
    before = client.get_cookie("session")
    shown = client.submit(page, {"code": pyotp.TOTP(secret).now()}, form="second-factor")
    codes = re.findall(r"<code>([0-9a-z]{5}-[0-9a-z]{5})</code>", shown.text)
    assert shown.status_code == 200 and len(codes) == 10
    after = client.get_cookie("session")
    assert before is not None and after is not None and before.value != after.value
    assert client.get("/council/people").status_code == 200
    assert client.get(FACTOR + "/picture.svg").status_code == 404
    client.set_cookie("session", before.value)
    assert client.get("/council/people").status_code == 303


def test_a_code_of_the_app_counts_once(
    client: PageClient, app: Any, database: Any, clock: time_machine.Coordinates
) -> None:
    user, _ = with_factor("curator")
    clock.shift(60)
    code = present_code(user)
    password_step(client, user)
    done = answer(client, f"{code[:3]} {code[3:]}", next="/council/people")
    assert done.location == "/council/people"
    other = app.test_client()
    password_step(other, user)
    assert answer(other, code).status_code == 422
    clock.shift(30)
    assert answer(other, present_code(user)).status_code == 303


def test_a_code_of_the_step_before_is_taken_an_older_one_not(
    client: PageClient, database: Any, clock: time_machine.Coordinates
) -> None:
    user, _ = with_factor("curator")
    clock.shift(300)
    assert user.totp_secret is not None
    old = pyotp.TOTP(user.totp_secret).at(int(time.time()) - 60)
    last = pyotp.TOTP(user.totp_secret).at(int(time.time()) - 30)
    password_step(client, user)
    assert answer(client, old).status_code == 422
    assert answer(client, last).status_code == 303


def test_a_recovery_code_works_once(client: PageClient, app: Any, database: Any) -> None:
    user, codes = with_factor("curator")
    password_step(client, user)
    assert answer(client, codes[3].upper(), recovery=1).status_code == 303
    assert client.get("/council/people").status_code == 200
    other = app.test_client()
    password_step(other, user)
    assert answer(other, codes[3], recovery=1).status_code == 422
    assert answer(other, codes[4], recovery=1).status_code == 303
    assert codes[4] not in {row.code_hash for row in db.session.query(RecoveryCode)}


def test_guessing_codes_ends_after_five(client: PageClient, database: Any) -> None:
    user, _ = with_factor("curator")
    password_step(client, user)
    for _ in range(5):
        assert answer(client, "000000").status_code == 422
    assert answer(client, present_code(user)).status_code == 429


def test_the_password_alone_opens_nothing_of_an_account_with_a_factor(
    client: PageClient, database: Any
) -> None:
    user, _ = with_factor()
    password_step(client, user)
    for path in ("/en/account/", "/en/account/addresses", "/en/account/data.json"):
        assert "/second-factor" in client.get(path).location
    restart = client.post(FACTOR + "/start", data={"present": PASSWORD, "action_id": "x"})
    assert restart.status_code == 403  # without the form token
    assert client.get(FACTOR + "/picture.svg").status_code == 404


@pytest.mark.parametrize("role", ["", "curator"])
def test_only_who_needs_none_may_switch_it_off(
    client: PageClient, database: Any, role: str
) -> None:
    user, _ = with_factor(*filter(None, [role]))
    sign_in(client, user)
    page = client.get(FACTOR + "/settings")
    assert ("Switch off" in page.text) == (role == "")
    sent = client.submit(page, {"present": PASSWORD}, form="second-factor")
    assert sent.status_code == 200 and sent.text.count("<code>") == 10
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)
    assert token is not None
    data = {"present": PASSWORD, "form_token": token.group(1), "action_id": "off"}
    client.post(FACTOR + "/settings", data=data)
    left = db.session.get_one(User, user.id, populate_existing=True).totp_confirmed_at
    assert (left is None) == (role == "")
