"""The council's pages about people: accounts for makers, cards, rights."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine

from storefront.accounts import AuditEntry, User, UserRole
from storefront.kernel.db import db
from tests.factories.accounts import person, sign_in
from tests.rig.client import PageClient
from tests.rig.shop import PASSWORD

PEOPLE = "/council/people"


def actions(user: User) -> list[str]:
    rows = db.session.query(AuditEntry).filter_by(object_type="user", object_id=user.id)
    return [row.action for row in rows.order_by(AuditEntry.id)]


def print_card(client: PageClient, user: User) -> str:
    """Make a card as an officer; the code on it."""
    made = client.submit(client.get(f"{PEOPLE}/{user.public_id}"), form="/card")
    assert made.status_code == 303
    found = re.search(r"\d{5} \d{5}", client.get(made.location).text)
    assert found is not None
    return found.group(0)


def use_card(client: PageClient, code: str, **fields: str) -> Any:
    data = {"identifier": "0812 3456 7890", "code": code} | fields
    return client.submit(client.get("/id/account/card"), data)


def test_an_officer_opens_an_account_and_hands_over_a_card(
    client: PageClient, app: Any, database: Any
) -> None:
    sign_in(client, person("curator", lang="en"))
    made = client.submit(client.get(PEOPLE + "/new"), {"name": "Bu Sari", "phone": "081234567890"})
    assert made.status_code == 303
    maker = db.session.query(User).filter_by(phone="+6281234567890").one()
    code = print_card(client, maker)
    assert actions(maker) == ["accounts.open", "accounts.issue_card"]
    phone = app.test_client()
    assert use_card(phone, code, password="lumbung padi di bukit").status_code == 303
    assert phone.get("/id/account/").status_code == 200
    assert actions(maker)[-1] == "accounts.use_card"
    other = app.test_client()
    assert use_card(other, code).status_code == 422
    data = {"identifier": "081234567890", "password": "lumbung padi di bukit"}
    assert other.post("/id/account/sign-in", data=data).status_code == 303


def test_a_new_card_makes_the_old_one_void(client: PageClient, app: Any, database: Any) -> None:
    sign_in(client, person("curator", lang="en"))
    maker = person(email=None, phone="+6281234567890")
    first, second = print_card(client, maker), print_card(client, maker)
    assert use_card(app.test_client(), first).status_code == 422
    assert use_card(app.test_client(), second).status_code == 303


def test_a_card_is_over_after_its_days(
    client: PageClient, app: Any, database: Any, clock: time_machine.Coordinates
) -> None:
    sign_in(client, person("curator", lang="en"))
    code = print_card(client, person(email=None, phone="+6281234567890"))
    clock.shift(15 * 24 * 3600)
    assert use_card(app.test_client(), code).status_code == 422


def test_a_card_is_shown_to_its_officer_for_half_an_hour_only(
    client: PageClient, app: Any, database: Any, clock: time_machine.Coordinates
) -> None:
    sign_in(client, person("curator", lang="en"))
    maker = person(email=None, phone="+6281234567890")
    page = client.get(f"{PEOPLE}/{maker.public_id}")
    address = client.submit(page, form="/card").location
    assert client.get(address).status_code == 200
    other = sign_in(app.test_client(), person("admin", lang="en"))
    assert other.get(address).status_code == 404
    clock.shift(29 * 60)
    client.get(PEOPLE)
    clock.shift(2 * 60)
    assert client.get(address).status_code == 404


def test_a_curator_makes_no_card_for_the_council(client: PageClient, database: Any) -> None:
    sign_in(client, person("curator", lang="en"))
    boss = person("admin")
    page = client.get(f"{PEOPLE}/{boss.public_id}")
    assert client.submit(page, form="/card").status_code == 404
    assert "accounts.issue_card" not in actions(boss)


def test_a_card_does_not_lift_the_second_factor(
    client: PageClient, app: Any, database: Any
) -> None:
    sign_in(client, person("admin", lang="en"))
    code = print_card(client, person("finance", email=None, phone="+6281234567890"))
    phone = app.test_client()
    assert "/second-factor" in use_card(phone, code).location
    assert "/second-factor" in phone.get("/id/account/").location


def test_rights_are_given_and_taken_and_written_down(client: PageClient, database: Any) -> None:
    sign_in(client, person("admin", lang="en"))
    user = person()
    page = client.get(f"{PEOPLE}/{user.public_id}")
    assert client.submit(page, {"roles": ["finance", "curator"]}, form="/roles").status_code == 303
    page = client.get(f"{PEOPLE}/{user.public_id}")
    assert client.submit(page, {"roles": ["curator"]}, form="/roles").status_code == 303
    held = db.session.query(UserRole).filter_by(user_id=user.id).all()
    assert [row.role for row in held] == ["curator"]
    assert actions(user) == ["accounts.grant_role"] * 2 + ["accounts.revoke_role"]


def test_a_right_that_is_none_is_not_given(client: PageClient, database: Any) -> None:
    sign_in(client, person("admin", lang="en"))
    user = person()
    page = client.get(f"{PEOPLE}/{user.public_id}")
    client.submit(page, {"roles": ["artisan", "king"]}, form="/roles")
    assert db.session.query(UserRole).filter_by(user_id=user.id).count() == 0


def test_two_admins_at_once_do_not_overwrite_each_other(client: PageClient, database: Any) -> None:
    sign_in(client, person("admin", lang="en"))
    user = person()
    page = client.get(f"{PEOPLE}/{user.public_id}")
    client.submit(page, {"roles": ["finance"]}, form="/roles")
    late = client.submit(
        client.get(f"{PEOPLE}/{user.public_id}"),
        {"roles": ["curator"], "version": "1"},
        form="/roles",
    )
    assert "Somebody else has changed this" in late.text
    held = db.session.query(UserRole).filter_by(user_id=user.id).all()
    assert [row.role for row in held] == ["finance"]


def test_the_last_admin_stays(client: PageClient, database: Any) -> None:
    boss = person("admin", lang="en")
    sign_in(client, boss)
    page = client.get(f"{PEOPLE}/{boss.public_id}")
    kept = client.submit(page, {"roles": []}, form="/roles")
    assert "last admin" in kept.text
    kept = client.submit(page, {"why": "tired"}, form="closing", button="Close the account")
    assert "last admin" in kept.text
    assert client.get(PEOPLE).status_code == 200


def test_a_closed_account_opens_again(client: PageClient, app: Any, database: Any) -> None:
    sign_in(client, person("admin", lang="en"))
    user = person(lang="en")
    other = sign_in(app.test_client(), user)
    page = client.get(f"{PEOPLE}/{user.public_id}")
    assert client.submit(page, form="closing").status_code == 422
    client.submit(page, {"why": "asked by phone"}, form="closing")
    assert other.get("/en/account/").status_code == 303
    page = client.get(f"{PEOPLE}/{user.public_id}")
    client.submit(page, {"why": "back again"}, form="closing")
    data = {"identifier": user.email, "password": PASSWORD}
    assert other.post("/en/account/sign-in", data=data).status_code == 303
    assert actions(user) == ["accounts.disable", "accounts.enable"]


@pytest.mark.parametrize("role", ["", "finance", "translator"])
def test_others_do_not_see_people(client: PageClient, database: Any, role: str) -> None:
    sign_in(client, person(*filter(None, [role])))
    assert client.get(PEOPLE).status_code == 403


@pytest.mark.parametrize("page", ["roles", "disable", "enable", "factor"])
def test_a_curator_changes_no_rights(client: PageClient, database: Any, page: str) -> None:
    sign_in(client, person("curator", lang="en"))
    user = person("finance")
    token = re.search(r'name="form_token" value="([^"]+)"', client.get(PEOPLE + "/new").text)
    assert token is not None
    data = {"form_token": token.group(1), "action_id": "x", "roles": "admin", "why": "mine"}
    answer = client.post(f"{PEOPLE}/{user.public_id}/{page}", data=data)
    assert answer.status_code == 403
    assert db.session.get_one(User, user.id, populate_existing=True).state == "active"


def test_people_are_found_by_parts(client: PageClient, database: Any) -> None:
    sign_in(client, person("curator", lang="en", name="Officer"))
    person(name="Sari Dewi", email=None, phone="+6281234567890")
    for words in ("sari", "0812 3456", "DEWI"):
        assert "Sari Dewi" in client.get(PEOPLE, query_string={"q": words}).text, words
    assert "Sari Dewi" not in client.get(PEOPLE, query_string={"q": "%"}).text
    assert "Sari Dewi" not in client.get(PEOPLE, query_string={"role": "council"}).text


def test_an_officer_corrects_a_number_and_the_old_one_opens_nothing(
    client: PageClient, app: Any, database: Any
) -> None:
    sign_in(client, person("curator", lang="en"))
    maker = person(email=None, phone="+6281234567890", lang="en")
    taken = person(phone="+6281299998888")
    phone = sign_in(app.test_client(), maker)
    address = f"{PEOPLE}/{maker.public_id}/contact"
    refused = client.submit(client.get(address), {"phone": taken.phone})
    assert refused.status_code == 422 and "already uses" in refused.text
    assert client.submit(client.get(address), {"phone": "0812 7777 6666"}).status_code == 303
    row = db.session.get_one(User, maker.id, populate_existing=True)
    assert row.phone == "+6281277776666" and actions(maker) == ["accounts.change_contact"]
    assert phone.get("/en/account/").status_code == 303
    boss = person("admin")
    assert client.get(f"{PEOPLE}/{boss.public_id}/contact").status_code == 403
