"""The outbox: queued once, claimed once, tried again with growing distance, never lost."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.kernel.clock import as_if_at, now
from storefront.kernel.db import db, transaction
from storefront.kernel.errors import NotAllowed
from storefront.notifications import (
    Mail,
    Outbox,
    drain,
    drain_all,
    outbox,
    queue_mail,
    queue_task,
    release_abandoned,
    send_again,
)
from tests.notifications.conftest import PostOffice, queue

CLAIMERS = 4


@pytest.fixture(autouse=True)
def inside(app: Flask, topics: list[str]) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.rollback()


def rows() -> list[Outbox]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Outbox).order_by(Outbox.id)))


def task(name: str, **facts: Any) -> None:
    with transaction():
        queue_task("test.task", f"task:{name}", {"name": name}, **facts)


def test_the_same_key_is_queued_once(topics: list[str]) -> None:
    task("a")
    task("a")
    with transaction():
        for _ in range(2):
            queue_mail("test.code", "same", {"to": "one@example.org"})
    assert [row.dedupe_key for row in rows()] == ["task:a", "same"]
    drain_all()
    task("a")
    assert drain_all() == 0
    assert topics == ["a"]


def test_what_is_rolled_back_is_never_done(topics: list[str]) -> None:
    def change_of_mind() -> None:
        queue_task("test.task", "lost", {"name": "lost"})
        raise NotAllowed()

    with pytest.raises(NotAllowed), transaction():
        change_of_mind()
    assert drain_all() == 0 and topics == []


def test_nothing_leaves_before_its_time(topics: list[str]) -> None:
    later = now() + dt.timedelta(minutes=5)
    task("later", not_before=later)
    assert drain_all() == 0
    with as_if_at(later + dt.timedelta(seconds=1)):
        assert drain_all() == 1
    assert topics == ["later"]


def test_oldest_first_and_no_more_than_asked(topics: list[str]) -> None:
    for name in "abc":
        task(name)
    assert drain(2) == 2
    assert topics == ["a", "b"]


# -- several workers ------------------------------------------------------------------------------


def at_once(app: Flask, work: Callable[[], None], threads: int) -> list[BaseException]:
    gate, failed = threading.Barrier(threads), list[BaseException]()

    def run() -> None:
        with app.app_context():
            gate.wait()
            try:
                work()
            except sa.exc.SQLAlchemyError as error:
                failed.append(error)
            finally:
                db.session.remove()

    started = [threading.Thread(target=run) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join(60)
    return failed


def test_four_workers_claim_each_row_once(app: Flask) -> None:
    for number in range(40):
        task(str(number))
    taken: list[int] = []

    def work() -> None:
        while True:
            with transaction():
                ids = [row.id for row in outbox.claim(3)]
            taken.extend(ids)
            if not ids and not outbox.is_due():
                return
            db.session.rollback()

    assert at_once(app, work, CLAIMERS) == []
    assert Counter(taken) == Counter(row.id for row in rows())


class Meeting:
    """Two threads meet between reading and writing."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2, timeout=5)

    def __call__(self, _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE outbox"):
            self._barrier.wait()


def test_without_the_lock_two_workers_take_the_same_row(
    app: Flask, engine_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: PostgreSQL would send twice, SQLite would refuse the second worker."""
    task("once")
    taken: list[int] = []
    monkeypatch.setattr(sa.Select, "with_for_update", lambda self, **_: self)

    def work() -> None:
        taken.extend(row.id for row in outbox.claim(1))
        db.session.commit()

    meeting, engine = Meeting(), db.engine
    sa.event.listen(engine, "before_cursor_execute", meeting)
    failed = at_once(app, work, 2)
    sa.event.remove(engine, "before_cursor_execute", meeting)
    if engine_name == "postgresql":
        assert len(taken) == 2 and len(set(taken)) == 1
    else:
        assert len(taken) == 1 and "locked" in str(failed[0])


# -- what goes wrong ------------------------------------------------------------------------------


def test_distances_grow_and_the_last_try_is_shown_to_a_person(topics: list[str]) -> None:
    task("broken")
    waits: list[float] = []
    for _ in range(outbox.MOST_ATTEMPTS):
        (row,) = rows()
        due = row.not_before
        with as_if_at(due + dt.timedelta(seconds=1)):
            assert drain_all() == 1
            (row,) = rows()
            waits.append((row.not_before - now()).total_seconds())
    assert (row.state, row.attempts) == ("failed", outbox.MOST_ATTEMPTS)
    assert row.last_error == "ValueError('no')" and row.finished_at is not None
    assert waits[:3] == pytest.approx([60, 120, 240], abs=2)
    assert waits[:-1] == sorted(waits[:-1])
    with as_if_at(now() + dt.timedelta(days=9)):
        assert drain_all() == 0
    with transaction():
        assert send_again(row.id) and not send_again(row.id)
    assert drain_all() == 1


def test_a_broken_row_does_not_stop_the_others(post: PostOffice, topics: list[str]) -> None:
    with transaction():
        queue_mail("test.broken", "1", {})
        queue_mail("nobody.knows.this.topic", "2", {})
        queue_task("nobody.knows.this.task", "3", {})
        queue_task("test.task", "4", {"name": "broken"})
        queue_mail("test.nobody", "5", {})
        queue_mail("test.code", "6", {"to": "not an address\r\nBcc: thief@example.org"})
        queue_task("test.task", "7", {"name": "fine"})
    queue("fine@example.org")
    assert drain_all() == 8
    assert [row.state for row in rows()] == [
        *["pending"] * 4,
        "cancelled",
        "failed",
        "done",
        "done",
    ]
    assert topics == ["broken", "fine"]
    assert [to for to, _ in post.letters] == [["fine@example.org"]]


# -- a worker that died ---------------------------------------------------------------------------


def test_what_a_dead_worker_left(topics: list[str]) -> None:
    task("a")
    queue("one@example.org")
    with transaction():
        assert len(outbox.claim(5)) == 2
    with transaction():
        assert release_abandoned() == 0, "it may still be at it"
    with as_if_at(now() + dt.timedelta(minutes=11)):
        with transaction():
            assert release_abandoned() == 2
        assert [row.state for row in rows()] == ["pending", "unknown"]
        drain_all()
    assert [row.state for row in rows()] == ["done", "unknown"]
    assert topics == ["a"]


def test_a_task_that_kills_its_worker_each_time_is_given_up() -> None:
    task("deadly")
    for turn in range(outbox.MOST_ATTEMPTS):
        with as_if_at(now() + dt.timedelta(minutes=15 * (turn + 1))), transaction():
            assert len(outbox.claim(1)) == 1
        with as_if_at(now() + dt.timedelta(minutes=15 * (turn + 1) + 11)), transaction():
            release_abandoned()
    (row,) = rows()
    assert row.state == "failed"


class Killed(BaseException):
    """The process ends here."""


def test_a_mail_taken_by_the_server_and_not_noted_is_not_sent_again(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue("one@example.org")
    finish = outbox.finish

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    monkeypatch.setattr(outbox, "finish", die)
    with pytest.raises(Killed):
        drain_all()
    monkeypatch.setattr(outbox, "finish", finish)
    assert len(post.letters) == 1
    assert [row.state for row in rows()] == ["sending"]
    with as_if_at(now() + dt.timedelta(minutes=11)):
        with transaction():
            release_abandoned()
        assert drain_all() == 0
    (row,) = rows()
    assert row.state == "unknown" and len(post.letters) == 1
    assert db.session.scalars(sa.select(Mail.sent_at)).one() is None
    # A person may decide otherwise, knowing that it may arrive twice.
    db.session.rollback()
    with transaction():
        assert send_again(row.id)
    assert drain_all() == 1
    assert len(post.letters) == 2 and rows()[0].state == "done"
