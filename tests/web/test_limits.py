"""Guessing is counted in the database, by key, in sliding windows."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from werkzeug.exceptions import TooManyRequests

from storefront.kernel.db import transaction
from storefront.web import access, forget, hit, network, purge_limits
from tests.rig import shop


def test_a_limit_holds_slides_and_is_counted_per_key(
    app: Flask, clock: time_machine.Coordinates
) -> None:
    with app.app_context():
        for _ in range(3):
            hit("sign-in", "a@example.id", 3, 300)
        with pytest.raises(TooManyRequests) as refused:
            hit("sign-in", " A@Example.ID", 3, 300)
        assert refused.value.retry_after == 300
        hit("sign-in", "b@example.id", 3, 300)
        hit("reset", "a@example.id", 3, 300)
        clock.shift(310)  # the last window still weighs nearly all
        with pytest.raises(TooManyRequests):
            hit("sign-in", "a@example.id", 3, 300)
        clock.shift(600)
        hit("sign-in", "a@example.id", 3, 300)


def test_one_trusted_proxy_names_the_caller_and_nobody_else_can(
    database_url: str, tmp_path: Path
) -> None:
    app = shop.build(database_url, tmp_path, TRUSTED_PROXIES="1")
    seen: list[str] = []
    app.add_url_rule("/who", "who", access("public")(lambda: seen.append(network()) or ""))
    client = app.test_client()
    for made_up in ("", "1.2.3.4, "):
        client.get("/who", headers={"X-Forwarded-For": f"{made_up}203.0.113.9"})
    assert seen == ["203.0.113.9"] * 2
    shop.close(app)


def test_all_threads_share_one_count(app: Flask, clock: time_machine.Coordinates) -> None:
    refused: list[int] = []

    def knock() -> None:
        with app.app_context():
            for _ in range(5):
                try:
                    hit("door", "x", 12, 60)
                except TooManyRequests:
                    refused.append(1)

    threads = [threading.Thread(target=knock) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 8


def test_a_right_answer_starts_anew(app: Flask) -> None:
    with app.app_context():
        hit("code", "k", 1, 60)
        forget("code", "k")
        hit("code", "k", 1, 60)


def test_counting_inside_a_transaction_is_a_mistake(app: Flask) -> None:
    with app.app_context(), pytest.raises(RuntimeError, match="nest"), transaction():
        hit("x", "y", 1, 60)


def test_old_counts_are_dropped(app: Flask, clock: time_machine.Coordinates) -> None:
    with app.app_context():
        hit("x", "y", 1, 60)
        with transaction():
            assert purge_limits() == 0
        clock.shift(121)
        with transaction():
            assert purge_limits() == 1


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "unknown"),
    ],
)
def test_network(app: Flask, address: str, expected: str) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert network() == expected
