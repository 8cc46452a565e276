"""The worker as a process of its own: it starts, does what waits, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from huey import PostgresHuey, RedisHuey, SqliteHuey

from storefront.kernel.db import db, transaction
from storefront.media import MediaFile, add_file, prepare_picture
from storefront.notifications import JobRun, Mail, drain, job_states, request_run
from storefront.orders import SubOrder
from storefront.worker import make_queue
from tests.factories import orders as make
from tests.factories.artisans import picture
from tests.rig import shop
from tests.rig.shop import ROOT


@pytest.fixture
def worker(
    environment: dict[str, str], app: Flask, tmp_path: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """`flask jobs run` on this test's shop."""
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "storefront.app:create_app", "jobs", "run"],
            cwd=ROOT,
            env=os.environ | environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    yield process
    if process.poll() is None:
        process.kill()
        process.wait(10)


def until(seen: Callable[[], Any], tmp_path: Path, seconds: float = 40) -> Any:
    """What `seen` answers once it answers anything."""
    deadline = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < deadline, (tmp_path / "worker.log").read_text()[-3000:]
        db.session.rollback()
        time.sleep(0.2)
    db.session.rollback()
    return found


def test_the_worker_works_and_ends_when_told(
    worker: subprocess.Popen[bytes], app: Flask, tmp_path: Path
) -> None:
    with app.app_context():
        until(lambda: "worker" in job_states(), tmp_path)
        order = make.paid_order(lang="fr")
        # What a commit left is done by the pulse; what somebody wished for runs on a thread.
        confirmed = sa.select(Mail).where(Mail.topic == "orders.confirmed")
        mail = until(lambda: db.session.scalars(confirmed).one_or_none(), tmp_path)
        assert mail.lang == "fr" and mail.order_id == order.id
        with transaction():
            db.session.execute(sa.update(SubOrder).values(accept_by_at=order.created_at))
            request_run("silence")
        row = until(lambda: _ended("silence"), tmp_path)
        assert row.last_error == ""
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0, (tmp_path / "worker.log").read_text()[-3000:]
    assert "Traceback" not in (tmp_path / "worker.log").read_text()


def _ended(name: str) -> JobRun | None:
    row = db.session.get(JobRun, name, populate_existing=True)
    return row if row and row.last_finished_at and row.requested_at is None else None


def test_a_killed_worker_s_successor_goes_on(
    worker: subprocess.Popen[bytes], environment: dict[str, str], app: Flask, tmp_path: Path
) -> None:
    with app.app_context():
        until(lambda: "worker" in job_states(), tmp_path)
        worker.kill()
        worker.wait(10)
        make.paid_order()
        outcome = app.test_cli_runner().invoke(args=["jobs", "once", "outbox"])
        assert outcome.exit_code == 0, outcome.output
        sent = sa.select(sa.func.count(Mail.id)).where(Mail.topic == "orders.confirmed")
        assert db.session.scalar(sent) == 1


def test_the_queue_stands_where_the_settings_say(
    database_url: str, tmp_path: Path, engine_name: str
) -> None:
    settings = shop.settings(database_url, tmp_path)
    expected = {"sqlite": SqliteHuey, "postgresql": PostgresHuey}[engine_name]
    assert type(make_queue(settings)) is expected
    with_redis = shop.settings(database_url, tmp_path, REDIS_URL="redis://127.0.0.1:6379/0")
    assert type(make_queue(with_redis)) is RedisHuey
    if engine_name == "sqlite":
        assert list(tmp_path.glob("queue.sqlite*"))


def test_a_picture_gets_its_sizes_beside_everything_else(
    worker: subprocess.Popen[bytes], app: Flask, tmp_path: Path
) -> None:
    with app.app_context():
        with transaction():
            add_file(prepare_picture(picture(), "kain.jpg"))
        until(lambda: "worker" in job_states(), tmp_path)
        ready = sa.select(MediaFile.widths).where(MediaFile.state == "ready")
        assert until(lambda: db.session.scalar(ready), tmp_path) == [320, 600]


def test_a_mail_leaves_once_with_two_workers(
    worker: subprocess.Popen[bytes], app: Flask, tmp_path: Path
) -> None:
    """The process and this test drain the same outbox at the same time."""
    with app.app_context():
        until(lambda: "worker" in job_states(), tmp_path)
        for _ in range(3):
            make.paid_order()
        for _ in range(10):
            drain(2)
        total = sa.select(sa.func.count(Mail.id)).where(Mail.topic == "orders.confirmed")
        until(lambda: db.session.scalar(total) == 3, tmp_path)
        once = sa.select(Mail.order_id, Mail.topic, Mail.recipient).group_by(
            Mail.order_id, Mail.topic, Mail.recipient
        )
        twice = db.session.execute(once.having(sa.func.count() > 1)).all()
        assert twice == []
