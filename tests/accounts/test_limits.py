"""Guessing: counted by account and network, however the account is written; who exists stays
hidden."""

from __future__ import annotations

import re
import statistics
import time
from typing import Any

import pytest

from storefront.accounts import hooks, on_sign_in
from tests.conftest import statements
from tests.factories.accounts import person
from tests.rig.client import PageClient
from tests.rig.shop import PASSWORD

SIGN_IN = "/en/account/sign-in"


def guess(client: PageClient, identifier: str, password: str = "wrong wrong wrong") -> Any:
    return client.post(SIGN_IN, data={"identifier": identifier, "password": password})


def test_ten_guesses_at_an_account_however_it_is_written(client: PageClient, database: Any) -> None:
    user = person(email="maker@example.org")
    spellings = [
        "maker@example.org",
        "MAKER@Example.org",
        " maker@example.org ",
        "Maker@example.ORG",
    ]
    for number in range(10):
        assert guess(client, spellings[number % 4]).status_code == 422
    assert guess(client, "maker@example.org", PASSWORD).status_code == 429
    assert guess(client, str(person().email), PASSWORD).status_code == 303
    assert user.email == "maker@example.org"


def test_another_network_is_not_locked_out_with_the_guesser(
    client: PageClient, database: Any
) -> None:
    person(email="victim@example.org")
    for _ in range(11):
        last = guess(client, "victim@example.org")
    assert last.status_code == 429
    owner = {"identifier": "victim@example.org", "password": PASSWORD}
    answer = client.post(SIGN_IN, data=owner, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 303


def test_many_networks_together_find_a_limit_too(client: PageClient, database: Any) -> None:
    person(email="victim@example.org")
    data = {"identifier": "victim@example.org", "password": "wrong wrong wrong"}
    seen = [
        client.post(SIGN_IN, data=data, environ_overrides={"REMOTE_ADDR": f"198.51.100.{n}"})
        for n in range(41)
    ]
    assert [answer.status_code for answer in seen] == [422] * 40 + [429]


def test_forwarded_addresses_are_not_believed(client: PageClient, database: Any) -> None:
    for number in range(11):
        answer = client.post(
            SIGN_IN,
            data={"identifier": "a@example.org", "password": "wrong wrong wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )
    assert answer.status_code == 429


def test_a_right_password_starts_the_count_anew(client: PageClient, database: Any) -> None:
    user = person()
    for _ in range(3):
        for _ in range(8):
            guess(client, str(user.email))
        assert guess(client, str(user.email), PASSWORD).status_code == 303


@pytest.mark.parametrize("page", ["sign-in", "card"])
def test_unknown_and_known_are_answered_alike(client: PageClient, database: Any, page: str) -> None:
    person(email="known@example.org", phone="+6281234567890")
    texts = set()
    for who in ("known@example.org", "never@example.org", "081234567890", "081298765432"):
        data = {"identifier": who, "password": "wrong wrong wrong", "code": "12345 67890"}
        answer = client.post(f"/en/account/{page}", data=data)
        assert answer.status_code == 422
        texts.add(without_ids(answer.text.replace(who, "WHO")))
    assert len(texts) == 1


def test_the_same_work_is_done_for_an_unknown_account(client: PageClient, database: Any) -> None:
    people = [str(person().email) for _ in range(12)]
    known, unknown = [], []
    for number, who in enumerate(people):
        known.append(timed(client, who, number))
        unknown.append(timed(client, f"nobody{number}@example.org", number))
    ratio = statistics.median(known) / statistics.median(unknown)
    assert 0.6 < ratio < 1.7, (known, unknown)


@pytest.mark.parametrize(("page", "field"), [("forgotten", "identifier"), ("sign-up", "email")])
def test_asking_for_a_mail_takes_the_same_statements(
    client: PageClient, database: Any, page: str, field: str
) -> None:
    person(email="known@example.org")
    counts = set()
    for who in ("known@example.org", "never@example.org"):
        client.submit(client.get(f"/en/account/{page}"), {field: who})
        counts.add(statements(client))
    assert len(counts) == 1


def test_what_hangs_on_sign_in_is_told_in_its_transaction(
    client: PageClient, database: Any
) -> None:
    seen: list[tuple[int, str | None]] = []

    def hook(user_id: int, read_cookie: Any) -> None:
        seen.append((user_id, read_cookie("cart")))

    on_sign_in(hook)
    try:
        user = person()
        client.set_cookie("cart", "guest-cart")
        guess(client, str(user.email), PASSWORD)
    finally:
        hooks.sign_in_hooks.remove(hook)
    assert seen == [(user.id, "guest-cart")]


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/%2f%2fevil.example"]
)
def test_nobody_is_sent_to_another_site(client: PageClient, database: Any, target: str) -> None:
    user = person(lang="en")
    data = {"identifier": user.email, "password": PASSWORD, "next": target}
    assert client.post(SIGN_IN, data=data).location == "/en/account/"


def timed(client: PageClient, who: str, number: int) -> float:
    data = {"identifier": who, "password": "wrong wrong wrong"}
    begun = time.perf_counter()
    client.post(SIGN_IN, data=data, environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"})
    return time.perf_counter() - begun


def without_ids(text: str) -> str:
    """The page without the ids that differ at every showing."""
    return re.sub(r'name="action_id" value="[^"]*"', "", text)
