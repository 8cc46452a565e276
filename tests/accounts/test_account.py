"""One's own pages: addresses, profile, sessions, a copy of the data, erasure."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from storefront.accounts import (
    Address,
    Consent,
    User,
    UserSession,
    erase_user,
    hooks,
    personal_data,
)
from storefront.kernel.db import Base, db, transaction
from storefront.kernel.errors import ShopError
from tests.factories.accounts import person, sign_in
from tests.rig.client import PageClient
from tests.rig.shop import PASSWORD

BOOK = "/en/account/addresses"
SEOUL = {
    "recipient": "한가람",
    "phone": "010-1234-5678",
    "postal_code": "03187",
    "province": "서울특별시",
    "city": "종로구",
    "street": "예시로 12",
    "customs_code": "p123456789012",
}


def add(client: PageClient, country: str = "KR", **changes: str) -> Any:
    page = client.get(BOOK + "/new", query_string={"country": country})
    return client.submit(page, SEOUL | changes, form="/new?")


def test_an_address_is_kept_sealed_and_offered_first(client: PageClient, database: Any) -> None:
    sign_in(client, person(lang="en"))
    assert add(client, label="Office").status_code == 303
    address = db.session.query(Address).one()
    assert address.phone == "+821012345678" and address.customs_code == "P123456789012"
    assert address.is_default and address.country == "KR"
    raw = db.session.execute(sa.text("select customs_code from address")).scalar_one()
    assert "123456789012" not in raw
    assert "예시로 12" in client.get(BOOK).text


def test_a_wrong_field_keeps_what_was_typed(client: PageClient, database: Any) -> None:
    sign_in(client, person(lang="en"))
    answer = add(client, postal_code="12", phone="nobody", street="예시로 99")
    assert answer.status_code == 422
    for typed in ("예시로 99", 'value="nobody"', "The postcode has 5 digits", "한가람"):
        assert typed in answer.text
    assert db.session.query(Address).count() == 0


@pytest.mark.parametrize("country", ["ID", "KR", "FR", "IN", "US", "JP", "SG", "DE"])
def test_every_country_has_its_form(client: PageClient, database: Any, country: str) -> None:
    sign_in(client, person(lang="en"))
    page = client.get(BOOK + "/new", query_string={"country": country})
    assert page.status_code == 200
    assert ('name="customs_code"' in page.text) == (country == "KR")


def test_addresses_of_others_do_not_exist(client: PageClient, app: Any, database: Any) -> None:
    sign_in(client, person(lang="en"))
    add(client)
    address = db.session.query(Address).one()
    stranger = sign_in(app.test_client(), person(lang="en"))
    own = stranger.get(BOOK + "/new", query_string={"country": "KR"})
    assert stranger.get(f"{BOOK}/{address.public_id}").status_code == 404
    for path in ("", "/default", "/delete"):
        page = own.text.split('name="form_token" value="')[1].split('"')[0]
        data = SEOUL | {"form_token": page, "action_id": f"a{path}", "version": "1"}
        answer = stranger.post(f"{BOOK}/{address.public_id}{path}?country=KR", data=data)
        assert answer.status_code == 404
    assert db.session.query(Address).one().version == 1


def test_an_address_is_changed_moved_and_deleted(client: PageClient, database: Any) -> None:
    sign_in(client, person(lang="en"))
    add(client)
    add(client, label="Second")
    second = db.session.query(Address).filter_by(label="Second").one()
    client.submit(client.get(BOOK), form=f"{second.public_id}/default")
    page = client.get(f"{BOOK}/{second.public_id}")
    stale = client.get(f"{BOOK}/{second.public_id}")
    changed = client.submit(page, {"street": "새길 1"}, form=f"{second.public_id}?")
    assert changed.status_code == 303
    late = client.submit(stale, {"street": "헌길 2"}, form=f"{second.public_id}?")
    assert late.status_code == 422 and "헌길 2" in late.text
    db.session.rollback()
    row = db.session.get_one(Address, second.id, populate_existing=True)
    assert row.street == "새길 1" and row.is_default
    client.submit(client.get(BOOK), form=f"{second.public_id}/delete")
    assert db.session.query(Address).count() == 1


def test_fields_that_are_not_on_the_form_change_nothing(client: PageClient, database: Any) -> None:
    user = person(lang="en")
    sign_in(client, user)
    page = client.get("/en/account/profile")
    token = page.text.split('name="form_token" value="')[1].split('"')[0]
    data = {
        "form_token": token,
        "action_id": "mass",
        "version": str(user.version),
        "name": "New Name",
        "lang": "en",
        "roles": "admin",
        "role": "admin",
        "state": "erased",
        "is_demo": "1",
        "email": "other@example.org",
        "password_hash": "x",
        "user_id": "1",
    }
    assert client.post("/en/account/profile", data=data).status_code == 303
    row = db.session.get_one(User, user.id, populate_existing=True)
    assert (row.name, row.state, row.is_demo, row.email) == (
        "New Name",
        "active",
        False,
        user.email,
    )
    assert not row.roles and row.password_hash not in (None, "x")


def test_one_device_is_signed_out_from_another(client: PageClient, app: Any, database: Any) -> None:
    user = person(lang="en")
    sign_in(client, user)
    other, stranger = sign_in(app.test_client(), user), sign_in(app.test_client(), person())
    theirs = db.session.query(UserSession).filter_by(user_id=user.id).order_by(UserSession.id).all()
    page = client.get("/en/account/sessions")
    assert page.text.count("/end") == 1
    assert client.submit(page, form=f"/sessions/{theirs[1].id}/end").status_code == 303
    assert other.get("/en/account/").status_code == 303
    token = stranger.get("/en/account/profile").text.split('name="form_token" value="')[1]
    data = {"form_token": token.split('"')[0], "action_id": "x"}
    wrong = stranger.post(f"/en/account/sessions/{theirs[0].id}/end", data=data)
    assert wrong.status_code == 404
    everywhere = client.submit(client.get("/en/account/sessions"), form="everywhere")
    assert everywhere.status_code == 303 and client.get("/en/account/").status_code == 303


def test_a_new_password_keeps_only_this_device(client: PageClient, app: Any, database: Any) -> None:
    user = person(lang="en")
    sign_in(client, user)
    other = sign_in(app.test_client(), user)
    page = client.get("/en/account/password")
    fields = {"present": PASSWORD, "password": "a quiet river at noon"}
    assert client.submit(page, fields | {"present": "wrong"}).status_code == 422
    before = client.get_cookie("session")
    assert client.submit(page, fields).status_code == 303
    after = client.get_cookie("session")
    assert before is not None and after is not None and before.value != after.value
    assert client.get("/en/account/").status_code == 200
    assert other.get("/en/account/").status_code == 303


def test_a_copy_of_the_data_holds_all_of_it_and_no_secret(
    client: PageClient, database: Any
) -> None:
    user = person(lang="en")
    sign_in(client, user)
    add(client)
    personal_data("tests", export=lambda user_id: {"seen": user_id}, erase=lambda user_id: None)
    try:
        answer = client.get("/en/account/data.json")
    finally:
        del hooks.exports["tests"], hooks.erasers["tests"]
    found = json.loads(answer.data)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert found["account"]["email"] == user.email
    assert found["addresses"][0]["customs_code"] == "P123456789012"
    assert found["tests"] == {"seen": user.id}
    stored = db.session.get_one(User, user.id, populate_existing=True)
    assert stored.password_hash is not None and stored.password_hash not in answer.text
    assert "token_hash" not in answer.text


def test_after_erasure_nothing_finds_the_person(client: PageClient, database: Any) -> None:
    user = person(lang="en", name="Ayu Lestari-Contoh", phone="+6281299990000")
    email = user.email
    assert email is not None
    with transaction():
        db.session.add(Consent(user_id=user.id, kind="terms", text_version="1", lang="en"))
    sign_in(client, user)
    add(client, recipient="Ayu Lestari-Contoh", phone="+6281299990000")
    client.submit(client.get("/en/account/forgotten"), {"identifier": email})
    from storefront.notifications import drain_all

    drain_all()
    page = client.get("/en/account/privacy")
    assert client.submit(page, {"present": "wrong"}).status_code == 422
    assert client.submit(page, {"present": PASSWORD}).status_code == 303
    assert client.get("/en/account/").status_code == 303
    db.session.rollback()
    for table in Base.metadata.sorted_tables:
        rows = [str(tuple(row)) for row in db.session.execute(sa.select(table))]
        for trace in (email, "+6281299990000", "Ayu Lestari-Contoh", "예시로 12"):
            assert not [row for row in rows if trace in row], (table.name, trace)
    row = db.session.get_one(User, user.id, populate_existing=True)
    assert row.state == "erased" and row.erased_at is not None
    assert db.session.query(Consent).one().withdrawn_at is not None
    data = {"identifier": email, "password": PASSWORD}
    assert client.post("/en/account/sign-in", data=data).status_code == 422


def test_a_slice_that_is_not_finished_stops_the_erasure(client: PageClient, database: Any) -> None:
    class StillBusy(ShopError):
        message = "An order is still on its way."

    def refuse(user_id: int) -> None:
        raise StillBusy()

    user = person(lang="en")
    sign_in(client, user)
    personal_data("tests", export=lambda user_id: {}, erase=refuse)
    try:
        answer = client.submit(client.get("/en/account/privacy"), {"present": PASSWORD})
    finally:
        del hooks.exports["tests"], hooks.erasers["tests"]
    assert answer.status_code == 422 and "still on its way" in answer.text
    assert db.session.get_one(User, user.id, populate_existing=True).state == "active"


def test_erasing_twice_is_refused(database: Any) -> None:
    user = person()
    with transaction():
        erase_user(user.id, by=None)
    with pytest.raises(ShopError), transaction():
        erase_user(user.id, by=None)
