"""A form takes effect once: reload, back button, double click, two tabs."""

from __future__ import annotations

import datetime as dt
import sys
import threading

import pytest
from flask import Flask

from storefront.kernel.clock import now
from storefront.kernel.db import db, transaction
from storefront.web import purge_replays
from storefront.web.limits import LimitCount
from storefront.web.once import ActionReplay

once_module = sys.modules["storefront.web.once"]  # the face has the function under this name


@pytest.fixture
def purse(trial: Flask) -> Flask:
    with trial.app_context(), transaction():
        row = LimitCount(bucket="trial", key="spent", window=0, hits=0, ends_at=now())
        db.session.add(row)
    return trial


def spent(app: Flask) -> int:
    with app.app_context():
        return db.session.get_one(LimitCount, ("trial", "spent", 0)).hits


def test_a_repeat_leads_where_the_first_led(purse: Flask) -> None:
    client = purse.test_client()
    for _ in range(3):
        answer = client.post("/trial/spends", data={"action_id": "a"})
        assert (answer.status_code, answer.location) == (303, "/trial/seen?hits=1")
        assert "Spent." in client.get(answer.location).text
    assert client.post("/trial/spends", data={"action_id": "b"}).location.endswith("hits=2")
    assert spent(purse) == 2


def test_the_second_of_two_simultaneous_clicks_waits_and_follows(purse: Flask) -> None:
    gate = threading.Barrier(8)
    answers: list[tuple[int, str]] = []

    def click() -> None:
        client = purse.test_client()
        gate.wait()
        answer = client.post("/trial/spends", data={"action_id": "double"})
        answers.append((answer.status_code, answer.location))

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(303, "/trial/seen?hits=1")] * 8
    assert spent(purse) == 1


def test_without_the_claim_every_click_counts(
    purse: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The control: it is the claim that holds the clicks back, not luck.
    monkeypatch.setattr(once_module, "_is_first", lambda key, within: True)
    client = purse.test_client()
    for _ in range(3):
        client.post("/trial/spends", data={"action_id": "a"})
    assert spent(purse) == 3


def test_an_error_leaves_no_trace_so_that_the_form_can_be_sent_again(purse: Flask) -> None:
    client = purse.test_client()
    assert client.post("/trial/spends", data={"action_id": "a", "fail": "1"}).status_code == 409
    assert client.post("/trial/spends", data={"action_id": "a"}).status_code == 303
    assert spent(purse) == 1


def test_what_follows_the_commit_runs_once_and_names_the_page(purse: Flask) -> None:
    client = purse.test_client()
    data = {"action_id": "a", "pay": "1"}
    assert client.post("/trial/spends", data=data).location == "/trial/seen?paid=1"
    assert client.post("/trial/spends", data=data).location == "/trial/seen?hits=1"


@pytest.mark.parametrize("action_id", [None, "", "x" * 65])
def test_without_an_action_id_nothing_happens(purse: Flask, action_id: str | None) -> None:
    data = {} if action_id is None else {"action_id": action_id}
    assert purse.test_client().post("/trial/spends", data=data).status_code == 400
    assert spent(purse) == 0


def test_cached_forms_repeat_within_seconds_only(purse: Flask, clock: object) -> None:
    client = purse.test_client()

    def send(who: str) -> str:
        return client.post("/trial/spends_cached", data={"who": who}).location

    assert send("a") == send("a") == "/trial/seen?hits=1"
    assert send("b") == "/trial/seen?hits=2"
    clock.shift(6)  # type: ignore[attr-defined]
    assert send("a") == "/trial/seen?hits=3"
    assert send("a") == "/trial/seen?hits=3"


def test_old_actions_are_forgotten(purse: Flask) -> None:
    purse.test_client().post("/trial/spends", data={"action_id": "a"})
    with purse.app_context(), transaction():
        assert purge_replays(now() - dt.timedelta(hours=1)) == 0
        assert purge_replays(now() + dt.timedelta(hours=1)) == 1
        assert db.session.query(ActionReplay).count() == 0
