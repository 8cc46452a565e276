"""Two web processes and the real worker: what one of them commits, all of them show at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.catalogue import Product, ProductTranslation, queue_index, set_stock
from storefront.kernel.db import db, transaction
from storefront.kernel.marks import marks_of
from storefront.notifications import Outbox
from tests.factories import catalogue
from tests.factories.orders import paid_order
from tests.rig.servers import LiveServer
from tests.rig.shop import ROOT


class Answer(NamedTuple):
    """What one process answered."""

    text: str
    is_hit: bool


class Doors:
    """A server of two processes, each of them asked."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server

    def each(self, path: str) -> list[Answer]:
        """The answers of all processes, one after the other."""
        answers = []
        for pid in self.server.workers():
            with (
                self.server.only(pid),
                urllib.request.urlopen(self.server.url + path, timeout=30) as found,
            ):
                text = found.read().decode()
                answers.append(Answer(text, found.headers["X-Cache"] == "hit"))
        assert len(answers) == 2
        return answers

    def show(self, path: str, words: str) -> list[bool]:
        return [words in answer.text for answer in self.each(path)]

    def warm(self, path: str) -> None:
        """Let every process keep the page, each its own."""
        assert [answer.is_hit for answer in self.each(path)] == [False, False]
        assert [answer.is_hit for answer in self.each(path)] == [True, True]


@pytest.fixture
def doors(live_server: LiveServer) -> Doors:
    return Doors(live_server)


@pytest.fixture
def piece(app: Flask, database: Any) -> Product:
    """A piece of which there is one."""
    return catalogue.live_product(
        catalogue.workshop(), slug="the-one", availability="one_of_a_kind", stock=1
    )


def test_a_sold_piece_is_shown_as_sold_by_every_process(doors: Doors, piece: Product) -> None:
    paths = (f"/en/products/{piece.slug}", "/en/products")
    for path in paths:
        doors.warm(path)
        assert doors.show(path, "Sold") == [False, False]
    variant = piece.variants[0]
    with transaction():
        set_stock(variant.id, 0, None, variant.version)
    for path in paths:
        assert doors.show(path, "Sold") == [True, True]


def test_a_guest_who_buys_is_seen_and_one_who_only_fills_a_cart_is_not(
    doors: Doors, piece: Product
) -> None:
    marks = marks_of(db.engine)
    assert marks is not None
    form = f"variant={piece.variants[0].public_id}&quantity=1".encode()
    asked = urllib.request.Request(
        f"{doors.server.url}/en/cart/lines", form, {"Sec-Fetch-Site": "same-origin"}
    )
    before = marks.shown
    urllib.request.urlopen(asked, timeout=30).close()
    assert db.session.scalar(sa.text("SELECT COUNT(*) FROM cart_line")) == 1
    assert marks.shown == before
    paid_order([piece])
    assert marks.shown != before


@pytest.fixture
def start_worker(
    environment: dict[str, str], app: Flask, tmp_path: Path
) -> Iterator[Callable[[], None]]:
    """Starts `flask jobs run` on this test's shop."""
    begun: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        with (tmp_path / "worker.log").open("wb") as log:
            command = [sys.executable, "-m", "flask", "--app", "storefront.app:create_app"]
            begun.append(
                subprocess.Popen(
                    [*command, "jobs", "run"],
                    cwd=ROOT,
                    env=os.environ | environment,
                    stdout=log,
                    stderr=log,
                )
            )

    yield start
    for process in begun:
        process.kill()
        process.wait(10)


def test_what_the_worker_commits_is_seen_by_every_process(
    doors: Doors, piece: Product, start_worker: Callable[[], None]
) -> None:
    with transaction():
        db.session.execute(
            sa.update(ProductTranslation)
            .where(ProductTranslation.product_id == piece.id, ProductTranslation.lang == "en")
            .values(name="Zephyrine shawl")
        )
        queue_index(piece.id)
    path = "/en/search?q=zephyrine"
    doors.warm(path)
    address = f"/en/products/{piece.slug}"
    assert doors.show(path, address) == [False, False]
    start_worker()
    waiting = sa.select(sa.func.count(Outbox.id)).where(Outbox.state != "done")
    deadline = time.monotonic() + 60
    while db.session.scalar(waiting):
        db.session.rollback()
        assert time.monotonic() < deadline, "the worker did not follow"
        time.sleep(0.1)
    db.session.rollback()
    assert doors.show(path, address) == [True, True]
