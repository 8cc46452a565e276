"""A new account, a forgotten password, another address: by links that work once."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from storefront.accounts import Consent, OneTimeCode, User
from storefront.kernel.db import db, transaction
from storefront.notifications import Mail, drain_all
from tests.factories.accounts import person, sign_in
from tests.rig.client import PageClient
from tests.rig.shop import PASSWORD

NEW = "a quiet river at noon"


def sent() -> list[Mail]:
    """The mails that left since, drained from the outbox."""
    drain_all()
    db.session.rollback()
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))


def link(mail: Mail) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.text)
    assert found is not None, mail.text
    return found.group(1)


def ask_to_join(client: PageClient, email: str) -> Any:
    return client.submit(client.get("/ko/account/sign-up"), {"email": email})


def test_a_new_account_is_made_behind_the_link(client: PageClient, database: Any) -> None:
    answer = ask_to_join(client, "Baru@Example.org ")
    assert answer.status_code == 303 and answer.location == "/ko/account/mail-sent"
    assert db.session.query(User).count() == 0
    (mail,) = sent()
    assert (mail.recipient, mail.lang) == ("baru@example.org", "ko")
    page = client.get(link(mail))
    fields = {"name": "Baru", "password": NEW, "agreed": "y"}
    done = client.submit(page, fields)
    assert done.status_code == 303
    user = db.session.query(User).one()
    assert (user.email, user.name, user.lang) == ("baru@example.org", "Baru", "ko")
    assert user.email_confirmed_at is not None
    assert {row.kind for row in db.session.query(Consent)} == {"terms", "privacy"}
    assert client.get("/ko/account/").status_code == 200
    assert client.get(link(mail)).status_code == 410


def test_sign_up_answers_the_same_for_a_known_address(client: PageClient, database: Any) -> None:
    person(email="known@example.org", lang="fr")
    known = ask_to_join(client, "KNOWN@example.org")
    unknown = ask_to_join(client, "new@example.org")
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    first, second = sent()
    assert (first.recipient, first.lang) == ("known@example.org", "fr")
    assert "/sign-up/" not in first.text and "/sign-up/" in second.text
    assert db.session.query(User).count() == 1


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "passwordpassword",
        "KotaCilegon12",
        "baru@example.org",
        "aaaaaaaaaaaa",
        "sentra kriya cilegon 2026",
        "1234567890123",
    ],
)
def test_easy_passwords_are_refused_and_the_name_is_kept(
    client: PageClient, database: Any, password: str
) -> None:
    ask_to_join(client, "baru@example.org")
    page = client.get(link(sent()[0]))
    answer = client.submit(page, {"name": "Mbok Baru", "password": password, "agreed": "y"})
    assert answer.status_code == 422
    assert "Mbok Baru" in answer.text and f'password" value="{password}"' not in answer.text
    assert db.session.query(User).count() == 0


def test_a_password_of_64_letters_and_any_script_is_taken(
    client: PageClient, database: Any
) -> None:
    long = "옛날 옛적 호랑이 담배 피우던 시절에 " * 3 + "끝"
    ask_to_join(client, "baru@example.org")
    page = client.get(link(sent()[0]))
    done = client.submit(page, {"name": "Baru", "password": long, "agreed": "y"})
    assert done.status_code == 303
    client.post("/ko/account/sign-out")
    fields = {"identifier": "baru@example.org", "password": long}
    assert client.post("/ko/account/sign-in", data=fields).status_code == 303


def test_a_new_password_ends_all_sessions(client: PageClient, app: Any, database: Any) -> None:
    user = person(lang="en")
    other = sign_in(app.test_client(), user)
    asked = client.submit(client.get("/en/account/forgotten"), {"identifier": user.email})
    assert asked.location == "/en/account/mail-sent"
    (mail,) = sent()
    page = client.get(link(mail))
    assert client.submit(page, {"password": NEW}).status_code == 303
    assert other.get("/en/account/").status_code == 303
    assert client.get("/en/account/").status_code == 200
    assert client.get(link(mail)).status_code == 410
    old = {"identifier": user.email, "password": PASSWORD}
    assert other.post("/en/account/sign-in", data=old).status_code == 422
    assert other.post("/en/account/sign-in", data=old | {"password": NEW}).status_code == 303


def test_a_reset_does_not_lift_the_second_factor(client: PageClient, database: Any) -> None:
    user = person("curator", lang="en")
    client.submit(client.get("/en/account/forgotten"), {"identifier": user.email})
    done = client.submit(client.get(link(sent()[0])), {"password": NEW})
    assert "/second-factor" in done.location
    assert "/second-factor" in client.get("/en/account/").location
    assert "/second-factor" in client.get("/council/people").location


@pytest.mark.parametrize("who", ["nobody@example.org", "0812 9999 0000", "disabled@example.org"])
def test_forgotten_answers_the_same_for_everybody(
    client: PageClient, database: Any, who: str
) -> None:
    user = person(email="disabled@example.org")
    with transaction():
        db.session.get_one(User, user.id).state = "disabled"
    asked = client.submit(client.get("/en/account/forgotten"), {"identifier": who})
    assert asked.location == "/en/account/mail-sent"
    assert sent() == []


def test_a_link_is_over_after_its_time(
    client: PageClient, database: Any, clock: time_machine.Coordinates
) -> None:
    user = person(lang="en")
    client.submit(client.get("/en/account/forgotten"), {"identifier": user.email})
    address = link(sent()[0])
    clock.shift(59 * 60)
    assert client.get(address).status_code == 200
    clock.shift(2 * 60)
    assert client.get(address).status_code == 410


def test_no_row_keeps_a_link_readable(client: PageClient, database: Any) -> None:
    user = person(lang="en")
    client.submit(client.get("/en/account/forgotten"), {"identifier": user.email})
    token = link(sent()[0]).rsplit("/", 1)[1]
    stored = db.session.execute(sa.text("select payload from outbox")).scalars().all()
    assert token not in str(stored)
    assert token not in {row.code_hash for row in db.session.query(OneTimeCode)}


def test_three_mails_to_one_address_are_enough(client: PageClient, database: Any) -> None:
    for _ in range(3):
        assert ask_to_join(client, "one@example.org").status_code == 303
    assert ask_to_join(client, "ONE@example.org").status_code == 429
    assert ask_to_join(client, "two@example.org").status_code == 303


def test_another_mail_address_counts_after_it_was_proven(
    client: PageClient, app: Any, database: Any
) -> None:
    user = person(email="old@example.org", lang="en")
    sign_in(client, user)
    other = sign_in(app.test_client(), user)
    page = client.get("/en/account/email")
    fields = {"email": "new@example.org", "present": "not my password"}
    assert client.submit(page, fields).status_code == 422
    assert client.submit(page, fields | {"present": PASSWORD}).status_code == 303
    (mail,) = sent()
    assert mail.recipient == "new@example.org"
    confirm = client.get(link(mail))
    assert db.session.get_one(User, user.id).email == "old@example.org"
    assert client.submit(confirm).status_code == 303
    db.session.rollback()
    assert db.session.get_one(User, user.id, populate_existing=True).email == "new@example.org"
    assert [mail.recipient for mail in sent()][-1] == "old@example.org"
    assert client.get("/en/account/").status_code == 200
    assert other.get("/en/account/").status_code == 303


def test_a_link_for_another_address_works_for_its_person_only(
    client: PageClient, app: Any, database: Any
) -> None:
    sign_in(client, person(lang="en"))
    fields = {"email": "new@example.org", "present": PASSWORD}
    client.submit(client.get("/en/account/email"), fields)
    stranger = sign_in(app.test_client(), person())
    assert stranger.get(link(sent()[0])).status_code == 410


def test_an_address_of_somebody_else_is_told_by_mail_only(
    client: PageClient, database: Any
) -> None:
    person(email="taken@example.org")
    sign_in(client, person(lang="en"))
    fields = {"email": "taken@example.org", "present": PASSWORD}
    answer = client.submit(client.get("/en/account/email"), fields)
    assert answer.location == "/en/account/mail-sent"
    (mail,) = sent()
    assert mail.recipient == "taken@example.org" and "/account/email/" not in mail.text
